//! Layers of the usual libraries: batch norm, by hand and Burn's.
//!
//! By hand, every axis but that of the units is one long batch.

use burn::module::{Param, RunningState};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::{Device, Tensor};
use fireside_dense::steps::batch_norm::{self, RunningAverages};
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is};
use fireside_tests::compare::FUNCTION;

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("keras_batch_norm_eval", FUNCTION, keras_eval),
    ("keras_batch_norm_train", FUNCTION, keras_train),
    ("torch_batch_norm_eval", FUNCTION, torch_eval),
    ("torch_batch_norm_train", FUNCTION, torch_train),
    ("torch_batch_norm_train_backward", FUNCTION, torch_train_backward),
];

/// An array with its last axis as units, `[everything else, units]`.
fn rows(case: &Case, name: &str, device: &Device) -> Result<Tensor<2>, Problem> {
    let (shape, data) = case.array(name)?;
    let units = shape.last().copied().unwrap_or(1);
    Ok(Tensor::<1>::from_data(data, device).reshape([data.len() / units, units]))
}

fn with_shape_of(case: &Case, name: &str, tensor: Tensor<2>) -> Result<Value, Problem> {
    let (shape, _) = case.array(name)?;
    let data = tensor.into_data().iter::<f64>().collect();
    Ok(Value::Array { shape: shape.to_vec(), data })
}

fn keras_averages(case: &Case, device: &Device) -> Result<RunningAverages, Problem> {
    let [mean, variance] = ["moving_mean", "moving_var"].map(|name| rows(case, name, device));
    Ok(RunningAverages { mean: mean?, variance: variance? })
}

fn keras_eval(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let [x, gamma, beta] = ["x", "gamma", "beta"].map(|name| rows(case, name, device));
    let averages = keras_averages(case, device)?;
    let y = averages.normalize(&x?, &gamma?, &beta?, case.number("eps")?);
    Ok([("y".to_string(), with_shape_of(case, "x", y)?)].into())
}

fn keras_train(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let [x, gamma, beta] = ["x", "gamma", "beta"].map(|name| rows(case, name, device));
    let found = batch_norm::forward(&x?, &gamma?, &beta?, case.number("eps")?);
    let averages = keras_averages(case, device)?;
    let updated = averages.update(&found.mean, &found.variance, case.number("momentum")?);
    Ok([
        ("y".to_string(), with_shape_of(case, "x", found.output)?),
        ("moving_mean_new".to_string(), with_shape_of(case, "moving_mean", updated.mean)?),
        ("moving_var_new".to_string(), with_shape_of(case, "moving_var", updated.variance)?),
    ]
    .into())
}

/// Burn's layer with the case's parameters and averages.
fn burns(case: &Case, device: &Device) -> Result<BatchNorm, Problem> {
    let vector = |name: &str| case.tensor::<1>(name, device);
    let [units] = vector("gamma")?.dims();
    let mut config = BatchNormConfig::new(units).with_epsilon(case.number("eps")?);
    if let Ok(momentum) = case.number("momentum") {
        config = config.with_momentum(momentum);
    }
    let mut norm = config.init(device);
    norm.gamma = Param::from_tensor(vector("gamma")?);
    norm.beta = Param::from_tensor(vector("beta")?);
    if let Ok(mean) = vector("running_mean") {
        norm.running_mean = RunningState::new(mean);
        norm.running_var = RunningState::new(vector("running_var")?);
    }
    Ok(norm)
}

/// Runs `forward` on an array `[batch, units]` or `[batch, units, height, width]`.
fn on_any_rank(
    case: &Case,
    name: &str,
    device: &Device,
    forward2: impl Fn(Tensor<2>) -> Tensor<2>,
    forward4: impl Fn(Tensor<4>) -> Tensor<4>,
) -> Result<Value, Problem> {
    match case.array(name)?.0.len() {
        2 => Ok(as_is(forward2(case.tensor(name, device)?))),
        4 => Ok(as_is(forward4(case.tensor(name, device)?))),
        rank => Err(format!("{name} has {rank} axes")),
    }
}

fn torch_eval(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let norm = burns(case, device)?;
    let y = on_any_rank(case, "x", device, |x| norm.forward(x), |x| norm.forward(x))?;
    Ok([("y".to_string(), y)].into())
}

/// The output is Burn's; the averages are by hand, because Burn's take the population's variance.
fn torch_train(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let autodiff = device.clone().autodiff();
    let norm = burns(case, &autodiff)?;
    let y = on_any_rank(case, "x", &autodiff, |x| norm.forward(x), |x| norm.forward(x))?;

    let [mean, variance] = ["running_mean", "running_var"].map(|name| rows(case, name, device));
    let [gamma, beta] = ["gamma", "beta"].map(|name| rows(case, name, device));
    let found =
        batch_norm::forward(&units_last(case, device)?, &gamma?, &beta?, case.number("eps")?);
    let averages = RunningAverages { mean: mean?, variance: variance? };
    let kept = 1.0 - case.number("momentum")?;
    let updated = averages.update(&found.mean, &found.sample_variance(), kept);
    Ok([
        ("y".to_string(), y),
        ("running_mean_new".to_string(), with_shape_of(case, "running_mean", updated.mean)?),
        ("running_var_new".to_string(), with_shape_of(case, "running_var", updated.variance)?),
    ]
    .into())
}

/// `x` of `[batch, units]` or `[batch, units, height, width]` as `[everything else, units]`.
fn units_last(case: &Case, device: &Device) -> Result<Tensor<2>, Problem> {
    match case.array("x")?.0.len() {
        2 => case.tensor("x", device),
        _ => {
            let x = case.tensor::<4>("x", device)?.permute([0, 2, 3, 1]);
            let [batch, height, width, units] = x.dims();
            Ok(x.reshape([batch * height * width, units]))
        }
    }
}

fn torch_train_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    match case.array("x")?.0.len() {
        2 => backward::<2>(case, device),
        _ => backward::<4>(case, device),
    }
}

/// By autodiff through Burn's layer.
fn backward<const D: usize>(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let autodiff = device.clone().autodiff();
    let norm = burns(case, &autodiff)?;
    let x = case.tensor::<D>("x", &autodiff)?.require_grad();
    let along = case.tensor::<D>("dy", &autodiff)?;
    let gradients = (norm.forward(x.clone()) * along).sum().backward();
    let found = |gradient: Option<Value>| gradient.ok_or("no gradient".to_string());
    let outputs: Outputs = [
        ("dx".to_string(), found(x.grad(&gradients).map(as_is))?),
        ("dgamma".to_string(), found(norm.gamma.val().grad(&gradients).map(as_is))?),
        ("dbeta".to_string(), found(norm.beta.val().grad(&gradients).map(as_is))?),
    ]
    .into();
    Ok(outputs)
}
