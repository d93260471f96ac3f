//! Course 2, week 3: how many fingers a hand shows, by a network with a softmax.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};
use fireside_bin::options::{self, Common, Dashboard, Data, Verify};
use fireside_bin::pictures::{self, Question};
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::signs_softmax;
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_training::metrics::class_predictions;
use fireside_training::supervised::SupervisedConfig;
use serde::{Deserialize, Serialize};

const NAME: &str = "c2w3-signs-softmax";

/// Learns to tell how many fingers a hand shows with a network of three layers and a softmax (12288-25-12-6),
/// by Adam on mini-batches.
///
/// Expect about 75 % on the course's training pictures and 70 % on its test pictures after 100 epochs. Takes
/// about 10 seconds.
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
    #[command(flatten)]
    verify: Verify,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Times through the training pictures
    #[arg(long, default_value_t = 100, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Pictures in a mini-batch
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Learning rate
    #[arg(long, default_value_t = 1e-4, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Seed of the weights and the order of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { settings, data, predict, dashboard, common, verify } = arguments;
    verify.needs(&data)?;
    dashboard.check()?;
    let (backend, device) = backend::open(common.device.as_deref(), verify.floats())?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let signs = Signs::load(&data.source(), settings.seed)?;
    if verify.verify {
        return signs_softmax::compare_with_course(&verify, &common, &signs, &device);
    }
    let read = |path: &PathBuf| Question::read(path, &signs.test, &device);
    let question = predict.as_ref().map(read).transpose()?;
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&pictures::describe(&signs.train, &signs.test, &data.source()));

    let Settings { epochs, batch_size, lr, seed } = settings;
    let sizes =
        [&[signs.train.num_features()], &signs_softmax::HIDDEN[..], &[CLASSES.len()]].concat();
    let config = SupervisedConfig::new(epochs).with_batch_size(batch_size).with_seed(seed);
    let net = signs_softmax::build(&sizes, seed, &device)?;
    let (train, test) =
        (pictures::examples(&signs.train, &device), pictures::examples(&signs.test, &device));
    let stage = run.epoch_stage("net", &("DeepNet", &sizes))?;
    let stage = stage.with_dashboard(dashboard.dashboard);
    let training = signs_softmax::training(config, lr);
    let (net, curve) = stage.train(training, net, signs_softmax::answer, &train, &test)?;

    for (set, (x, _), images) in [("train", &train, &signs.train), ("test", &test, &signs.test)] {
        let percent = 100.0 * signs_softmax::share_right(&net, x, images.labels())?;
        run.say(&format!("{set} accuracy: {percent:.2} %"));
        run.result(&format!("{set}_accuracy"), percent);
    }
    run.result("cost", curve.last().map(|point| point.train.loss));
    let predictions = class_predictions(net.forward(test.0))?;
    pictures::draw_misclassified(
        &mut run,
        "misclassified.png",
        &signs.test,
        &predictions,
        &CLASSES,
    )?;
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
