//! Regularisation.

use std::ops::ControlFlow;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_bin::recipes::initialization::first_net;
use fireside_bin::recipes::regularization::{Masks, Regularizer, by_autodiff};
use fireside_datasets::football::Football;
use fireside_dense::steps::propagation;
use fireside_dense::steps::regularization as steps;
use fireside_tests::case::{Case, Outputs, Problem, features_first, name_layers, scalar};
use fireside_tests::compare::{FUNCTION, TRAINING};
use fireside_training::descent::{Descent, DescentConfig};
use fireside_training::initializer::Initializer;
use fireside_training::regularizer::dropout::KeepProb;

use crate::c1w3a1::name_points;
use crate::c2w1a1::{initialized, name_backward, name_forward, read_forward};
use crate::numpy::seeded;
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

/// Under the given masks, which must be those that the library draws from the seed.
fn forward_with_dropout(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.batch_first("X", device)?;
    let layers = case.layers("W", "b", device)?;
    let keep_prob = case.number("keep_prob")?;
    let given = masks(case, layers.len(), device)?;
    let keep = KeepProb::new(keep_prob).map_err(|error| error.to_string())?;
    let mut rng = seeded(case)?;
    for mask in &given {
        let [batch, units] = mask.dims();
        let drawn = keep.mask(batch, units, &mut rng, device);
        if features_first(drawn) != features_first(mask.clone()) {
            return Err("the mask drawn from the seed is another".to_string());
        }
    }
    let forward = steps::forward_propagation_with_dropout(&x, &layers, &given, keep_prob);
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
    let (lambda, keep_prob) = (case.number("lambd")?, case.number("keep_prob")?);
    let regularizer = match (lambda > 0.0, keep_prob < 1.0) {
        (true, _) => Regularizer::L2(lambda),
        (_, true) => {
            let keep = KeepProb::new(keep_prob).map_err(|error| error.to_string())?;
            Regularizer::Dropout(keep, Masks::Fixed(case.number("seed_dropout")? as u32))
        }
        _ => Regularizer::None,
    };
    let sizes = [x.dims()[1], 20, 3, 1];
    let net = first_net(&sizes, Initializer::Xavier, case.number("seed_init")? as u32, device);
    let net = net.map_err(|failure| failure.to_string())?.train();
    let config = DescentConfig::new(case.count("num_iterations")?, case.number("learning_rate")?);
    let trained = Descent::new(config)
        .run(net, by_autodiff(x, y, regularizer), |_| ControlFlow::Continue(()))
        .map_err(|error| error.to_string())?;
    Ok(name_layers(&trained.model.valid().layers(), "W", "b"))
}
