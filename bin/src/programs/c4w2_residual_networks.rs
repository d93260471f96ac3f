//! Course 4, week 2: residual networks. ResNet-50 on the hands, and what shortcuts do to deep networks.

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::pictures;
use crate::plot::{self, Titles};
use crate::programs::files::SIGNS;
use crate::recipes::classify;
use crate::recipes::residual::{Contestant, Pace};
use crate::values::{Count, LearningRate, Units};
use clap::{Args, ValueEnum};
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::resnet::{ResNet, ResNetConfig};
use fireside_vision::summary::summary;
use fireside_vision::{Classifier as _, Edition};
use serde::{Deserialize, Serialize};

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

/// Trains the assignment's ResNet-50 on hands that show 0 to 5 fingers, from scratch; then plain and residual
/// networks of the same depths, whose training errors tell why the shortcuts are there.
///
/// Expect 97 to 99 % on the course's test pictures, where the course's own pretrained ResNet-50 has 95 %, and
/// plain networks that learn their training pictures the worse the deeper they are, where the residual ones all
/// learn them by heart. Takes about 20 minutes, and as long again for the comparison.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// What to do
    #[arg(long, value_enum, default_value_t = Part::All)]
    part: Part,
    /// Times through the training pictures for ResNet-50
    #[arg(long, default_value = "30")]
    epochs: Count,
    /// Times through the training pictures for each network of the comparison
    #[arg(long, default_value = "12")]
    comparison_epochs: Count,
    /// Depths to compare, each 6n + 2
    #[arg(long, value_delimiter = ',', default_values_t = [20, 32, 44, 56])]
    depths: Vec<usize>,
    /// Pictures in a mini-batch
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Learning rate at the start
    #[arg(long, default_value = "1e-3")]
    lr: LearningRate,
    /// Seed of the weights, the order and the changes of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w2-residual-networks",
    teaches: "ResNet-50 on the hands, and why deep networks need shortcuts",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 40.0,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { part, epochs, comparison_epochs, depths, batch_size, lr, seed, .. } =
        settings.clone();
    for contestant in Contestant::of_depths(&depths) {
        contestant.build(CLASSES.len(), device)?; // a wrong depth is found before the first training
    }
    let signs = Signs::load(&settings.data.source(), seed)?;
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&signs.train, &signs.test, &settings.data.source()));
    let test = classify::examples(&run, signs.test, device)?;
    let train = classify::examples(&run, signs.train, device)?;
    let config =
        SupervisedConfig::new(epochs.get()).with_batch_size(batch_size.get()).with_seed(seed);

    if part != Part::Comparison {
        let shape = ResNetConfig::resnet50(CLASSES.len()).with_edition(Edition::Course);
        let net = shape.init(device)?;
        run.say(&summary(&net, ResNet::forward, [3, 64, 64], device).to_string());
        let net = classify::draw_weights(net, seed, device);
        let learnt = classify::augmented(&train, &classify::CHANGES_OF_HANDS, seed)?;
        let training = classify::training(config, train.source().labels().len(), lr.get(), 1e-2)?;
        let stage = run.epoch_stage("resnet50", &shape)?;
        let stage = stage.with_dashboard(setup.dashboard);
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
        let pace = Pace {
            epochs: comparison_epochs.get(),
            batch_size: batch_size.get(),
            learning_rate: lr.get(),
            seed,
        };
        let mut lines = Vec::new();
        for contestant in Contestant::of_depths(&depths[..run.iterations(depths.len())]) {
            let sets = [&train, &test];
            lines.push(contestant.train(&mut run, sets, CLASSES.len(), pace, device)?);
        }
        let titles =
            Titles { title: "Plain and residual networks", x: "epoch", y: "training error in %" };
        run.picture("plain-and-residual.png", &plot::lines(titles, &lines)?)?;
    }
    run.finish()
}
