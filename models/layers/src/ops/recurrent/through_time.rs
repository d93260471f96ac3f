//! The loop over time that the recurrent layers share, forward and back.
//!
//! The batch is split among the threads, which then do not wait for one another. The products of all inputs
//! and of all weight gradients are taken for many steps at once; only the product with the states is left to
//! the loop. Memory grows with the number of steps, and without a backward pass only by the output.

use std::ops::Range;

use burn::backend::flex::FlexTensor;

use super::Scan;
use super::packing::Packing;
use crate::fused::Outcome;
use crate::kernels::memory::{contiguous, sizes, tensor};
use crate::kernels::parallel;
use crate::kernels::product::{Matrix, MatrixMut, Onto, product};
use crate::kernels::real::Real;

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

/// Runs a layer. The outputs are the hidden states of all steps, then the final states; saved are two tensors
/// for each part of the batch: what the steps kept, and the states before them.
///
/// The rows of `kept` begin as copies of `start`.
pub(super) fn forward<T: Real, S: Step<T>>(
    step: &S,
    inputs: Inputs<'_, T>,
    start: &[T],
    initial: &[&[T]],
    training: bool,
) -> Outcome {
    let widths = step.widths();
    let hidden = widths.hidden;
    let [batch, time, features] = sizes(inputs.x);
    // A multiply-add takes a 32nd of the time of the cheap work that `ranges` counts.
    let ranges = parallel::ranges(batch, batch * time * (features + hidden) * widths.gates / 32);
    let mut output = vec![T::ZERO; batch * time * hidden];
    let outputs = parallel::cut(&mut output, time * hidden, &ranges);
    let parts = parallel::map(ranges.iter().zip(outputs).collect(), |(range, output)| {
        let part = Part::new(step, inputs, range);
        let mut states = part.packing.gather_states(initial, hidden);
        let (kept, before) = part.forward(start, &mut states, output, training);
        (part.packing, states, kept, before)
    });
    let mut finals = vec![vec![T::ZERO; batch * hidden]; initial.len()];
    let mut saved = Vec::new();
    for (packing, states, kept, before) in parts {
        packing.scatter_states(&states, hidden, &mut finals);
        if training {
            let rows = packing.len();
            saved.push(tensor(kept, [rows, widths.kept]));
            saved.push(tensor(before, [rows, widths.states]));
        }
    }
    let finals = finals.into_iter().map(|state| tensor(state, [batch, hidden]));
    let outputs = std::iter::once(tensor(output, [batch, time, hidden])).chain(finals).collect();
    Outcome { outputs, saved, ..Outcome::default() }
}

/// The gradients of everything that a layer was run on.
#[derive(Debug)]
pub(super) struct Gradients<T> {
    pub(super) x: Option<FlexTensor>,
    pub(super) initial: Vec<FlexTensor>,
    pub(super) parameters: Parameters<T>,
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
    fn zeros(features: usize, widths: Widths, own: usize) -> Self {
        let zeros = |len| vec![T::ZERO; len];
        Self {
            weight: zeros(features * widths.gates),
            recurrent: zeros(widths.hidden * widths.gates),
            start: zeros(widths.kept),
            own: zeros(own),
        }
    }

    fn add(&mut self, other: &Self) {
        add(&mut self.weight, &other.weight);
        add(&mut self.recurrent, &other.recurrent);
        add(&mut self.start, &other.start);
        add(&mut self.own, &other.own);
    }
}

