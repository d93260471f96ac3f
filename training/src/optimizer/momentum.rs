//! Gradient descent with momentum, in the course's form (course 2, week 2).
//!
//! ```text
//! v = β v + (1 - β) g        p := p - α v
//! ```
//!
//! There is no bias correction. The classic form, `v = μ v + g`, takes steps `1/(1-β)` times as long in the
//! long run; it is Burn's, see [`super::OptimizerConfig::ClassicMomentum`]. Burn's with a dampening of `1 - β`
//! differs from this in its first step only, which it takes undampened, and that difference stays.

use burn::optim::Optimizer;
use burn::tensor::{Device, Tensor};

use super::moments::{Moments, decayed};

/// Gradient descent along an average of the gradients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Momentum {
    /// Weight of the past, in 0..1.
    pub beta: f64,
}

impl Optimizer for Momentum {
    type State<const D: usize> = Moments<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: f64,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Moments<D>>,
    ) -> (Tensor<D>, Option<Moments<D>>) {
        let mut moments = state.unwrap_or_else(Moments::start);
        let velocity = decayed(moments.first.take(), gradient, self.beta);
        moments.time += 1;
        moments.first = Some(velocity.clone());
        (parameter - velocity * learning_rate, Some(moments))
    }

    fn to_device<const D: usize>(state: Moments<D>, device: &Device) -> Moments<D> {
        state.moved_to(device)
    }
}
