//! Course 1, week 2: cats by logistic regression with a neural network mindset, by hand.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser};
use fireside_bin::cats::{self, CatTensors, Judgement};
use fireside_bin::options::{self, Common, Data, Verify};
use fireside_bin::pictures::Question;
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::logistic;
use fireside_bin::run::Run;
use fireside_bin::stage::Stage;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::cats::Cats;
use fireside_dense::logistic_regression::{LogisticRegression, LogisticRegressionConfig};
use fireside_training::descent::DescentConfig;
use fireside_training::history::History;
use serde::{Deserialize, Serialize};

const NAME: &str = "c1w2-logistic-regression";
const COMPARED_RATES: [f64; 3] = [0.01, 0.001, 0.0001];

/// Learns to tell cats from other things by logistic regression, by hand, and compares learning rates.
///
/// Expect 99.04 % on the course's training pictures and 70 % on its test pictures: it learns them by
/// heart. Takes about 10 seconds.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    /// Classify this JPEG or PNG with the trained model
    #[arg(long, value_name = "FILE")]
    predict: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    verify: Verify,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Updates of the first model; those compared by learning rate get three quarters
    #[arg(long, default_value_t = 2000, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    iterations: usize,
    /// Learning rate
    #[arg(long, default_value_t = 0.005, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Seed of the drawn pictures
    #[arg(long, default_value_t = 0)]
    seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { settings, data, predict, common, verify } = arguments;
    verify.needs(&data)?;
    let (backend, device) = backend::open(common.device.as_deref(), verify.floats())?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let cats = Cats::load(&data.source(), settings.seed)?;
    let tensors = CatTensors::new(&cats, &device);
    if verify.verify {
        return logistic::compare_with_course(&verify, &common, &cats, &tensors);
    }
    let read = |path: &PathBuf| Question::read(path, &cats.test, &device);
    let question = predict.as_ref().map(read).transpose()?;
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&cats::describe(&cats, &data.source()));

    let num_features = cats.train.num_features();
    let shape = LogisticRegressionConfig::new(num_features);
    let zeros = shape.init(&device)?;
    let stage = run.stage("model", &shape)?.printing_costs();
    let config = DescentConfig::new(settings.iterations, settings.lr);
    let (model, history) = train(stage, config, zeros.clone(), &tensors)?;

    run.result("cost", history.last_cost());
    let judgement = Judgement::new(&cats, &tensors, |x| model.forward(x))?;
    judgement.report(&mut run, "model");
    judgement.draw_misclassified(&mut run, "misclassified.png", &cats.test)?;
    if let Some(question) = question {
        question.report(
            &mut run,
            "logistic regression",
            model.forward(question.features.clone()),
        )?;
    }

    let mut curves = Vec::new();
    for rate in COMPARED_RATES {
        let stage = run.stage(&format!("rate-{rate}"), &shape)?;
        let config = DescentConfig::new((settings.iterations * 3).div_ceil(4), rate);
        let (model, history) = train(stage, config, zeros.clone(), &tensors)?;
        run.say(&format!("Learning rate {rate}:"));
        let judgement = Judgement::new(&cats, &tensors, |x| model.forward(x))?;
        judgement.report(&mut run, &format!("rate_{rate}"));
        curves.push(Series::of_costs(format!("rate {rate}"), &history));
    }
    let titles = Titles { title: "Learning rates", x: "iteration", y: "cost" };
    run.picture("learning-rates.png", &plot::lines(titles, &curves)?)?;
    run.finish()
}

fn train(
    mut stage: Stage<'_>,
    config: DescentConfig,
    start: LogisticRegression,
    tensors: &CatTensors,
) -> Result<(LogisticRegression, History), Failure> {
    let (model, descent) = stage.begin(start, config)?;
    let update = logistic::by_hand(tensors.x_train.clone(), tensors.y_train.clone());
    let trained =
        stage.descend_as(descent, model.layer(), LogisticRegression::from_layer, update)?;
    stage.end(trained.map(|layer| LogisticRegression::from_layer(&layer)))
}
