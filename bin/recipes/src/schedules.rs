//! How a learning rate may fall: the course's schedules and Burn's.

use burn::lr_scheduler::composed::ComposedLrSchedulerConfig;
use burn::lr_scheduler::cosine::CosineAnnealingLrSchedulerConfig;
use burn::lr_scheduler::linear::LinearLrSchedulerConfig;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::lr_scheduler::noam::NoamLrSchedulerConfig;
use burn::lr_scheduler::step::StepLrSchedulerConfig;
use fireside_training::schedule::{Decay, Schedule};

use crate::RecipeError;

/// The rate at the beginning.
const INITIAL: f64 = 0.1;
const EPOCHS: usize = 100;
/// Mini-batches of an epoch.
const STEPS: usize = 10;

/// The learning rate of each epoch's first mini-batch: how many epochs are done, and the rate, of 100 epochs.
pub type Rates = Vec<(f64, f64)>;

/// The course's schedules, from 0.1.
///
/// # Errors
/// None: the settings are in order.
pub fn of_the_course() -> Result<Vec<(&'static str, Rates)>, RecipeError> {
    let table = vec![(30, 0.05), (60, 0.02), (90, 0.005)];
    let decays = [
        ("constant", Decay::Constant),
        ("1 / (1 + 0.1 epoch)", Decay::InverseTime { decay_rate: 0.1 }),
        ("0.95^epoch", Decay::Exponential { base: 0.95 }),
        ("1 / root of epoch", Decay::InverseRootOfEpoch { k: 1.0 }),
        ("1 / root of t", Decay::InverseRootOfStep { k: 1.0 }),
        ("half every 20", Decay::Staircase { factor: 0.5, every: 20 }),
        ("1 / (1 + epoch div 25)", Decay::FixedInterval { decay_rate: 1.0, interval: 25 }),
        ("by hand", Decay::Manual { table }),
    ];
    let sample = |(name, decay)| {
        let schedule = Schedule::new(decay, INITIAL, EPOCHS, STEPS)?;
        Ok((name, sampled(ModuleLrScheduler::new(schedule))))
    };
    decays.into_iter().map(sample).collect()
}

/// Burn's own, from 0.1.
///
/// # Errors
/// None: the settings are in order.
pub fn of_burn() -> Result<Vec<(&'static str, Rates)>, RecipeError> {
    let steps = EPOCHS * STEPS;
    let cosine = CosineAnnealingLrSchedulerConfig::new(INITIAL, steps);
    let linear = LinearLrSchedulerConfig::new(INITIAL, INITIAL / 100.0, steps);
    let warm = LinearLrSchedulerConfig::new(0.01, 1.0, steps / 10);
    // The factor with which it peaks at the initial rate.
    let (warmup, model_size) = (steps / 5, 4);
    let noam = NoamLrSchedulerConfig::new(INITIAL * ((warmup * model_size) as f64).sqrt())
        .with_warmup_steps(warmup)
        .with_model_size(model_size);
    let stairs = StepLrSchedulerConfig::new(INITIAL, steps / 5).with_gamma(0.5);
    let composed = ComposedLrSchedulerConfig::new().cosine(cosine.clone()).linear(warm);
    let built = [
        ("cosine", cosine.init()),
        ("linear", linear.init()),
        ("Noam", noam.init()),
        ("step", stairs.init()),
        ("cosine after a linear start", composed.init()),
    ];
    let sample = |(name, schedule): (_, Result<ModuleLrScheduler, String>)| {
        Ok((name, sampled(schedule.map_err(RecipeError::Run)?)))
    };
    built.into_iter().map(sample).collect()
}

fn sampled(mut schedule: ModuleLrScheduler) -> Rates {
    let rates: Vec<f64> = (0..EPOCHS * STEPS).map(|_| schedule.step().base()).collect();
    let firsts = rates.into_iter().step_by(STEPS).enumerate();
    firsts.map(|(done, rate)| (done as f64, rate)).collect()
}
