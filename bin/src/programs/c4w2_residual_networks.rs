//! Course 4, week 2: residual networks. ResNet-50 on the hands, and what shortcuts do to deep networks.

use clap::{Args, ValueEnum};
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_recipes::classify;
use fireside_recipes::residual::{Contestant, answer_on_halves};
use fireside_recipes::trained::{Architecture, Card};
use fireside_training::supervised::{EpochPoint, SupervisedConfig};
use fireside_vision::Edition;
use fireside_vision::resnet::ResNetConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::findings::{Cell, Table};
use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::pictures;
use crate::plot::Series;
use crate::programs::files::SIGNS;
use crate::run::Run;
use crate::values::{Count, LearningRate, Units};

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
    #[arg(long, value_delimiter = ',', default_values = ["20", "32", "44", "56"])]
    depths: Vec<Units>,
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
    let (source, seed) = (settings.data.source(), settings.seed);
    let depths: Vec<usize> = settings.depths.iter().map(|depth| depth.get()).collect();
    for contestant in Contestant::of_depths(&depths) {
        contestant.build(CLASSES.len(), device)?; // a wrong depth is found before the first training
    }
    let Signs { train, test, .. } = Signs::load(&source, seed)?;
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&train, &test, &source));
    let [train, test] = [run.pictures(train, device)?, run.pictures(test, device)?];
    if settings.part != Part::Comparison {
        resnet50(&mut run, [&train, &test], setup)?;
    }
    if settings.part != Part::Resnet50 {
        let depths = &depths[..run.iterations(depths.len())];
        compare(&mut run, depths, [&train, &test], setup)?;
    }
    run.finish()
}

impl Settings {
    fn training(&self, epochs: Count) -> SupervisedConfig {
        let config = SupervisedConfig::new(epochs.get()).with_seed(self.seed);
        config.with_batch_size(self.batch_size.get())
    }
}

/// The assignment's network, from scratch.
fn resnet50(
    run: &mut Run,
    [train, test]: [&ImageExamples; 2],
    setup: &Setup<Settings>,
) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let architecture = ResNetConfig::resnet50(CLASSES.len()).with_edition(Edition::Course);
    let net = architecture.init(device)?;
    run.layer_table(&net, [3, 64, 64], device);
    let net = classify::draw_weights(net, settings.seed, device);
    let changed = classify::augmented(train, &classify::CHANGES_OF_HANDS, settings.seed)?;
    let config = settings.training(settings.epochs);
    let training = classify::training(config, train.len(), settings.lr.get(), 1e-2)?;
    let stage = run.epoch_stage("resnet50", &architecture)?;
    let stage = stage.with_dashboard(setup.dashboard);
    let (net, curve) = stage.classify(training, net, [&changed, test])?;
    let found = run.judge(&net, &[("train", train), ("test", test)])?;
    let card = Card::of_pictures(Architecture::ResNet(architecture), [64; 2], &CLASSES);
    run.describe("resnet50", &card.as_main())?;
    run.misclassified_of("misclassified.png", test, &found, &CLASSES)?;
    run.epoch_curves(["Cost of ResNet-50", "Accuracy of ResNet-50"], &curve)
}

/// Plain and residual networks of the same depths.
fn compare(
    run: &mut Run,
    depths: &[usize],
    [train, test]: [&ImageExamples; 2],
    setup: &Setup<Settings>,
) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let columns = [("network", 12), ("train error %", 14), ("test error %", 14)];
    let table = Table::begin(run, columns);
    let mut lines = Vec::new();
    for contestant in Contestant::of_depths(depths) {
        let (name, config) = (contestant.name(), settings.training(settings.comparison_epochs));
        let (rate, classes) = (settings.lr.get(), CLASSES.len());
        let (net, training) = contestant.begin(config, train.len(), rate, classes, device)?;
        let stage = run.epoch_stage(&name, &("SmallResNet", &name, classes))?.quietly();
        let sets = [train, test].map(classify::batches);
        let (_, curve) = stage.train(training, net, answer_on_halves, &sets[0], &sets[1])?;
        run.describe(&name, &contestant.card(&CLASSES))?;
        let percent = |share: f64| 100.0 * (1.0 - share);
        if let Some(last) = curve.last() {
            let [learnt, tested] = [last.train, last.held_out].map(|set| percent(set.accuracy));
            let learnt = Cell::figure(format!("{name}_train_error"), learnt, 2);
            let tested = Cell::figure(format!("{name}_test_error"), tested, 2);
            table.row(run, [Cell::said(&name), learnt, tested]);
        }
        let error = |point: &EpochPoint| percent(point.train.accuracy);
        lines.push(Series::of_epochs(contestant.called(), &curve, error));
    }
    let axes = ["epoch", "training error in %"];
    run.accuracy_curves("plain-and-residual.png", "Plain and residual networks", axes, &lines)
}
