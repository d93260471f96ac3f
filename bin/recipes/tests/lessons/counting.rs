//! Seeds that show a lesson, counted.

use std::ops::ControlFlow;

use burn::module::Module as _;
use burn::tensor::{Device, Tensor};
use fireside_dense::deep_net::DeepNet;
use fireside_training::descent::{Descent, DescentConfig, Update};

const SEEDS: u32 = 10;
const AT_LEAST: u32 = 9;

/// What a seed shows.
pub struct Seen {
    /// Whether the lesson holds.
    pub holds: bool,
    /// What was measured.
    pub figures: String,
}

/// Asserts that a lesson holds for nine seeds of ten, and tells what each of them shows.
pub fn holds_for_nine_of_ten(lesson: impl Fn(u32) -> Seen) {
    let from = std::env::var("FIRESIDE_LESSONS_FROM").map_or(0, |from| from.parse().unwrap());
    let mut holding = 0;
    let mut told = String::new();
    for seed in from..from + SEEDS {
        let Seen { holds, figures } = lesson(seed);
        holding += u32::from(holds);
        let line = format!("seed {seed}: {}: {figures}\n", if holds { "holds" } else { "FAILS" });
        print!("{line}");
        told += &line;
    }
    assert!(holding >= AT_LEAST, "{holding} of {SEEDS} seeds show it:\n{told}");
}

pub fn device() -> Device {
    Device::flex()
}

/// Trains by one update after the other.
pub fn descend<M>(
    start: M,
    iterations: usize,
    rate: f64,
    update: impl FnMut(M, Update) -> (M, Option<Tensor<1>>),
) -> (M, f64)
where
    M: Clone,
{
    let descent = Descent::new(DescentConfig::new(iterations, rate));
    let trained = descent.run(start, update, |_| ControlFlow::Continue(())).unwrap();
    let cost = trained.history.last_cost().unwrap();
    (trained.model, cost)
}

/// As [`descend`], of a network whose gradients autodiff takes.
pub fn descend_by_autodiff(
    net: DeepNet,
    iterations: usize,
    rate: f64,
    update: impl FnMut(DeepNet, Update) -> (DeepNet, Option<Tensor<1>>),
) -> DeepNet {
    descend(net.train(), iterations, rate, update).0.valid()
}

/// The share that is right, in percent.
pub fn percent(share: f64) -> f64 {
    100.0 * share
}
