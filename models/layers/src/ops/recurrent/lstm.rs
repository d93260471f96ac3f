//! Long short-term memory (course 5, week 1; Hochreiter & Schmidhuber, 1997; peepholes: Gers & Schmidhuber,
//! 2000).

use burn::tensor::Tensor;

use super::{GateActivation, Scan, Sizes, check_sizes, or_zeros};
#[cfg(feature = "flex")]
use crate::fused;
use crate::plain;

/// The parameters of [`lstm`]. Columns of the gates stand side by side: input, forget, candidate, output.
#[derive(Debug, Clone)]
pub struct LstmWeights {
    /// `[features, 4 * hidden]`.
    pub input: Tensor<2>,
    /// `[hidden, 4 * hidden]`.
    pub recurrent: Tensor<2>,
    /// `[4 * hidden]`.
    pub bias: Option<Tensor<1>>,
    /// What the input, the forget and the output gate see of the cell, `[3, hidden]`.
    pub peepholes: Option<Tensor<2>>,
}

/// The state of [`lstm`] between two steps.
#[derive(Debug, Clone)]
pub struct LstmState {
    /// `[batch, hidden]`.
    pub hidden: Tensor<2>,
    /// `[batch, hidden]`.
    pub cell: Tensor<2>,
}

/// What [`lstm`] may do otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LstmOptions {
    /// The activation of the three gates.
    pub gates: GateActivation,
    /// Direction and lengths.
    pub scan: Scan,
}

/// A long short-term memory over whole sequences.
///
/// ```text
/// i = σ(x W_i + h U_i + b_i + p_i c)        f = σ(x W_f + h U_f + b_f + p_f c)
/// g = tanh(x W_g + h U_g + b_g)
/// c' = f c + i g
/// o = σ(x W_o + h U_o + b_o + p_o c')       h' = o tanh(c')
/// ```
///
/// Returns the hidden states of all steps and the final state. Without an `initial` state both begin at 0.
///
/// # Shapes
/// - `x`: `[batch, time, features]`
/// - output: `[batch, time, hidden]`
///
/// # Panics
/// When the shapes do not fit.
pub fn lstm(
    x: Tensor<3>,
    weights: LstmWeights,
    initial: Option<LstmState>,
    options: &LstmOptions,
) -> (Tensor<3>, LstmState) {
    let LstmWeights { input, recurrent, bias, peepholes } = weights;
    let Sizes { batch, hidden, columns } =
        check_sizes("lstm", 4, &x, &input, &recurrent, &options.scan);
    let bias = or_zeros("lstm", "bias", bias, [columns], &x);
    let peepholes =
        peepholes.map(|weight| or_zeros("lstm", "peepholes", Some(weight), [3, hidden], &x));
    let (hidden_state, cell) = initial.map(|state| (state.hidden, state.cell)).unzip();
    let hidden_state = or_zeros("lstm", "hidden state", hidden_state, [batch, hidden], &x);
    let cell = or_zeros("lstm", "cell", cell, [batch, hidden], &x);
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        let tensors = [input, recurrent, hidden_state, cell].into_iter().chain(peepholes);
        let matrices = tensors.map(Tensor::into_dispatch);
        let inputs = [x.into_dispatch(), bias.into_dispatch()].into_iter().chain(matrices);
        let mut outputs = fused::apply(kernel::Lstm { options: options.clone() }, inputs.collect());
        let cell = Tensor::from_dispatch(outputs.swap_remove(2));
        let hidden = Tensor::from_dispatch(outputs.swap_remove(1));
        return (Tensor::from_dispatch(outputs.swap_remove(0)), LstmState { hidden, cell });
    }
    let weights = LstmWeights { input, recurrent, bias: Some(bias), peepholes };
    plain::lstm(x, weights, Some(LstmState { hidden: hidden_state, cell }), options)
}

#[cfg(feature = "flex")]
mod kernel {
    use burn::backend::flex::FlexTensor;

    use super::super::rows::{Gate, HardSigmoid, Logistic, quarters};
    use super::super::through_time::{self, Inputs, Step, Widths, transposed};
    use super::LstmOptions;
    use crate::fused::{Operation, Outcome};
    use crate::kernels::lanes::{Rule, change};
    use crate::kernels::memory::{contiguous, tensor};
    use crate::kernels::product::{Matrix, MatrixMut, Onto, product};
    use crate::kernels::real::Real;
    use crate::ops::GateActivation;

    /// Inputs: x, bias, input weight, recurrent weight, hidden state, cell, and perhaps peepholes.
    #[derive(Debug)]
    pub(super) struct Lstm {
        pub(super) options: LstmOptions,
    }

