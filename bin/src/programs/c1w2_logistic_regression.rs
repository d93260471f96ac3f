//! Course 1, week 2: cats by logistic regression with a neural network mindset, by hand.

use clap::Args;
use fireside_datasets::cats::{CLASSES, Cats};
use fireside_dense::logistic_regression::LogisticRegressionConfig;
use fireside_recipes::cats::{CatTensors, Judgement};
use fireside_recipes::logistic::{self, BY_HAND, COMPARED_RATES};
use fireside_recipes::steps::logistic_regression::NOTEBOOK;
use fireside_recipes::trained::{Architecture, Card, Model, Trained};
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::{Data, Predict};
use crate::pictures::Question;
use crate::plot::Series;
use crate::programs::files::CATS;
use crate::values::{Count, LearningRate};

/// Learns to tell cats from other things by logistic regression, by hand, and compares learning rates.
///
/// Expect 99.04 % on the course's training pictures and 70 % on its test pictures, 97 to 99 and 58 to 72 % on drawn
/// ones: it learns them by heart. Takes 2 to 3 seconds of processor time.
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

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c1w2-logistic-regression",
    teaches: "cats by logistic regression: propagate, optimise, predict",
    files: CATS,
    embedded: "drawn cats and other things",
    minutes: 0.05,
    command: frame::command::<Settings, Predict>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    let Setup { settings: Settings { iterations, lr, seed, data }, asked, device, .. } = setup;
    let cats = Cats::load_at_dusk(&data.source(), *seed)?;
    let tensors = CatTensors::new(&cats, device);
    if let Some(runs) = setup.reference() {
        return setup.compare(|| logistic::compare_with_course(runs, &cats, &tensors));
    }
    let question = Question::asked(asked.predict.as_deref())?;
    let mut run = setup.begin()?;
    run.look_at_pictures([&cats.train, &cats.test], &CLASSES, &data.source())?;

    let shape = LogisticRegressionConfig::new(cats.train.num_features());
    let zeros = shape.init(device)?;
    let architecture = Architecture::LogisticRegression(shape.clone());
    let card = Card::of_pictures(architecture, cats.test.side(), &CLASSES);
    let update = || logistic::by_hand(tensors.x_train.clone(), tensors.y_train.clone());
    let stage = run.stage("model", &shape)?.called("logistic regression").printing_costs_every(100);
    let config = DescentConfig::new(iterations.get(), lr.get());
    let (model, history) = stage.learn_by_hand(zeros.clone(), &BY_HAND, config, update())?;

    run.result("cost", history.last_cost());
    let found = Judgement::new(&cats, &tensors, |x| model.forward(x))?;
    run.accuracies("model", found.shares);
    run.misclassified("misclassified.png", &cats.test, &found.predictions, &CLASSES)?;
    run.describe("model", &card.clone().as_main())?;
    if let Some(question) = question {
        let model = Trained::of(&card, Model::of_features(move |x| model.forward(x)), device)?;
        question.ask_for_cats(&mut run, ["logistic regression"; 2], &model)?;
    }

    let mut curves = Vec::new();
    for rate in COMPARED_RATES {
        let config = DescentConfig::new((iterations.get() * 3).div_ceil(4), rate);
        let called = format!("learning rate {rate}");
        let stage = run.stage(&format!("rate-{rate}"), &shape)?.called(&called);
        let (model, history) = stage.learn_by_hand(zeros.clone(), &BY_HAND, config, update())?;
        run.say(&format!("Learning rate {rate}:"));
        let found = Judgement::new(&cats, &tensors, |x| model.forward(x))?;
        run.accuracies(&format!("rate_{rate}"), found.shares);
        run.describe(&format!("rate-{rate}"), &card)?;
        curves.push(Series::of_costs(called, &history));
    }
    run.curves("learning-rates.png", "Cost by learning rate", ["iteration", "cost"], &curves)?;
    run.finish()
}
