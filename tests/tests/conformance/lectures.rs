//! Formulas of the lectures.

use burn::optim::Optimizer;
use burn::tensor::{Device, Tensor};
use fireside_dense::steps::{batch_norm, softmax};
use fireside_layers::ops::{self, Conv2dOptions};
use fireside_tests::case::{Case, Outputs, Problem, Value, features_first, scalar};
use fireside_tests::compare::{EXACT, FUNCTION};
use fireside_training::moving_average::MovingAverage;
use fireside_training::optimizer::moments::Moments;
use fireside_training::optimizer::rmsprop::RmsProp;
use fireside_training::schedule::Decay;
use fireside_vision::cost::Conv2dSize;

use crate::Handlers;
use crate::c2w2a1::decayed;
use crate::layers_recurrent::gru_cell_forward;

pub const HANDLERS: Handlers = &[
    ("softmax_axis0", FUNCTION, softmax_axis0),
    ("softmax_cost", FUNCTION, softmax_cost),
    ("batch_norm_forward", FUNCTION, batch_norm_forward),
    ("batch_norm_backward", FUNCTION, batch_norm_backward),
    ("exponentially_weighted_average", FUNCTION, exponentially_weighted_average),
    ("rmsprop", FUNCTION, rmsprop),
    ("lr_decay_exponential", FUNCTION, lr_decay_exponential),
    ("lr_decay_sqrt", FUNCTION, lr_decay_sqrt),
    ("conv_output_size", EXACT, conv_output_size),
    ("conv_param_count", EXACT, conv_param_count),
    ("depthwise_separable_cost", FUNCTION, depthwise_separable_cost),
    ("gru_cell_forward", FUNCTION, gru_cell_forward),
];

fn softmax_axis0(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let probabilities = ops::softmax(case.batch_first("Z", device)?, 1);
    Ok([("A".to_string(), features_first(probabilities))].into())
}

fn softmax_cost(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (z, y) = (case.batch_first("Z", device)?, case.batch_first("Y", device)?);
    Ok([
        ("cost".to_string(), scalar(softmax::cost(&z, &y))),
        ("dZ".to_string(), features_first(softmax::backward(&z, &y))),
    ]
    .into())
}

fn batch_norm_forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let [z, gamma, beta] = ["Z", "gamma", "beta"].map(|name| case.batch_first(name, device));
    let found = batch_norm::forward(&z?, &gamma?, &beta?, case.number("epsilon")?);
    let named = [
        ("Z_tilde", found.output),
        ("Z_norm", found.z_norm),
        ("mu", found.mean),
        ("sigma2", found.variance),
    ];
    Ok(named.map(|(name, tensor)| (name.to_string(), features_first(tensor))).into())
}

fn batch_norm_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let [z, gamma, beta] = ["Z", "gamma", "beta"].map(|name| case.batch_first(name, device));
    let (gamma, epsilon) = (gamma?, case.number("epsilon")?);
    let normalized = batch_norm::forward(&z?, &gamma, &beta?, epsilon);
    let by_output = case.batch_first("dZ_tilde", device)?;
    let found = batch_norm::backward(&by_output, &normalized, &gamma, epsilon);
    let named = [("dZ", found.dz), ("dgamma", found.dgamma), ("dbeta", found.dbeta)];
    Ok(named.map(|(name, tensor)| (name.to_string(), features_first(tensor))).into())
}

fn exponentially_weighted_average(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let beta = case.number("beta")?;
    let mut average = MovingAverage::new(beta).map_err(|beta| format!("beta is {beta}"))?;
    let (shape, values) = case.array("theta")?;
    let steps = values.iter().map(|value| (average.update(*value), average.corrected()));
    let (plain, corrected) = steps.unzip();
    let averages = |data| Value::Array { shape: shape.to_vec(), data };
    Ok([("v".to_string(), averages(plain)), ("v_corrected".to_string(), averages(corrected))]
        .into())
}

/// One gradient after the other, the state carried on; the axes of `W` do not matter to it.
fn rmsprop(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let start = case.entries("W")?;
    let (grads_shape, grads) = case.array("grads")?;
    let optimizer = RmsProp { beta: case.number("beta2")?, epsilon: case.number("epsilon")? };
    let rate = case.number("learning_rate")?;
    let mut weights = case.flat("W", device)?;
    let mut state: Option<Moments<1>> = None;
    let mut steps = Vec::new();
    for gradient in grads.chunks_exact(start.len().max(1)) {
        let gradient = Tensor::<1>::from_data(gradient, device);
        (weights, state) = optimizer.step(rate, weights, gradient, state);
        steps.extend(weights.to_data().iter::<f64>());
    }
    let average = state.and_then(|state| state.second);
    let average = average.unwrap_or_else(|| weights.zeros_like());
    Ok([
        ("W_steps".to_string(), Value::Array { shape: grads_shape.to_vec(), data: steps }),
        ("s".to_string(), case.like("W", average)?),
    ]
    .into())
}

fn lr_decay_exponential(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    decayed(case, &Decay::Exponential { base: case.number("base")? })
}

fn lr_decay_sqrt(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    decayed(case, &Decay::InverseRootOfEpoch { k: case.number("k")? })
}

fn conv_output_size(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let options = Conv2dOptions {
        stride: [case.count("stride")?; 2],
        padding: [case.count("pad")?; 4],
        ..Conv2dOptions::default()
    };
    let size = options.output_size([case.count("n")?; 2], [case.count("f")?; 2]);
    let [rows, _] = size.ok_or("the window does not fit")?;
    Ok([("n_out".to_string(), Value::Number(rows as f64))].into())
}

fn conv_param_count(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let parameters = convolution(case)?.parameters(true);
    Ok([("params".to_string(), Value::Number(parameters as f64))].into())
}

fn convolution(case: &Case) -> Result<Conv2dSize, Problem> {
    Ok(Conv2dSize {
        channels: case.count("n_C_prev")?,
        outputs: case.count("n_C")?,
        kernel: [case.count("f")?; 2],
        groups: 1,
    })
}

fn depthwise_separable_cost(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let normal = convolution(case)?;
    let Conv2dSize { channels, kernel, .. } = normal;
    let depthwise = Conv2dSize { outputs: channels, groups: channels, ..normal };
    let pointwise = Conv2dSize { kernel: [1, 1], ..normal };
    let [rows, columns] = Conv2dOptions::default()
        .output_size([case.count("n")?; 2], kernel)
        .ok_or("the window does not fit")?;
    let [normal, depthwise, pointwise] =
        [normal, depthwise, pointwise].map(|size| size.multiplications(rows * columns) as f64);
    let ratio = (depthwise + pointwise) / normal;
    let named =
        [("normal", normal), ("depthwise", depthwise), ("pointwise", pointwise), ("ratio", ratio)];
    Ok(named.map(|(name, value)| (name.to_string(), Value::Number(value))).into())
}
