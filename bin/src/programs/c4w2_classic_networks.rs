//! Course 4, week 2: the classic networks, from LeNet-5 to EfficientNet, side by side.

use std::path::PathBuf;

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::programs::files::SIGNS;
use crate::recipes::classify::Pictures;
use crate::recipes::networks::{Training, compare, name_of_network};
use crate::values::{Count, InputPath, LearningRate, Units};
use clap::Args;
use fireside_datasets::image_file::read_rgb;
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::zoo::{self, Entry};
use serde::{Deserialize, Serialize};

/// One network of each architecture.
const DEFAULT: [&str; 11] = [
    "lenet5",
    "alexnet",
    "network-in-network",
    "vgg16",
    "googlenet",
    "inception-v3",
    "resnet50",
    "inception-resnet-v2",
    "mobilenet-v1",
    "mobilenet-v2",
    "efficientnet-b0",
];

/// Counts and times the networks of the course side by side: parameters, multiply-adds, milliseconds for an
/// image and for a training step, memory. With --model it trains one of them, on hands that show 0 to 5 fingers
/// or on any folder of class folders.
///
/// Expect milliseconds that grow with the multiply-adds, but for depthwise convolutions, which cost more than they
/// count. Takes about a minute for the default list; a training takes from a minute (conv-net) to hours (vgg16).
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Networks to put side by side [default: one of each architecture]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = name_of_network)]
    models: Vec<String>,
    /// Print every network's layers too
    #[arg(long)]
    layers: bool,
    /// Train this network instead
    #[arg(long, value_name = "NAME", value_parser = name_of_network, conflicts_with = "models")]
    model: Option<String>,
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

/// What the trained model is asked.
#[derive(Args, Debug, Clone)]
struct Asked {
    /// Say what this JPEG or PNG shows, by the trained network
    #[arg(long, value_name = "FILE", requires = "model")]
    predict: Option<PathBuf>,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w2-classic-networks",
    teaches: "LeNet-5 to EfficientNet side by side: sizes, times, memory; trains any of them",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 1.0,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked: Asked { predict }, device, .. } = setup;
    let pictures = match settings.model.as_deref().and_then(zoo::find) {
        None => None,
        Some(entry) => {
            let [least, most] = entry.sides;
            let side = settings.side.map_or(64.clamp(least, most), Units::get);
            let (folder, skip) = (settings.folder.as_deref(), settings.skip_damaged);
            Some((
                entry,
                Pictures::load(folder, skip, &settings.data.source(), side, settings.seed, device)?,
            ))
        }
    };
    if let Some(path) = &predict {
        read_rgb(path, 64, 64)?; // before the training, not after it
    }
    let mut run = setup.begin()?;
    match pictures {
        None => {
            let asked = |entry: &&Entry| match settings.models.is_empty() {
                true => DEFAULT.contains(&entry.name),
                false => settings.models.iter().any(|name| name == entry.name),
            };
            let entries: Vec<_> = zoo::ENTRIES.iter().filter(asked).collect();
            let entries = &entries[..if setup.is_dry_run() { 1 } else { entries.len() }];
            compare(&mut run, entries, settings.side.map(Units::get), settings.layers, device)?;
        }
        Some((entry, pictures)) => {
            let Settings { epochs, batch_size, lr, seed, .. } = *settings;
            run.say(&pictures.description);
            let config = SupervisedConfig::new(epochs.get())
                .with_batch_size(batch_size.get())
                .with_seed(seed);
            let training =
                Training { entry, config, learning_rate: lr.get(), dashboard: setup.dashboard };
            training.run(&mut run, pictures, predict.as_deref(), device)?;
        }
    }
    run.finish()
}
