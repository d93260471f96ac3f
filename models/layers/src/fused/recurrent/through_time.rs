//! The loop over time that the recurrent layers share, forward and back.
//!
//! The batch is split among the threads, which then do not wait for one another. The products of all inputs
//! and of all weight gradients are taken for many steps at once; only the product with the states is left to
//! the loop. Memory grows with the number of steps, and without a backward pass only by the output.

use burn::backend::flex::FlexTensor;

use super::part::{Inputs, Parameters, Part, Step};
use super::transposed::transposed;
use crate::fused::operation::{BackwardPass, Outcome};
use crate::kernels::memory::{contiguous, sizes, tensor};
use crate::kernels::parallel;
use crate::kernels::real::Real;

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

/// Runs a layer back over what [`forward`] saved, which is all that `pass` still holds of it.
///
/// `own` is the number of parameters that the step sums up by itself.
pub(super) fn backward<T: Real, S: Step<T>>(
    step: &S,
    inputs: Inputs<'_, T>,
    pass: BackwardPass<'_>,
    own: usize,
) -> Gradients<T> {
    let widths = step.widths();
    let hidden = widths.hidden;
    let [batch, time, features] = sizes(inputs.x);
    let wants_x = pass.wants(0);
    let ranges = parallel::split(batch, pass.saved.len() / 2);

    let zeros = |len: usize| vec![T::ZERO; len];
    let of_output = pass.gradient.storage::<T>();
    let of_final = |gradient: Option<FlexTensor>| match gradient {
        Some(gradient) => contiguous::<T>(gradient),
        None => tensor(zeros(batch * hidden), [batch, hidden]),
    };
    let of_finals: Vec<_> = pass.others.into_iter().map(of_final).collect();
    let of_finals: Vec<_> = of_finals.iter().map(FlexTensor::storage::<T>).collect();

    // So that the products read the weight row by row.
    let transposed = wants_x.then(|| transposed(inputs.weight, features, widths.gates));
    let width_of_dx = if wants_x { features } else { 0 };
    let mut dx = zeros(batch * time * width_of_dx);
    let mut parts = Vec::new();
    let dx_parts = parallel::cut(&mut dx, time * width_of_dx, &ranges);
    let mut saved = pass.saved.into_iter();
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
