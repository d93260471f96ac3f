//! Course 4, week 1: convolution and pooling by hand, on a picture and against autodiff.

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::{self, Series, Titles};
use crate::recipes::convolution_by_hand::{
    self as recipe, Shown, color, contact_sheet, differences, gray, number,
};
use crate::run::Run;
use crate::values::{Count, Degrees, InputPath, LearningRate, Side};
use burn::tensor::{Device, Tensor, s};
use clap::{Args, ValueHint};
use fireside_training::gradient_check::relative_difference;
use fireside_vision::steps::edges::{DETECTORS, detect_edges, edge_strength, filters, sobel_at};
use fireside_vision::steps::pooling::{PoolMode, PoolSettings, pool_forward};
use fireside_vision::steps::sizes::{Padding, output_size};
use serde::{Deserialize, Serialize};

/// How far results by hand may be from autodiff's in 32-bit floats.
const TOLERANCE: f64 = 1e-4;

/// Finds the edges of a picture by every detector and by a kernel that learns to, pools the picture, and holds
/// the assignment's functions, forward and backward, against autodiff and against the layers.
///
/// Expect differences below 1e-6, the width of 32-bit floats, and a learnt kernel within a few per cent of the one
/// that made the edges. Takes seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// A JPEG or PNG to look at [default: a drawn house]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
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
    minutes: 0.1,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let picture = recipe::open(settings.picture.as_deref(), settings.side.get(), settings.seed)?;
    let mut run = setup.begin()?;
    let mut picture = color(&picture, device);
    if setup.is_dry_run() {
        let [.., height, width] = picture.dims();
        picture = picture.slice(s![.., .., 0..height.min(16), 0..width.min(16)]);
    }
    find_edges(&mut run, &picture)?;
    learn_edges(&mut run, settings, &picture)?;
    pool(&mut run, &picture)?;
    check(&mut run, settings.seed, device)?;
    run.finish()
}

/// Every detector on the picture, and how strong edges are in any direction.
fn find_edges(run: &mut Run, picture: &Tensor<4>) -> Result<(), Failure> {
    let gray = gray(picture);
    let [.., height, width] = gray.dims();
    run.say(&format!("A picture of {width}x{height}. What a window of 3x3 leaves of it:"));
    for padding in [Padding::Valid, Padding::Same] {
        let pad = padding.pad(3).unwrap_or_default();
        let size = |n: usize| output_size(n, 3, pad, 1).unwrap_or_default();
        run.say(&format!("    {padding:?}, pad {pad}: {}x{}", size(width), size(height)));
    }
    let kernels = DETECTORS.map(|(_, kernel)| kernel);
    let answers = detect_edges(&gray, &filters(&kernels, &gray.device()));
    let answer = |index: usize| answers.clone().slice(s![.., index..index + 1, .., ..]);
    let mut shown = vec![Shown::new(picture, "the picture")?, Shown::new(&gray, "in gray")?];
    for (index, (name, kernel)) in DETECTORS.iter().enumerate() {
        let weight: f64 = kernel.iter().flatten().map(|entry| entry.abs()).sum();
        let mean = number(answer(index).abs().mean())? / weight;
        run.say(&format!("{name:18} answers {mean:.4} on the mean, for weights of 1 in all"));
        run.result(&format!("mean_answer_{}", name.replace(' ', "_")), mean);
        shown.push(Shown::signed(&answer(index), name)?);
    }
    for (name, vertical) in [("Sobel", 2), ("Scharr", 4)] {
        let strength = edge_strength(answer(vertical), answer(vertical + 1));
        let largest = number(strength.clone().max())?.max(f64::MIN_POSITIVE);
        shown.push(Shown::new(&(strength / largest), &format!("{name}, any direction"))?);
    }
    run.picture("edges.png", &contact_sheet(&shown, 4)?)
}

