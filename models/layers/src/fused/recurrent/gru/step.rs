//! One step of the gated recurrent unit.

use crate::fused::recurrent::part::{Step, Widths};
use crate::fused::recurrent::rows::{Gate, HardSigmoid, Logistic, quarters};
use crate::kernels::lanes::{Rule, change};
use crate::kernels::product::{Matrix, MatrixMut, Onto, product};
use crate::kernels::real::Real;
use crate::plain::{GateActivation, GruOptions, Reset};

/// Rows of `kept` are the three gates and either the recurrent product of the new one, which the reset
/// gate is to multiply, or the product of reset gate and hidden state.
pub(super) struct GruStep<'a, T> {
    pub(super) hidden: usize,
    pub(super) options: &'a GruOptions,
    /// `[hidden, 3 * hidden]`.
    pub(super) recurrent: &'a [T],
    /// Its transpose, for the way back.
    pub(super) transposed: Vec<T>,
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
        let of_new = Matrix::with_stride(&self.recurrent[2 * hidden..], hidden, hidden, 3 * hidden);
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

    fn backward_with(&self, gate: impl Gate<T>, kept: &mut [T], before: &[T], gradients: &mut [T]) {
        let hidden = self.hidden;
        let rows = before.len() / hidden.max(1);
        let of_gates = Matrix::new(&self.transposed, 2 * hidden, hidden);
        let of_new = Matrix::new(&self.transposed[2 * hidden * hidden..], hidden, hidden);
        let kept_rows = kept.chunks_exact_mut((4 * hidden).max(1));
        let kept_rows = kept_rows.zip(before.chunks_exact(hidden.max(1)));
        for ((row, before), gradient) in kept_rows.zip(gradients.chunks_exact_mut(hidden.max(1))) {
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
                for (((row, before), gradient), of_scaled) in kept_rows.zip(gradients).zip(scaled) {
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
