//! Inverted dropout (Srivastava et al., 2014; course 2, week 1).
//!
//! ```text
//! d = rand < keep_prob        a := a · d / keep_prob
//! ```
//!
//! Dividing by `keep_prob` keeps the expected activation, so that nothing needs scaling at test time, when
//! nothing is dropped. The backward pass through `a · d / keep_prob` is autodiff's own, or by hand the same
//! mask on `da`.

use burn::tensor::{Device, Tensor, TensorData};

use fireside_numpy_rng::NumpyRng;

/// A share of units to keep that is not in (0, 1].
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("keep_prob is {0}: it must be above 0 and at most 1")]
pub struct KeepProbError(pub f64);

/// The probability of keeping a unit, in (0, 1]. It may differ from layer to layer; 1 keeps all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeepProb(f64);

impl KeepProb {
    /// Checks the probability.
    ///
    /// # Errors
    /// [`KeepProbError`] outside (0, 1].
    pub fn new(keep_prob: f64) -> Result<Self, KeepProbError> {
        match keep_prob > 0.0 && keep_prob <= 1.0 {
            true => Ok(Self(keep_prob)),
            false => Err(KeepProbError(keep_prob)),
        }
    }

    /// Returns the probability.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// Draws a mask of 1 (keep) and 0 (drop) in the course's order, one unit's examples after the other, so
    /// that its seeds give its masks.
    ///
    /// # Shapes
    /// - output: `[batch, units]`
    pub fn mask(
        self,
        batch: usize,
        units: usize,
        rng: &mut NumpyRng,
        device: &Device,
    ) -> Tensor<2> {
        let drawn: Vec<f64> =
            (0..batch * units).map(|_| f64::from(u8::from(rng.random_sample() < self.0))).collect();
        Tensor::<2>::from_data(TensorData::new(drawn, [units, batch]), device).transpose()
    }

    /// Drops the units that a mask names and scales up the others.
    ///
    /// # Shapes
    /// - `activations`, `mask`, output: `[batch, units]`
    #[must_use]
    pub fn apply(self, activations: Tensor<2>, mask: &Tensor<2>) -> Tensor<2> {
        // The quotient of constants first: autodiff's way back through a division by a number rounds that
        // number to 32 bits, also between 64-bit floats.
        activations * (mask.clone() / self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 40,000 draws at 0.8: the share kept has a standard deviation of 0.002.
    #[test]
    fn the_share_kept_and_the_expected_activation_are_right() {
        let device = Device::flex();
        let keep = KeepProb::new(0.8).unwrap();
        let mask = keep.mask(200, 200, &mut NumpyRng::new(5), &device);
        let kept: f64 = mask.clone().mean().into_scalar();
        assert!((kept - 0.8).abs() < 0.01, "{kept}");
        let mean: f64 = keep.apply(Tensor::ones([200, 200], &device), &mask).mean().into_scalar();
        assert!((mean - kept / 0.8).abs() < 1e-6, "{mean}");
    }

    /// `np.random.seed(1); np.random.rand(2, 3) < 0.5`, the course's `[units, batch]`.
    #[test]
    fn mask_is_the_courses_for_its_seed() {
        let mask = KeepProb::new(0.5).unwrap().mask(3, 2, &mut NumpyRng::new(1), &Device::flex());
        let entries: Vec<f32> = mask.transpose().into_data().iter().collect();
        assert_eq!(entries, [1.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
    }

    #[test]
    fn keeping_everything_changes_nothing() {
        let device = Device::flex();
        let keep = KeepProb::new(1.0).unwrap();
        let activations = Tensor::<2>::from_data([[0.5, -2.0]], &device);
        let mask = keep.mask(1, 2, &mut NumpyRng::new(1), &device);
        assert_eq!(keep.apply(activations.clone(), &mask).into_data(), activations.into_data());
    }

    #[test]
    fn shares_outside_zero_to_one_are_refused() {
        for share in [0.0, -0.2, 1.1, f64::NAN] {
            assert!(KeepProb::new(share).is_err(), "{share}");
        }
        assert!(KeepProb::new(0.0).unwrap_err().to_string().contains("above 0"));
    }
}
