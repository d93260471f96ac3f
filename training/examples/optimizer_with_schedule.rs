//! Trains a network by mini-batches with Adam, at a rate that falls by stairs, and prints the curve.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;
use std::ops::ControlFlow;

use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Distribution, Tensor};
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::schedule::{Decay, Schedule};
use fireside_training::supervised::{Score, Supervised, SupervisedConfig};

const EPOCHS: usize = 20;
const BATCH: usize = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex();
    device.seed(1);
    let x = Tensor::<2>::random([640, 4], Distribution::Normal(0.0, 1.0), &device);
    let largest = x.clone().argmax(1).squeeze_dim::<1>(1); // the class: which of the four is largest
    let examples = (x, largest);

    let stairs = Decay::Staircase { factor: 0.5, every: 5 };
    let schedule = Schedule::new(stairs, 0.05, EPOCHS, 640 / BATCH)?;
    let config = SupervisedConfig::new(EPOCHS).with_batch_size(BATCH);
    let trained = Supervised::new(config, OptimizerConfig::adam().init()?, schedule).run(
        LinearConfig::new(4, 4).init(&device),
        |model: &Linear, (x, labels)| Score::of_classes(model.forward(x), labels),
        &examples,
        &examples,
        |_| ControlFlow::Continue(()),
    )?;
    for point in &trained.curve.points {
        println!(
            "{}: loss {:.4}, {:.1} % right",
            point.epoch,
            point.train.loss,
            100.0 * point.train.accuracy
        );
    }
    Ok(())
}
