//! Models of courses 1 and 2 that are asked numbers, and those of a search.

use std::fs;
use std::ops::ControlFlow;

use burn::module::Module as _;
use burn::tensor::Device;
use fireside_datasets::planar::{PointSet, Shape, spirals};
use fireside_datasets::signs::Signs;
use fireside_datasets::source::Source;
use fireside_numpy_rng::NumpyRng;
use fireside_recipes::trained::{Model, Question, Trained};
use fireside_recipes::tuning::{Prepared, Problem};
use fireside_recipes::{logistic, planar};
use fireside_search::{Point, Trial};
use fireside_training::descent::{Descent, Update};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{ask, train};

/// The percentage of points that a model puts into their class, asked by another process.
fn percent_right(folder: &TempDir, model: &str, points: &PointSet) -> f64 {
    let values = points.points.iter().flatten().map(ToString::to_string).collect::<Vec<_>>();
    let values = values.iter().map(String::as_str);
    let arguments: Vec<&str> = ["--model", model, "--values"].into_iter().chain(values).collect();
    let answers = ask(folder, &arguments);
    assert_eq!(answers.len(), points.labels.len());
    let is_right = |(answer, label): &(&Value, &usize)| answer["class"] == format!("class {label}");
    let right = answers.iter().zip(&points.labels).filter(is_right).count();
    100.0 * (right as f64 / answers.len() as f64)
}

/// What a model in this process answers to a point is what `course try` answers, number by number.
fn assert_answers_alike(folder: &TempDir, model: &str, trained: &Trained) {
    for at in [[1.0, 2.0], [-0.25, 0.125], [0.1, -3.7]] {
        let expected = trained.answer(&Question::Values(at.to_vec())).unwrap();
        let expected = serde_json::to_value(expected).unwrap();
        let [x, y] = at.map(|value| value.to_string());
        let answer = &ask(folder, &["--model", model, "--values", &x, &y])[0];
        for key in ["class", "probability", "probabilities"] {
            assert_eq!(answer[key], expected[key], "{model} at {at:?}");
        }
    }
}

#[test]
fn points_are_told_apart_as_the_run_told_them_by_its_line_and_its_networks() {
    let (folder, found) = train("c1w3-planar-classification", &["--iterations", "200"]);
    let (points, device) = (planar::draw_points(Shape::Petals, 1), Device::flex());
    for (model, key) in [
        ("logistic-regression", "accuracy_logistic_regression"),
        ("net", "accuracy"),
        ("hidden-50", "accuracy_hidden_50"),
    ] {
        assert_eq!(json!(percent_right(&folder, model, &points)), found[key], "{model}");
    }
    let update = logistic::by_hand(points.features(&device), points.targets(&device));
    let start = (logistic::BY_HAND.parameters)(&planar::zero_line(&device));
    let descent = Descent::new(planar::of_line());
    let learnt = descent.run(start, update, |_| ControlFlow::Continue(())).unwrap().model;
    let line = (logistic::BY_HAND.module)(&learnt);
    let model = Model::of_features(move |x| line.forward(x));
    let line = Trained::of(&planar::card_of_line(), model, &device).unwrap();
    assert_answers_alike(&folder, "logistic-regression", &line);
}

/// The trial of a search that won, or that was babysat, trained in this process.
fn trained_again(problem: &Problem, number: usize, budget: u64, point: Point) -> Trained {
    let trial = Trial { number, budget, point };
    let Prepared { net, optimizer, learning_rate, batches, lambda, .. } =
        problem.prepare(&trial).unwrap();
    let mut epoch = problem.epoch(&batches, lambda);
    let (net, _) = (0..budget as usize)
        .fold((net.train(), optimizer.init().unwrap()), |state, done| {
            epoch(state, Update::whole(done, learning_rate, false)).0
        });
    let net = net.valid();
    let model = Model::of_features(move |x| net.forward(x));
    Trained::of(&problem.card(&trial.point).unwrap(), model, &Device::flex()).unwrap()
}

#[test]
fn best_network_of_a_search_and_the_babysat_one_answer_as_they_were_scored() {
    let dev = spirals(1000, 2.5, 0.02, &mut NumpyRng::new(4));
    let problem = Problem::spirals(1, &Device::flex());
    let search = ["--trials", "6", "--fine", "3", "--epochs", "12"];
    for (model, settings) in
        [("best", &search[..]), ("panda", &["--panda", "--epochs", "12"]), ("best", &[])]
    {
        let epochs = if settings.is_empty() { 30 } else { 12 };
        let (folder, found) = train("c2w3-hyperparameter-search", settings);
        assert_eq!(
            json!(percent_right(&folder, model, &dev)),
            found["dev_accuracy_best"],
            "{model}"
        );
        let number = found["best_trial"].as_u64().unwrap() as usize;
        let point = serde_json::from_value(found["best_point"].clone()).unwrap();
        let trained = trained_again(&problem, number, epochs, point);
        assert_answers_alike(&folder, model, &trained);
    }
}

#[test]
fn best_network_of_a_search_on_the_hands_answers_as_it_was_scored() {
    let search = ["--on", "signs", "--trials", "3", "--fine", "1", "--epochs", "4"];
    let (folder, found) = train("c2w3-hyperparameter-search", &search);
    let pictures = Signs::load(&Source::Embedded, 1).unwrap().train;
    let order = NumpyRng::new(1).permutation(pictures.len());
    let dev = pictures.subset(&order[..pictures.len().div_ceil(6)]);
    let shown = folder.path().join("dev");
    fs::create_dir(&shown).unwrap();
    let [height, width] = dev.side().map(|side| side as u32);
    for place in 0..dev.len() {
        let picture = image::RgbImage::from_raw(width, height, dev.image(place).to_vec()).unwrap();
        picture.save(shown.join(format!("{place:04}.png"))).unwrap();
    }
    let answers = ask(&folder, &["dev"]);
    let told = answers.iter().zip(dev.labels());
    let right = told.filter(|(answer, label)| answer["class"] == label.to_string()).count();
    assert_eq!(json!(100.0 * (right as f64 / dev.len() as f64)), found["dev_accuracy_best"]);

    let problem = Problem::signs(&Source::Embedded, 1, &Device::flex()).unwrap();
    let number = found["best_trial"].as_u64().unwrap() as usize;
    let point = serde_json::from_value(found["best_point"].clone()).unwrap();
    let trained = trained_again(&problem, number, 4, point);
    let expected = trained.answer(&Question::Picture(shown.join("0000.png"))).unwrap();
    let expected = serde_json::to_value(expected).unwrap();
    assert_eq!(answers[0]["probabilities"], expected["probabilities"]);
}
