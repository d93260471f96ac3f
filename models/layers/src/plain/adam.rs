//! Twin of [`ops::adam_step`](crate::ops::adam_step).

use burn::tensor::Tensor;

/// The numbers of one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamOptions {
    /// Step size α.
    pub learning_rate: f64,
    /// Weight β₁ of the past gradients, in 0..1.
    pub beta1: f64,
    /// Weight β₂ of the past squares, in 0..1.
    pub beta2: f64,
    /// Keeps the division finite: ε, outside the root.
    pub epsilon: f64,
    /// Steps taken, this one included: `t`, from 1.
    pub time: usize,
}

impl AdamOptions {
    /// What the averages of the gradients and of the squares are divided by: the weight that the steps so far
    /// have in them.
    pub(crate) fn corrections(&self) -> [f64; 2] {
        [self.beta1, self.beta2].map(|beta| 1.0 - beta.powf(self.time as f64))
    }
}

/// A parameter and its running averages.
#[derive(Debug, Clone)]
pub struct AdamState<const D: usize> {
    /// The parameter.
    pub parameter: Tensor<D>,
    /// Average of the gradients, `v`; zeros before the first step.
    pub first: Tensor<D>,
    /// Average of the squared gradients, `s`; zeros before the first step.
    pub second: Tensor<D>,
}

/// Twin of [`ops::adam_step`](crate::ops::adam_step).
pub fn adam_step<const D: usize>(
    state: AdamState<D>,
    gradient: Tensor<D>,
    options: &AdamOptions,
) -> AdamState<D> {
    let [of_first, of_second] = options.corrections();
    let first = state.first * options.beta1 + gradient.clone() * (1.0 - options.beta1);
    let second = state.second * options.beta2 + gradient.square() * (1.0 - options.beta2);
    let root = (second.clone() / of_second).sqrt() + options.epsilon;
    let parameter = state.parameter - first.clone() / of_first / root * options.learning_rate;
    AdamState { parameter, first, second }
}
