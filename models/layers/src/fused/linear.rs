//! The affine map of the last axis.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::operation::{AnyFloat, BackwardPass, Operation, Outcome, exactly};
use super::record::{apply_one, serves, with_bias};
use crate::kernels::memory::tensor;
use crate::kernels::product::{Matrix, MatrixMut, Onto, shared_product};
use crate::kernels::real::Real;
use crate::plain;

/// See [`ops::linear`](crate::ops::linear).
pub(crate) fn linear<const D: usize>(
    x: Tensor<D>,
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
) -> Tensor<D> {
    if !serves(&x) {
        return plain::linear(x, weight, bias);
    }
    apply_one(recorded(), with_bias(x, weight, bias))
}

#[inline(never)]
fn recorded() -> Arc<dyn AnyFloat> {
    Arc::new(Linear)
}

/// Inputs: x, weight, and perhaps a bias.
#[derive(Debug)]
struct Linear;

impl Operation for Linear {
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let (x, weight) = (&inputs[0], &inputs[1]);
        let [features, outputs] = weight.layout().shape().dims();
        let rows = x.layout().num_elements() / features.max(1);
        let mut y = vec![T::ZERO; rows * outputs];
        let onto = match inputs.get(2) {
            Some(bias) => {
                let bias = bias.storage::<T>();
                y.chunks_exact_mut(outputs.max(1)).for_each(|row| row.copy_from_slice(bias));
                Onto::Values
            }
            None => Onto::Nothing,
        };
        shared_product(
            MatrixMut::new(&mut y, rows, outputs),
            onto,
            T::ONE,
            Matrix::new(x.storage(), rows, features),
            Matrix::new(weight.storage(), features, outputs),
        );
        let mut shape = x.layout().shape().clone();
        let last = shape.num_dims() - 1;
        shape[last] = outputs;
        let saved = if training { inputs.into_iter().take(2).collect() } else { Vec::new() };
        Outcome { outputs: vec![tensor(y, shape)], saved, ..Outcome::default() }
    }

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [x, weight] = exactly(&pass.saved);
        let [features, outputs] = weight.layout().shape().dims();
        let rows = x.layout().num_elements() / features.max(1);
        let dy = Matrix::new(pass.gradient.storage::<T>(), rows, outputs);
        let dx = pass.wants(0).then(|| {
            let mut dx = vec![T::ZERO; rows * features];
            let weight = Matrix::new(weight.storage(), features, outputs).transposed();
            let output = MatrixMut::new(&mut dx, rows, features);
            shared_product(output, Onto::Nothing, T::ONE, dy, weight);
            tensor(dx, x.layout().shape().clone())
        });
        let dweight = pass.wants(1).then(|| {
            let mut dweight = vec![T::ZERO; features * outputs];
            let x = Matrix::new(x.storage(), rows, features).transposed();
            let output = MatrixMut::new(&mut dweight, features, outputs);
            shared_product(output, Onto::Nothing, T::ONE, x, dy);
            tensor(dweight, [features, outputs])
        });
        let dbias = pass.wants(2).then(|| tensor(dy.sum_of_rows(), [outputs]));
        vec![dx, dweight, dbias]
    }
}
