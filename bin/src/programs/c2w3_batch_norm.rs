//! Course 2, week 3: the same deep network with and without batch norm, at three learning rates.

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::{self, Series, Titles};
use crate::recipes::optimization::{draw_moons, draw_net};
use crate::run::Run;
use crate::values::{Count, Units};
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use clap::Args;
use fireside_datasets::planar::PointSet;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::normalized_net::{NormalizedNet, NormalizedNetConfig};
use fireside_numpy_rng::NumpyRng;
use fireside_training::descent::DescentConfig;
use fireside_training::history::History;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::loss::binary_cross_entropy;
use fireside_training::metrics::binary_accuracy;
use fireside_training::minibatch::{EpochSettings, select};
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::schedule::Decay;
use serde::{Deserialize, Serialize};

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
    let points = draw_moons(settings.seed);
    let mut run = setup.begin()?;
    run.say(&format!("Data: {} points of two moons, generated.", points.labels.len()));

    let sizes = [&[2][..], &vec![settings.hidden.get(); settings.layers.get()], &[1]].concat();
    let mut curves = Vec::new();
    for rate in LEARNING_RATES {
        let plain = draw_net(&sizes, settings.seed, device)?;
        let normalized = NormalizedNetConfig::new(sizes.clone()).init(device)?;
        let rng = &mut NumpyRng::new(settings.seed);
        let normalized = initialize(normalized, Initializer::He, rng);
        let job = Job { settings, sizes: &sizes, rate, points: &points, device };
        curves.push(job.train(&mut run, "plain", plain, DeepNet::forward)?);
        curves.push(job.train(&mut run, "batch norm", normalized, NormalizedNet::forward)?);
    }
    let titles = Titles { title: "With and without batch norm", x: "epoch", y: "cost" };
    run.picture("costs.png", &plot::lines(titles, &curves)?)?;
    run.finish()
}

/// A training at one learning rate.
struct Job<'a> {
    settings: &'a Settings,
    sizes: &'a [usize],
    rate: f64,
    points: &'a PointSet,
    device: &'a Device,
}

impl Job<'_> {
    /// Trains either network and says how well; a diverging one is a finding too.
    fn train<M: Module>(
        &self,
        run: &mut Run,
        name: &str,
        net: M,
        forward: fn(&M, Tensor<2>) -> Tensor<2>,
    ) -> Result<Series, Failure> {
        let (x, y) = (self.points.features(self.device), self.points.targets(self.device));
        let seed = self.settings.seed;
        let epochs = EpochSettings { batch_size: 64, seed, decay: Decay::Constant };
        let stage_name = format!("{name}-{}", self.rate).replace(' ', "-");
        let mut stage = run.stage(&stage_name, &(name, self.sizes))?;
        let config =
            DescentConfig::new(self.settings.epochs.get(), self.rate).with_cost_interval(2);
        let optimizer = OptimizerConfig::GradientDescent.init()?;
        let (net, optimizer, descent) = stage.begin_with(net, optimizer, config)?;
        let loss = |net: &M, batch: &[usize]| {
            binary_cross_entropy(forward(net, select(&x, batch)), select(&y, batch))
        };
        let (net, count) = (net.train(), self.points.labels.len());
        let label = format!("{name}, rate {}", self.rate);
        let trained = match stage.descend_by_batches(descent, net, optimizer, &epochs, count, loss)
        {
            Err(Failure::Diverged(how)) => {
                run.say(&format!("{label}: {how}"));
                return Ok(Series::of_costs(label, &History::default()));
            }
            trained => trained?,
        };
        let (net, history) = stage.end(trained.map(|net| net.valid()))?;
        let share = 100.0 * binary_accuracy(forward(&net, x), &self.points.labels)?;
        let cost = history.last_cost().unwrap_or(f64::NAN);
        run.say(&format!("{label:22} cost {cost:.4}, accuracy {share:.2} %"));
        run.result(&format!("accuracy_{stage_name}"), share);
        Ok(Series::of_costs(label, &history))
    }
}