    impl Operation for Lstm {
        fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let inputs: Vec<_> = inputs.into_iter().map(contiguous::<T>).collect();
            let [x, bias, input, recurrent, hidden_state, cell, peepholes @ ..] = &inputs[..]
            else {
                unreachable!("six inputs, and perhaps peepholes")
            };
            let step = LstmStep {
                hidden: hidden_state.layout().shape()[1],
                gates: self.options.gates,
                recurrent: recurrent.storage::<T>(),
                transposed: Vec::new(),
                peepholes: peepholes.first().map(FlexTensor::storage),
            };
            let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
            let initial = [hidden_state.storage::<T>(), cell.storage()];
            let mut outcome =
                through_time::forward(&step, over, bias.storage(), &initial, training);
            if training {
                let weights = [x, input, recurrent].into_iter().chain(peepholes).cloned();
                outcome.saved.extend(weights);
            }
            outcome
        }

        fn backward<T: Real>(
            &self,
            mut saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let own = wanted.len() - 6;
            let weights = saved.split_off(saved.len() - 3 - own);
            let [x, input, recurrent, peepholes @ ..] = &weights[..] else {
                unreachable!("what forward saved")
            };
            let [hidden, columns] = recurrent.layout().shape().dims();
            let features = input.layout().shape()[0];
            let step = LstmStep {
                hidden,
                gates: self.options.gates,
                recurrent: recurrent.storage::<T>(),
                transposed: transposed(recurrent.storage(), hidden, columns),
                peepholes: peepholes.first().map(FlexTensor::storage),
            };
            let over = Inputs { x, weight: input.storage(), scan: &self.options.scan };
            let found =
                through_time::backward(&step, over, saved, gradients, wanted[0], own * 3 * hidden);
            let parameters = found.parameters;
            let mut of_inputs = vec![
                found.x,
                Some(tensor(parameters.start, [columns])),
                Some(tensor(parameters.weight, [features, columns])),
                Some(tensor(parameters.recurrent, [hidden, columns])),
            ];
            of_inputs.extend(found.initial.into_iter().map(Some));
            of_inputs.extend((own > 0).then(|| Some(tensor(parameters.own, [3, hidden]))));
            of_inputs
        }
    }

    /// Rows of `kept` are the gates, rows of states the hidden state and the cell.
    struct LstmStep<'a, T> {
        hidden: usize,
        gates: GateActivation,
        /// `[hidden, 4 * hidden]`.
        recurrent: &'a [T],
        /// Its transpose, for the way back.
        transposed: Vec<T>,
        peepholes: Option<&'a [T]>,
    }

    impl<T: Real> Step<T> for LstmStep<'_, T> {
        fn widths(&self) -> Widths {
            let hidden = self.hidden;
            Widths { hidden, states: 2 * hidden, gates: 4 * hidden, kept: 4 * hidden }
        }

        fn forward(&self, kept: &mut [T], states: &mut [T]) {
            let hidden = self.hidden;
            let rows = states.len() / (2 * hidden).max(1);
            product(
                MatrixMut::new(kept, rows, 4 * hidden),
                Onto::Values,
                T::ONE,
                Matrix::with_stride(states, rows, hidden, 2 * hidden),
                Matrix::new(self.recurrent, hidden, 4 * hidden),
            );
            match self.gates {
                GateActivation::Logistic => self.forward_rows(Logistic, kept, states),
                GateActivation::HardSigmoid { slope, offset } => {
                    let gate = HardSigmoid { slope: T::of(slope), offset: T::of(offset) };
                    self.forward_rows(gate, kept, states);
                }
            }
        }

        fn backward(&self, kept: &mut [T], before: &[T], gradients: &mut [T], own: &mut [T]) {
            match self.gates {
                GateActivation::Logistic => {
                    self.backward_rows(Logistic, kept, before, gradients, own);
                }
                GateActivation::HardSigmoid { slope, offset } => {
                    let gate = HardSigmoid { slope: T::of(slope), offset: T::of(offset) };
                    self.backward_rows(gate, kept, before, gradients, own);
                }
            }
            let hidden = self.hidden;
            let rows = before.len() / (2 * hidden).max(1);
            product(
                MatrixMut::with_stride(gradients, rows, hidden, 2 * hidden),
                Onto::Nothing,
                T::ONE,
                Matrix::new(kept, rows, 4 * hidden),
                Matrix::new(&self.transposed, 4 * hidden, hidden),
            );
        }

        fn add_recurrent_gradient(&self, sum: &mut [T], kept: &[T], before: &[T]) {
            let hidden = self.hidden;
            let rows = before.len() / (2 * hidden).max(1);
            product(
                MatrixMut::new(sum, hidden, 4 * hidden),
                Onto::Values,
                T::ONE,
                Matrix::with_stride(before, rows, hidden, 2 * hidden).transposed(),
                Matrix::new(kept, rows, 4 * hidden),
            );
        }
    }

    impl<T: Real> LstmStep<'_, T> {
        fn forward_rows(&self, gate: impl Gate<T>, kept: &mut [T], states: &mut [T]) {
            let hidden = self.hidden;
            let rows = kept.chunks_exact_mut((4 * hidden).max(1));
            for (row, state) in rows.zip(states.chunks_exact_mut((2 * hidden).max(1))) {
                let [input, forget, candidate, output] = quarters(row);
                let (hidden_state, cell) = state.split_at_mut(hidden);
                if let Some(weights) = self.peepholes {
                    let (of_input, of_others) = weights.split_at(hidden);
                    add_products(input, of_input, cell);
                    add_products(forget, of_others, cell);
                }
                change(NextCell(gate), [input, forget, candidate, cell], []);
                if let Some(weights) = self.peepholes {
                    add_products(output, &weights[2 * hidden..], cell);
                }
                change(NextHidden(gate), [output, hidden_state], [cell]);
            }
        }

        fn backward_rows(
            &self,
            gate: impl Gate<T>,
            kept: &mut [T],
            before: &[T],
            gradients: &mut [T],
            own: &mut [T],
        ) {
            let hidden = self.hidden;
            let rows = kept.chunks_exact_mut((4 * hidden).max(1));
            let states = before.chunks_exact((2 * hidden).max(1));
            let gradients = gradients.chunks_exact_mut((2 * hidden).max(1));
            for ((row, state), gradient) in rows.zip(states).zip(gradients) {
                let [input, forget, candidate, output] = quarters(row);
                let before = &state[hidden..];
                // The hidden state's gradient makes room for the cell after the step, recomputed.
                let (cell, of_cell) = gradient.split_at_mut(hidden);
                let gates = [&*input, forget, candidate, before];
                change(HiddenBack(gate), [output, cell, of_cell], gates);
                if let Some(weights) = self.peepholes {
                    add_products(of_cell, &weights[2 * hidden..], output);
                    add_products(&mut own[2 * hidden..], output, cell);
                }
                change(CellBack(gate), [input, forget, candidate, of_cell], [before]);
                if let Some(weights) = self.peepholes {
                    let (of_input, of_others) = weights.split_at(hidden);
                    add_products(of_cell, of_input, input);
                    add_products(of_cell, of_others, forget);
                    add_products(own, input, before);
                    add_products(&mut own[hidden..], forget, before);
                }
            }
        }
    }

    /// `sums += a b`, as many as are in all three.
    #[inline(always)]
    fn add_products<T: Real>(sums: &mut [T], a: &[T], b: &[T]) {
        let len = sums.len().min(a.len()).min(b.len());
        change(AddProduct, [&mut sums[..len]], [&a[..len], &b[..len]]);
    }

    #[derive(Clone, Copy)]
    struct AddProduct;

    impl<T: Real> Rule<T, 1, 2> for AddProduct {
        #[inline(always)]
        fn apply(self, [sum]: [T; 1], [a, b]: [T; 2]) -> [T; 1] {
            [sum + a * b]
        }
    }

    /// Activates three gates and makes the cell that of the next step.
    #[derive(Clone, Copy)]
    struct NextCell<G>(G);

    impl<T: Real, G: Gate<T>> Rule<T, 4, 0> for NextCell<G> {
        #[inline(always)]
        fn apply(self, [input, forget, candidate, cell]: [T; 4], []: [T; 0]) -> [T; 4] {
            let (i, f, g) = (self.0.value(input), self.0.value(forget), candidate.tanh());
            [i, f, g, f * cell + i * g]
        }
    }

    /// Activates the output gate and makes the hidden state that of the next step.
    #[derive(Clone, Copy)]
    struct NextHidden<G>(G);

    impl<T: Real, G: Gate<T>> Rule<T, 2, 1> for NextHidden<G> {
        #[inline(always)]
        fn apply(self, [output, _]: [T; 2], [cell]: [T; 1]) -> [T; 2] {
            let output = self.0.value(output);
            [output, output * cell.tanh()]
        }
    }

    /// Back through [`NextHidden`]. The gradient of the hidden state becomes the cell after the step, that of
    /// the cell its whole gradient.
    #[derive(Clone, Copy)]
    struct HiddenBack<G>(G);

    impl<T: Real, G: Gate<T>> Rule<T, 3, 4> for HiddenBack<G> {
        #[inline(always)]
        fn apply(
            self,
            [output, of_hidden, of_cell]: [T; 3],
            [input, forget, candidate, before]: [T; 4],
        ) -> [T; 3] {
            let cell = forget * before + input * candidate;
            let squashed = cell.tanh();
            [
                of_hidden * squashed * self.0.derivative(output),
                cell,
                of_cell + of_hidden * output * (T::ONE - squashed * squashed),
            ]
        }
    }

    /// Back through [`NextCell`]; the gradient of the cell becomes that of the cell before the step.
    #[derive(Clone, Copy)]
    struct CellBack<G>(G);

    impl<T: Real, G: Gate<T>> Rule<T, 4, 1> for CellBack<G> {
        #[inline(always)]
        fn apply(self, [i, f, g, of_cell]: [T; 4], [before]: [T; 1]) -> [T; 4] {
            [
                of_cell * g * self.0.derivative(i),
                of_cell * before * self.0.derivative(f),
                of_cell * i * (T::ONE - g * g),
                of_cell * f,
            ]
        }
    }
}
