//! Course 1, week 2: cats by logistic regression with a neural network mindset, by hand.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use burn::tensor::Tensor;
use clap::{Args, Parser};
use fireside_bin::cats::{self, CatTensors, Question};
use fireside_bin::options::{self, Common, Data, Verify};
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::run::Run;
use fireside_bin::verify::{self, Comparison, Reference};
use fireside_bin::{Failure, backend, program};
use fireside_datasets::cats::Cats;
use fireside_dense::logistic_regression::{LogisticRegression, LogisticRegressionConfig};
use fireside_dense::steps::logistic::{self, gradient_step};
use fireside_dense::steps::Layer;
use fireside_training::descent::{Descent, DescentConfig, Update};
use fireside_training::loss::binary_cross_entropy;
use fireside_training::metrics::{accuracy, binary_accuracy, binary_predictions};
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
    iterations: usize,
    /// Learning rate
    #[arg(long, default_value_t = 0.005, value_parser = options::learning_rate)]
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
    let (backend, device) = backend::open(common.device.as_deref(), verify.floats())?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let cats = Cats::load(&data.source(), settings.seed)?;
    let tensors = CatTensors::new(&cats, &device);
    if verify.verify {
        return compare_with_course(&verify, &common, &cats, &tensors);
    }
    let read = |path: &PathBuf| Question::read(path, &cats.test, &device);
    let question = predict.as_ref().map(read).transpose()?;
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&cats::describe(&cats, &data.source()));

    let num_features = cats.train.num_features();
    let zeros = LogisticRegressionConfig::new(num_features).init(&device)?;
    let identity = format!("LogisticRegression {num_features}");
    let mut stage = run.stage("model", &identity).printing_costs();
    let config = DescentConfig::new(settings.iterations, settings.lr);
    let (model, descent) = stage.begin(zeros.clone(), config)?;
    let trained = descent.run(model.layer(), by_hand(&tensors), stage.watch())?;
    let (model, history) = stage.end(trained.map(|layer| LogisticRegression::from_layer(&layer)))?;

    let train = 100.0 * binary_accuracy(model.forward(tensors.x_train.clone()), cats.train.labels())?;
    let predictions = binary_predictions(model.forward(tensors.x_test.clone()))?;
    let test = 100.0 * accuracy(&predictions, cats.test.labels());
    run.say(&format!("train accuracy: {train:.2} %\ntest accuracy: {test:.2} %"));
    run.result("cost", history.last_cost());
    run.result("train_accuracy", train);
    run.result("test_accuracy", test);
    cats::draw_misclassified(&mut run, "misclassified.png", &cats.test, &predictions)?;
    if let Some(question) = question {
        question.report(&mut run, "logistic regression", model.forward(question.features.clone()))?;
    }

    let mut curves = Vec::new();
    for rate in COMPARED_RATES {
        let mut stage = run.stage(&format!("rate-{rate}"), &identity);
        let config = DescentConfig::new((settings.iterations * 3).div_ceil(4), rate);
        let (model, descent) = stage.begin(zeros.clone(), config)?;
        let trained = descent.run(model.layer(), by_hand(&tensors), stage.watch())?;
        let (model, history) = stage.end(trained.map(|layer| LogisticRegression::from_layer(&layer)))?;
        let train = 100.0 * binary_accuracy(model.forward(tensors.x_train.clone()), cats.train.labels())?;
        let test = 100.0 * binary_accuracy(model.forward(tensors.x_test.clone()), cats.test.labels())?;
        run.say(&format!("learning rate {rate}: train accuracy {train:.2} %, test accuracy {test:.2} %"));
        run.result(&format!("test_accuracy_rate_{rate}"), test);
        let points = history.points.iter().map(|point| (point.iteration as f64, point.cost));
        curves.push(Series { name: format!("rate {rate}"), points: points.collect() });
    }
    let titles = Titles { title: "Learning rates", x: "iteration", y: "cost" };
    run.picture("learning-rates.png", &plot::lines(titles, &curves)?)?;
    run.finish()
}

/// One update, by the gradient that the backward pass by hand gives.
fn by_hand(tensors: &CatTensors) -> impl FnMut(Layer, Update) -> (Layer, Option<Tensor<1>>) {
    let (x, y) = (tensors.x_train.clone(), tensors.y_train.clone());
    move |layer, update| {
        let (layer, _, logits) = gradient_step(&layer, &x, &y, update.learning_rate);
        (layer, update.cost_wanted.then(|| binary_cross_entropy(logits, y.clone())))
    }
}

fn compare_with_course(
    verify: &Verify,
    common: &Common,
    cats: &Cats,
    tensors: &CatTensors,
) -> Result<(), Failure> {
    let mut comparison = Comparison::default();
    for reference in Reference::read(&verify.reference, "c1w2a2", "logistic_regression_cat")? {
        let rate = reference.hyperparameter("learning_rate")?;
        let iterations = reference.hyperparameter("num_iterations")? as usize;
        let zeros = logistic::initialize_with_zeros(cats.train.num_features(), &tensors.x_train.device());
        let descent = Descent::new(DescentConfig::new(iterations, rate));
        let trained = descent.run(zeros, by_hand(tensors), |_| ControlFlow::Continue(()))?;
        let model = LogisticRegression::from_layer(&trained.model);

        let run = format!("rate {rate}");
        let ours = trained.history.costs_every(100);
        let course = reference.figures("costs_every_100")?;
        comparison.add_costs(&run, 100, &course, &ours, |_, _| verify::SUMMED);
        let sets = [
            ("train", &tensors.x_train, cats.train.labels()),
            ("test", &tensors.x_test, cats.test.labels()),
        ];
        for (set, x, labels) in sets {
            let course = reference.figure(&format!("{set}_accuracy"))?;
            let ours = 100.0 * binary_accuracy(model.forward(x.clone()), labels)?;
            comparison.add(format!("{run}: {set} accuracy in %"), course, ours, verify::EXACT);
        }
    }
    comparison.report(common)
}
