//! Regularisation.

use burn::tensor::{Device, Tensor};
use fireside_datasets::football::Football;
use fireside_dense::steps::propagation;
use fireside_dense::steps::regularization as steps;
use fireside_recipes::initialization::first_net;
use fireside_recipes::regularization::{Masks, Regularizer, by_autodiff};
use fireside_tests::case::{Case, Outputs, Problem, features_first, scalar};
use fireside_tests::compare::{FUNCTION, TRAINING};
use fireside_training::initializer::Initializer;
use fireside_training::regularizer::dropout::KeepProb;

use crate::c1w3a1::name_points;
use crate::c2w1a1::{descended, initialized, name_backward, name_forward, read_forward};
use crate::numpy::seeded_or;
use crate::{Handlers, course_files};

pub const HANDLERS: Handlers = &[
    ("compute_cost_with_regularization", FUNCTION, compute_cost_with_regularization),
    ("backward_propagation_with_regularization", FUNCTION, backward_with_regularization),
    ("forward_propagation_with_dropout", FUNCTION, forward_with_dropout),
    ("backward_propagation_with_dropout", FUNCTION, backward_with_dropout),
    ("load_2D_dataset", FUNCTION, load_2d_dataset),
    ("initialize_parameters", FUNCTION, initialize_parameters),
    ("forward_propagation", FUNCTION, forward),
    ("backward_propagation", FUNCTION, backward),
    ("compute_cost", FUNCTION, compute_cost),
    ("model", TRAINING, model),
];

fn compute_cost_with_regularization(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (a3, y) = (case.batch_first("A3", device)?, case.batch_first("Y", device)?);
    let layers = case.layers("W", "b", device)?;
    let cost = steps::compute_cost_with_regularization(&a3, &y, &layers, case.number("lambd")?);
    Ok([("cost".to_string(), scalar(cost))].into())
}

fn backward_with_regularization(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let layers = case.layers("W", "b", device)?;
    let forward = read_forward(case, "Z", "A", layers.len(), device)?;
    let lambda = case.number("lambd")?;
    let gradients =
        steps::backward_propagation_with_regularization(&x, &y, &forward, &layers, lambda);
    Ok(name_backward(gradients, ["dZ", "dA"], 1.0))
}

fn masks(case: &Case, layers: usize, device: &Device) -> Result<Vec<Tensor<2>>, Problem> {
    (1..layers).map(|l| case.batch_first(&format!("D{l}"), device)).collect()
}

/// Under the given masks, which must be those that the library draws from the seed where there is one, or under
/// those that it draws where none are given.
fn forward_with_dropout(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.batch_first("X", device)?;
    let layers = case.layers("W", "b", device)?;
    let keep_prob = case.number_or("keep_prob", 0.5)?;
    let keep = KeepProb::new(keep_prob).map_err(|error| error.to_string())?;
    let mut rng = seeded_or(case, 1)?;
    let ([batch, _], hidden) = (x.dims(), layers.len().saturating_sub(1));
    let drawn = layers.iter().take(hidden).map(|layer| layer.weight.dims()[1]);
    let mut used: Vec<_> = drawn.map(|units| keep.mask(batch, units, &mut rng, device)).collect();
    if case.has("D1") {
        let given = masks(case, layers.len(), device)?;
        let same = |(mask, drawn): (&Tensor<2>, Tensor<2>)| {
            features_first(mask.clone()) == features_first(drawn)
        };
        if case.has("seed") && (given.len() != used.len() || !given.iter().zip(used).all(same)) {
            return Err("the mask drawn from the seed is another".to_string());
        }
        used = given;
    }
    let forward = steps::forward_propagation_with_dropout(&x, &layers, &used, keep_prob);
    Ok(name_forward(forward, "Z", "A"))
}

fn backward_with_dropout(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let layers = case.layers("W", "b", device)?;
    let forward = read_forward(case, "Z", "A", layers.len(), device)?;
    let masks = masks(case, layers.len(), device)?;
    let keep_prob = case.number("keep_prob")?;
    let gradients =
        steps::backward_propagation_with_dropout(&x, &y, &forward, &layers, &masks, keep_prob);
    Ok(name_backward(gradients, ["dZ", "dA"], 1.0))
}

fn load_2d_dataset(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let football = Football::read(&course_files()?).map_err(|error| error.to_string())?;
    if football.test.labels.len() != case.count("test_size")? {
        return Err(format!("{} points to test", football.test.labels.len()));
    }
    let sets = [("train", football.train), ("test", football.test)];
    let named = sets.into_iter().flat_map(|(set, points)| {
        name_points(&points, device)
            .into_iter()
            .map(move |(name, value)| (format!("{set}_{name}"), value))
    });
    Ok(named.collect())
}

fn initialize_parameters(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    initialized(case, "layer_dims", Initializer::Xavier, device)
}

fn forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.batch_first("X", device)?;
    let layers = case.layers("W", "b", device)?;
    Ok(name_forward(propagation::forward_propagation(&x, &layers), "Z", "A"))
}

fn backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let layers = case.layers("W", "b", device)?;
    let forward = read_forward(case, "Z", "A", layers.len(), device)?;
    let gradients = propagation::backward_propagation(&x, &y, &forward, &layers);
    Ok(name_backward(gradients, ["dZ", "dA"], 1.0))
}

fn compute_cost(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (a3, y) = (case.batch_first("a3", device)?, case.batch_first("Y", device)?);
    Ok([("cost".to_string(), scalar(propagation::compute_loss(&a3, &y)))].into())
}

fn model(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let (lambda, keep_prob) = (case.number_or("lambd", 0.0)?, case.number_or("keep_prob", 1.0)?);
    let regularizer = match (lambda > 0.0, keep_prob < 1.0) {
        (true, _) => Regularizer::L2(lambda),
        (_, true) => {
            let keep = KeepProb::new(keep_prob).map_err(|error| error.to_string())?;
            Regularizer::Dropout(keep, Masks::Fixed(case.number_or("seed_dropout", 1.0)? as u32))
        }
        _ => Regularizer::None,
    };
    let sizes = [x.dims()[1], 20, 3, 1];
    let seed = case.number_or("seed_init", 3.0)? as u32;
    let net = first_net(&sizes, Initializer::Xavier, seed, device);
    let net = net.map_err(|failure| failure.to_string())?;
    let iterations = case.count_or("num_iterations", 30_000)?;
    let update = by_autodiff(x, y, regularizer);
    descended(net, iterations, case.number_or("learning_rate", 0.3)?, update)
}
