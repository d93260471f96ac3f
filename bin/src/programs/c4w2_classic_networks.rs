//! Course 4, week 2: the classic networks, from LeNet-5 to EfficientNet, side by side.

use clap::Args;
use fireside_recipes::classify::{CHANGES_OF_HANDS, Pictures};
use fireside_recipes::lesson::Learnt;
use fireside_recipes::networks::{self, NetworkName};
use fireside_recipes::trained::Model;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::learning::{Watch, pace};
use crate::options::{Data, OwnPictures, Predict};
use crate::pictures::Question;
use crate::programs::files::SIGNS;
use crate::values::{Count, LearningRate, Units};

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
    #[command(flatten)]
    #[serde(flatten)]
    own: OwnPictures,
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
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { side, epochs, batch_size, lr, seed, ref own, ref data, .. } = *settings;
    let Some(entry) = settings.model.map(NetworkName::entry) else {
        asked.nothing_without("--model")?;
        let mut run = setup.begin()?;
        run.network_costs(&settings.models, side.map(Units::get), settings.layers, device)?;
        return run.finish();
    };

    let side = side.map_or(entry.side_near(64), Units::get);
    let pictures = own.load(data, side, seed, device)?;
    entry.config(pictures.classes.len(), [3, side, side], None)?; // no pictures that are too small
    let question = Question::asked(asked.predict.as_deref())?;
    let mut run = setup.begin()?;
    run.look_at_loaded(&pictures)?;
    let Pictures { classes, sets: [train, test], .. } = pictures;
    let pace = pace(epochs, batch_size, lr, 5e-3, seed);
    let lesson = networks::lesson(entry, &classes, side, pace, train.len(), device)?;
    run.layer_table(&lesson.net, [3, side, side], device);
    let sets = [&train.changed(&CHANGES_OF_HANDS, seed)?, &test];
    let Learnt { net, card, curve } = run.learn(lesson, sets, Watch::by(setup.dashboard))?;
    run.keep_classes(entry.name, &classes)?;
    run.judge(&net, &[("train", &train), ("test", &test)])?;
    run.ask(question, &card, Model::of_images(net), device)?;
    let titles = ["Cost", "Accuracy"].map(|figure| format!("{figure} of {}", entry.name));
    run.epoch_curves(titles.each_ref().map(String::as_str), &curve)?;
    run.finish()
}
