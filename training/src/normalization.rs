//! Inputs of mean 0 and variance 1 (course 2, week 1).
//!
//! ```text
//! μ = mean x        σ² = mean (x - μ)²        x := (x - μ) / σ
//! ```
//!
//! Fitted on the training set and applied unchanged to every other: a test set brought to mean 0 by its own
//! mean would no longer be what the network was trained on.

use burn::tensor::{ExecutionError, Tensor};

/// The mean and standard deviation of each feature of a training set.
#[derive(Debug, Clone)]
pub struct Standardizer {
    mean: Tensor<2>,
    deviation: Tensor<2>,
}

/// Why a training set cannot be fitted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StandardizerError {
    /// There are no examples.
    #[error("there are no examples to take a mean of")]
    Empty,
    /// A feature has a value that is not a number.
    #[error("feature {0} has a value that is not a finite number")]
    NotFinite(usize),
    /// The device failed.
    #[error(transparent)]
    Device(#[from] ExecutionError),
}

impl Standardizer {
    /// Measures each feature of the training set, with the population's variance (divided by the count). A
    /// feature that never changes keeps its scale and is only moved to 0.
    ///
    /// # Shapes
    /// - `examples`: `[count, features]`
    ///
    /// # Errors
    /// [`StandardizerError`] for an empty set or one with values that are not finite.
    pub fn fit(examples: &Tensor<2>) -> Result<Self, StandardizerError> {
        if examples.dims()[0] == 0 {
            return Err(StandardizerError::Empty);
        }
        let mean = examples.clone().mean_dim(0); // [1, features]
        let variance = (examples.clone() - mean.clone()).square().mean_dim(0);
        let finite = variance.clone().try_into_data()?;
        if let Some(feature) = finite.iter::<f64>().position(|variance| !variance.is_finite()) {
            return Err(StandardizerError::NotFinite(feature));
        }
        let deviation = variance.sqrt();
        let constant = deviation.clone().equal_elem(0.0);
        Ok(Self { mean, deviation: deviation.mask_fill(constant, 1.0) })
    }

    /// Of a training set that was measured elsewhere.
    ///
    /// # Shapes
    /// - `mean`, `deviation`: `[1, features]`
    pub fn new(mean: Tensor<2>, deviation: Tensor<2>) -> Self {
        Self { mean, deviation }
    }

    /// What is taken from each feature, `[1, features]`.
    pub fn mean(&self) -> Tensor<2> {
        self.mean.clone()
    }

    /// What each is divided by then, `[1, features]`.
    pub fn deviation(&self) -> Tensor<2> {
        self.deviation.clone()
    }

    /// Moves and scales any set as the training set was.
    ///
    /// # Shapes
    /// - `examples`, output: `[count, features]`
    pub fn apply(&self, examples: &Tensor<2>) -> Tensor<2> {
        (examples.clone() - self.mean.clone()) / self.deviation.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn entries(tensor: Tensor<2>) -> Vec<f64> {
        tensor.into_data().iter::<f64>().collect()
    }

    /// Feature 0: mean 3, variance (4 + 0 + 4) / 3. Feature 1 is constant.
    #[test]
    fn other_sets_are_scaled_by_the_training_sets_figures() {
        let device = Device::flex();
        let train = Tensor::<2>::from_data([[1.0, 7.0], [3.0, 7.0], [5.0, 7.0]], &device);
        let fitted = Standardizer::fit(&train).unwrap();
        let deviation = (8.0_f64 / 3.0).sqrt();
        let expected = [-2.0 / deviation, 0.0, 0.0, 0.0, 2.0 / deviation, 0.0];
        for (found, expected) in entries(fitted.apply(&train)).into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        let test = Tensor::<2>::from_data([[3.0, 9.0]], &device);
        assert_eq!(entries(fitted.apply(&test)), [0.0, 2.0]);
    }

    #[test]
    fn sets_without_a_mean_are_refused() {
        let device = Device::flex();
        let empty = Tensor::<2>::zeros([0, 2], &device);
        assert!(matches!(Standardizer::fit(&empty), Err(StandardizerError::Empty)));
        let nan = Tensor::<2>::from_data([[1.0, 2.0], [3.0, f32::NAN]], &device);
        assert!(matches!(Standardizer::fit(&nan), Err(StandardizerError::NotFinite(1))));
    }
}
