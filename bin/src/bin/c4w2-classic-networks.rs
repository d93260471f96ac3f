//! Course 4, week 2: the classic networks, from LeNet-5 to EfficientNet, side by side.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};
use fireside_bin::options::{self, Common, Dashboard, Data};
use fireside_bin::recipes::classify::Pictures;
use fireside_bin::recipes::networks::{Training, compare, name_of_network};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::image_file::read_rgb;
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::zoo::{self, Entry};
use serde::{Deserialize, Serialize};

const NAME: &str = "c4w2-classic-networks";
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
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    /// Say what this JPEG or PNG shows, by the trained network
    #[arg(long, value_name = "FILE", requires = "model")]
    predict: Option<PathBuf>,
    #[command(flatten)]
    dashboard: Dashboard,
    #[command(flatten)]
    common: Common,
}

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
    folder: Option<PathBuf>,
    /// Leave out pictures of the folder that cannot be decoded
    #[arg(long)]
    skip_damaged: bool,
    /// Rows and columns of the images [default: 64 to train on, those of the paper to time]
    #[arg(long, value_parser = options::units)]
    side: Option<usize>,
    /// Times through the training pictures
    #[arg(long, default_value_t = 20, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Pictures in a mini-batch to learn from
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

fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { settings, data, predict, dashboard, common } = arguments;
    dashboard.check()?;
    let (backend, device) = backend::open(common.device.as_deref(), backend::Floats::F32)?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let pictures = match settings.model.as_deref().and_then(zoo::find) {
        None => None,
        Some(entry) => {
            let [least, most] = entry.sides;
            let side = settings.side.unwrap_or(64.clamp(least, most));
            let (folder, skip) = (settings.folder.as_deref(), settings.skip_damaged);
            Some((
                entry,
                Pictures::load(folder, skip, &data.source(), side, settings.seed, &device)?,
            ))
        }
    };
    if let Some(path) = &predict {
        read_rgb(path, 64, 64)?; // before the training, not after it
    }
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    match pictures {
        None => {
            let asked = |entry: &&Entry| match settings.models.is_empty() {
                true => DEFAULT.contains(&entry.name),
                false => settings.models.iter().any(|name| name == entry.name),
            };
            let entries: Vec<_> = zoo::ENTRIES.iter().filter(asked).collect();
            let entries = &entries[..if common.dry_run { 1 } else { entries.len() }];
            compare(&mut run, entries, settings.side, settings.layers, &device)?;
        }
        Some((entry, pictures)) => {
            let Settings { epochs, batch_size, lr, seed, .. } = settings;
            run.say(&pictures.description);
            let config = SupervisedConfig::new(epochs).with_batch_size(batch_size).with_seed(seed);
            let training =
                Training { entry, config, learning_rate: lr, dashboard: dashboard.dashboard };
            training.run(&mut run, pictures, predict.as_deref(), &device)?;
        }
    }
    run.finish()
}
