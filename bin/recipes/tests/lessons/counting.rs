//! Seeds that show a lesson, counted.

use std::ops::ControlFlow;

use burn::module::{Module, ModuleDisplay};
use burn::tensor::{Device, Tensor};
use fireside_dense::deep_net::DeepNet;
use fireside_recipes::lesson::Lesson;
use fireside_training::descent::{Descent, DescentConfig, Update};
use fireside_training::minibatch::{EpochSettings, epoch_of};
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::supervised::{Examples, Moment, Trained};

const SEEDS: u32 = 10;

/// What a seed shows.
pub struct Seen {
    /// Whether the lesson holds.
    pub holds: bool,
    /// What was measured.
    pub figures: String,
}

fn number(variable: &str) -> Option<u32> {
    std::env::var(variable).ok().map(|number| number.parse().unwrap())
}

/// Asserts that a lesson holds for nine seeds of ten, and tells what each of them shows; of fewer seeds for all.
pub fn holds_for_nine_of_ten(lesson: impl Fn(u32) -> Seen) {
    let from = number("FIRESIDE_LESSONS_FROM").unwrap_or(0);
    let seeds = number("FIRESIDE_LESSONS_SEEDS").unwrap_or(SEEDS);
    let mut holding = 0;
    let mut told = String::new();
    for seed in from..from + seeds {
        let Seen { holds, figures } = lesson(seed);
        holding += u32::from(holds);
        let line = format!("seed {seed}: {}: {figures}\n", if holds { "holds" } else { "FAILS" });
        print!("{line}");
        told += &line;
    }
    let at_least = seeds - seeds / 10;
    assert!(holding >= at_least, "{holding} of {seeds} seeds show it:\n{told}");
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

/// As [`descend`], by Adam and mini-batches: `loss` returns the mean loss of the examples at these places, below
/// `count`.
pub fn descend_by_adam<M: Module>(
    model: M,
    (epochs, rate): (usize, f64),
    batches: &EpochSettings,
    count: usize,
    loss: impl Fn(&M, &[usize]) -> Tensor<1>,
) -> (M, f64) {
    let mut optimizer = OptimizerConfig::adam().init().unwrap();
    let update = epoch_of(batches, count, &mut optimizer, loss);
    let (model, cost) = descend(model.train(), epochs, rate, update);
    (model.valid(), cost)
}

/// Trains a network as its lesson says.
pub fn learn<M, D>(lesson: Lesson<M, D::Batch>, [train, test]: [&D; 2]) -> Trained<M>
where
    M: Module + ModuleDisplay + 'static,
    D: Examples,
{
    let Lesson { net, training, answer, .. } = lesson;
    training.run(net, answer, train, test, |_: Moment| ControlFlow::Continue(())).unwrap()
}

/// What it gets right in the end of what it is judged by, in percent.
pub fn percent_right<M>(trained: &Trained<M>) -> f64 {
    percent(trained.curve.last().unwrap().held_out.accuracy)
}

/// The share that is right, in percent.
pub fn percent(share: f64) -> f64 {
    100.0 * share
}
