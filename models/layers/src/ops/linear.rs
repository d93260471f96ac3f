//! The affine map of the last axis.

use burn::tensor::Tensor;

#[cfg(feature = "flex")]
use crate::fused;
use crate::plain;

/// `x weight + bias` over the last axis.
///
/// # Shapes
/// - `x`: `[..., inputs]`, of any rank
/// - `weight`: `[inputs, outputs]`
/// - `bias`: `[outputs]`
/// - output: `[..., outputs]`
///
/// # Panics
/// When the shapes do not fit.
pub fn linear<const D: usize>(
    x: Tensor<D>,
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
) -> Tensor<D> {
    let (x_shape, [inputs, outputs]) = (x.dims(), weight.dims());
    assert!(
        x_shape[D - 1] == inputs,
        "linear: x is {x_shape:?} and the weight {:?}, but the last axis of the one is the first of the other",
        weight.dims()
    );
    if let Some(bias) = &bias {
        assert!(
            bias.dims() == [outputs],
            "linear: the weight is {:?} and the bias {:?}, but one bias for each output is wanted",
            weight.dims(),
            bias.dims()
        );
    }
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        return fused::apply_one(kernel::Linear, fused::with_bias(x, weight, bias));
    }
    plain::linear(x, weight, bias)
}

#[cfg(feature = "flex")]
mod kernel {
    use burn::backend::flex::FlexTensor;

    use crate::fused::{Operation, Outcome};
    use crate::kernels::memory::{contiguous, tensor};
    use crate::kernels::product::{Matrix, MatrixMut, Onto, shared_product};
    use crate::kernels::real::Real;

    /// Inputs: x, weight, and perhaps a bias.
    #[derive(Debug)]
    pub(super) struct Linear;

    impl Operation for Linear {
        fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let inputs: Vec<_> = inputs.into_iter().map(contiguous::<T>).collect();
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

        fn backward<T: Real>(
            &self,
            saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(Some(dy)), [x, weight]) = (gradients.into_iter().next(), &saved[..]) else {
                return vec![None; wanted.len()];
            };
            let dy = contiguous::<T>(dy);
            let [features, outputs] = weight.layout().shape().dims();
            let rows = x.layout().num_elements() / features.max(1);
            let dy = Matrix::new(dy.storage::<T>(), rows, outputs);
            let dx = wanted[0].then(|| {
                let mut dx = vec![T::ZERO; rows * features];
                let weight = Matrix::new(weight.storage(), features, outputs).transposed();
                let output = MatrixMut::new(&mut dx, rows, features);
                shared_product(output, Onto::Nothing, T::ONE, dy, weight);
                tensor(dx, x.layout().shape().clone())
            });
            let dweight = wanted[1].then(|| {
                let mut dweight = vec![T::ZERO; features * outputs];
                let x = Matrix::new(x.storage(), rows, features).transposed();
                let output = MatrixMut::new(&mut dweight, features, outputs);
                shared_product(output, Onto::Nothing, T::ONE, x, dy);
                tensor(dweight, [features, outputs])
            });
            let dbias = (wanted.get(2) == Some(&true)).then(|| tensor(dy.sum_of_rows(), [outputs]));
            vec![dx, dweight, dbias]
        }
    }
}
