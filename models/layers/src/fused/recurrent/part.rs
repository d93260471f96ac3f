//! What one thread does of a recurrent layer, step by step.

use std::ops::Range;

use burn::backend::flex::FlexTensor;

use super::packing::Packing;
use crate::kernels::memory::sizes;
use crate::kernels::product::{Matrix, MatrixMut, Onto, product};
use crate::kernels::real::Real;
use crate::plain::Scan;

/// How wide the rows of a layer are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Widths {
    /// Units of one state.
    pub(super) hidden: usize,
    /// All states of a sequence, the hidden one first.
    pub(super) states: usize,
    /// The gates of a step: columns of the input's weight.
    pub(super) gates: usize,
    /// What is kept of a step for the way back: the gates, and perhaps more.
    pub(super) kept: usize,
}

/// One step of a recurrent layer, over a row for each sequence that still runs.
pub(super) trait Step<T: Real>: Sync {
    fn widths(&self) -> Widths;

    /// Takes `states` from before the step to after it.
    ///
    /// The rows of `kept` come as biases and, in the gates' columns, the product of the inputs; they leave
    /// as what [`backward`](Self::backward) needs.
    fn forward(&self, kept: &mut [T], states: &mut [T]);

    /// Takes `gradients` from those of the states after the step to those of the states `before` it, and
    /// `kept` to the gradients of what its rows came as.
    ///
    /// Adds the gradients of parameters that are neither weights nor biases to `own`.
    fn backward(&self, kept: &mut [T], before: &[T], gradients: &mut [T], own: &mut [T]);

    /// Adds the gradient of the recurrent weight over rows of `kept` that `backward` left.
    fn add_recurrent_gradient(&self, sum: &mut [T], kept: &[T], before: &[T]);
}

/// What a layer runs over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inputs<'a, T> {
    /// `[batch, time, features]`.
    pub(super) x: &'a FlexTensor,
    /// `[features, gates]`.
    pub(super) weight: &'a [T],
    pub(super) scan: &'a Scan,
}

/// The gradients of a layer's parameters.
#[derive(Debug)]
pub(super) struct Parameters<T> {
    /// `[features, gates]`.
    pub(super) weight: Vec<T>,
    /// `[hidden, gates]`.
    pub(super) recurrent: Vec<T>,
    /// Of the row that the rows of `kept` began with.
    pub(super) start: Vec<T>,
    /// Of what [`Step::backward`] sums up by itself.
    pub(super) own: Vec<T>,
}

impl<T: Real> Parameters<T> {
    pub(super) fn zeros(features: usize, widths: Widths, own: usize) -> Self {
        let zeros = |len| vec![T::ZERO; len];
        Self {
            weight: zeros(features * widths.gates),
            recurrent: zeros(widths.hidden * widths.gates),
            start: zeros(widths.kept),
            own: zeros(own),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        add(&mut self.weight, &other.weight);
        add(&mut self.recurrent, &other.recurrent);
        add(&mut self.start, &other.start);
        add(&mut self.own, &other.own);
    }
}

/// What one thread does: some sequences of the batch, from beginning to end.
pub(super) struct Part<'a, T, S> {
    step: &'a S,
    pub(super) packing: Packing,
    /// The part's inputs, `[sequences, time, features]`.
    x: &'a [T],
    features: usize,
    weight: &'a [T],
}

impl<'a, T: Real, S: Step<T>> Part<'a, T, S> {
    pub(super) fn new(step: &'a S, inputs: Inputs<'a, T>, range: &Range<usize>) -> Self {
        let [_, time, features] = sizes(inputs.x);
        let row = time * features;
        Self {
            step,
            packing: Packing::new(range, time, inputs.scan),
            x: &inputs.x.storage::<T>()[range.start * row..range.end * row],
            features,
            weight: inputs.weight,
        }
    }

