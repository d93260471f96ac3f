//! Gated recurrent unit (course 5, week 1; Cho et al., 2014).

use burn::tensor::Tensor;

use super::{GateActivation, Scan, Sizes, check_sizes, or_zeros};
#[cfg(feature = "flex")]
use crate::fused;
use crate::plain;

/// The parameters of [`gru`]. Columns of the gates stand side by side: reset, update, new.
#[derive(Debug, Clone)]
pub struct GruWeights {
    /// `[features, 3 * hidden]`.
    pub input: Tensor<2>,
    /// `[hidden, 3 * hidden]`.
    pub recurrent: Tensor<2>,
    /// `[3 * hidden]`.
    pub bias: Option<Tensor<1>>,
    /// A second bias, of the recurrent product, `[3 * hidden]`.
    pub recurrent_bias: Option<Tensor<1>>,
}

/// Where the reset gate stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reset {
    /// After the recurrent product, as PyTorch, cuDNN and Keras do.
    #[default]
    AfterProduct,
    /// Before it, on the hidden state, as the paper and the course do.
    BeforeProduct,
}

/// What [`gru`] may do otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GruOptions {
    /// Where the reset gate stands.
    pub reset: Reset,
    /// The activation of the reset and the update gate.
    pub gates: GateActivation,
    /// Direction and lengths.
    pub scan: Scan,
}

/// A gated recurrent unit over whole sequences.
///
/// ```text
/// r = σ(x W_r + b_r + h U_r + d_r)          z = σ(x W_z + b_z + h U_z + d_z)
/// n = tanh(x W_n + b_n + r (h U_n + d_n))   with the reset after the product, or
/// n = tanh(x W_n + b_n + (r h) U_n + d_n)   before it
/// h' = (1 - z) n + z h
/// ```
///
/// with `b` the bias and `d` the recurrent bias. This is the convention of PyTorch and Keras: `z` keeps the old
/// state. In the course's lectures `z` lets the new one in, `h' = z n + (1 - z) h`; negating weights and biases
/// of the update gate changes one into the other.
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
pub fn gru(
    x: Tensor<3>,
    weights: GruWeights,
    initial: Option<Tensor<2>>,
    options: &GruOptions,
) -> (Tensor<3>, Tensor<2>) {
    let GruWeights { input, recurrent, bias, recurrent_bias } = weights;
    let Sizes { batch, hidden, columns } =
        check_sizes("gru", 3, &x, &input, &recurrent, &options.scan);
    let bias = or_zeros("gru", "bias", bias, [columns], &x);
    let recurrent_bias = or_zeros("gru", "recurrent bias", recurrent_bias, [columns], &x);
    let initial = or_zeros("gru", "hidden state", initial, [batch, hidden], &x);
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        let vectors = [bias, recurrent_bias].into_iter().map(Tensor::into_dispatch);
        let matrices = [input, recurrent, initial].into_iter().map(Tensor::into_dispatch);
        let inputs = std::iter::once(x.into_dispatch()).chain(vectors).chain(matrices);
        let mut outputs = fused::apply(kernel::Gru { options: options.clone() }, inputs.collect());
        let last = Tensor::from_dispatch(outputs.swap_remove(1));
        return (Tensor::from_dispatch(outputs.swap_remove(0)), last);
    }
    let (bias, recurrent_bias) = (Some(bias), Some(recurrent_bias));
    let weights = GruWeights { input, recurrent, bias, recurrent_bias };
    plain::gru(x, weights, Some(initial), options)
}

#[cfg(feature = "flex")]
mod kernel {
    use burn::backend::flex::FlexTensor;

    use super::super::rows::{Gate, HardSigmoid, Logistic, quarters};
    use super::super::through_time::{self, Inputs, Step, Widths, transposed};
    use super::{GruOptions, Reset};
    use crate::fused::{Operation, Outcome};
    use crate::kernels::lanes::{Rule, change};
    use crate::kernels::memory::{contiguous, tensor};
    use crate::kernels::product::{Matrix, MatrixMut, Onto, product};
    use crate::kernels::real::Real;
    use crate::ops::GateActivation;

    /// Inputs: x, bias, recurrent bias, input weight, recurrent weight, hidden state.
    #[derive(Debug)]
    pub(super) struct Gru {
        pub(super) options: GruOptions,
    }

