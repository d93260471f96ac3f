//! Optimisers and learning rate decays on the moons, by mini-batches.

use std::ops::ControlFlow;
use std::path::Path;

use burn::lr_scheduler::composed::ComposedLrSchedulerConfig;
use burn::lr_scheduler::cosine::CosineAnnealingLrSchedulerConfig;
use burn::lr_scheduler::linear::LinearLrSchedulerConfig;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::lr_scheduler::noam::NoamLrSchedulerConfig;
use burn::lr_scheduler::step::StepLrSchedulerConfig;
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_datasets::planar::{self, PointSet};
use fireside_dense::deep_net::DeepNet;
use fireside_numpy_rng::NumpyRng;
use fireside_training::descent::{Descent, DescentConfig};
use fireside_training::initializer::Initializer;
use fireside_training::loss::binary_cross_entropy;
use fireside_training::metrics::binary_accuracy;
use fireside_training::minibatch::{EpochSettings, epoch};
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::schedule::{Decay, Schedule};

use super::bowl;
use super::initialization::first_net;
use crate::Failure;
use crate::plot::{self, Series, Titles};
use crate::run::Run;
use fireside_recipes::comparison::{self, Comparison, Reference};

/// Units of each layer.
pub const LAYER_SIZES: [usize; 4] = [2, 5, 2, 1];

/// Epochs between two falls of the assignment's second decay.
pub const INTERVAL: usize = 1000;

/// Draws the assignment's moons.
pub fn draw_moons(seed: u32) -> PointSet {
    planar::moons(300, 0.2, &mut NumpyRng::new(seed))
}

/// Draws the assignment's first weights: He's.
///
/// # Errors
/// When a layer has no units.
pub fn draw_net(layer_sizes: &[usize], seed: u32, device: &Device) -> Result<DeepNet, Failure> {
    first_net(layer_sizes, Initializer::He, seed, device)
}

/// The loss of a mini-batch.
///
/// # Shapes
/// - `x`: `[batch, 2]`, `y`: `[batch, 1]`
/// - output: `[1]`
pub fn loss(net: &DeepNet, x: Tensor<2>, y: Tensor<2>) -> Tensor<1> {
    binary_cross_entropy(net.forward(x), y)
}

/// The decays of the assignment, as its runs name them.
///
/// # Errors
/// When the name is another.
pub fn decay(name: &str, decay_rate: f64) -> Result<Decay, Failure> {
    match name {
        "none" => Ok(Decay::Constant),
        "update_lr" => Ok(Decay::InverseTime { decay_rate }),
        "schedule_lr_decay" => Ok(Decay::FixedInterval { decay_rate, interval: INTERVAL }),
        other => Err(Failure::Input(format!("a reference run decays by {other}"))),
    }
}

/// Draws the zig-zag on an elongated bowl that momentum dampens, and what every schedule does over 100 epochs.
///
/// # Errors
/// When a picture cannot be drawn or written.
pub fn draw_bowl_and_schedules(run: &mut Run, device: &Device) -> Result<(), Failure> {
    let paths = [
        bowl::path("gradient descent", &OptimizerConfig::GradientDescent, 1.9, 30, device)?,
        bowl::path("momentum", &OptimizerConfig::momentum(), 1.9, 30, device)?,
        bowl::path(
            "RMSprop",
            &OptimizerConfig::RmsProp { beta: 0.9, epsilon: 1e-8 },
            0.4,
            30,
            device,
        )?,
        bowl::path("Adam", &OptimizerConfig::adam(), 0.6, 30, device)?,
    ];
    let titles = Titles { title: "30 steps on an elongated bowl", x: "w1", y: "w2" };
    run.picture("bowl.png", &plot::paths(titles, &bowl::levels(), &paths)?)?;
    let schedules = every_schedule()?;
    for (file, title, series) in [
        ("schedules.png", "The course's schedules", &schedules.course),
        ("schedules-burn.png", "Burn's schedules", &schedules.burn),
    ] {
        let titles = Titles { title, x: "epoch", y: "learning rate" };
        run.picture(file, &plot::lines(titles, series)?)?;
    }
    Ok(())
}

/// The rates of schedules over their epochs.
#[derive(Debug)]
struct ScheduleSeries {
    /// The course's schedules.
    course: Vec<Series>,
    /// Burn's own.
    burn: Vec<Series>,
}