    /// Takes `states` from the first step to the last; returns what the steps kept and the states before them.
    pub(super) fn forward(
        &self,
        start: &[T],
        states: &mut [T],
        output: &mut [T],
        training: bool,
    ) -> (Vec<T>, Vec<T>) {
        let widths = self.step.widths();
        let (mut kept, mut before, mut x) = (Vec::new(), Vec::new(), Vec::new());
        if training {
            kept.reserve_exact(self.packing.len() * widths.kept);
            before.reserve_exact(self.packing.len() * widths.states);
        }
        for steps in self.packing.groups() {
            if !training {
                kept.clear();
            }
            let rows = self.packing.rows(&steps).len();
            let first = kept.len();
            (0..rows).for_each(|_| kept.extend_from_slice(start));
            let mut group = &mut kept[first..];
            self.packing.gather(&steps, self.x, self.features, &mut x);
            product(
                MatrixMut::with_stride(group, rows, widths.gates, widths.kept),
                Onto::Values,
                T::ONE,
                Matrix::new(&x, rows, self.features),
                Matrix::new(self.weight, self.features, widths.gates),
            );
            for step in steps {
                let running = self.packing.rows(&(step..step + 1)).len();
                let states = &mut states[..running * widths.states];
                if training {
                    before.extend_from_slice(states);
                }
                let of_step;
                (of_step, group) = group.split_at_mut(running * widths.kept);
                self.step.forward(of_step, states);
                let places = self.packing.places(step);
                for (place, state) in places.zip(states.chunks_exact(widths.states.max(1))) {
                    output[place * widths.hidden..][..widths.hidden]
                        .copy_from_slice(&state[..widths.hidden]);
                }
            }
        }
        (kept, before)
    }

    /// Takes the gradients of the states from the last step to the first. `kept` becomes the gradients of the
    /// rows before activation; those of the parameters are added to `sums`.
    pub(super) fn backward(
        &self,
        (kept, before): (&mut [T], &[T]),
        of_output: &[T],
        states: &mut [T],
        sums: &mut Parameters<T>,
    ) {
        let widths = self.step.widths();
        let mut x = Vec::new();
        for steps in self.packing.groups().into_iter().rev() {
            for step in steps.clone().rev() {
                let rows = self.packing.rows(&(step..step + 1));
                let states = &mut states[..rows.len() * widths.states];
                let places = self.packing.places(step);
                for (place, state) in places.zip(states.chunks_exact_mut(widths.states.max(1))) {
                    add(&mut state[..widths.hidden], &of_output[place * widths.hidden..]);
                }
                self.step.backward(
                    &mut kept[rows.start * widths.kept..rows.end * widths.kept],
                    &before[rows.start * widths.states..rows.end * widths.states],
                    states,
                    &mut sums.own,
                );
            }
            let rows = self.packing.rows(&steps);
            let kept = &kept[rows.start * widths.kept..rows.end * widths.kept];
            let before = &before[rows.start * widths.states..rows.end * widths.states];
            self.packing.gather(&steps, self.x, self.features, &mut x);
            product(
                MatrixMut::new(&mut sums.weight, self.features, widths.gates),
                Onto::Values,
                T::ONE,
                Matrix::new(&x, rows.len(), self.features).transposed(),
                Matrix::with_stride(kept, rows.len(), widths.gates, widths.kept),
            );
            self.step.add_recurrent_gradient(&mut sums.recurrent, kept, before);
            add(&mut sums.start, &Matrix::new(kept, rows.len(), widths.kept).sum_of_rows());
        }
    }

    /// The gradient of `x`, from what [`backward`](Self::backward) made of `kept` and the transposed weight.
    pub(super) fn gradient_of_x(&self, kept: &[T], transposed: &[T], dx: &mut [T]) {
        let widths = self.step.widths();
        let mut group = Vec::new();
        for steps in self.packing.groups() {
            let rows = self.packing.rows(&steps);
            group.resize(rows.len() * self.features, T::ZERO);
            let kept = &kept[rows.start * widths.kept..rows.end * widths.kept];
            product(
                MatrixMut::new(&mut group, rows.len(), self.features),
                Onto::Nothing,
                T::ONE,
                Matrix::with_stride(kept, rows.len(), widths.gates, widths.kept),
                Matrix::new(transposed, widths.gates, self.features),
            );
            self.packing.scatter(&steps, &group, self.features, dx);
        }
    }
}

/// Adds `values` to `sums`, as many as there are sums.
fn add<T: Real>(sums: &mut [T], values: &[T]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += *value);
}
