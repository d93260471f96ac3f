//! Layers of the usual libraries: batch norm, by hand and Burn's.
//!
//! By hand, every axis but that of the units is one long batch.

use burn::module::{Param, RunningState};
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::{Device, Tensor};
use fireside_dense::steps::batch_norm::{self, RunningAverages};
use fireside_tests::case::{Case, Outputs, Problem};
use fireside_tests::compare::FUNCTION;

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("keras_batch_norm_eval", FUNCTION, keras_eval),
    ("keras_batch_norm_train", FUNCTION, keras_train),
    ("torch_batch_norm_eval", FUNCTION, torch_eval),
    ("torch_batch_norm_train", FUNCTION, torch_train),
    ("torch_batch_norm_train_backward", FUNCTION, torch_train_backward),
];

/// An array of any rank with its last axis as units, `[everything else, units]`.
fn rows(case: &Case, name: &str, device: &Device) -> Result<Tensor<2>, Problem> {
    let units = case.array(name)?.0.last().copied().unwrap_or(1);
    let entries = case.flat(name, device)?;
    let count = entries.dims()[0];
    Ok(entries.reshape([count / units.max(1), units]))
}

/// Factor and offset of every unit, which a case may leave out: those of a layer that learns none.
fn gamma_and_beta(case: &Case, units: usize, device: &Device) -> Result<[Tensor<1>; 2], Problem> {
    let gamma = case.optional("gamma", device)?;
    let beta = case.optional("beta", device)?;
    Ok([
        gamma.unwrap_or_else(|| Tensor::ones([units], device)),
        beta.unwrap_or_else(|| Tensor::zeros([units], device)),
    ])
}

fn keras_averages(case: &Case, device: &Device) -> Result<RunningAverages, Problem> {
    let [mean, variance] = ["moving_mean", "moving_var"].map(|name| rows(case, name, device));
    Ok(RunningAverages { mean: mean?, variance: variance? })
}

/// Input, factor and offset, units last.
fn keras_inputs(case: &Case, device: &Device) -> Result<[Tensor<2>; 3], Problem> {
    let x = rows(case, "x", device)?;
    let [gamma, beta] = gamma_and_beta(case, x.dims()[1], device)?;
    Ok([x, gamma.unsqueeze(), beta.unsqueeze()])
}

fn keras_eval(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let [x, gamma, beta] = keras_inputs(case, device)?;
    let averages = keras_averages(case, device)?;
    let y = averages.normalize(&x, &gamma, &beta, case.number_or("eps", 1e-3)?);
    Ok([("y".to_string(), case.like("x", y)?)].into())
}

fn keras_train(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let [x, gamma, beta] = keras_inputs(case, device)?;
    let found = batch_norm::forward(&x, &gamma, &beta, case.number_or("eps", 1e-3)?);
    let averages = keras_averages(case, device)?;
    let kept = case.number_or("momentum", 0.99)?;
    let updated = averages.update(&found.mean, &found.variance, kept);
    Ok([
        ("y".to_string(), case.like("x", found.output)?),
        ("moving_mean_new".to_string(), case.like("moving_mean", updated.mean)?),
        ("moving_var_new".to_string(), case.like("moving_var", updated.variance)?),
    ]
    .into())
}

/// An array `[batch, units, ...]` of any rank as `[batch, units, everything else, 1]`.
fn units_second(case: &Case, name: &str, device: &Device) -> Result<Tensor<4>, Problem> {
    let &[batch, units, ref places @ ..] = case.array(name)?.0 else {
        return Err(format!("{name} has fewer than two axes"));
    };
    Ok(case.flat(name, device)?.reshape([batch, units, places.iter().product(), 1]))
}

/// Burn's layer with the case's parameters and averages.
fn burns(case: &Case, units: usize, device: &Device) -> Result<BatchNorm, Problem> {
    let mut norm = BatchNormConfig::new(units)
        .with_epsilon(case.number_or("eps", 1e-5)?)
        .with_momentum(case.number_or("momentum", 0.1)?)
        .init(device);
    let [gamma, beta] = gamma_and_beta(case, units, device)?;
    norm.gamma = Param::from_tensor(gamma);
    norm.beta = Param::from_tensor(beta);
    if case.has("running_mean") {
        norm.running_mean = RunningState::new(case.flat("running_mean", device)?);
        norm.running_var = RunningState::new(case.flat("running_var", device)?);
    }
    Ok(norm)
}

fn torch_eval(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = units_second(case, "x", device)?;
    let norm = burns(case, x.dims()[1], device)?;
    Ok([("y".to_string(), case.like("x", norm.forward(x))?)].into())
}

/// The output is Burn's; the averages are by hand, because Burn's take the population's variance.
fn torch_train(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let autodiff = device.clone().autodiff();
    let x = units_second(case, "x", &autodiff)?;
    let units = x.dims()[1];
    let y = burns(case, units, &autodiff)?.forward(x);
    let mut outputs: Outputs = [("y".to_string(), case.like("x", y)?)].into();
    if case.has("running_mean") {
        let units_last = units_second(case, "x", device)?.permute([0, 2, 3, 1]).flatten(0, 2);
        let [gamma, beta] = gamma_and_beta(case, units, device)?.map(|row| row.unsqueeze());
        let epsilon = case.number_or("eps", 1e-5)?;
        let found = batch_norm::forward(&units_last, &gamma, &beta, epsilon);
        let [mean, variance] = ["running_mean", "running_var"].map(|name| rows(case, name, device));
        let averages = RunningAverages { mean: mean?, variance: variance? };
        let kept = 1.0 - case.number_or("momentum", 0.1)?;
        let updated = averages.update(&found.mean, &found.sample_variance(), kept);
        outputs.insert("running_mean_new".to_string(), case.like("running_mean", updated.mean)?);
        outputs.insert("running_var_new".to_string(), case.like("running_var", updated.variance)?);
    }
    Ok(outputs)
}

/// By autodiff through Burn's layer.
fn torch_train_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let autodiff = device.clone().autodiff();
    let x = units_second(case, "x", &autodiff)?.require_grad();
    let norm = burns(case, x.dims()[1], &autodiff)?;
    let along = units_second(case, "dy", &autodiff)?;
    let gradients = (norm.forward(x.clone()) * along).sum().backward();
    let missing = "no gradient";
    let mut outputs: Outputs =
        [("dx".to_string(), case.like("x", x.grad(&gradients).ok_or(missing)?)?)].into();
    for (name, parameter) in [("gamma", &norm.gamma), ("beta", &norm.beta)] {
        if case.has(name) {
            let gradient = parameter.val().grad(&gradients).ok_or(missing)?;
            outputs.insert(format!("d{name}"), case.like(name, gradient)?);
        }
    }
    Ok(outputs)
}
