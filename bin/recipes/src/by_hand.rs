//! What the assignments by hand have in common: drawn tensors, and how far a result is from others'.

use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use fireside_numpy_rng::NumpyRng;
use fireside_training::gradient_check::relative_difference;

/// How a model is trained by hand: its parameters are taken out of the module, and put back when they are trained.
#[derive(Debug)]
pub struct ByHand<M, P> {
    /// Takes them out.
    pub parameters: fn(&M) -> P,
    /// Puts them back.
    pub module: fn(&P) -> M,
}

/// How far a result by hand is from others', in Euclidean norms.
#[derive(Debug)]
pub struct Difference {
    /// Which result of which function.
    pub what: String,
    /// From autodiff, through Burn's own operations or the forward pass by hand.
    pub autodiff: f64,
    /// From the layers and their gradients.
    pub layers: f64,
}

impl Difference {
    /// Sets results by hand beside those of autodiff and of the layers; each has a name.
    pub fn of_each<'a>(
        names: impl IntoIterator<Item = &'a str>,
        hand: &[Vec<f64>],
        [autodiff, layers]: [&[Vec<f64>]; 2],
        what: impl Fn(&str) -> String,
    ) -> Vec<Self> {
        let difference = |(index, name): (usize, &str)| Self {
            what: what(name),
            autodiff: relative_difference(&hand[index], &autodiff[index]),
            layers: relative_difference(&hand[index], &layers[index]),
        };
        names.into_iter().enumerate().map(difference).collect()
    }
}

/// Draws a tensor of normal numbers.
pub fn drawn<const D: usize>(shape: [usize; D], rng: &mut NumpyRng, device: &Device) -> Tensor<D> {
    let values = rng.randn_vec(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// Reads all entries of a tensor.
pub fn entries<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f64>, ExecutionError> {
    Ok(tensor.try_into_data()?.iter::<f64>().collect())
}
