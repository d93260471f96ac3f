//! What a kernel computes, forward and back, on tensors of Burn's CPU backend.

use std::fmt::Debug;

use burn::backend::flex::FlexTensor;
use burn::tensor::DType;

use crate::kernels::memory::contiguous;
use crate::kernels::real::Real;

/// What [`Operation::forward`] returns.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What gradients flow back through, the main one first.
    pub(super) outputs: Vec<FlexTensor>,
    /// Outputs that no gradient flows through: statistics of the batch.
    pub(super) constants: Vec<FlexTensor>,
    /// What the backward pass needs.
    pub(super) saved: Vec<FlexTensor>,
}

/// What [`Operation::backward`] begins with.
#[derive(Debug)]
pub(super) struct BackwardPass<'a> {
    /// What the forward pass saved.
    pub(super) saved: Vec<FlexTensor>,
    /// The gradient of the main output, row by row.
    pub(super) gradient: FlexTensor,
    /// Those of the other outputs, `None` where nothing depends on one.
    pub(super) others: Vec<Option<FlexTensor>>,
    /// Which inputs want a gradient.
    pub(super) wanted: &'a [bool],
}

impl BackwardPass<'_> {
    /// Whether there is such an input and it wants a gradient.
    pub(super) fn wants(&self, input: usize) -> bool {
        self.wanted.get(input) == Some(&true)
    }
}

/// The tensors of an operation that always has so many.
pub(super) fn exactly<const N: usize>(tensors: &[FlexTensor]) -> &[FlexTensor; N] {
    let Ok(exactly) = tensors.try_into() else {
        unreachable!("{N} tensors are wanted, and there are {}", tensors.len())
    };
    exactly
}

/// An operation with a hand-written backward pass, written once for both float types.
pub(super) trait Operation: Debug + Send + Sync + 'static {
    /// Computes the outputs from inputs that lie row by row. `training` says that a backward pass may follow,
    /// so that [`saved`](Outcome::saved) is wanted.
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome;

    /// Returns the gradients of the inputs, in their order. That of an input that is not wanted may be `None`,
    /// and so may be one of zeros; the last ones may be left out.
    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>>;
}

/// An [`Operation`] for which the float type is chosen by what it is given.
pub(super) trait AnyFloat: Debug + Send + Sync {
    fn forward(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome;

    fn backward(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>>;
}

impl<O: Operation> AnyFloat for O {
    fn forward(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let dtype = inputs[0].dtype();
        for input in &inputs {
            assert!(input.dtype() == dtype, "{self:?} of {dtype:?} and {:?}", input.dtype());
        }
        match dtype {
            DType::F64 => Operation::forward::<f64>(self, by_row::<f64>(inputs), training),
            _ => Operation::forward::<f32>(self, by_row::<f32>(inputs), training),
        }
    }

    fn backward(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let BackwardPass { gradient, .. } = pass;
        match gradient.dtype() {
            DType::F64 => {
                let gradient = contiguous::<f64>(gradient);
                Operation::backward::<f64>(self, BackwardPass { gradient, ..pass })
            }
            _ => {
                let gradient = contiguous::<f32>(gradient);
                Operation::backward::<f32>(self, BackwardPass { gradient, ..pass })
            }
        }
    }
}

fn by_row<T: Real>(tensors: Vec<FlexTensor>) -> Vec<FlexTensor> {
    tensors.into_iter().map(contiguous::<T>).collect()
}
