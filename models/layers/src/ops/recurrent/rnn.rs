//! The basic recurrent layer (course 5, week 1; Elman, 1990).

use burn::tensor::Tensor;

use super::{Scan, Sizes, check_sizes, or_zeros};
#[cfg(feature = "flex")]
use crate::fused;
use crate::plain;

/// The parameters of [`rnn`].
#[derive(Debug, Clone)]
pub struct RnnWeights {
    /// `[features, hidden]`.
    pub input: Tensor<2>,
    /// `[hidden, hidden]`.
    pub recurrent: Tensor<2>,
    /// `[hidden]`.
    pub bias: Option<Tensor<1>>,
}

/// The activation of [`rnn`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RnnActivation {
    /// Hyperbolic tangent.
    #[default]
    Tanh,
    /// `max(0, x)`.
    Relu,
}

/// What [`rnn`] may do otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RnnOptions {
    /// The activation.
    pub activation: RnnActivation,
    /// Direction and lengths.
    pub scan: Scan,
}

/// A basic recurrent layer over whole sequences: `h' = activation(x W + h U + b)`.
///
/// Returns the hidden states of all steps and the final one. Without an `initial` state it begins at 0.
///
/// # Shapes
/// - `x`: `[batch, time, features]`
/// - output: `[batch, time, hidden]`
/// - states: `[batch, hidden]`
///
/// # Panics
/// When the shapes do not fit.
pub fn rnn(
    x: Tensor<3>,
    weights: RnnWeights,
    initial: Option<Tensor<2>>,
    options: &RnnOptions,
) -> (Tensor<3>, Tensor<2>) {
    let RnnWeights { input, recurrent, bias } = weights;
    let Sizes { batch, hidden, columns } =
        check_sizes("rnn", 1, &x, &input, &recurrent, &options.scan);
    let bias = or_zeros("rnn", "bias", bias, [columns], &x);
    let initial = or_zeros("rnn", "hidden state", initial, [batch, hidden], &x);
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        let matrices = [input, recurrent, initial].into_iter().map(Tensor::into_dispatch);
        let inputs = [x.into_dispatch(), bias.into_dispatch()].into_iter().chain(matrices);
        let mut outputs = fused::apply(kernel::Rnn { options: options.clone() }, inputs.collect());
        let last = Tensor::from_dispatch(outputs.swap_remove(1));
        return (Tensor::from_dispatch(outputs.swap_remove(0)), last);
    }
    plain::rnn(x, RnnWeights { input, recurrent, bias: Some(bias) }, Some(initial), options)
}

#[cfg(feature = "flex")]
mod kernel {
    use burn::backend::flex::FlexTensor;

    use super::super::through_time::{self, Inputs, Step, Widths, transposed};
    use super::{RnnActivation, RnnOptions};
    use crate::fused::{Operation, Outcome};
    use crate::kernels::memory::{contiguous, tensor};
    use crate::kernels::product::{Matrix, MatrixMut, Onto, product};
    use crate::kernels::real::Real;
    use crate::kernels::simd::vectorized;

    /// Inputs: x, bias, input weight, recurrent weight, hidden state.
    #[derive(Debug)]
    pub(super) struct Rnn {
        pub(super) options: RnnOptions,
    }

    impl Operation for Rnn {
        fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let inputs: Vec<_> = inputs.into_iter().map(contiguous::<T>).collect();
            let [x, bias, input, recurrent, initial] = &inputs[..] else {
                unreachable!("five inputs")
            };
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

        fn backward<T: Real>(
            &self,
            mut saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let weights = saved.split_off(saved.len() - 3);
            let [x, input, recurrent] = &weights[..] else { unreachable!("what forward saved") };
            let [features, hidden] = input.layout().shape().dims();
            let step = RnnStep {
                hidden,
                activation: self.options.activation,
                recurrent: recurrent.storage::<T>(),
                transposed: transposed(recurrent.storage(), hidden, hidden),
            };
            let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
            let found = through_time::backward(&step, over, saved, gradients, wanted[0], 0);
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
}
