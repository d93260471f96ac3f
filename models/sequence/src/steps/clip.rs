//! Clipping gradients that explode (course 5, week 1; by norm: Pascanu et al., 2013).
//!
//! By value, as the dinosaurs' assignment does, every entry is cut off by itself, which turns the gradient; by the
//! norm of all of them together it gets shorter and keeps its direction. Neither helps against gradients that
//! vanish.

use burn::tensor::Tensor;

/// Cuts every entry off at `-max_value` and `max_value`.
///
/// # Panics
/// When `max_value` is below 0 or not a number.
#[must_use]
pub fn clip_by_value<const D: usize>(gradient: Tensor<D>, max_value: f64) -> Tensor<D> {
    assert!(max_value >= 0.0, "clip_by_value: max_value is {max_value}, but 0 or more is wanted");
    gradient.clamp(-max_value, max_value)
}

/// The Euclidean norm of all entries of all gradients, `[1]`.
#[must_use]
pub fn global_norm(gradients: &[Tensor<2>]) -> Option<Tensor<1>> {
    let squares = gradients.iter().map(|gradient| gradient.clone().square().sum());
    Some(squares.reduce(|sum, square| sum + square)?.sqrt())
}

/// Scales all gradients by the same factor where their common norm is above `max_norm`. Gradients of which one is
/// infinite or not a number have no such norm: all of them become NaN or 0.
///
/// # Panics
/// When `max_norm` is not above 0.
#[must_use]
pub fn clip_by_global_norm(gradients: Vec<Tensor<2>>, max_norm: f64) -> Vec<Tensor<2>> {
    assert!(
        max_norm > 0.0,
        "clip_by_global_norm: max_norm is {max_norm}, but more than 0 is wanted"
    );
    let Some(norm) = global_norm(&gradients) else { return gradients };
    let factor = (norm.recip() * max_norm).clamp_max(1.0).unsqueeze::<2>(); // [1, 1]
    gradients.into_iter().map(|gradient| gradient * factor.clone()).collect()
}
