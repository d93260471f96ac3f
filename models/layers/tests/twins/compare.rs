//! Runs an operation and its twin on the same inputs and compares outputs and gradients.

use burn::tensor::{DType, Device, Tensor, TensorData};

/// Numbers from a seed, spread evenly over -2..2: the same on every machine.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number in -2..2.
    pub(crate) fn number(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64 * 4.0 - 2.0
    }

    pub(crate) fn vector(&mut self, len: usize) -> Vec<f64> {
        (0..len).map(|_| self.number()).collect()
    }
}

/// Asserts that two functions of flat tensors agree in 32 and in 64 bits: every output, and the gradient of
/// every input under a random weighting of all outputs.
pub(crate) fn assert_twins(
    claim: &str,
    inputs: &[Vec<f64>],
    ours: impl Fn(&[Tensor<1>]) -> Vec<Tensor<1>>,
    twin: impl Fn(&[Tensor<1>]) -> Vec<Tensor<1>>,
) {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-10)] {
        let found = outputs_and_gradients(inputs, dtype, &ours);
        let expected = outputs_and_gradients(inputs, dtype, &twin);
        assert_eq!(found.len(), expected.len(), "{claim}: outputs and gradients");
        for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_close(
                &format!("{claim}, {dtype:?}, tensor {index}"),
                found,
                expected,
                tolerance,
            );
        }
    }
}

/// Within `tolerance` of the largest finite value, and of 1; NaN and infinities in the same places.
pub(crate) fn assert_close(claim: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{claim}: sizes");
    let finite = expected.iter().filter(|value| value.is_finite());
    let scale = finite.fold(1.0, |largest: f64, value| largest.max(value.abs()));
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let same = found == expected
            || (found.is_nan() && expected.is_nan())
            || (found - expected).abs() <= tolerance * scale;
        assert!(same, "{claim}, element {index}: {found}, but the twin has {expected}");
    }
}

fn outputs_and_gradients(
    inputs: &[Vec<f64>],
    dtype: DType,
    function: &impl Fn(&[Tensor<1>]) -> Vec<Tensor<1>>,
) -> Vec<Vec<f64>> {
    let device = Device::flex().autodiff();
    let leaf = |values: &Vec<f64>| {
        let data = TensorData::new(values.clone(), [values.len()]);
        Tensor::<1>::from_data(data, (&device, dtype)).require_grad()
    };
    let leaves: Vec<_> = inputs.iter().map(leaf).collect();
    let outputs = function(&leaves);
    let mut numbers = Numbers::new(77);
    let mut weighted = outputs.iter().map(|output| {
        let weights = TensorData::new(numbers.vector(output.dims()[0]), output.dims());
        (output.clone() * Tensor::from_data(weights, (&device, dtype))).sum()
    });
    let Some(first) = weighted.next() else { return Vec::new() };
    let loss = weighted.fold(first, |sum, term| sum + term);
    let gradients = loss.backward();
    let of_leaves = leaves.iter().map(|leaf| match leaf.grad(&gradients) {
        Some(gradient) => values(gradient),
        None => vec![0.0; leaf.dims()[0]],
    });
    outputs.iter().map(|output| values(output.clone().inner())).chain(of_leaves).collect()
}

fn values(tensor: Tensor<1>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

/// As [`assert_twins`], of what takes maps of this shape, lying row by row or not.
pub(crate) fn assert_twins_of_maps(
    claim: &str,
    shape: [usize; 4],
    strided: bool,
    ours: impl Fn(Tensor<4>) -> Tensor<4>,
    twin: impl Fn(Tensor<4>) -> Tensor<4>,
) {
    let vectors = [Numbers::new(21).vector(shape.iter().product())];
    assert_twins(
        claim,
        &vectors,
        |v| vec![flat(ours(shaped(&v[0], shape, strided)))],
        |v| vec![flat(twin(shaped(&v[0], shape, strided)))],
    );
}

/// Gives a flat tensor a shape, or the same shape as a view that does not lie row by row.
pub(crate) fn shaped<const D: usize>(
    flat: &Tensor<1>,
    shape: [usize; D],
    strided: bool,
) -> Tensor<D> {
    if !strided {
        return flat.clone().reshape(shape);
    }
    let mut turned = shape;
    turned.swap(0, D - 1);
    flat.clone().reshape(turned).swap_dims(0, D - 1)
}

/// Flattens an output.
pub(crate) fn flat<const D: usize>(tensor: Tensor<D>) -> Tensor<1> {
    let len = tensor.shape().num_elements();
    tensor.reshape([len])
}
