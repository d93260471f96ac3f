//! RMSprop (course 2, week 2).
//!
//! ```text
//! s = β s + (1 - β) g²        p := p - α g / (√s + ε)
//! ```
//!
//! Where the notes slip: they print `√(s + ε)`; the lectures' code and Hinton's slides keep ε outside the
//! root. Burn's RMSprop has it outside too, but keeps β and ε as 32-bit numbers, so that training in 64-bit
//! floats agrees with the course to 8 digits only.

use burn::optim::Optimizer;
use burn::tensor::{Device, Tensor};

use super::moments::{Moments, decayed};

/// Gradient descent with each step divided by the root mean square of the gradient so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsProp {
    /// Weight of the past squares, in 0..1.
    pub beta: f64,
    /// Keeps the division finite.
    pub epsilon: f64,
}

impl Optimizer for RmsProp {
    type State<const D: usize> = Moments<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: f64,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Moments<D>>,
    ) -> (Tensor<D>, Option<Moments<D>>) {
        let mut moments = state.unwrap_or_else(Moments::start);
        let square = decayed(moments.second.take(), gradient.clone().square(), self.beta);
        moments.time += 1;
        moments.second = Some(square.clone());
        let step = gradient / (square.sqrt() + self.epsilon);
        (parameter - step * learning_rate, Some(moments))
    }

    fn to_device<const D: usize>(state: Moments<D>, device: &Device) -> Moments<D> {
        state.moved_to(device)
    }
}