    impl Operation for Gru {
        fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let inputs: Vec<_> = inputs.into_iter().map(contiguous::<T>).collect();
            let [x, bias, recurrent_bias, input, recurrent, initial] = &inputs[..] else {
                unreachable!("six inputs")
            };
            let hidden = initial.layout().shape()[1];
            let step = GruStep {
                hidden,
                options: &self.options,
                recurrent: recurrent.storage::<T>(),
                transposed: Vec::new(),
            };
            let biases = bias.storage::<T>().iter().zip(recurrent_bias.storage::<T>());
            let mut start: Vec<T> = biases.map(|(bias, recurrent)| *bias + *recurrent).collect();
            match self.options.reset {
                Reset::AfterProduct => {
                    start.truncate(2 * hidden);
                    start.extend_from_slice(&bias.storage()[2 * hidden..]);
                    start.extend_from_slice(&recurrent_bias.storage()[2 * hidden..]);
                }
                Reset::BeforeProduct => start.resize(4 * hidden, T::ZERO),
            }
            let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
            let initial = [initial.storage::<T>()];
            let mut outcome = through_time::forward(&step, over, &start, &initial, training);
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
            let [hidden, columns] = recurrent.layout().shape().dims();
            let features = input.layout().shape()[0];
            let step = GruStep {
                hidden,
                options: &self.options,
                recurrent: recurrent.storage::<T>(),
                transposed: transposed(recurrent.storage(), hidden, columns),
            };
            let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
            let found = through_time::backward(&step, over, saved, gradients, wanted[0], 0);
            let parameters = found.parameters;
            let [of_gates, of_new] = [
                &parameters.start[..2 * hidden],
                match self.options.reset {
                    Reset::AfterProduct => &parameters.start[3 * hidden..],
                    Reset::BeforeProduct => &parameters.start[2 * hidden..columns],
                },
            ];
            let of_parameters = [
                found.x,
                Some(tensor(parameters.start[..columns].to_vec(), [columns])),
                Some(tensor([of_gates, of_new].concat(), [columns])),
                Some(tensor(parameters.weight, [features, columns])),
                Some(tensor(parameters.recurrent, [hidden, columns])),
            ];
            of_parameters.into_iter().chain(found.initial.into_iter().map(Some)).collect()
        }
    }

    /// Rows of `kept` are the three gates and either the recurrent product of the new one, which the reset
    /// gate is to multiply, or the product of reset gate and hidden state.
    struct GruStep<'a, T> {
        hidden: usize,
        options: &'a GruOptions,
        /// `[hidden, 3 * hidden]`.
        recurrent: &'a [T],
        /// Its transpose, for the way back.
        transposed: Vec<T>,
    }

    impl<T: Real> Step<T> for GruStep<'_, T> {
        fn widths(&self) -> Widths {
            let hidden = self.hidden;
            Widths { hidden, states: hidden, gates: 3 * hidden, kept: 4 * hidden }
        }

        fn forward(&self, kept: &mut [T], states: &mut [T]) {
            match self.options.gates {
                GateActivation::Logistic => self.forward_with(Logistic, kept, states),
                GateActivation::HardSigmoid { slope, offset } => {
                    let gate = HardSigmoid { slope: T::of(slope), offset: T::of(offset) };
                    self.forward_with(gate, kept, states);
                }
            }
        }

        fn backward(&self, kept: &mut [T], before: &[T], gradients: &mut [T], _own: &mut [T]) {
            match self.options.gates {
                GateActivation::Logistic => self.backward_with(Logistic, kept, before, gradients),
                GateActivation::HardSigmoid { slope, offset } => {
                    let gate = HardSigmoid { slope: T::of(slope), offset: T::of(offset) };
                    self.backward_with(gate, kept, before, gradients);
                }
            }
        }

        fn add_recurrent_gradient(&self, sum: &mut [T], kept: &[T], before: &[T]) {
            let hidden = self.hidden;
            let rows = before.len() / hidden.max(1);
            let before = Matrix::new(before, rows, hidden);
            let column = |column: usize, columns| {
                Matrix::with_stride(&kept[column * hidden..], rows, columns, 4 * hidden)
            };
            product(
                MatrixMut::with_stride(sum, hidden, 2 * hidden, 3 * hidden),
                Onto::Values,
                T::ONE,
                before.transposed(),
                column(0, 2 * hidden),
            );
            let (multiplied, gradient) = match self.options.reset {
                Reset::AfterProduct => (before, column(3, hidden)),
                Reset::BeforeProduct => (column(3, hidden), column(2, hidden)),
            };
            product(
                MatrixMut::with_stride(&mut sum[2 * hidden..], hidden, hidden, 3 * hidden),
                Onto::Values,
                T::ONE,
                multiplied.transposed(),
                gradient,
            );
        }
    }

    impl<T: Real> GruStep<'_, T> {
        fn forward_with(&self, gate: impl Gate<T>, kept: &mut [T], states: &mut [T]) {
            let hidden = self.hidden;
            let rows = states.len() / hidden.max(1);
            let of_gates = Matrix::with_stride(self.recurrent, hidden, 2 * hidden, 3 * hidden);
            let of_new =
                Matrix::with_stride(&self.recurrent[2 * hidden..], hidden, hidden, 3 * hidden);
            product(
                MatrixMut::with_stride(kept, rows, 2 * hidden, 4 * hidden),
                Onto::Values,
                T::ONE,
                Matrix::new(states, rows, hidden),
                of_gates,
            );
            match self.options.reset {
                Reset::AfterProduct => {
                    product(
                        MatrixMut::with_stride(&mut kept[3 * hidden..], rows, hidden, 4 * hidden),
                        Onto::Values,
                        T::ONE,
                        Matrix::new(states, rows, hidden),
                        of_new,
                    );
                    for row in kept.chunks_exact_mut((4 * hidden).max(1)) {
                        let [reset, _, new, multiplied] = quarters(row);
                        change(ResetAfter(gate), [reset, new], [multiplied]);
                    }
                }
                Reset::BeforeProduct => {
                    let mut scaled = states.to_vec();
                    let kept_rows = kept.chunks_exact_mut((4 * hidden).max(1));
                    for (row, scaled) in kept_rows.zip(scaled.chunks_exact_mut(hidden.max(1))) {
                        let [reset, _, _, kept] = quarters(row);
                        change(ResetBefore(gate), [reset, scaled], []);
                        kept.copy_from_slice(scaled);
                    }
                    product(
                        MatrixMut::with_stride(&mut kept[2 * hidden..], rows, hidden, 4 * hidden),
                        Onto::Values,
                        T::ONE,
                        Matrix::new(&scaled, rows, hidden),
                        of_new,
                    );
                }
            }
            let kept_rows = kept.chunks_exact_mut((4 * hidden).max(1));
            for (row, state) in kept_rows.zip(states.chunks_exact_mut(hidden.max(1))) {
                let [_, update, new, _] = quarters(row);
                change(NextState(gate), [update, new, state], []);
            }
        }

        fn backward_with(
            &self,
            gate: impl Gate<T>,
            kept: &mut [T],
            before: &[T],
            gradients: &mut [T],
        ) {
            let hidden = self.hidden;
            let rows = before.len() / hidden.max(1);
            let of_gates = Matrix::new(&self.transposed, 2 * hidden, hidden);
            let of_new = Matrix::new(&self.transposed[2 * hidden * hidden..], hidden, hidden);
            let kept_rows = kept.chunks_exact_mut((4 * hidden).max(1));
            let kept_rows = kept_rows.zip(before.chunks_exact(hidden.max(1)));
            for ((row, before), gradient) in
                kept_rows.zip(gradients.chunks_exact_mut(hidden.max(1)))
            {
                let [_, update, new, _] = quarters(row);
                change(StateBack(gate), [update, new, gradient], [before]);
            }
            match self.options.reset {
                Reset::AfterProduct => {
                    for row in kept.chunks_exact_mut((4 * hidden).max(1)) {
                        let [reset, _, new, multiplied] = quarters(row);
                        change(ResetAfterBack(gate), [reset, multiplied], [new]);
                    }
                    product(
                        MatrixMut::new(gradients, rows, hidden),
                        Onto::Values,
                        T::ONE,
                        Matrix::with_stride(&kept[3 * hidden..], rows, hidden, 4 * hidden),
                        of_new,
                    );
                }
                Reset::BeforeProduct => {
                    let mut of_scaled = vec![T::ZERO; rows * hidden];
                    product(
                        MatrixMut::new(&mut of_scaled, rows, hidden),
                        Onto::Nothing,
                        T::ONE,
                        Matrix::with_stride(&kept[2 * hidden..], rows, hidden, 4 * hidden),
                        of_new,
                    );
                    let kept_rows = kept.chunks_exact_mut((4 * hidden).max(1));
                    let kept_rows = kept_rows.zip(before.chunks_exact(hidden.max(1)));
                    let gradients = gradients.chunks_exact_mut(hidden.max(1));
                    let scaled = of_scaled.chunks_exact(hidden.max(1));
                    for (((row, before), gradient), of_scaled) in
                        kept_rows.zip(gradients).zip(scaled)
                    {
                        let [reset, ..] = quarters(row);
                        change(ResetBeforeBack(gate), [reset, gradient], [before, of_scaled]);
                    }
                }
            }
            product(
                MatrixMut::new(gradients, rows, hidden),
                Onto::Values,
                T::ONE,
                Matrix::with_stride(kept, rows, 2 * hidden, 4 * hidden),
                of_gates,
            );
        }
    }

    /// Activates the reset gate and adds what it lets through to the new one.
    #[derive(Clone, Copy)]
    struct ResetAfter<G>(G);

    impl<T: Real, G: Gate<T>> Rule<T, 2, 1> for ResetAfter<G> {
        #[inline(always)]
        fn apply(self, [reset, new]: [T; 2], [multiplied]: [T; 1]) -> [T; 2] {
            let reset = self.0.value(reset);
            [reset, new + reset * multiplied]
        }
    }

    /// Activates the reset gate and scales the hidden state with it.
    #[derive(Clone, Copy)]
    struct ResetBefore<G>(G);

    impl<T: Real, G: Gate<T>> Rule<T, 2, 0> for ResetBefore<G> {
        #[inline(always)]
        fn apply(self, [reset, state]: [T; 2], []: [T; 0]) -> [T; 2] {
            let reset = self.0.value(reset);
            [reset, reset * state]
        }
    }

    /// Activates the other two and mixes the new state with the old.
    #[derive(Clone, Copy)]
    struct NextState<G>(G);

    impl<T: Real, G: Gate<T>> Rule<T, 3, 0> for NextState<G> {
        #[inline(always)]
        fn apply(self, [update, new, state]: [T; 3], []: [T; 0]) -> [T; 3] {
            let (z, n) = (self.0.value(update), new.tanh());
            [z, n, (T::ONE - z) * n + z * state]
        }
    }

    /// Back through [`NextState`]; the gradient becomes the part of the old state's that passes directly.
    #[derive(Clone, Copy)]
    struct StateBack<G>(G);

    impl<T: Real, G: Gate<T>> Rule<T, 3, 1> for StateBack<G> {
        #[inline(always)]
        fn apply(self, [z, n, gradient]: [T; 3], [before]: [T; 1]) -> [T; 3] {
            [
                gradient * (before - n) * self.0.derivative(z),
                gradient * (T::ONE - z) * (T::ONE - n * n),
                gradient * z,
            ]
        }
    }

    /// Back through [`ResetAfter`], with the gradient of the new gate at hand.
    #[derive(Clone, Copy)]
    struct ResetAfterBack<G>(G);

    impl<T: Real, G: Gate<T>> Rule<T, 2, 1> for ResetAfterBack<G> {
        #[inline(always)]
        fn apply(self, [reset, multiplied]: [T; 2], [new]: [T; 1]) -> [T; 2] {
            [new * multiplied * self.0.derivative(reset), new * reset]
        }
    }

    /// Back through [`ResetBefore`], with the gradient of the scaled state at hand.
    #[derive(Clone, Copy)]
    struct ResetBeforeBack<G>(G);

    impl<T: Real, G: Gate<T>> Rule<T, 2, 2> for ResetBeforeBack<G> {
        #[inline(always)]
        fn apply(self, [reset, gradient]: [T; 2], [before, of_scaled]: [T; 2]) -> [T; 2] {
            [of_scaled * before * self.0.derivative(reset), gradient + of_scaled * reset]
        }
    }
}