/// Runs a layer back over what [`forward`] saved; `gradients` are those of its outputs.
///
/// `own` is the number of parameters that the step sums up by itself.
pub(super) fn backward<T: Real, S: Step<T>>(
    step: &S,
    inputs: Inputs<'_, T>,
    saved: Vec<FlexTensor>,
    gradients: Vec<Option<FlexTensor>>,
    wants_x: bool,
    own: usize,
) -> Gradients<T> {
    let widths = step.widths();
    let hidden = widths.hidden;
    let [batch, time, features] = sizes(inputs.x);
    let ranges = parallel::split(batch, saved.len() / 2);

    let zeros = |len: usize| vec![T::ZERO; len];
    let mut gradients = gradients.into_iter().map(|gradient| gradient.map(contiguous::<T>));
    let Some(Some(of_output)) = gradients.next() else {
        unreachable!("the main output always has a gradient")
    };
    let of_output = of_output.storage::<T>();
    let of_finals: Vec<_> = gradients
        .map(|state| state.unwrap_or_else(|| tensor(zeros(batch * hidden), [batch, hidden])))
        .collect();
    let of_finals: Vec<_> = of_finals.iter().map(FlexTensor::storage::<T>).collect();

    // So that the products read the weight row by row.
    let transposed = wants_x.then(|| transposed(inputs.weight, features, widths.gates));
    let width_of_dx = if wants_x { features } else { 0 };
    let mut dx = zeros(batch * time * width_of_dx);
    let mut parts = Vec::new();
    let dx_parts = parallel::cut(&mut dx, time * width_of_dx, &ranges);
    let mut saved = saved.into_iter();
    for (range, dx) in ranges.iter().zip(dx_parts) {
        if let (Some(kept), Some(before)) = (saved.next(), saved.next()) {
            parts.push((range, dx, kept, before));
        }
    }
    let parts = parallel::map(parts, |(range, dx, mut kept, before)| {
        let part = Part::new(step, inputs, range);
        let mut states = part.packing.gather_states(&of_finals, hidden);
        let mut sums = Parameters::zeros(features, widths, own);
        let of_output = &of_output[range.start * time * hidden..range.end * time * hidden];
        let mut copy;
        let kept = match kept.try_storage_mut::<T>() {
            Some(kept) => kept,
            None => {
                copy = kept.storage::<T>().to_vec();
                &mut copy
            }
        };
        part.backward((kept, before.storage()), of_output, &mut states, &mut sums);
        if let Some(transposed) = &transposed {
            part.gradient_of_x(kept, transposed, dx);
        }
        (part.packing, states, sums)
    });

    let mut initial = vec![zeros(batch * hidden); of_finals.len()];
    let mut sums = Parameters::zeros(features, widths, own);
    for (packing, states, of_part) in parts {
        packing.scatter_states(&states, hidden, &mut initial);
        sums.add(&of_part);
    }
    Gradients {
        x: wants_x.then(|| tensor(dx, [batch, time, features])),
        initial: initial.into_iter().map(|state| tensor(state, [batch, hidden])).collect(),
        parameters: sums,
    }
}

/// What one thread does: some sequences of the batch, from beginning to end.
struct Part<'a, T, S> {
    step: &'a S,
    packing: Packing,
    /// The part's inputs, `[sequences, time, features]`.
    x: &'a [T],
    features: usize,
    weight: &'a [T],
}

impl<'a, T: Real, S: Step<T>> Part<'a, T, S> {
    fn new(step: &'a S, inputs: Inputs<'a, T>, range: &Range<usize>) -> Self {
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
    fn forward(
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
    fn backward(
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
    fn gradient_of_x(&self, kept: &[T], transposed: &[T], dx: &mut [T]) {
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

/// The transpose of a matrix of so many rows and columns.
pub(super) fn transposed<T: Real>(matrix: &[T], rows: usize, columns: usize) -> Vec<T> {
    /// Rows and columns of a tile that fits the first-level cache.
    const TILE: usize = 16;
    let mut turned = vec![T::ZERO; matrix.len()];
    for top in (0..rows).step_by(TILE) {
        for left in (0..columns).step_by(TILE) {
            for column in left..columns.min(left + TILE) {
                for row in top..rows.min(top + TILE) {
                    turned[column * rows + row] = matrix[row * columns + column];
                }
            }
        }
    }
    turned
}
