//! Course 3, week 2: transfer learning. A network that knows some signs learns others from few pictures.

use std::process::ExitCode;

use burn::module::Module;
use clap::{Args, Parser};
use fireside_bin::options::{self, Common, Data};
use fireside_bin::pictures;
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::signs_softmax;
use fireside_bin::recipes::signs_transfer::{self, Pace, Part, Way};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, interrupt, program};
use fireside_datasets::signs::Signs;
use fireside_training::supervised::SupervisedConfig;
use fireside_training::transfer::freeze;
use serde::{Deserialize, Serialize};

const NAME: &str = "c3w2-transfer-learning";
/// Pictures of each new class to learn from.
const COUNTS: [usize; 3] = [10, 20, 40];

/// Trains a network to tell 0 to 3 fingers apart, of which there are many pictures, and then teaches it to tell
/// 4 from 5 with few: from scratch, with a new head on frozen layers, and fine-tuned.
///
/// Expect about 95 % on drawn hands with 10 pictures of each, where a network from scratch has 70 %. On the
/// course's photographs it does not pay: what a fully connected network sees in 0 to 3 fingers says little
/// about the thumb, and neither way beats a network from scratch by more than chance. Takes about a minute.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Times through the pictures of the old task
    #[arg(long, default_value_t = 60, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Times through the pictures of the new task, and as often again to fine-tune
    #[arg(long, default_value_t = 100, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    new_epochs: usize,
    /// Learning rate of a whole network
    #[arg(long, default_value_t = 5e-4, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Learning rate of a head alone
    #[arg(long, default_value_t = 1e-2, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    head_lr: f64,
    /// Learning rate to fine-tune with
    #[arg(long, default_value_t = 2e-4, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    fine_lr: f64,
    /// Choices of few pictures and first weights to average over
    #[arg(long, default_value_t = 5, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    repeats: usize,
    /// Seed of the weights and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { settings, data, common }: Arguments) -> Result<(), Failure> {
    let (backend, device) = backend::open(common.device.as_deref(), backend::Floats::F32)?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let signs = Signs::load(&data.source(), settings.seed)?;
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&pictures::describe(&signs.train, &signs.test, &data.source()));
    let Settings { epochs, new_epochs, lr, head_lr, fine_lr, repeats, seed } = settings;

    let part = |images, classes| Part::of(images, classes, &device);
    let many = part(&signs.train, &signs_transfer::KNOWN);
    let many_test = part(&signs.test, &signs_transfer::KNOWN);
    run.say(&format!("The old task, 0 to 3 fingers, {} pictures:", many.labels.len()));
    let sizes = [&[signs.train.num_features()], &signs_transfer::HIDDEN[..], &[4]].concat();
    let config = SupervisedConfig::new(epochs).with_seed(seed);
    let stage = run.epoch_stage("pretrained", &("DeepNet", &sizes))?;
    let (net, _) = stage.train(
        signs_softmax::training(config, lr),
        signs_softmax::build(&sizes, seed, &device)?,
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
    let epochs = run.iterations(new_epochs);
    let pace = Pace { epochs, whole_rate: lr, head_rate: head_lr, fine_rate: fine_lr };
    let repeats = run.iterations(repeats) as u32;
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
