//! Course 4, week 1: how many fingers a hand shows, by a convolutional network.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};
use fireside_bin::options::{self, Common, Dashboard, Data};
use fireside_bin::pictures;
use fireside_bin::recipes::classify;
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::Classifier as _;
use fireside_vision::conv_net::{ConvNet, ConvNetConfig};
use fireside_vision::summary::summary;
use serde::{Deserialize, Serialize};

const NAME: &str = "c4w1-signs-convnet";

/// Learns to tell how many fingers a hand shows with a convolutional network of four stages, batch
/// normalisation, and pictures that are turned, shifted, mirrored and tinted anew in every epoch.
///
/// Expect 95 to 96 % on the course's test pictures, where its own ConvNet has 78 to 82 %. Takes about 5 minutes.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    /// Say how many fingers this JPEG or PNG shows
    #[arg(long, value_name = "FILE")]
    predict: Option<PathBuf>,
    #[command(flatten)]
    dashboard: Dashboard,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Times through the training pictures
    #[arg(long, default_value_t = 60, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Pictures in a mini-batch
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Learning rate at the start
    #[arg(long, default_value_t = 2e-3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Leave the pictures as they are
    #[arg(long)]
    no_augmentation: bool,
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
    let Settings { epochs, batch_size, lr, no_augmentation, seed } = settings.clone();
    let signs = Signs::load(&data.source(), seed)?;
    if let Some(path) = &predict {
        read_rgb(path, 64, 64)?; // before the training, not after it
    }
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&pictures::describe(&signs.train, &signs.test, &data.source()));

    let net = ConvNetConfig::new(CLASSES.len()).init(&device)?;
    run.say(&summary(&net, ConvNet::forward, [3, 64, 64], &device).to_string());
    let net = classify::draw_weights(net, seed, &device);
    let test = classify::examples(&run, signs.test, &device)?;
    let train = classify::examples(&run, signs.train, &device)?;
    let learnt = match no_augmentation {
        true => train.clone(),
        false => classify::augmented(&train, &classify::CHANGES_OF_HANDS, seed)?,
    };
    let config = SupervisedConfig::new(epochs).with_batch_size(batch_size).with_seed(seed);
    let training = classify::training(config, train.source().labels().len(), lr, 5e-3)?;
    let stage = run.epoch_stage("net", "ConvNet [32, 64, 128, 256]");
    let stage = stage.with_dashboard(dashboard.dashboard);
    let (net, curve) = stage.train(training, net, classify::answer, &learnt, &test)?;

    classify::judge(&mut run, &net, "train", &train)?;
    let found = classify::judge(&mut run, &net, "test", &test)?;
    classify::draw_misclassified(&mut run, &test, &found, &CLASSES)?;
    if let Some(path) = &predict {
        classify::report_answer(&mut run, &net, path, &test, &device, &CLASSES)?;
    }
    classify::draw_curves(&mut run, &curve)?;
    run.finish()
}
