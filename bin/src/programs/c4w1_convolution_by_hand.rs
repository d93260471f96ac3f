//! Course 4, week 1: convolution and pooling by hand, on a picture and against autodiff.

use burn::tensor::s;
use clap::{Args, ValueHint};
use fireside_datasets::image_file::READ;
use fireside_recipes::convolution_by_hand::{
    self as recipe, Pupil, answers, color, differences, gray, lesson,
};
use fireside_recipes::steps::convolution::NOTEBOOK;
use fireside_vision::steps::edges::sobel_at;
use serde::{Deserialize, Serialize};

use crate::frame::{self, Nothing, Program, Setup};
use crate::values::{Count, Degrees, InputPath, LearningRate, Side};
use crate::{Failure, Given};

/// How far results by hand may be from autodiff's in 32-bit floats.
const TOLERANCE: f64 = 1e-4;

/// Finds the edges of a picture by every detector and by a kernel that learns to, pools the picture, and holds
/// the assignment's functions, forward and backward, against autodiff and against the layers.
///
/// Expect differences below 1e-6, the width of 32-bit floats, and a learnt kernel within half a per cent of the one
/// that made the edges. Takes a second or two.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// A picture to look at.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    #[arg(help = format!("A picture to look at: {READ} are read [default: a drawn house]"))]
    picture: Option<InputPath>,
    /// Pixels along the picture's longer side, to which a larger one is shrunk
    #[arg(long, default_value = "128")]
    side: Side,
    /// Angle, in degrees, of the edges that the kernel learns to find: 0 is vertical, 90 horizontal
    #[arg(long, default_value = "70.0")]
    angle: Degrees,
    /// Iterations of learning
    #[arg(long, default_value = "1000")]
    iterations: Count,
    /// Learning rate
    #[arg(long, default_value = "0.2")]
    lr: LearningRate,
    /// Seed of the numbers to compare with, and of the drawn picture's grain
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w1-convolution-by-hand",
    teaches: "convolution and pooling step by step: edges found, a detector learnt",
    files: &[],
    embedded: "a drawn house",
    minutes: 0.05,
    command: frame::command::<Settings, Nothing>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let picture = recipe::open(settings.picture.as_deref(), settings.side.get(), settings.seed);
    let picture = picture.given_by("--picture, --side")?;
    let mut run = setup.begin()?;
    let mut picture = color(&picture, device);
    if setup.is_dry_run() {
        let [.., height, width] = picture.dims();
        picture = picture.slice(s![.., .., 0..height.min(16), 0..width.min(16)]);
    }
    let gray = gray(&picture);
    run.edges(&picture, &gray, &answers(&gray)?)?;

    let (angle, iterations) = (settings.angle.get(), settings.iterations.get());
    let teacher = sobel_at(angle);
    let mut stage = run.stage("learnt-kernel", "Pupil")?;
    let config = recipe::descent(iterations, settings.lr.get());
    let (pupil, descent) = stage.begin(Pupil::start(device), config)?;
    let trained = stage.descend(descent, pupil, lesson(&gray, &teacher))?;
    let (pupil, history) = stage.end_as(trained, "learnt kernel")?;
    let iterations = run.iterations(iterations);
    run.learnt_kernel(&gray, (angle, &teacher), &pupil, &history, iterations)?;
    run.describe("learnt-kernel", &recipe::card(settings.side.get()))?;

    run.halvings(&picture)?;
    run.say("");
    run.differences(&differences(settings.seed, device)?, TOLERANCE)?;
    run.finish()
}