/// A kernel that starts from zeros and learns to find the edges that another one finds.
fn learn_edges(run: &mut Run, settings: &Settings, picture: &Tensor<4>) -> Result<(), Failure> {
    let gray = gray(picture);
    let teacher = sobel_at(settings.angle.get());
    let iterations = run.iterations(settings.iterations.get());
    let mut stage = run.stage("learnt-kernel", "Pupil")?;
    let config = recipe::descent(settings.iterations.get(), settings.lr.get());
    let (pupil, descent) = stage.begin(recipe::Pupil::start(&gray.device()), config)?;
    let trained = stage.descend(descent, pupil, recipe::lesson(&gray, &teacher))?;
    let (pupil, history) = stage.end_as(trained, "learnt kernel")?;
    let learnt = pupil.kernel();
    let kernel: Vec<f64> = learnt.clone().try_into_data()?.iter::<f64>().collect();
    let difference = relative_difference(&kernel, teacher.as_flattened());
    run.say(&format!(
        "\nA kernel learnt from edges at {} degrees, and the one that made them:",
        settings.angle
    ));
    for (learnt, teacher) in kernel.chunks(3).zip(&teacher) {
        run.say(&format!("    {}      {}", row(learnt), row(teacher)));
    }
    run.say(&format!("They differ by {:.2} %.", 100.0 * difference));
    run.result("learnt_kernel", kernel);
    run.result("learnt_kernel_difference", difference);
    run.result("learning_cost", history.last_cost());

    let teacher = filters(&[teacher], &gray.device());
    let mut shown = vec![Shown::signed(&teacher, "the kernel to learn")?];
    for (iterations, kernel) in pupil.looks(iterations) {
        shown.push(Shown::signed(&kernel, &format!("after {iterations}"))?);
    }
    shown.push(Shown::signed(&learnt, &format!("after {iterations}"))?);
    shown.push(Shown::signed(&detect_edges(&gray, &teacher), "the edges given")?);
    shown.push(Shown::signed(&detect_edges(&gray, &learnt), "those it finds")?);
    run.picture("learnt-kernel.png", &contact_sheet(&shown, 4)?)?;
    let titles = Titles { title: "A kernel learns to find edges", x: "iterations", y: "cost" };
    let costs = [Series::of_costs("learnt kernel", &history)];
    run.picture("learning.png", &plot::lines_by_magnitude(titles, &costs)?)?;
    Ok(())
}

fn row(entries: &[f64]) -> String {
    let entries: Vec<String> = entries.iter().map(|entry| format!("{entry:7.3}")).collect();
    entries.join(" ")
}

/// The picture halved three times, by its largest pixels and by their means.
fn pool(run: &mut Run, picture: &Tensor<4>) -> Result<(), Failure> {
    let mut shown = Vec::new();
    for (name, mode) in [("max", PoolMode::Max), ("average", PoolMode::Average)] {
        let settings = PoolSettings { f: 2, stride: 2, mode };
        let mut pooled = picture.clone();
        let mut sizes = Vec::new();
        for times in 0..4 {
            if times > 0 {
                pooled = pool_forward(&pooled, settings);
            }
            let [.., height, width] = pooled.dims();
            sizes.push(format!("{width}x{height}"));
            shown.push(Shown::new(&pooled, &format!("{name} {width}x{height}"))?);
        }
        let brightness = number(pooled.mean())?;
        run.say(&format!("\nPooled by {name}: {}, brightness {brightness:.3}", sizes.join(" -> ")));
        run.result(&format!("brightness_{name}_pooled"), brightness);
    }
    run.picture("pooled.png", &contact_sheet(&shown, 4)?)
}

/// Every function by hand against autodiff and against the layers.
fn check(run: &mut Run, seed: u32, device: &Device) -> Result<(), Failure> {
    run.say(&format!(
        "\n{:62} {:>10} {:>10}",
        "By hand, relative difference from", "autodiff", "layers"
    ));
    let mut worst = 0.0_f64;
    for found in differences(seed, device)? {
        run.say(&format!("{:62} {:>10.1e} {:>10.1e}", found.what, found.autodiff, found.layers));
        worst = worst.max(found.autodiff).max(found.layers);
    }
    run.result("worst_difference", worst);
    match worst < TOLERANCE {
        true => Ok(()),
        false => Err(Failure::Run(format!("results by hand differ by {worst:.1e}"))),
    }
}
