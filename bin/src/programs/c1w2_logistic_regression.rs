//! Course 1, week 2: cats by logistic regression with a neural network mindset, by hand.

use std::path::PathBuf;

use crate::Failure;
use crate::cats::{self, CatTensors, Judgement};
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::pictures::Question;
use crate::plot::{self, Series, Titles};
use crate::programs::files::CATS;
use crate::recipes::logistic;
use crate::stage::Stage;
use crate::values::{Count, LearningRate};
use clap::Args;
use fireside_datasets::cats::Cats;
use fireside_dense::logistic_regression::{LogisticRegression, LogisticRegressionConfig};
use fireside_training::descent::DescentConfig;
use fireside_training::history::History;
use serde::{Deserialize, Serialize};

const COMPARED_RATES: [f64; 3] = [0.01, 0.001, 0.0001];

/// Learns to tell cats from other things by logistic regression, by hand, and compares learning rates.
///
/// Expect 99.04 % on the course's training pictures and 70 % on its test pictures: it learns them by
/// heart. Takes about 10 seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Updates of the first model; those compared by learning rate get three quarters
    #[arg(long, default_value = "2000")]
    iterations: Count,
    /// Learning rate
    #[arg(long, default_value = "0.005")]
    lr: LearningRate,
    /// Seed of the drawn pictures
    #[arg(long, default_value_t = 0)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// What the trained model is asked.
#[derive(Args, Debug, Clone)]
struct Asked {
    /// Classify this JPEG or PNG with the trained model
    #[arg(long, value_name = "FILE")]
    predict: Option<PathBuf>,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c1w2-logistic-regression",
    teaches: "cats by logistic regression: propagate, optimise, predict",
    files: CATS,
    embedded: "drawn cats and other things",
    minutes: 0.2,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked: Asked { predict }, device, .. } = setup;
    let cats = Cats::load(&settings.data.source(), settings.seed)?;
    let tensors = CatTensors::new(&cats, device);
    if let Some(runs) = setup.reference() {
        return setup.report(&logistic::compare_with_course(runs, &cats, &tensors)?);
    }
    let read = |path: &PathBuf| Question::read(path, &cats.test, device);
    let question = predict.as_ref().map(read).transpose()?;
    let mut run = setup.begin()?;
    run.say(&cats::describe(&cats, &settings.data.source()));

    let num_features = cats.train.num_features();
    let shape = LogisticRegressionConfig::new(num_features);
    let zeros = shape.init(device)?;
    let stage = run.stage("model", &shape)?.printing_costs();
    let config = DescentConfig::new(settings.iterations.get(), settings.lr.get());
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
        let config = DescentConfig::new((settings.iterations.get() * 3).div_ceil(4), rate);
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
