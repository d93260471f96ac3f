//! Adam (Kingma & Ba, 2015; course 2, week 2).
//!
//! ```text
//! v = β₁ v + (1 - β₁) g        v̂ = v / (1 - β₁ᵗ)
//! s = β₂ s + (1 - β₂) g²       ŝ = s / (1 - β₂ᵗ)        p := p - α v̂ / (√ŝ + ε)
//! ```
//!
//! `t` counts every mini-batch, from 1. Where the notes slip: they print `√(ŝ + ε)`; the paper and the graded
//! assignment keep ε outside the root. Burn's Adam is the same formula with β₁, β₂ and ε as 32-bit numbers,
//! so that training in 64-bit floats agrees with the course to 8 digits only.

use burn::optim::Optimizer;
use burn::tensor::{Device, Tensor};

use fireside_layers::ops::{AdamOptions, AdamState, adam_step};

use super::moments::Moments;

/// Momentum and RMSprop together, both corrected for their start at zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// Weight of the past gradients, in 0..1.
    pub beta1: f64,
    /// Weight of the past squares, in 0..1.
    pub beta2: f64,
    /// Keeps the division finite.
    pub epsilon: f64,
}

impl Adam {
    /// The averages of `moments` divided by the weight that the gradients so far have in them: `v̂`, `ŝ`.
    ///
    /// `None` before the first step.
    pub fn corrected<const D: usize>(
        &self,
        moments: &Moments<D>,
    ) -> Option<(Tensor<D>, Tensor<D>)> {
        let weight = |beta: f64| 1.0 - beta.powf(moments.time as f64);
        let first = moments.first.clone()? / weight(self.beta1);
        let second = moments.second.clone()? / weight(self.beta2);
        Some((first, second))
    }
}

impl Optimizer for Adam {
    type State<const D: usize> = Moments<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: f64,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Moments<D>>,
    ) -> (Tensor<D>, Option<Moments<D>>) {
        let before = state.unwrap_or_else(Moments::start);
        let time = before.time + 1;
        let average = |average: Option<_>| average.unwrap_or_else(|| parameter.zeros_like());
        let (first, second) = (average(before.first), average(before.second));
        let state = AdamState { parameter, first, second };
        let options = AdamOptions {
            learning_rate,
            beta1: self.beta1,
            beta2: self.beta2,
            epsilon: self.epsilon,
            time,
        };
        let AdamState { parameter, first, second } = adam_step(state, gradient, &options);
        (parameter, Some(Moments { time, first: Some(first), second: Some(second) }))
    }

    fn to_device<const D: usize>(state: Moments<D>, device: &Device) -> Moments<D> {
        state.moved_to(device)
    }
}
