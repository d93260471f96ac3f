//! Recurrent layers over whole sequences (course 5, week 1): one operation each, forward and reverse, with
//! sequences of different lengths in one batch.

mod gru;
mod lstm;
#[cfg(feature = "flex")]
mod packing;
mod rnn;
#[cfg(feature = "flex")]
mod rows;
#[cfg(feature = "flex")]
mod through_time;

pub use gru::{GruOptions, GruWeights, Reset, gru};
pub use lstm::{LstmOptions, LstmState, LstmWeights, lstm};
pub use rnn::{RnnActivation, RnnOptions, RnnWeights, rnn};

use burn::tensor::Tensor;

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

/// What keeps a gate between 0 and 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum GateActivation {
    /// The logistic function.
    #[default]
    Logistic,
    /// [`hard_sigmoid`](crate::ops::hard_sigmoid), as old Keras weights want it, with 0.2 and 0.5.
    HardSigmoid {
        /// The slope between the cuts.
        slope: f64,
        /// The value at 0.
        offset: f64,
    },
}

/// The three sizes of a layer, checked.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    batch: usize,
    hidden: usize,
    /// Columns of the weights: `hidden` for each gate.
    columns: usize,
}

/// Checks input, weights and lengths of a layer with so many `gates`.
fn check_sizes(
    name: &str,
    gates: usize,
    x: &Tensor<3>,
    input: &Tensor<2>,
    recurrent: &Tensor<2>,
    scan: &Scan,
) -> Sizes {
    let [batch, time, features] = x.dims();
    let [hidden, columns] = recurrent.dims();
    assert!(
        columns == gates * hidden,
        "{name}: the recurrent weight is {:?}, but [hidden, {gates} * hidden] is wanted",
        recurrent.dims()
    );
    assert!(
        input.dims() == [features, columns],
        "{name}: x is {:?}, the recurrent weight {:?} and the input weight {:?}, but [{features}, {columns}] is wanted",
        x.dims(),
        recurrent.dims(),
        input.dims()
    );
    if let Some(lengths) = &scan.lengths {
        assert!(
            lengths.len() == batch && lengths.iter().all(|&length| length <= time),
            "{name}: x is {:?} and the lengths are {lengths:?}, but {batch} of at most {time} are wanted",
            x.dims()
        );
    }
    Sizes { batch, hidden, columns }
}

/// Checks an optional tensor's shape; zeros where there is none.
fn or_zeros<const D: usize>(
    name: &str,
    what: &str,
    tensor: Option<Tensor<D>>,
    shape: [usize; D],
    like: &Tensor<3>,
) -> Tensor<D> {
    if let Some(tensor) = &tensor {
        assert!(
            tensor.dims() == shape,
            "{name}: x is {:?} and the {what} {:?}, but {shape:?} is wanted",
            like.dims(),
            tensor.dims()
        );
    }
    tensor.unwrap_or_else(|| Tensor::zeros(shape, (&like.device(), like.dtype())))
}
