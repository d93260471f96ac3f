//! One step of Adam (Kingma & Ba, 2015; course 2, week 2).
//!
//! Not differentiable, but next to the products it is what a step of a large network is made of: four numbers
//! are read and three written for every parameter, in one pass and in place.

use burn::tensor::Tensor;

use crate::fused;
use crate::plain::{AdamOptions, AdamState};

/// Takes one step.
///
/// ```text
/// v = β₁ v + (1 - β₁) g     s = β₂ s + (1 - β₂) g²     p := p - α v / (1 - β₁ᵗ) / (√(s / (1 - β₂ᵗ)) + ε)
/// ```
///
/// # Panics
/// When the four shapes differ.
#[must_use]
pub fn adam_step<const D: usize>(
    state: AdamState<D>,
    gradient: Tensor<D>,
    options: &AdamOptions,
) -> AdamState<D> {
    let shape = state.parameter.dims();
    for other in [&state.first, &state.second, &gradient] {
        assert!(
            other.dims() == shape,
            "adam_step: the parameter is {shape:?} and its gradient or average {:?}",
            other.dims()
        );
    }
    fused::adam_step(state, gradient, options)
}
