//! Course 4, week 1: how many fingers a hand shows, by convolutional networks.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};
use fireside_bin::options::{self, Common, Dashboard, Data};
use fireside_bin::pictures;
use fireside_bin::recipes::classify;
use fireside_bin::recipes::fingers::{Contestant, draw_side_by_side};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_training::supervised::SupervisedConfig;
use serde::{Deserialize, Serialize};

const NAME: &str = "c4w1-signs-convnet";

/// Learns to tell how many fingers a hand shows, first with the ConvNet of the assignment, two convolutions with large
/// poolings, then with one of four stages, batch normalisation, and pictures that are turned, shifted, mirrored and
/// tinted anew in every epoch.
///
/// Expect about 77 % of the course's test pictures from the assignment's ConvNet and 94 to 96 % from the other. Takes
/// about 9 minutes of processor time, of which the assignment's takes one.
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
    /// Times through the training pictures with the assignment's network
    #[arg(long, default_value_t = course_epochs(), value_parser = options::iterations)]
    #[serde(default = "course_epochs", deserialize_with = "options::checked::iterations")]
    course_epochs: usize,
    /// Times through the training pictures with the other
    #[arg(long, default_value_t = 60, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Pictures in a mini-batch of the other
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Learning rate of the other at the start
    #[arg(long, default_value_t = 2e-3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Leave the pictures of the other as they are
    #[arg(long)]
    no_augmentation: bool,
    /// Seed of the weights, the order and the changes of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// As many as in the assignment; a run of before had none.
fn course_epochs() -> usize {
    100
}

fn main() -> ExitCode {
    program(run)
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { settings, data, predict, dashboard, common } = arguments;
    dashboard.check()?;
    let (backend, device) = backend::open(common.device.as_deref(), backend::Floats::F32)?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let Settings { course_epochs, epochs, batch_size, lr, no_augmentation, seed } = settings;
    let signs = Signs::load(&data.source(), seed)?;
    if let Some(path) = &predict {
        read_rgb(path, 64, 64)?; // before the training, not after it
    }
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&pictures::describe(&signs.train, &signs.test, &data.source()));
    let test = classify::examples(&run, signs.test, &device)?;
    let train = classify::examples(&run, signs.train, &device)?;
    let (sets, dashboard) = ([&train, &test], dashboard.dashboard);

    let course = Contestant::of_the_assignment(course_epochs, seed, &device)?;
    let course_name = course.name;
    let (_, _, course_curve) = course.run(&mut run, sets, dashboard, &device)?;

    let config = SupervisedConfig::new(epochs).with_batch_size(batch_size).with_seed(seed);
    let examples = train.source().labels().len();
    let other = Contestant::of_today(config, lr, !no_augmentation, examples, &device)?;
    let name = other.name;
    let (net, found, curve) = other.run(&mut run, sets, dashboard, &device)?;

    classify::draw_misclassified(&mut run, &test, &found, &CLASSES)?;
    if let Some(path) = &predict {
        classify::report_answer(&mut run, &net, path, &test, &device, &CLASSES)?;
    }
    classify::draw_curves(&mut run, &curve)?;
    draw_side_by_side(&mut run, &[(course_name, course_curve), (name, curve)])?;
    run.finish()
}
