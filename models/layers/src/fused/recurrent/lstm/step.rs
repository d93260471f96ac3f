//! One step of long short-term memory.

use crate::fused::recurrent::part::{Step, Widths};
use crate::fused::recurrent::rows::{Gate, HardSigmoid, Logistic, quarters};
use crate::kernels::lanes::{Rule, change};
use crate::kernels::product::{Matrix, MatrixMut, Onto, product};
use crate::kernels::real::Real;
use crate::plain::GateActivation;

/// Rows of `kept` are the gates, rows of states the hidden state and the cell.
pub(super) struct LstmStep<'a, T> {
    pub(super) hidden: usize,
    pub(super) gates: GateActivation,
    /// `[hidden, 4 * hidden]`.
    pub(super) recurrent: &'a [T],
    /// Its transpose, for the way back.
    pub(super) transposed: Vec<T>,
    pub(super) peepholes: Option<&'a [T]>,
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
