//! The basic recurrent layer.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::part::{Inputs, Step, Widths};
use super::through_time;
use super::transposed::transposed;
use crate::fused::operation::{BackwardPass, Operation, Outcome, exactly};
use crate::fused::record::{apply, or_zeros, serves};
use crate::kernels::memory::tensor;
use crate::kernels::product::{Matrix, MatrixMut, Onto, product};
use crate::kernels::real::Real;
use crate::kernels::simd::vectorized;
use crate::plain::{self, RnnActivation, RnnOptions, RnnWeights};

/// See [`ops::rnn`](crate::ops::rnn).
pub(crate) fn rnn(
    x: Tensor<3>,
    weights: RnnWeights,
    initial: Option<Tensor<2>>,
    options: &RnnOptions,
) -> (Tensor<3>, Tensor<2>) {
    if !serves(&x) {
        return plain::rnn(x, weights, initial, options);
    }
    let RnnWeights { input, recurrent, bias } = weights;
    let hidden = recurrent.dims()[0];
    let bias = or_zeros(bias, [hidden], &x);
    let initial = or_zeros(initial, [x.dims()[0], hidden], &x);
    let matrices = [input, recurrent, initial].into_iter().map(Tensor::into_dispatch);
    let inputs = [x.into_dispatch(), bias.into_dispatch()].into_iter().chain(matrices);
    let [output, last] = apply(Arc::new(Rnn { options: options.clone() }), inputs.collect());
    (Tensor::from_dispatch(output), Tensor::from_dispatch(last))
}

/// Inputs: x, bias, input weight, recurrent weight, hidden state.
#[derive(Debug)]
struct Rnn {
    options: RnnOptions,
}

impl Operation for Rnn {
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let [x, bias, input, recurrent, initial] = exactly(&inputs);
        let step = RnnStep {
            hidden: initial.layout().shape()[1],
            activation: self.options.activation,
            recurrent: recurrent.storage::<T>(),
            transposed: Vec::new(),
        };
        let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
        let (start, initial) = (bias.storage::<T>(), [initial.storage::<T>()]);
        let mut outcome = through_time::forward(&step, over, start, &initial, training);
        if training {
            outcome.saved.extend([x, input, recurrent].map(FlexTensor::clone));
        }
        outcome
    }

    fn backward<T: Real>(&self, mut pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let weights = pass.saved.split_off(pass.saved.len() - 3);
        let [x, input, recurrent] = exactly(&weights);
        let [features, hidden] = input.layout().shape().dims();
        let step = RnnStep {
            hidden,
            activation: self.options.activation,
            recurrent: recurrent.storage::<T>(),
            transposed: transposed(recurrent.storage(), hidden, hidden),
        };
        let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
        let found = through_time::backward(&step, over, pass, 0);
        let parameters = found.parameters;
        let of_parameters = [
            found.x,
            Some(tensor(parameters.start, [hidden])),
            Some(tensor(parameters.weight, [features, hidden])),
            Some(tensor(parameters.recurrent, [hidden, hidden])),
        ];
        of_parameters.into_iter().chain(found.initial.into_iter().map(Some)).collect()
    }
}

/// Rows of `kept` and of states are the hidden state.
struct RnnStep<'a, T> {
    hidden: usize,
    activation: RnnActivation,
    /// `[hidden, hidden]`.
    recurrent: &'a [T],
    /// Its transpose, for the way back.
    transposed: Vec<T>,
}

impl<T: Real> Step<T> for RnnStep<'_, T> {
    fn widths(&self) -> Widths {
        let hidden = self.hidden;
        Widths { hidden, states: hidden, gates: hidden, kept: hidden }
    }

    fn forward(&self, kept: &mut [T], states: &mut [T]) {
        let hidden = self.hidden;
        let rows = states.len() / hidden.max(1);
        product(
            MatrixMut::new(kept, rows, hidden),
            Onto::Values,
            T::ONE,
            Matrix::new(states, rows, hidden),
            Matrix::new(self.recurrent, hidden, hidden),
        );
        match self.activation {
            RnnActivation::Tanh => vectorized!(|| {
                kept.iter_mut().for_each(|value| *value = value.tanh());
            }),
            RnnActivation::Relu => vectorized!(|| {
                let relu = |x| if x < T::ZERO { T::ZERO } else { x };
                kept.iter_mut().for_each(|value| *value = relu(*value));
            }),
        }
        states.copy_from_slice(kept);
    }

    fn backward(&self, kept: &mut [T], before: &[T], gradients: &mut [T], _own: &mut [T]) {
        let changed = kept.iter_mut().zip(&*gradients);
        match self.activation {
            RnnActivation::Tanh => vectorized!(|| {
                changed.for_each(|(y, gradient)| *y = *gradient * (T::ONE - *y * *y));
            }),
            RnnActivation::Relu => vectorized!(|| {
                let back = |y, gradient| if y > T::ZERO { gradient } else { T::ZERO };
                changed.for_each(|(y, gradient)| *y = back(*y, *gradient));
            }),
        }
        let hidden = self.hidden;
        let rows = before.len() / hidden.max(1);
        product(
            MatrixMut::new(gradients, rows, hidden),
            Onto::Nothing,
            T::ONE,
            Matrix::new(kept, rows, hidden),
            Matrix::new(&self.transposed, hidden, hidden),
        );
    }

    fn add_recurrent_gradient(&self, sum: &mut [T], kept: &[T], before: &[T]) {
        let hidden = self.hidden;
        let rows = before.len() / hidden.max(1);
        product(
            MatrixMut::new(sum, hidden, hidden),
            Onto::Values,
            T::ONE,
            Matrix::new(before, rows, hidden).transposed(),
            Matrix::new(kept, rows, hidden),
        );
    }
}
