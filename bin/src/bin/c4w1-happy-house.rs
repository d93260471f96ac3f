//! Course 4, week 1: the Happy House, whose door opens to a smile.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};
use fireside_bin::options::{self, Common, Dashboard, Data};
use fireside_bin::recipes::classify;
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, pictures, program};
use fireside_datasets::happy::{CLASSES, Happy};
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::source::Source;
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::Classifier as _;
use fireside_vision::happy_net::{HappyNet, HappyNetConfig};
use fireside_vision::summary::summary;
use serde::{Deserialize, Serialize};

const NAME: &str = "c4w1-happy-house";

/// Learns to see whether a face smiles, with the network of the assignment: one convolution, batch
/// normalisation, pooling, and one unit.
///
/// Expect about 95 % on the drawn faces, as the course's own run has on its photographs (94 %), and about 80 % of
/// the 29 that --share-out leaves to judge by, of the 150 of the test file alone. Takes less than a minute.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    /// Say whether the face on this JPEG or PNG smiles
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
    #[arg(long, default_value_t = 20, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Pictures in a mini-batch
    #[arg(long, default_value_t = 16, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Learning rate at the start
    #[arg(long, default_value_t = 1e-3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Share the pictures of the test file out, four fifths to train on: for who has no training file
    #[arg(long)]
    share_out: bool,
    /// Seed of the weights, the order of the pictures, and of the drawn pictures
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
    let Settings { epochs, batch_size, lr, share_out, seed } = settings.clone();
    let Happy { train, test } = match data.source() {
        Source::Real(folder) if share_out => Happy::read_shared_out(&folder, seed)?,
        source => Happy::load(&source, seed)?,
    };
    if let Some(path) = &predict {
        read_rgb(path, 64, 64)?; // before the training, not after it
    }
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&pictures::describe(&train, &test, &data.source()));

    let net = HappyNetConfig::new().init(&device)?;
    run.say(&summary(&net, HappyNet::forward, [3, 64, 64], &device).to_string());
    let net = classify::draw_weights(net, seed, &device);
    let test = classify::examples(&run, test, &device)?;
    let train = classify::examples(&run, train, &device)?;
    let config = SupervisedConfig::new(epochs).with_batch_size(batch_size).with_seed(seed);
    let training = classify::training(config, train.source().labels().len(), lr, 1e-2)?;
    let stage = run.epoch_stage("net", &HappyNetConfig::new())?;
    let stage = stage.with_dashboard(dashboard.dashboard);
    let (net, curve) = stage.train(
        training,
        net,
        classify::answer,
        &classify::batches(&train),
        &classify::batches(&test),
    )?;

    classify::judge(&mut run, &net, "train", &train)?;
    let found = classify::judge(&mut run, &net, "test", &test)?;
    classify::draw_misclassified(&mut run, &test, &found, &CLASSES)?;
    if let Some(path) = &predict {
        classify::report_answer(&mut run, &net, path, &test, &device, &CLASSES)?;
    }
    classify::draw_curves(&mut run, &curve)?;
    run.finish()
}
