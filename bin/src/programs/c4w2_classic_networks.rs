//! Course 4, week 2: the classic networks, from LeNet-5 to EfficientNet, side by side.

use clap::Args;
use fireside_recipes::classify::{self, Pictures};
use fireside_recipes::networks::{self, NetworkName};
use fireside_recipes::trained::{Architecture, Card, Model, Trained};
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::zoo::Entry;
use serde::{Deserialize, Serialize};

use crate::findings::CostTable;
use crate::frame::{self, Program, Setup};
use crate::options::{Data, Predict};
use crate::pictures::Question;
use crate::programs::files::SIGNS;
use crate::values::{Count, InputPath, LearningRate, Units};
use crate::{Failure, interrupt};

/// Counts and times the networks of the course side by side: parameters, multiply-adds, milliseconds for an
/// image and for a training step, memory. With --model it trains one of them, on hands that show 0 to 5 fingers
/// or on any folder of class folders.
///
/// Expect milliseconds that grow with the multiply-adds, but for depthwise convolutions, which cost more than they
/// count. Takes about a minute for the default list; a training takes from a minute (conv-net) to hours (vgg16).
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Networks to put side by side [default: one of each architecture]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    models: Vec<NetworkName>,
    /// Print every network's layers too
    #[arg(long)]
    layers: bool,
    /// Train this network instead
    #[arg(long, value_name = "NAME", conflicts_with = "models")]
    model: Option<NetworkName>,
    /// Train on this folder of class folders [default: hands that show 0 to 5 fingers]
    #[arg(long, value_name = "DIR", requires = "model")]
    folder: Option<InputPath>,
    /// Leave out pictures of the folder that cannot be decoded
    #[arg(long)]
    skip_damaged: bool,
    /// Rows and columns of the images [default: 64 to train on, those of the paper to time]
    #[arg(long)]
    side: Option<Units>,
    /// Times through the training pictures
    #[arg(long, default_value = "20")]
    epochs: Count,
    /// Pictures in a mini-batch to learn from
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
    name: "c4w2-classic-networks",
    teaches: "LeNet-5 to EfficientNet side by side: sizes, times, memory; trains any of them",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 1.0,
    command: frame::command::<Settings, Predict>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    match setup.settings.model {
        Some(name) => train(setup, name.entry()),
        None if setup.asked.predict.is_none() => compare(setup),
        None => Err(Failure::Input("--predict asks a trained network: give it by --model".into())),
    }
}

/// What networks cost, measured one after the other.
fn compare(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let mut run = setup.begin()?;
    let entries = networks::chosen(&settings.models);
    let mut table = CostTable::begin(&run);
    for entry in &entries[..if setup.is_dry_run() { 1 } else { entries.len() }] {
        if interrupt::requested() {
            return Err(Failure::Run(format!("stopped before {}", entry.name)));
        }
        let side = settings.side.map_or(entry.side, Units::get);
        let (cost, layers) = networks::measure(entry, side, device)?;
        table.row(&run, cost);
        if settings.layers {
            run.say(&layers.to_string());
        }
    }
    table.end(&mut run)?;
    run.finish()
}

/// One network, learning from pictures that are changed anew in every epoch.
fn train(setup: &Setup<Settings, Predict>, entry: &Entry) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { folder, skip_damaged, seed, .. } = settings;
    let (name, source) = (entry.name, settings.data.source());
    let side = settings.side.map_or(entry.side_near(64), Units::get);
    let Pictures { classes, sets: [train, test], description } =
        Pictures::load(folder.as_deref(), *skip_damaged, &source, side, *seed, device)?;
    let question = Question::asked(asked.predict.as_deref())?;
    let mut run = setup.begin()?;
    run.say(&description);

    let image = [3, side, side];
    let net = entry.build(classes.len(), image, device)?;
    run.layer_table(&net, image, device);
    let net = classify::draw_weights(net, *seed, device);
    let changed = classify::augmented(&train, &classify::CHANGES_OF_HANDS, *seed)?;
    let config = SupervisedConfig::new(settings.epochs.get()).with_seed(*seed);
    let config = config.with_batch_size(settings.batch_size.get());
    let training = classify::training(config, train.len(), settings.lr.get(), 5e-3)?;
    let stage = run.epoch_stage(name, &(name, &classes, image))?;
    let stage = stage.with_dashboard(setup.dashboard);
    let (net, curve) = stage.classify(training, net, [&changed, &test])?;
    run.keep_classes(name, &classes)?;
    run.judge(&net, &[("train", &train), ("test", &test)])?;
    let architecture = Architecture::named(name, classes.len(), image);
    let card = Card::of_pictures(architecture, [side; 2], &classes);
    run.describe(name, &card)?;
    if let Some(question) = question {
        question.ask(&mut run, &Trained::of(&card, Model::of_images(net), device)?)?;
    }
    run.epoch_curves(["Cost by epoch", "Accuracy by epoch"], &curve)?;
    run.finish()
}
