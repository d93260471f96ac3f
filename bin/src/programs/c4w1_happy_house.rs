//! Course 4, week 1: the Happy House, whose door opens to a smile.

use std::path::PathBuf;

use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::programs::files::HAPPY;
use crate::recipes::classify;
use crate::values::{Count, LearningRate, Units};
use crate::{Failure, pictures};
use clap::Args;
use fireside_datasets::happy::{CLASSES, Happy};
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::source::Source;
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::Classifier as _;
use fireside_vision::happy_net::{HappyNet, HappyNetConfig};
use fireside_vision::summary::summary;
use serde::{Deserialize, Serialize};

/// Learns to see whether a face smiles, with the network of the assignment: one convolution, batch
/// normalisation, pooling, and one unit.
///
/// Expect about 95 % on the drawn faces, as the course's own run has on its photographs (94 %), and about 80 % of
/// the 29 that --share-out leaves to judge by, of the 150 of the test file alone. Takes less than a minute.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Times through the training pictures
    #[arg(long, default_value = "20")]
    epochs: Count,
    /// Pictures in a mini-batch
    #[arg(long, default_value = "16")]
    batch_size: Units,
    /// Learning rate at the start
    #[arg(long, default_value = "1e-3")]
    lr: LearningRate,
    /// Share the pictures of the test file out, four fifths to train on: for who has no training file
    #[arg(long)]
    share_out: bool,
    /// Seed of the weights, the order of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// What the trained model is asked.
#[derive(Args, Debug, Clone)]
struct Asked {
    /// Say whether the face on this JPEG or PNG smiles
    #[arg(long, value_name = "FILE")]
    predict: Option<PathBuf>,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w1-happy-house",
    teaches: "whether a face smiles, by the first network with batch norm and pooling",
    files: HAPPY,
    embedded: "drawn faces",
    minutes: 1.0,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked: Asked { predict }, device, .. } = setup;
    let Settings { epochs, batch_size, lr, share_out, seed, .. } = settings.clone();
    let Happy { train, test } = match settings.data.source() {
        Source::Real(folder) if share_out => Happy::read_shared_out(&folder, seed)?,
        source => Happy::load(&source, seed)?,
    };
    if let Some(path) = &predict {
        read_rgb(path, 64, 64)?; // before the training, not after it
    }
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&train, &test, &settings.data.source()));

    let net = HappyNetConfig::new().init(device)?;
    run.say(&summary(&net, HappyNet::forward, [3, 64, 64], device).to_string());
    let net = classify::draw_weights(net, seed, device);
    let test = classify::examples(&run, test, device)?;
    let train = classify::examples(&run, train, device)?;
    let config =
        SupervisedConfig::new(epochs.get()).with_batch_size(batch_size.get()).with_seed(seed);
    let training = classify::training(config, train.source().labels().len(), lr.get(), 1e-2)?;
    let stage = run.epoch_stage("net", &HappyNetConfig::new())?;
    let stage = stage.with_dashboard(setup.dashboard);
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
        classify::report_answer(&mut run, &net, path, &test, device, &CLASSES)?;
    }
    classify::draw_curves(&mut run, &curve)?;
    run.finish()
}
