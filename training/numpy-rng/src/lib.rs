//! The random numbers of `numpy.random.seed`: a 32-bit Mersenne Twister and NumPy's legacy rules on top.
//!
//! The course prints figures that follow from `np.random.seed(1)` and the like. [`NumpyRng`] draws the
//! same values, bit for bit, as `numpy.random.RandomState`.
//!
//! ```
//! use fireside_numpy_rng::NumpyRng;
//!
//! let mut rng = NumpyRng::new(1); // np.random.seed(1)
//! assert_eq!(rng.randn(), 1.6243453636632417); // np.random.randn()
//! let order = rng.permutation(5); // np.random.permutation(5)
//! assert_eq!(order.len(), 5);
//! ```
//!
//! Source: M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998); the rules that turn
//! words into numbers are those of NumPy's legacy generator, frozen since NumPy 1.17.

use rand_mt::Mt;

/// How far the probabilities given to [`NumpyRng::choice`] may be from summing to one, as in NumPy.
const PROBABILITY_TOLERANCE: f64 = 1.490_116_119_384_765_6e-8; // square root of f64's epsilon

/// What was wrong with the arguments of a draw.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RngError {
    /// The range holds no integer.
    #[error("no integer lies in {low}..{high}: low must be below high")]
    EmptyRange {
        /// Smallest value asked for.
        low: i64,
        /// First value past the range.
        high: i64,
    },
    /// There is nothing to choose from.
    #[error("there are no probabilities to choose by")]
    NoProbabilities,
    /// A probability is negative, infinite or not a number.
    #[error("probability {index} is {value}: every one must be in 0..=1")]
    Probability {
        /// Position in the list.
        index: usize,
        /// The value found there.
        value: f64,
    },
    /// The probabilities do not sum to one.
    #[error("the probabilities sum to {sum}, not to 1")]
    Sum {
        /// The sum found.
        sum: f64,
    },
}

/// A generator that draws what `numpy.random.RandomState` draws from the same seed.
#[derive(Clone, Debug)]
pub struct NumpyRng {
    twister: Mt,
    /// The second normal number of a pair waits here for the next call.
    kept_gaussian: Option<f64>,
}

impl NumpyRng {
    /// Starts the stream of `numpy.random.seed(seed)`.
    pub fn new(seed: u32) -> Self {
        Self { twister: Mt::new(seed), kept_gaussian: None }
    }

    /// Returns the next raw 32-bit word.
    pub fn next_u32(&mut self) -> u32 {
        self.twister.next_u32()
    }

    /// Returns a uniform number in `[0, 1)` with 53 random bits (`random_sample`, `rand`).
    pub fn random_sample(&mut self) -> f64 {
        let high = f64::from(self.next_u32() >> 5);
        let low = f64::from(self.next_u32() >> 6);
        (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0
    }

    /// Returns a uniform number in `[low, high)`; a `high` below `low` runs downwards, as in NumPy.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.random_sample()
    }

    /// Returns a standard normal number (`randn`), by Marsaglia's polar method, which makes two at a time.
    pub fn randn(&mut self) -> f64 {
        if let Some(kept) = self.kept_gaussian.take() {
            return kept;
        }
        loop {
            let x1 = 2.0 * self.random_sample() - 1.0;
            let x2 = 2.0 * self.random_sample() - 1.0;
            let radius = x1 * x1 + x2 * x2;
            if radius < 1.0 && radius != 0.0 {
                let scale = (-2.0 * radius.ln() / radius).sqrt();
                self.kept_gaussian = Some(scale * x1);
                return scale * x2;
            }
        }
    }

