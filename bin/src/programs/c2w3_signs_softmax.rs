//! Course 2, week 3: how many fingers a hand shows, by a network with a softmax.

use std::path::PathBuf;

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::pictures::{self, Question};
use crate::plot::{self, Series, Titles};
use crate::programs::files::SIGNS;
use crate::recipes::signs_softmax;
use crate::values::{Count, LearningRate, Units};
use clap::Args;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_training::metrics::class_predictions;
use fireside_training::supervised::SupervisedConfig;
use serde::{Deserialize, Serialize};

/// Learns to tell how many fingers a hand shows with a network of three layers and a softmax (12288-25-12-6),
/// by Adam on mini-batches.
///
/// Expect about 75 % on the course's training pictures and 70 % on its test pictures after 100 epochs. Takes
/// about 10 seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Times through the training pictures
    #[arg(long, default_value = "100")]
    epochs: Count,
    /// Pictures in a mini-batch
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Learning rate
    #[arg(long, default_value = "1e-4")]
    lr: LearningRate,
    /// Seed of the weights and the order of the pictures, and of the drawn pictures
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
    name: "c2w3-signs-softmax",
    teaches: "how many fingers a hand shows, by softmax, Adam and mini-batches",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 0.2,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    verifies: true,
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked: Asked { predict }, device, .. } = setup;
    let signs = Signs::load(&settings.data.source(), settings.seed)?;
    if let Some(runs) = setup.reference() {
        return setup.report(&signs_softmax::compare_with_course(runs, &signs, device)?);
    }
    let read = |path: &PathBuf| Question::read(path, &signs.test, device);
    let question = predict.as_ref().map(read).transpose()?;
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&signs.train, &signs.test, &settings.data.source()));

    let Settings { epochs, batch_size, lr, seed, .. } = *settings;
    let sizes =
        [&[signs.train.num_features()], &signs_softmax::HIDDEN[..], &[CLASSES.len()]].concat();
    let config =
        SupervisedConfig::new(epochs.get()).with_batch_size(batch_size.get()).with_seed(seed);
    let net = signs_softmax::build(&sizes, seed, device)?;
    let (train, test) =
        (pictures::examples(&signs.train, device), pictures::examples(&signs.test, device));
    let stage = run.epoch_stage("net", &format!("DeepNet {sizes:?} Relu"));
    let stage = stage.with_dashboard(setup.dashboard);
    let training = signs_softmax::training(config, lr.get());
    let (net, curve) = stage.train(training, net, signs_softmax::answer, &train, &test)?;

    for (set, (x, _), images) in [("train", &train, &signs.train), ("test", &test, &signs.test)] {
        let percent = 100.0 * signs_softmax::share_right(&net, x, images.labels())?;
        run.say(&format!("{set} accuracy: {percent:.2} %"));
        run.result(&format!("{set}_accuracy"), percent);
    }
    run.result("cost", curve.last().map(|point| point.train.loss));
    let predictions = class_predictions(net.forward(test.0))?;
    run.misclassified("misclassified.png", &signs.test, &predictions, &CLASSES)?;
    if let Some(question) = &question {
        signs_softmax::report_answer(question, &mut run, &net)?;
    }
    let titles = Titles { title: "Cost of the hands", x: "epoch", y: "cost" };
    let costs = [
        Series::of_epochs("train", &curve, |point| point.train.loss),
        Series::of_epochs("test", &curve, |point| point.held_out.loss),
    ];
    run.picture("costs.png", &plot::lines(titles, &costs)?)?;
    let titles = Titles { title: "Accuracy on the hands", x: "epoch", y: "share right" };
    let shares = [
        Series::of_epochs("train", &curve, |point| point.train.accuracy),
        Series::of_epochs("test", &curve, |point| point.held_out.accuracy),
    ];
    run.picture("accuracies.png", &plot::lines(titles, &shares)?)?;
    run.finish()
}