/// Samples every schedule over 100 epochs of 10 mini-batches, from 0.1.
fn every_schedule() -> Result<ScheduleSeries, Failure> {
    const EPOCHS: usize = 100;
    const STEPS: usize = 10;
    let initial = 0.1;
    let table = vec![(30, 0.05), (60, 0.02), (90, 0.005)];
    let ours = [
        ("constant", Decay::Constant),
        ("1 / (1 + 0.1 epoch)", Decay::InverseTime { decay_rate: 0.1 }),
        ("0.95^epoch", Decay::Exponential { base: 0.95 }),
        ("1 / root of epoch", Decay::InverseRootOfEpoch { k: 1.0 }),
        ("1 / root of t", Decay::InverseRootOfStep { k: 1.0 }),
        ("half every 20", Decay::Staircase { factor: 0.5, every: 20 }),
        ("1 / (1 + epoch div 25)", Decay::FixedInterval { decay_rate: 1.0, interval: 25 }),
        ("by hand", Decay::Manual { table }),
    ];
    let mut course = Vec::new();
    for (name, decay) in ours {
        let schedule = Schedule::new(decay, initial, EPOCHS, STEPS)?;
        course.push(sampled(name, ModuleLrScheduler::new(schedule), EPOCHS, STEPS));
    }
    let steps = EPOCHS * STEPS;
    let cosine = CosineAnnealingLrSchedulerConfig::new(initial, steps);
    let linear = LinearLrSchedulerConfig::new(initial, initial / 100.0, steps);
    let warm = LinearLrSchedulerConfig::new(0.01, 1.0, steps / 10);
    // The factor with which it peaks at the initial rate.
    let (warmup, model_size) = (steps / 5, 4);
    let noam = NoamLrSchedulerConfig::new(initial * ((warmup * model_size) as f64).sqrt())
        .with_warmup_steps(warmup)
        .with_model_size(model_size);
    let stairs = StepLrSchedulerConfig::new(initial, steps / 5).with_gamma(0.5);
    let composed = ComposedLrSchedulerConfig::new().cosine(cosine.clone()).linear(warm);
    let built = [
        ("cosine", cosine.init()),
        ("linear", linear.init()),
        ("Noam", noam.init()),
        ("step", stairs.init()),
        ("cosine after a linear start", composed.init()),
    ];
    let mut burn = Vec::new();
    for (name, schedule) in built {
        burn.push(sampled(name, schedule.map_err(Failure::Run)?, EPOCHS, STEPS));
    }
    Ok(ScheduleSeries { course, burn })
}

/// The rate of each epoch's first mini-batch.
fn sampled(name: &str, mut schedule: ModuleLrScheduler, epochs: usize, steps: usize) -> Series {
    let rates: Vec<f64> = (0..epochs * steps).map(|_| schedule.step().base()).collect();
    let firsts = rates.into_iter().step_by(steps).enumerate();
    Series {
        name: name.to_string(),
        points: firsts.map(|(epoch, rate)| (epoch as f64, rate)).collect(),
    }
}

/// Repeats the course's runs: the figures of both sides.
///
/// # Errors
/// When a figure differs by more than allowed, or the reference runs cannot be read.
pub fn compare_with_course(runs: &Path, device: &Device) -> Result<Comparison, Failure> {
    let mut comparison = Comparison::default();
    let points = draw_moons(3);
    let (x, y) = (points.features(device), points.targets(device));
    for reference in Reference::read(runs, "c2w2a1", "optimizer_model")? {
        let number = |name: &str| reference.hyperparameter(name);
        let name = reference.text("optimizer")?;
        let optimizer = match name.as_str() {
            "gd" => OptimizerConfig::GradientDescent,
            "momentum" => OptimizerConfig::Momentum { beta: number("beta")? },
            "adam" => OptimizerConfig::Adam {
                beta1: number("beta1")?,
                beta2: number("beta2")?,
                epsilon: number("epsilon")?,
            },
            other => return Err(Failure::Input(format!("a reference run optimises by {other}"))),
        };
        let decay_name = reference.text("decay")?;
        let settings = EpochSettings {
            batch_size: number("mini_batch_size")? as usize,
            seed: number("seed_batches")? as u32,
            decay: decay(&decay_name, number("decay_rate")?)?,
        };
        let mut optimizer = optimizer.init()?;
        let net = draw_net(&LAYER_SIZES, number("seed_init")? as u32, device)?.train();
        let config = DescentConfig::new(number("num_epochs")? as usize, number("learning_rate")?);
        let trained = Descent::new(config.with_cost_interval(1000)).run(
            net,
            epoch(&settings, &x, &y, &mut optimizer, loss),
            |_| ControlFlow::Continue(()),
        )?;
        let net = trained.model.valid();

        let run = format!("{name}, {decay_name}");
        let course = reference.figures("costs_every_1000")?;
        let ours = trained.history.costs_every(1000);
        comparison.add_costs(&run, 1000, &course, &ours, |_, _| comparison::PRINTED_6);
        let logits = net.forward(x.clone());
        let last = binary_cross_entropy(logits.clone(), y.clone()).try_into_data()?;
        comparison.add(
            format!("{run}: cost at the end"),
            reference.figure("final_cost")?,
            last.iter::<f64>().sum(),
            comparison::SUMMED,
        );
        let share = binary_accuracy(logits, &points.labels)?;
        let course = reference.figure("accuracy")?;
        comparison.add(format!("{run}: accuracy"), course, share, comparison::EXACT);
    }
    Ok(comparison)
}