    /// Returns `count` standard normal numbers; an array of NumPy is filled in row-major order.
    pub fn randn_vec(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.randn()).collect()
    }

    /// Returns a normal number of mean `mean` and standard deviation `deviation`.
    pub fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        mean + deviation * self.randn()
    }

    /// Returns an integer of `low..high`.
    ///
    /// # Errors
    /// [`RngError::EmptyRange`] when `low >= high`.
    pub fn randint(&mut self, low: i64, high: i64) -> Result<i64, RngError> {
        if low >= high {
            return Err(RngError::EmptyRange { low, high });
        }
        let span = high.wrapping_sub(low).wrapping_sub(1) as u64;
        Ok(low.wrapping_add(self.below_or_equal(span) as i64))
    }

    /// Returns a whole number of `0..count`, 0 where there is none: `int(random_sample() * count)`.
    ///
    /// What is drawn this way is not what [`randint`](Self::randint) would draw.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.random_sample() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// Returns `0..count` in random order.
    pub fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        self.shuffle(&mut order);
        order
    }

    /// Puts `items` into random order, from the last place down.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below_or_equal(last as u64) as usize;
            items.swap(last, other);
        }
    }

    /// Returns an index of `probabilities`, each with its probability (`choice(n, p=...)`).
    ///
    /// # Errors
    /// When the list is empty, an entry lies outside 0..=1, or the sum is not one.
    pub fn choice(&mut self, probabilities: &[f64]) -> Result<usize, RngError> {
        if probabilities.is_empty() {
            return Err(RngError::NoProbabilities);
        }
        let mut cumulative = Vec::with_capacity(probabilities.len());
        let mut sum = 0.0;
        for (index, &value) in probabilities.iter().enumerate() {
            if !(0.0..=1.0 + PROBABILITY_TOLERANCE).contains(&value) {
                return Err(RngError::Probability { index, value });
            }
            sum += value;
            cumulative.push(sum);
        }
        if (sum - 1.0).abs() > PROBABILITY_TOLERANCE {
            return Err(RngError::Sum { sum });
        }
        let draw = self.random_sample();
        let chosen = cumulative.partition_point(|&upper| upper / sum <= draw);
        Ok(chosen.min(probabilities.len() - 1))
    }

    /// Returns an integer of `0..=max`: draws are masked to the bits of `max` and repeated while above it.
    fn below_or_equal(&mut self, max: u64) -> u64 {
        if max == 0 {
            return 0;
        }
        let mask = u64::MAX >> max.leading_zeros();
        loop {
            let word = if max <= u64::from(u32::MAX) {
                u64::from(self.next_u32())
            } else {
                (u64::from(self.next_u32()) << 32) | u64::from(self.next_u32())
            };
            if word & mask <= max {
                return word & mask;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.random.seed(3); numpy.random.randn(3)`, all digits.
    #[test]
    fn second_gaussian_of_a_pair_is_kept_for_the_next_call() {
        let mut rng = NumpyRng::new(3);
        let first = rng.randn_vec(3);
        assert_eq!(first, [1.7886284734303186, 0.43650985051198943, 0.09649746807200862]);
    }

    #[test]
    fn impossible_draws_are_errors_that_name_the_value() {
        let mut rng = NumpyRng::new(0);
        assert_eq!(rng.randint(5, 5), Err(RngError::EmptyRange { low: 5, high: 5 }));
        assert_eq!(rng.choice(&[]), Err(RngError::NoProbabilities));
        assert!(matches!(
            rng.choice(&[0.5, f64::NAN]),
            Err(RngError::Probability { index: 1, .. })
        ));
        assert_eq!(rng.choice(&[0.25, 0.25]), Err(RngError::Sum { sum: 0.5 }));
    }

    #[test]
    fn range_of_one_value_consumes_nothing() {
        let mut rng = NumpyRng::new(8);
        assert_eq!(rng.randint(7, 8), Ok(7));
        assert_eq!(rng.next_u32(), NumpyRng::new(8).next_u32());
    }

    #[test]
    fn numbers_below_a_count_are_all_drawn_and_none_beyond() {
        let mut rng = NumpyRng::new(8);
        let mut drawn = [false; 5];
        (0..200).for_each(|_| drawn[rng.below(5)] = true);
        assert_eq!(drawn, [true; 5]);
        assert_eq!((rng.below(1), rng.below(0)), (0, 0));
    }

    #[test]
    fn full_range_of_integers_does_not_overflow() {
        let mut rng = NumpyRng::new(8);
        for _ in 0..100 {
            assert!(rng.randint(i64::MIN, i64::MAX).is_ok());
        }
    }
}
