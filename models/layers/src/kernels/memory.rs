//! Tensors of Burn's CPU backend as slices, slices as tensors, and memory that is used again.

use burn::backend::flex::FlexTensor;
use burn::tensor::{Shape, TensorData};

use super::real::Real;

/// Returns the tensor laid out row by row, alone in its memory; copies only where it was not.
pub(crate) fn contiguous<T: Real>(tensor: FlexTensor) -> FlexTensor {
    let fits =
        tensor.as_slice::<T>().is_some_and(|slice| slice.len() == tensor.storage::<T>().len());
    if fits { tensor } else { tensor.to_contiguous() }
}

/// Makes a tensor of `values`, row by row.
pub(crate) fn tensor<T: Real>(values: Vec<T>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// The sizes of a tensor.
pub(crate) fn sizes<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    tensor.layout().shape().dims()
}

/// The buffer at exactly this length; what it holds is of no meaning.
pub(crate) fn resized<T: Real>(buffer: &mut Vec<T>, len: usize) -> &mut [T] {
    buffer.resize(len, T::ZERO);
    buffer
}
