//! Optimisers of the usual libraries, a gradient a step.

use burn::module::{Module, Param};
use burn::optim::{AdaGradConfig, GradientsParams, Optimizer};
use burn::tensor::{Device, Tensor};
use fireside_tests::case::{Case, Outputs, Problem, Value};
use fireside_tests::compare::{FUNCTION, Tolerance};
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::optimizer::adam::Adam;
use fireside_training::optimizer::momentum::Momentum;
use fireside_training::optimizer::rmsprop::RmsProp;

use crate::Handlers;

/// Burn's own optimisers keep their coefficients as 32-bit numbers: 0.9 is off by 3e-8 of itself, which a
/// weight near 0 shows.
const COEFFICIENTS_IN_32_BITS: Tolerance = Tolerance { relative: 1e-6, absolute: 1e-8 };

pub const HANDLERS: Handlers = &[
    ("torch_sgd", FUNCTION, sgd),
    ("torch_sgd_momentum", FUNCTION, momentum),
    ("keras_sgd_momentum", FUNCTION, momentum),
    ("torch_sgd_nesterov", COEFFICIENTS_IN_32_BITS, nesterov),
    ("torch_rmsprop", FUNCTION, torch_rmsprop),
    ("keras_rmsprop", FUNCTION, keras_rmsprop),
    ("torch_adam", FUNCTION, torch_adam),
    ("keras_adam", FUNCTION, keras_adam),
    ("torch_adamw", FUNCTION, torch_adamw),
    ("torch_adagrad", FUNCTION, torch_adagrad),
];

/// The weights after each gradient of the case, by `step(weights, gradient, number of the step from 1)`.
fn steps(
    case: &Case,
    device: &Device,
    mut step: impl FnMut(Tensor<1>, Tensor<1>, usize) -> Tensor<1>,
) -> Result<Outputs, Problem> {
    let (grads_shape, gradients) = case.array("grads")?;
    let mut weight = case.flat("w", device)?;
    let mut after: Vec<f64> = Vec::with_capacity(gradients.len());
    let size = weight.dims()[0].max(1);
    for (number, gradient) in gradients.chunks_exact(size).enumerate() {
        weight = step(weight, Tensor::from_data(gradient, device), number + 1);
        after.extend(weight.to_data().iter::<f64>());
    }
    let after = Value::Array { shape: grads_shape.to_vec(), data: after };
    Ok([("w_steps".to_string(), after)].into())
}

/// [`steps`] of one of the library's optimisers.
fn by(
    case: &Case,
    device: &Device,
    learning_rate: f64,
    optimizer: impl Optimizer,
) -> Result<Outputs, Problem> {
    let mut state = None;
    steps(case, device, |weight, gradient, _| {
        let (weight, after) = optimizer.step(learning_rate, weight, gradient, state.take());
        state = after;
        weight
    })
}

/// A module of one parameter.
#[derive(Module, Debug)]
struct One {
    weight: Param<Tensor<1>>,
}

/// [`steps`] of an optimiser that knows modules only.
fn by_module(case: &Case, device: &Device, config: &OptimizerConfig) -> Result<Outputs, Problem> {
    let mut optimizer = config.init().map_err(|error| error.to_string())?;
    let learning_rate = case.number("learning_rate")?;
    let device = device.clone().autodiff();
    let weight = case.flat("w", &device)?;
    let mut module = Some(One { weight: Param::from_tensor(weight) });
    steps(case, &device, |weight, gradient, _| {
        let Some(one) = module.take() else { return weight };
        let mut gradients = GradientsParams::new();
        gradients.register::<1>(one.weight.id, gradient.inner());
        let one = optimizer.step(learning_rate, one, gradients);
        module.insert(one).weight.val()
    })
}

fn sgd(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    by_module(case, device, &OptimizerConfig::GradientDescent)
}

/// `v = m v + g` is `1 / (1 - m)` of our average of the gradients, and Keras's velocity that times the rate.
fn momentum(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let beta = case.number("momentum")?;
    let learning_rate = case.number("learning_rate")? / (1.0 - beta);
    by(case, device, learning_rate, Momentum { beta })
}

fn nesterov(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let momentum = case.number("momentum")?;
    by_module(case, device, &OptimizerConfig::ClassicMomentum { momentum, nesterov: true })
}

fn torch_rmsprop(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let optimizer = RmsProp { beta: case.number("alpha")?, epsilon: case.number("epsilon")? };
    by(case, device, case.number("learning_rate")?, optimizer)
}

/// Keras keeps epsilon inside the root: its step is taken here, from the average that ours keeps.
fn keras_rmsprop(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let optimizer = RmsProp { beta: case.number("rho")?, epsilon: 0.0 };
    let (learning_rate, epsilon) = (case.number("learning_rate")?, case.number("epsilon")?);
    let mut state = None;
    steps(case, device, |weight, gradient, _| {
        state = optimizer.step(0.0, weight.clone(), gradient.clone(), state.take()).1;
        match state.as_ref().and_then(|moments| moments.second.clone()) {
            Some(second) => weight - gradient / (second + epsilon).sqrt() * learning_rate,
            None => weight,
        }
    })
}

fn adam(case: &Case, epsilon: f64) -> Result<Adam, Problem> {
    Ok(Adam { beta1: case.number("beta1")?, beta2: case.number("beta2")?, epsilon })
}

fn torch_adam(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    by(case, device, case.number("learning_rate")?, adam(case, case.number("epsilon")?)?)
}

/// Keras adds epsilon to the root that is not corrected: to ours, corrected, it adds epsilon by the root of the
/// correction, another one at each step.
fn keras_adam(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (learning_rate, epsilon) = (case.number("learning_rate")?, case.number("epsilon")?);
    let base = adam(case, epsilon)?;
    let mut state = None;
    steps(case, device, |weight, gradient, time| {
        let correction = 1.0 - base.beta2.powf(time as f64);
        let optimizer = Adam { epsilon: epsilon / correction.sqrt(), ..base };
        let (weight, after) = optimizer.step(learning_rate, weight, gradient, state.take());
        state = after;
        weight
    })
}

/// The decay takes its part of the weights before the step.
fn torch_adamw(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (learning_rate, decay) = (case.number("learning_rate")?, case.number("weight_decay")?);
    let optimizer = adam(case, case.number("epsilon")?)?;
    let mut state = None;
    steps(case, device, |weight, gradient, _| {
        let decayed = weight * (1.0 - learning_rate * decay);
        let (weight, after) = optimizer.step(learning_rate, decayed, gradient, state.take());
        state = after;
        weight
    })
}

fn torch_adagrad(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let config = AdaGradConfig::new().with_epsilon(case.number("epsilon")? as f32);
    by_module(case, device, &OptimizerConfig::AdaGrad(config))
}
