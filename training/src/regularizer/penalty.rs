//! L1 and L2: a cost for large weights (course 2, week 1).
//!
//! ```text
//! L2: J + λ/(2m) Σ w²        adds λ/m · w to dw          so w := (1 - αλ/m) w - α dw
//! L1: J + λ/(2m) Σ |w|       adds λ/(2m) · sign(w) to dw
//! ```
//!
//! With plain gradient descent the L2 term and the decay of the weights are one thing, which is why it is
//! also called weight decay; with momentum or Adam they are not, see AdamW.
//!
//! Weights are all tensors of rank 2 or more; biases are not penalised.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::Tensor;

use crate::parameters::replace;

/// `λ/(2m) Σ w²` over all weights of a module with any; differentiable.
///
/// # Shapes
/// - output: `[1]`; `None` when the module has no weights
pub fn l2<M: Module>(module: &M, lambda: f64, examples: usize) -> Option<Tensor<1>> {
    let square = |weights: Tensor<1>| weights.square().sum();
    summed(module, square).map(|sum| sum * (lambda / (2.0 * examples as f64)))
}

/// `λ/(2m) Σ |w|` over all weights of a module with any; differentiable, with slope 0 at 0.
///
/// # Shapes
/// - output: `[1]`; `None` when the module has no weights
pub fn l1<M: Module>(module: &M, lambda: f64, examples: usize) -> Option<Tensor<1>> {
    let absolute = |weights: Tensor<1>| weights.abs().sum();
    summed(module, absolute).map(|sum| sum * (lambda / (2.0 * examples as f64)))
}

/// Multiplies all weights by `1 - αλ/m`: one update's worth of L2 under plain gradient descent, taken before
/// the gradient's own step.
pub fn decay<M: Module>(module: M, lambda: f64, examples: usize, learning_rate: f64) -> M {
    module.map(&mut Shrinker { factor: 1.0 - learning_rate * lambda / examples as f64 })
}

fn summed<M: Module>(module: &M, measure: fn(Tensor<1>) -> Tensor<1>) -> Option<Tensor<1>> {
    let mut summer = Summer { measure, sum: None };
    module.visit(&mut summer);
    summer.sum
}

struct Summer {
    measure: fn(Tensor<1>) -> Tensor<1>,
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for Summer {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if D < 2 {
            return;
        }
        let weights = param.val();
        let count = weights.shape().num_elements();
        let term = (self.measure)(weights.reshape([count]));
        self.sum = Some(match self.sum.take() {
            Some(sum) => sum + term,
            None => term,
        });
    }
}

struct Shrinker {
    factor: f64,
}

impl ModuleMapper for Shrinker {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let factor = self.factor;
        match D < 2 {
            true => param,
            false => replace(param, |weight| weight * factor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::{Linear, LinearConfig};
    use burn::optim::{GradientsParams, SgdConfig};
    use burn::tensor::Device;

    fn linear() -> Linear {
        let device = Device::flex().autodiff();
        let mut linear = LinearConfig::new(2, 1).init(&device);
        linear.weight = Param::from_data([[3.0], [-4.0]], &device);
        linear.bias = Some(Param::from_data([7.0], &device));
        linear
    }

    /// λ 0.6, m 3: 0.1 · (9 + 16) and 0.1 · (3 + 4). The bias of 7 costs nothing.
    #[test]
    fn penalties_are_those_by_hand() {
        let l2: f64 = l2(&linear(), 0.6, 3).unwrap().into_scalar();
        let l1: f64 = l1(&linear(), 0.6, 3).unwrap().into_scalar();
        assert!((l2 - 2.5).abs() < 1e-6 && (l1 - 0.7).abs() < 1e-6, "{l2} {l1}");
    }

    /// Ten updates of gradient descent on a squared error, once with the cost term, once with decay.
    #[test]
    fn cost_term_and_decay_are_the_same_training() {
        let (lambda, examples, rate) = (0.9, 3, 0.01);
        let device = Device::flex().autodiff();
        let x = Tensor::<2>::from_data([[1.0, 2.0], [0.5, -1.0], [-1.0, 1.0]], &device);
        let error = |net: &Linear| (net.forward(x.clone()) - 1.0).square().mean();
        let (mut by_term, mut by_decay) = (linear(), linear());
        let mut optimizer = SgdConfig::new().init();
        for _ in 0..10 {
            let cost = error(&by_term) + l2(&by_term, lambda, examples).unwrap();
            let gradients = GradientsParams::from_grads(cost.backward(), &by_term);
            by_term = optimizer.step(rate, by_term, gradients);

            let gradients = GradientsParams::from_grads(error(&by_decay).backward(), &by_decay);
            by_decay = decay(by_decay, lambda, examples, rate);
            by_decay = optimizer.step(rate, by_decay, gradients);
        }
        let weights = |net: &Linear| net.weight.val().into_data().iter::<f64>().collect::<Vec<_>>();
        for (term, decay) in weights(&by_term).into_iter().zip(weights(&by_decay)) {
            assert!((term - decay).abs() < 1e-5, "{term} {decay}");
        }
        assert!(weights(&by_term) != weights(&linear()));
    }
}
