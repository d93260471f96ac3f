//! Course 3, week 2: transfer learning. A network that knows some signs learns others from few pictures.

use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::pictures;
use crate::plot::{self, Series, Titles};
use crate::programs::files::SIGNS;
use crate::recipes::signs_softmax;
use crate::recipes::signs_transfer::{self, Pace, Part, Way};
use crate::values::{Count, LearningRate, Units};
use crate::{Failure, interrupt};
use burn::module::Module;
use clap::Args;
use fireside_datasets::signs::Signs;
use fireside_training::supervised::SupervisedConfig;
use fireside_training::transfer::freeze;
use serde::{Deserialize, Serialize};

/// Pictures of each new class to learn from.
const COUNTS: [usize; 3] = [10, 20, 40];

/// Trains a network to tell 0 to 3 fingers apart, of which there are many pictures, and then teaches it to tell
/// 4 from 5 with few: from scratch, with a new head on frozen layers, and fine-tuned.
///
/// Expect about 95 % on drawn hands with 10 pictures of each, where a network from scratch has 70 %. On the
/// course's photographs it does not pay: what a fully connected network sees in 0 to 3 fingers says little
/// about the thumb, and neither way beats a network from scratch by more than chance. Takes about a minute.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Times through the pictures of the old task
    #[arg(long, default_value = "60")]
    epochs: Count,
    /// Times through the pictures of the new task, and as often again to fine-tune
    #[arg(long, default_value = "100")]
    new_epochs: Count,
    /// Learning rate of a whole network
    #[arg(long, default_value = "5e-4")]
    lr: LearningRate,
    /// Learning rate of a head alone
    #[arg(long, default_value = "1e-2")]
    head_lr: LearningRate,
    /// Learning rate to fine-tune with
    #[arg(long, default_value = "2e-4")]
    fine_lr: LearningRate,
    /// Choices of few pictures and first weights to average over
    #[arg(long, default_value = "5")]
    repeats: Units,
    /// Seed of the weights and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c3w2-transfer-learning",
    teaches: "a net that knows some signs, taught others from few pictures",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 1.0,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let signs = Signs::load(&settings.data.source(), settings.seed)?;
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&signs.train, &signs.test, &settings.data.source()));
    let Settings { epochs, new_epochs, lr, head_lr, fine_lr, repeats, seed, .. } = *settings;

    let part = |images, classes| Part::of(images, classes, device);
    let many = part(&signs.train, &signs_transfer::KNOWN);
    let many_test = part(&signs.test, &signs_transfer::KNOWN);
    run.say(&format!("The old task, 0 to 3 fingers, {} pictures:", many.labels.len()));
    let sizes = [&[signs.train.num_features()], &signs_transfer::HIDDEN[..], &[4]].concat();
    let config = SupervisedConfig::new(epochs.get()).with_seed(seed);
    let stage = run.epoch_stage("pretrained", &("DeepNet", &sizes))?;
    let (net, _) = stage.train(
        signs_softmax::training(config, lr.get()),
        signs_softmax::build(&sizes, seed, device)?,
        signs_softmax::answer,
        &many.examples(),
        &many_test.examples(),
    )?;
    let share = signs_softmax::share_right(&net, &many_test.x, &many_test.labels)?;
    run.say(&format!("test accuracy: {:.2} %", 100.0 * share));
    run.result("pretrained_test_accuracy", 100.0 * share);

    let (new, test) =
        (part(&signs.train, &signs_transfer::NEW), part(&signs.test, &signs_transfer::NEW));
    // Without autodiff's bookkeeping, and still with all but the head frozen.
    let pretrained = freeze(net, &["layers"])?.valid();
    let epochs = run.iterations(new_epochs.get());
    let pace =
        Pace { epochs, whole_rate: lr.get(), head_rate: head_lr.get(), fine_rate: fine_lr.get() };
    let repeats = run.iterations(repeats.get()) as u32;
    run.say(&format!("The new task, 4 or 5 fingers, test accuracy in % (mean of {repeats}):"));
    run.say(&format!(
        "{:>12} {:>14} {:>14} {:>14}",
        "of each", "from scratch", "head only", "fine-tuned"
    ));
    let mut lines = Way::ALL.map(|way| Series { name: way.name().to_string(), points: Vec::new() });
    for count in COUNTS {
        let mut row = format!("{count:>12}");
        for (way, line) in Way::ALL.into_iter().zip(&mut lines) {
            let mut shares = Vec::new();
            for repeat in 1..=repeats {
                if interrupt::requested() {
                    return Err(run.stopped("the new task", "the old one"));
                }
                let seed = seed.wrapping_add(repeat);
                let few = new.few(count, seed);
                let net = signs_transfer::learn(way, &pretrained, &few, pace, seed)?;
                shares.push(100.0 * signs_softmax::share_right(&net, &test.x, &test.labels)?);
            }
            let (mean, deviation) = mean_and_deviation(&shares);
            row += &format!(" {:>14}", format!("{mean:.1} ± {deviation:.1}"));
            line.points.push((count as f64, mean));
            run.result(&format!("{} {count}", way.name()), mean);
        }
        run.say(&row);
    }
    let titles = Titles {
        title: "4 or 5 fingers, by a net that knows 0 to 3",
        x: "pictures of each to learn from",
        y: "test accuracy in %",
    };
    run.picture("accuracy-by-pictures.png", &plot::lines(titles, &lines)?)?;
    run.finish()
}

fn mean_and_deviation(figures: &[f64]) -> (f64, f64) {
    let count = figures.len() as f64;
    let mean = figures.iter().sum::<f64>() / count;
    let squares = figures.iter().map(|figure| (figure - mean).powi(2));
    (mean, (squares.sum::<f64>() / count).sqrt())
}
