//! Trains a network of two hidden layers to tell the points within a circle from those around it.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;

use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Distribution, Tensor};
use fireside_dense::deep_net::DeepNetConfig;
use fireside_layers::ops::binary_cross_entropy;

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex().autodiff();
    device.seed(1);
    let points = Tensor::<2>::random([400, 2], Distribution::Uniform(-1.0, 1.0), &device);
    let within = points.clone().square().sum_dim(1).lower_elem(0.5); // [400, 1]

    let mut net = DeepNetConfig::new(vec![2, 16, 8, 1]).init(&device)?;
    let mut optimizer = AdamConfig::new().init();
    for update in 0..500 {
        let loss = binary_cross_entropy(net.forward(points.clone()), within.clone().float());
        if update % 100 == 0 {
            println!("{update}: {:.4}", loss.clone().into_scalar::<f32>());
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &net);
        net = optimizer.step(0.01, net, gradients);
    }

    let right = net.forward(points).greater_elem(0.0).equal(within).float().mean();
    println!("{:.1} % of the points are right", 100.0 * right.into_scalar::<f32>());
    Ok(())
}
