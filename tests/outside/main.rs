//! A user's program: takes LeNet-5 as it comes, and trains it by Adam.
//!
//! `tests/tests/outside_crate.rs` builds it outside the workspace. `outside kernels` prints how many operations
//! of a step ran on kernels; without, it serves steps as `fireside_tests::speed::worker` does.

use std::error::Error;
use std::io::stdin;
use std::time::Instant;

use burn::optim::GradientsParams;
use burn::tensor::{Device, Distribution, Int, Tensor};
use fireside_layers::ops::{CrossEntropy, cross_entropy};
use fireside_layers::trace;
use fireside_training::optimizer::OptimizerConfig;
use fireside_vision::Classifier as _;
use fireside_vision::lenet::LeNet5Config;

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex().autodiff();
    let images = Tensor::<4>::random([64, 1, 32, 32], Distribution::Normal(0.0, 1.0), &device);
    let classes = Tensor::<1, Int>::arange(0..64, &device).remainder_scalar(10);
    let mut optimizer = OptimizerConfig::adam().init()?;
    let mut net = Some(LeNet5Config::new().init(&device)?);
    let mut step = || {
        net = net.take().map(|net| {
            let logits = net.forward(images.clone());
            let loss = cross_entropy(logits, classes.clone(), &CrossEntropy::default());
            optimizer.step(1e-6, net.clone(), GradientsParams::from_grads(loss.backward(), &net))
        });
    };
    if std::env::args().nth(1).as_deref() == Some("kernels") {
        println!("{}", trace::count_kernels(step).1);
        return Ok(());
    }
    println!("ready");
    for count in stdin().lines() {
        let milliseconds = (0..count?.parse()?).map(|_| {
            let before = Instant::now();
            step();
            before.elapsed().as_secs_f64() * 1e3
        });
        println!("{:?}", milliseconds.collect::<Vec<f64>>());
    }
    Ok(())
}
