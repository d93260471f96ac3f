//! Twin of [`ops::adam_step`](crate::ops::adam_step).

use burn::tensor::Tensor;

use crate::ops::{AdamOptions, AdamState};

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
