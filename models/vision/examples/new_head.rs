//! Teaches a network a new task from few pictures: its features are computed once, and a new head learns on them.
//!
//! The network here is untrained, so that nothing has to be downloaded; the facade's `classify_picture` shows how
//! trained weights get in.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;

use burn::module::Module as _;
use burn::nn::LinearConfig;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Distribution, Int, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::ops::{CrossEntropy, cross_entropy};
use fireside_vision::Classifier as _;
use fireside_vision::new_head::{NewHead, pooled_features};
use fireside_vision::resnet::ResNetConfig;

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex();
    let [dark, bright] = [Distribution::Uniform(0.0, 0.7), Distribution::Uniform(0.3, 1.0)];
    let few = [dark, bright].map(|values| Tensor::<4>::random([8, 3, 64, 64], values, &device));
    let images = Tensor::cat(few.to_vec(), 0); // [16, 3, 64, 64], 0 to 1
    let classes = Tensor::<1, Int>::arange(0..16, &device).div_scalar(8);

    let config = ResNetConfig::resnet18(1000);
    let (base, pixels) = (config.init(&device)?, config.pixels()?);
    let features = pooled_features(&base, pixels, images.clone()).autodiff();
    let mut head = LinearConfig::new(512, 2).init(&device).train();
    let mut optimizer = AdamConfig::new().init();
    for _ in 0..100 {
        let logits = head.apply(features.clone());
        let loss = cross_entropy(logits, classes.clone().autodiff(), &CrossEntropy::default());
        head =
            optimizer.step(0.01, head.clone(), GradientsParams::from_grads(loss.backward(), &head));
    }

    let net = NewHead::new(base, pixels, head.valid(), 0.2);
    println!("{}", net.forward(images).argmax(1).equal(classes.unsqueeze_dim(1)));
    Ok(())
}
