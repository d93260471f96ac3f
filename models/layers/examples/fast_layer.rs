//! Burn's own LSTM, run by its `forward` and by the kernels of this crate: the same numbers, sooner.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::time::{Duration, Instant};

use burn::nn::LstmConfig;
use burn::tensor::{Device, Distribution, Tensor};
use fireside_layers::{Layer as _, trace};

fn main() {
    let device = Device::flex();
    let lstm = LstmConfig::new(64, 128, true).init(&device);
    let shape = [64, 40, 64]; // [batch, time, features]
    let x = Tensor::<3>::random(shape, Distribution::Normal(0.0, 1.0), &device);

    let ((ours, _), kernels) = trace::count_kernels(|| lstm.apply((x.clone(), None)));
    let (theirs, _) = lstm.forward(x.clone(), None);
    let difference = (ours - theirs).abs().max().into_scalar::<f32>();
    println!("{kernels} kernel, the largest difference {difference:e}");

    println!("apply:   {:?}", time(|| drop(lstm.apply((x.clone(), None)))));
    println!("forward: {:?}", time(|| drop(lstm.forward(x.clone(), None))));
}

/// The mean of 20 runs.
fn time(run: impl Fn()) -> Duration {
    let start = Instant::now();
    (0..20).for_each(|_| run());
    start.elapsed() / 20
}
