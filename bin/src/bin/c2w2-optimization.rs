//! Course 2, week 2: four optimisers, each with three learning rates over time.

use std::process::ExitCode;

use burn::module::Module;
use clap::{Args, Parser};
use fireside_bin::boundary::boundary;
use fireside_bin::options::{self, Common, Verify};
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::optimization::{
    INTERVAL, LAYER_SIZES, compare_with_course, draw_bowl_and_schedules, draw_moons, draw_net, loss,
};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_dense::deep_net::DeepNet;
use fireside_training::descent::DescentConfig;
use fireside_training::metrics::binary_accuracy;
use fireside_training::minibatch::{EpochSettings, select};
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::schedule::Decay;
use serde::{Deserialize, Serialize};

const NAME: &str = "c2w2-optimization";

/// Trains a network (2-5-2-1) on the moons by mini-batches of 64: with gradient descent, momentum, RMSprop and
/// Adam, each with a constant learning rate, one that falls in every epoch and one that falls every 1000.
///
/// Expect 71.7 % from gradient descent and from momentum at the constant rate and 94.3 % from Adam; 65.3, 94.3,
/// 95.3 and 94 % once the rate may start higher and falls. Draws the zig-zag on an elongated bowl and every
/// schedule too. Takes about a minute.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    verify: Verify,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Epochs of each training
    #[arg(long, default_value_t = 5000, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Examples in each mini-batch
    #[arg(long, default_value_t = 64, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    batch_size: usize,
    /// Constant learning rate
    #[arg(long, default_value_t = 0.0007, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// First learning rate of gradient descent and momentum where it falls; RMSprop and Adam take a tenth
    #[arg(long, default_value_t = 0.1, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    falling_lr: f64,
    /// Seed of weights and points
    #[arg(long, default_value_t = 3)]
    seed: u32,
    /// Seed of the mini-batches
    #[arg(long, default_value_t = 10)]
    batch_seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { settings, common, verify }: Arguments) -> Result<(), Failure> {
    let (backend, device) = backend::open(common.device.as_deref(), verify.floats())?;
    if verify.verify {
        return compare_with_course(&verify, &common, &device);
    }
    let settings = Run::settings(NAME, &common, settings)?;
    let points = draw_moons(settings.seed);
    let (x, y) = (points.features(&device), points.targets(&device));
    let mut run = Run::start(NAME, &common, &settings, backend)?;
    run.say(&format!("Data: {} points of two moons, generated.", points.labels.len()));
    draw_bowl_and_schedules(&mut run, &device)?;

    let (slow, fast) = (settings.falling_lr / 10.0, settings.falling_lr);
    let optimizers = [
        ("gradient descent", OptimizerConfig::GradientDescent, fast),
        ("momentum", OptimizerConfig::momentum(), fast),
        ("RMSprop", OptimizerConfig::rmsprop(), slow),
        ("Adam", OptimizerConfig::adam(), slow),
    ];
    let fixed = Decay::FixedInterval { decay_rate: 1.0, interval: INTERVAL };
    let decays = [
        ("constant", Decay::Constant),
        ("every epoch", Decay::InverseTime { decay_rate: 1.0 }),
        ("every 1000", fixed),
    ];
    let mut panels = Vec::new();
    for (decay_name, decay) in decays {
        let mut curves = Vec::new();
        for (name, optimizer, falling_lr) in &optimizers {
            let rate = if decay == Decay::Constant { settings.lr } else { *falling_lr };
            let epochs = EpochSettings {
                batch_size: settings.batch_size,
                seed: settings.batch_seed,
                decay: decay.clone(),
            };
            let stage_name = format!("{name}-{decay_name}").replace(' ', "-");
            let mut stage = run.stage(&stage_name, &("DeepNet", LAYER_SIZES))?;
            let config = DescentConfig::new(settings.epochs, rate);
            let start = draw_net(&LAYER_SIZES, settings.seed, &device)?;
            let (net, optimizer, descent) = stage.begin_with(start, optimizer.init()?, config)?;
            let of_batch =
                |net: &DeepNet, batch: &[usize]| loss(net, select(&x, batch), select(&y, batch));
            let count = points.labels.len();
            let net = net.train();
            let trained =
                stage.descend_by_batches(descent, net, optimizer, &epochs, count, of_batch)?;
            let (net, history) = stage.end(trained.map(|net| net.valid()))?;

            let share = 100.0 * binary_accuracy(net.forward(x.clone()), &points.labels)?;
            let cost = history.last_cost().unwrap_or(f64::NAN);
            run.say(&format!(
                "{name:16} rate {rate:<6} {decay_name:11} cost {cost:.6} accuracy {share:.2} %"
            ));
            run.result(&format!("accuracy_{stage_name}"), share);
            run.result(&format!("cost_{stage_name}"), cost);
            let title = format!("{name}, {decay_name}: {share:.1} %");
            panels.push(boundary(&title, |x| net.forward(x), &points, &device)?);
            curves.push(Series::of_costs(*name, &history));
        }
        let title = format!("Costs, learning rate {decay_name}");
        let titles = Titles { title: &title, x: "epoch", y: "cost" };
        let file = format!("costs-{}.png", decay_name.replace(' ', "-"));
        run.picture(&file, &plot::lines(titles, &curves)?)?;
    }
    let title = "Optimisers, and how their learning rate falls";
    run.picture("boundaries.png", &plot::boundaries(title, &panels, optimizers.len())?)?;
    run.finish()
}
