//! Whether the tensors of a recurrent layer fit one another.

use burn::tensor::Tensor;

use crate::plain::Scan;

/// The three sizes of a layer, checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    pub(super) batch: usize,
    pub(super) hidden: usize,
    /// Columns of the weights: `hidden` for each gate.
    pub(super) columns: usize,
}

/// Checks input, weights and lengths of a layer with so many `gates`.
pub(super) fn sizes(
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

/// Checks the shape of a tensor, if there is one.
pub(super) fn check<const D: usize>(
    name: &str,
    x: &Tensor<3>,
    what: &str,
    tensor: Option<&Tensor<D>>,
    shape: [usize; D],
) {
    if let Some(tensor) = tensor {
        assert!(
            tensor.dims() == shape,
            "{name}: x is {:?} and the {what} {:?}, but {shape:?} is wanted",
            x.dims(),
            tensor.dims()
        );
    }
}
