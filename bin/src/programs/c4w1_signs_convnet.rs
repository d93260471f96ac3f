//! Course 4, week 1: how many fingers a hand shows, by convolutional networks.

use std::path::PathBuf;

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::pictures;
use crate::programs::files::SIGNS;
use crate::recipes::classify;
use crate::recipes::fingers::{Contestant, draw_side_by_side};
use crate::values::{Count, LearningRate, Units};
use clap::Args;
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_training::supervised::SupervisedConfig;
use serde::{Deserialize, Serialize};

/// Learns to tell how many fingers a hand shows, first with the ConvNet of the assignment, two convolutions with large
/// poolings, then with one of four stages, batch normalisation, and pictures that are turned, shifted, mirrored and
/// tinted anew in every epoch.
///
/// Expect about 77 % of the course's test pictures from the assignment's ConvNet and 94 to 96 % from the other. Takes
/// about 9 minutes of processor time, of which the assignment's takes one.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Times through the training pictures with the assignment's network
    #[arg(long, default_value = "100")]
    course_epochs: Count,
    /// Times through the training pictures with the other
    #[arg(long, default_value = "60")]
    epochs: Count,
    /// Pictures in a mini-batch of the other
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Learning rate of the other at the start
    #[arg(long, default_value = "2e-3")]
    lr: LearningRate,
    /// Leave the pictures of the other as they are
    #[arg(long)]
    no_augmentation: bool,
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
    /// Say how many fingers this JPEG or PNG shows
    #[arg(long, value_name = "FILE")]
    predict: Option<PathBuf>,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w1-signs-convnet",
    teaches: "how many fingers a hand shows, by the assignment's ConvNet and a deeper one",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 5.0,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked: Asked { predict }, device, .. } = setup;
    let Settings { course_epochs, epochs, batch_size, lr, no_augmentation, seed, .. } = *settings;
    let signs = Signs::load(&settings.data.source(), seed)?;
    if let Some(path) = &predict {
        read_rgb(path, 64, 64)?; // before the training, not after it
    }
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&signs.train, &signs.test, &settings.data.source()));
    let test = classify::examples(&run, signs.test, device)?;
    let train = classify::examples(&run, signs.train, device)?;
    let (sets, dashboard) = ([&train, &test], setup.dashboard);

    let course = Contestant::of_the_assignment(course_epochs.get(), seed, device)?;
    let course_name = course.name;
    let (_, _, course_curve) = course.run(&mut run, sets, dashboard, device)?;

    let config =
        SupervisedConfig::new(epochs.get()).with_batch_size(batch_size.get()).with_seed(seed);
    let examples = train.source().labels().len();
    let other = Contestant::of_today(config, lr.get(), !no_augmentation, examples, device)?;
    let name = other.name;
    let (net, found, curve) = other.run(&mut run, sets, dashboard, device)?;

    classify::draw_misclassified(&mut run, &test, &found, &CLASSES)?;
    if let Some(path) = &predict {
        classify::report_answer(&mut run, &net, path, &test, device, &CLASSES)?;
    }
    classify::draw_curves(&mut run, &curve)?;
    draw_side_by_side(&mut run, &[(course_name, course_curve), (name, curve)])?;
    run.finish()
}
