//! Exponentially weighted averages (course 2, week 2).
//!
//! ```text
//! v_t = β v_{t-1} + (1 - β) θ_t        v_0 = 0        corrected: v_t / (1 - βᵗ)
//! ```
//!
//! `v_t` averages over about `1/(1-β)` values. It starts near zero; the correction divides by the weight that
//! the values so far have in it.

/// A running average.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MovingAverage {
    beta: f64,
    value: f64,
    count: u32,
}

impl MovingAverage {
    /// Starts at zero. `beta`, in 0..1, is the weight of the past.
    ///
    /// # Errors
    /// When `beta` is outside 0..1: returns it.
    pub fn new(beta: f64) -> Result<Self, f64> {
        match (0.0..1.0).contains(&beta) {
            true => Ok(Self { beta, value: 0.0, count: 0 }),
            false => Err(beta),
        }
    }

    /// Takes in one more value and returns the average, not corrected.
    pub fn update(&mut self, value: f64) -> f64 {
        self.value = self.beta * self.value + (1.0 - self.beta) * value;
        self.count += 1;
        self.value
    }

    /// Returns the average corrected for its start at zero; 0 before the first value.
    pub fn corrected(&self) -> f64 {
        match self.count {
            0 => 0.0,
            count => self.value / (1.0 - self.beta.powf(f64::from(count))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: v1 = 0.1 · 10 = 1, v2 = 0.9 + 0.1 · 20 = 2.9; corrected 1 / 0.1 and 2.9 / 0.19.
    #[test]
    fn average_and_correction_match_two_steps_by_hand() {
        let mut average = MovingAverage::new(0.9).unwrap();
        assert!((average.update(10.0) - 1.0).abs() < 1e-15);
        assert!((average.corrected() - 10.0).abs() < 1e-14);
        assert!((average.update(20.0) - 2.9).abs() < 1e-15);
        assert!((average.corrected() - 2.9 / 0.19).abs() < 1e-13);
    }

    #[test]
    fn corrected_average_of_a_constant_is_the_constant_from_the_first_value_on() {
        let mut average = MovingAverage::new(0.98).unwrap();
        for _ in 0..200 {
            average.update(4.0);
            assert!((average.corrected() - 4.0).abs() < 1e-12);
        }
    }

    #[test]
    fn weights_outside_zero_to_one_are_refused() {
        for beta in [-0.1, 1.0, f64::NAN] {
            assert!(MovingAverage::new(beta).is_err());
        }
    }
}
