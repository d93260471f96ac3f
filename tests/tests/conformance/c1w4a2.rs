//! The application of the deep network to the cats.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::deep;
use fireside_dense::steps::{Layer, WeightScale, initialize_parameters_deep as initialize_deep};
use fireside_tests::case::{Case, Outputs, Problem, Value, features_first, list, name_layers};
use fireside_tests::compare::{FUNCTION, TRAINING};
use fireside_training::metrics::accuracy;

use crate::Handlers;
use crate::numpy::seeded_or;

pub const HANDLERS: Handlers = &[
    ("two_layer_model", TRAINING, two_layer_model),
    ("L_layer_model", TRAINING, l_layer_model),
    ("initialize_parameters_deep", FUNCTION, initialize_parameters_deep),
    ("predict", FUNCTION, predict),
];

fn name_model((layers, costs): (Vec<Layer>, Vec<Tensor<1>>)) -> Outputs {
    let mut outputs = name_layers(&layers, "W", "b");
    let costs = costs.into_iter().map(Tensor::into_scalar::<f64>).collect();
    outputs.insert("costs".to_string(), list(costs));
    outputs
}

fn two_layer_model(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let mut rng = seeded_or(case, 1)?;
    let sizes: [usize; 3] = case
        .counts("layers_dims")?
        .try_into()
        .map_err(|sizes| format!("layers_dims is {sizes:?}, not 3 sizes"))?;
    Ok(name_model(deep::two_layer_model(
        &case.batch_first("X", device)?,
        &case.batch_first("Y", device)?,
        sizes,
        case.number_or("learning_rate", 0.0075)?,
        case.count_or("num_iterations", 3000)?,
        || rng.randn(),
    )))
}

fn l_layer_model(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let mut rng = seeded_or(case, 1)?;
    Ok(name_model(deep::l_layer_model(
        &case.batch_first("X", device)?,
        &case.batch_first("Y", device)?,
        &case.counts("layers_dims")?,
        case.number_or("learning_rate", 0.0075)?,
        case.count_or("num_iterations", 3000)?,
        || rng.randn(),
    )))
}

fn initialize_parameters_deep(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let mut rng = seeded_or(case, 1)?;
    let sizes = case.counts("layer_dims")?;
    let scale = WeightScale::InverseRootOfInputs;
    let layers = initialize_deep(&sizes, scale, || rng.randn(), device);
    Ok(name_layers(&layers, "W", "b"))
}

fn predict(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let layers = case.layers("W", "b", device)?;
    let found = deep::predict(&case.batch_first("X", device)?, &layers);
    let classes: Vec<usize> = found.to_data().iter::<f64>().map(|class| class as usize).collect();
    let share = accuracy(&classes, &case.counts("y")?);
    Ok([("p".to_string(), features_first(found)), ("accuracy".to_string(), Value::Number(share))]
        .into())
}
