//! Course 2, week 3: the same deep network with and without batch norm, at three learning rates.

use burn::module::Module;
use burn::tensor::Tensor;
use clap::Args;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::normalized_net::{NormalizedNet, NormalizedNetConfig};
use fireside_recipes::optimization::{draw_moons, draw_net, draw_normalized_net};
use fireside_recipes::planar::share_right;
use fireside_recipes::trained::{Architecture, Card};
use fireside_training::descent::DescentConfig;
use fireside_training::loss::binary_cross_entropy;
use fireside_training::minibatch::EpochSettings;
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::schedule::Decay;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::Series;
use crate::run::Run;
use crate::values::{Count, Units};

const LEARNING_RATES: [f64; 3] = [0.01, 0.1, 1.0];

/// Trains a deep network on the moons by mini-batches and gradient descent, plain and with batch norm, at
/// learning rates of 0.01, 0.1 and 1.
///
/// Expect batch norm to learn at all three, 94 to 95 %, and the plain network at the first two only: at the last
/// it is lost at 50 %. Takes seconds.
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

impl Settings {
    fn layer_sizes(&self) -> Vec<usize> {
        [&[2][..], &vec![self.hidden.get(); self.layers.get()], &[1]].concat()
    }
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c2w3-batch-norm",
    teaches: "a deep network with and without batch norm, at three learning rates",
    files: &[],
    embedded: "generated moons",
    minutes: 0.1,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let seed = settings.seed;
    let count = draw_moons(seed).labels.len();
    let mut run = setup.begin()?;
    run.say(&format!("Data: {count} points of two moons, generated."));

    let sizes = settings.layer_sizes();
    let mut curves = Vec::new();
    for rate in LEARNING_RATES {
        let plain = draw_net(&sizes, seed, device)?;
        curves.push(train(&mut run, setup, rate, "plain", plain, DeepNet::forward)?);
        let normed = draw_normalized_net(&sizes, seed, device)?;
        curves.push(train(&mut run, setup, rate, "batch norm", normed, NormalizedNet::forward)?);
    }
    run.curves("costs.png", "With and without batch norm", ["epoch", "cost"], &curves)?;
    run.finish()
}

/// Trains either network and says how well; a diverging one is a finding too.
fn train<M: Module>(
    run: &mut Run,
    Setup { settings, device, .. }: &Setup<Settings>,
    rate: f64,
    name: &str,
    net: M,
    forward: fn(&M, Tensor<2>) -> Tensor<2>,
) -> Result<Series, Failure> {
    let points = draw_moons(settings.seed);
    let sets = [&points.features(device), &points.targets(device)];
    let batches = EpochSettings { batch_size: 64, seed: settings.seed, decay: Decay::Constant };
    let config = DescentConfig::new(settings.epochs.get(), rate).with_cost_interval(2);
    let optimizer = OptimizerConfig::GradientDescent;
    let loss = |net: &M, x, y| binary_cross_entropy(forward(net, x), y);
    let (key, label) = (format!("{name}-{rate}").replace(' ', "-"), format!("{name}, rate {rate}"));
    let stage = run.stage(&key, &(name, settings.layer_sizes()))?;
    let trained = stage.learn_by_batches(net, &optimizer, config, &batches, sets, loss);
    if let Err(Failure::Diverged(how)) = &trained {
        run.say(&format!("{label}: {how}"));
        return Ok(Series::new(format!("{label}, diverged"), Vec::new()));
    }
    let (net, history) = trained?;
    let percent = 100.0 * share_right(&points, device, |x| forward(&net, x))?;
    let cost = history.last_cost().unwrap_or(f64::NAN);
    run.say(&format!("{label:22} cost {cost:.4}, accuracy {percent:.2} %"));
    run.result(&format!("accuracy_{key}"), percent);
    let sizes = settings.layer_sizes();
    let architecture = match name {
        "plain" => Architecture::deep_net(&sizes),
        _ => Architecture::NormalizedNet(NormalizedNetConfig::new(sizes)),
    };
    run.describe(&key, &Card::of_points(architecture))?;
    Ok(Series::of_costs(label, &history))
}
