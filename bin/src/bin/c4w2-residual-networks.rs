//! Course 4, week 2: residual networks. ResNet-50 on the hands, and what shortcuts do to deep networks.

use std::process::ExitCode;

use clap::{Args, Parser, ValueEnum};
use fireside_bin::options::{self, Common, Dashboard, Data};
use fireside_bin::pictures;
use fireside_bin::plot::{self, Titles};
use fireside_bin::recipes::classify;
use fireside_bin::recipes::residual::{Contestant, Pace};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::resnet::{ResNet, ResNetConfig};
use fireside_vision::summary::summary;
use fireside_vision::{Classifier as _, Edition};
use serde::{Deserialize, Serialize};

const NAME: &str = "c4w2-residual-networks";

/// Trains the assignment's ResNet-50 on hands that show 0 to 5 fingers, from scratch; then plain and residual
/// networks of the same depths, whose training errors tell why the shortcuts are there.
///
/// Expect 97 to 99 % on the course's test pictures, where the course's own pretrained ResNet-50 has 95 %, and
/// plain networks that learn their training pictures the worse the deeper they are, where the residual ones all
/// learn them by heart. Takes about 20 minutes, and as long again for the comparison.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    dashboard: Dashboard,
    #[command(flatten)]
    common: Common,
}

/// What to do.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Part {
    /// Both.
    All,
    /// ResNet-50.
    Resnet50,
    /// Plain against residual networks.
    Comparison,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// What to do
    #[arg(long, value_enum, default_value_t = Part::All)]
    part: Part,
    /// Times through the training pictures for ResNet-50
    #[arg(long, default_value_t = 30, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Times through the training pictures for each network of the comparison
    #[arg(long, default_value_t = 12, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    comparison_epochs: usize,
    /// Depths to compare, each 6n + 2
    #[arg(long, value_delimiter = ',', default_values_t = [20, 32, 44, 56])]
    depths: Vec<usize>,
    /// Pictures in a mini-batch
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Learning rate at the start
    #[arg(long, default_value_t = 1e-3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Seed of the weights, the order and the changes of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { settings, data, dashboard, common }: Arguments) -> Result<(), Failure> {
    dashboard.check()?;
    let (backend, device) = backend::open(common.device.as_deref(), backend::Floats::F32)?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let Settings { part, epochs, comparison_epochs, depths, batch_size, lr, seed } =
        settings.clone();
    for contestant in Contestant::of_depths(&depths) {
        contestant.build(CLASSES.len(), &device)?; // a wrong depth is found before the first training
    }
    let signs = Signs::load(&data.source(), seed)?;
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&pictures::describe(&signs.train, &signs.test, &data.source()));
    let test = classify::examples(&run, signs.test, &device)?;
    let train = classify::examples(&run, signs.train, &device)?;
    let config = SupervisedConfig::new(epochs).with_batch_size(batch_size).with_seed(seed);

    if part != Part::Comparison {
        let shape = ResNetConfig::resnet50(CLASSES.len()).with_edition(Edition::Course);
        let net = shape.init(&device)?;
        run.say(&summary(&net, ResNet::forward, [3, 64, 64], &device).to_string());
        let net = classify::draw_weights(net, seed, &device);
        let learnt = classify::augmented(&train, &classify::CHANGES_OF_HANDS, seed)?;
        let training = classify::training(config, train.source().labels().len(), lr, 1e-2)?;
        let stage = run.epoch_stage("resnet50", &shape)?;
        let stage = stage.with_dashboard(dashboard.dashboard);
        let (net, curve) = stage.train(
            training,
            net,
            classify::answer,
            &classify::batches(&learnt),
            &classify::batches(&test),
        )?;
        classify::judge(&mut run, &net, "train", &train)?;
        let found = classify::judge(&mut run, &net, "test", &test)?;
        classify::draw_misclassified(&mut run, &test, &found, &CLASSES)?;
        classify::draw_curves(&mut run, &curve)?;
    }
    if part != Part::Resnet50 {
        run.say(&format!("{:>12} {:>14} {:>14}", "network", "train error %", "test error %"));
        let pace = Pace { epochs: comparison_epochs, batch_size, learning_rate: lr, seed };
        let mut lines = Vec::new();
        for contestant in Contestant::of_depths(&depths[..run.iterations(depths.len())]) {
            let sets = [&train, &test];
            lines.push(contestant.train(&mut run, sets, CLASSES.len(), pace, &device)?);
        }
        let titles =
            Titles { title: "Plain and residual networks", x: "epoch", y: "training error in %" };
        run.picture("plain-and-residual.png", &plot::lines(titles, &lines)?)?;
    }
    run.finish()
}
