//! The loop over time that the recurrent layers share, one step after the other.

use burn::tensor::{Bool, Int, Tensor};

/// In which direction sequences are read, and how long each of them is.
///
/// At a padded step, at or after a sequence's length, the states are carried on and the output is 0; whatever
/// the input holds there is not looked at. The final state is that after the last step of the sequence itself.
/// In reverse a sequence is read from its own last step to its first. So a padded batch gives what its
/// sequences give one by one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// From the last step to the first; output `t` still belongs to input `t`.
    pub reverse: bool,
    /// The length of each sequence of the batch, from 0 to `time`; all are `time` long without it.
    pub lengths: Option<Vec<usize>>,
}

/// The state before the first step where none is given.
pub(super) fn zero_state(x: &Tensor<3>, recurrent: &Tensor<2>) -> Tensor<2> {
    Tensor::zeros([x.dims()[0], recurrent.dims()[0]], (&x.device(), x.dtype()))
}

/// Zeros instead of padding, so that not even NaN gets through.
pub(super) fn without_padding(x: Tensor<3>, scan: &Scan) -> Tensor<3> {
    let Some(lengths) = &scan.lengths else { return x };
    let [batch, time, features] = x.dims();
    let steps = (0..time).map(|t| padded(lengths, t, batch, features, &x).unsqueeze_dim(1));
    let steps: Vec<Tensor<3, Bool>> = steps.collect();
    if steps.is_empty() { x } else { x.mask_fill(Tensor::cat(steps, 1), 0.0) }
}

/// Which rows are padding at a step.
fn padded(
    lengths: &[usize],
    step: usize,
    batch: usize,
    width: usize,
    like: &Tensor<3>,
) -> Tensor<2, Bool> {
    let lengths: Vec<i64> = lengths.iter().map(|&length| length as i64).collect();
    let lengths = Tensor::<1, Int>::from_data(lengths.as_slice(), &like.device());
    lengths.lower_equal_elem(step as i64).unsqueeze_dim::<2>(1).expand([batch, width])
}

/// Runs `step` over the second axis of `inputs`. Returns the first state after each step, and the last states.
pub(super) fn through_time<const STATES: usize>(
    inputs: Tensor<3>,
    mut states: [Tensor<2>; STATES],
    scan: &Scan,
    step: impl Fn(Tensor<2>, [Tensor<2>; STATES]) -> [Tensor<2>; STATES],
) -> (Tensor<3>, [Tensor<2>; STATES]) {
    let [batch, time, _] = inputs.dims();
    let [_, hidden] = states[0].dims();
    let mut outputs = vec![None; time];
    for index in 0..time {
        let t = if scan.reverse { time - 1 - index } else { index };
        let mut after = step(inputs.clone().narrow(1, t, 1).squeeze_dim(1), states.clone());
        let mut output = after[0].clone();
        if let Some(lengths) = &scan.lengths {
            let padding = padded(lengths, t, batch, hidden, &inputs);
            for (after, before) in after.iter_mut().zip(states) {
                *after = after.clone().mask_where(padding.clone(), before);
            }
            output = output.mask_fill(padding, 0.0);
        }
        outputs[t] = Some(output.unsqueeze_dim(1));
        states = after;
    }
    let outputs: Vec<Tensor<3>> = outputs.into_iter().flatten().collect();
    match outputs.is_empty() {
        true => (Tensor::zeros([batch, 0, hidden], (&inputs.device(), inputs.dtype())), states),
        false => (Tensor::cat(outputs, 1), states),
    }
}
