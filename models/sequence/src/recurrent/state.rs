//! What a recurrent network carries from step to step, and from window to window of a long sequence.

use std::ops::Range;

use burn::tensor::Tensor;

/// Hidden state and cell of one layer and direction; a cell that nothing uses is left out.
pub(super) type Part = (Tensor<2>, Option<Tensor<2>>);

/// The state of every layer and direction: the first layer's way there, its way back if it has one, the second
/// layer's, and so on.
#[derive(Debug, Clone)]
pub struct RecurrentState {
    /// Hidden states, `[batch, hidden]` each.
    pub hidden: Vec<Tensor<2>>,
    /// The LSTM's cells, `[batch, hidden]` each; none for other cells.
    pub cell: Vec<Tensor<2>>,
}

impl RecurrentState {
    /// Cuts the state off from what it was computed by: no gradient goes back beyond it.
    pub fn detach(self) -> Self {
        let detach = |tensors: Vec<Tensor<2>>| tensors.into_iter().map(Tensor::detach).collect();
        Self { hidden: detach(self.hidden), cell: detach(self.cell) }
    }

    pub(super) fn from_parts(parts: Vec<Part>) -> Self {
        let (hidden, cell): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        Self { hidden, cell: cell.into_iter().flatten().collect() }
    }

    /// One part for each layer and direction; none is there to begin at 0.
    pub(super) fn into_parts(state: Option<Self>, count: usize) -> Vec<Option<Part>> {
        let Some(Self { hidden, cell }) = state else { return vec![None; count] };
        assert!(
            hidden.len() == count && (cell.is_empty() || cell.len() == count),
            "the state has {} hidden states and {} cells, but {count} layers and directions are there",
            hidden.len(),
            cell.len()
        );
        let cells = cell.into_iter().map(Some).chain(std::iter::repeat(None));
        hidden.into_iter().zip(cells).map(Some).collect()
    }
}

/// Backpropagation through time, truncated (Williams & Peng, 1990): a sequence of `time` steps is learnt window by
/// window, and the state goes on from one to the next while gradients stop at the border.
///
/// `learn` gets the steps of a window and the state before it, and returns the state after it. Returns the last
/// state, `None` for no steps.
///
/// # Errors
/// The first error of `learn`.
///
/// # Panics
/// When `window` is 0.
pub fn truncated<E>(
    time: usize,
    window: usize,
    mut learn: impl FnMut(Range<usize>, Option<RecurrentState>) -> Result<RecurrentState, E>,
) -> Result<Option<RecurrentState>, E> {
    assert!(window > 0, "truncated: a window of 0 steps has no end");
    let mut state: Option<RecurrentState> = None;
    for start in (0..time).step_by(window) {
        let steps = start..time.min(start.saturating_add(window));
        state = Some(learn(steps, state)?.detach());
    }
    Ok(state)
}
