//! Course 2, week 3: the same deep network with and without batch norm, at three learning rates.

use burn::module::Module;
use clap::Args;
use fireside_recipes::batch_norm::{Contestant, LEARNING_RATES, batches, descent};
use fireside_recipes::optimization::draw_moons;
use fireside_recipes::planar::share_right;
use fireside_training::loss::binary_cross_entropy;
use fireside_training::optimizer::OptimizerConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::Series;
use crate::run::Run;
use crate::values::{Count, Units};

/// Trains a deep network on the moons by mini-batches and gradient descent, plain and with batch norm, at
/// learning rates of 0.01, 0.1 and 1.
///
/// Expect batch norm to learn at all three, 92 to 100 %, and the plain network at the first two only, 90 to 99 %: at
/// the last it is lost at 50 %. Takes 2 to 3 seconds of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Epochs of each training
    #[arg(long, default_value = "200")]
    epochs: Count,
    /// Hidden layers
    #[arg(long, default_value = "16")]
    layers: Units,
    /// Units of each hidden layer
    #[arg(long, default_value = "16")]
    hidden: Units,
    /// Seed of weights, points and mini-batches
    #[arg(long, default_value_t = 3)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c2w3-batch-norm",
    teaches: "a deep network with and without batch norm, at three learning rates",
    files: &[],
    embedded: "generated moons",
    minutes: 0.05,
    command: frame::command::<Settings, Nothing>,
    trains: "--values 0.5 -1.2",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let seed = settings.seed;
    let points = draw_moons(seed);
    let mut run = setup.begin()?;
    run.look_at_points("two moons, generated", &points)?;

    let sizes = [&[2][..], &vec![settings.hidden.get(); settings.layers.get()], &[1]].concat();
    let mut curves = Vec::new();
    for rate in LEARNING_RATES {
        let plain = Contestant::plain(&sizes, seed, device)?;
        curves.push(train(&mut run, setup, rate, plain.at(rate))?);
        let normalized = Contestant::normalized(&sizes, seed, device)?;
        curves.push(train(&mut run, setup, rate, normalized.at(rate))?);
    }
    run.curves("costs.png", "With and without batch norm", ["epoch", "cost"], &curves)?;
    run.finish()
}

/// Trains either network and says how well; a diverging one is a finding too.
fn train<M: Module>(
    run: &mut Run,
    Setup { settings, device, .. }: &Setup<Settings>,
    rate: f64,
    Contestant { name, net, forward, card }: Contestant<M>,
) -> Result<Series, Failure> {
    let (points, optimizer) = (draw_moons(settings.seed), OptimizerConfig::GradientDescent);
    let sets = [&points.features(device), &points.targets(device)];
    let (batches, descent) = (batches(settings.seed), descent(settings.epochs.get(), rate));
    let loss = |net: &M, x, y| binary_cross_entropy(forward(net, x), y);
    let (key, label) = (format!("{name}-{rate}").replace(' ', "-"), format!("{name}, rate {rate}"));
    let stage = run.stage(&key, &(name, &card.architecture))?.called(&label);
    let trained = stage.learn_by_batches(net, &optimizer, descent, &batches, sets, loss);
    if let Err(Failure::Diverged(how)) = &trained {
        run.say(&format!("{label}: {how}"));
        return Ok(Series::new(format!("{label}, diverged"), Vec::new()));
    }
    let (net, history) = trained?;
    let percent = 100.0 * share_right(&points, device, |x| forward(&net, x))?;
    let cost = history.last_cost().unwrap_or(f64::NAN);
    run.say(&format!("{label:22} cost {cost:.4}, accuracy {percent:.2} %"));
    run.result(&format!("accuracy_{key}"), percent);
    run.describe(&key, &card)?;
    Ok(Series::of_epoch_costs(label, &history))
}
