//! The random numbers of TensorFlow on a processor, which the notebooks of courses 4 and 5 draw their inputs with.
//!
//! `tf.random.normal(shape, seed=b)` after `tf.random.set_seed(a)` is Philox 4x32-10 (Salmon et al., 2011) with the key
//! `a` and the counter `(place, b)`, and Box and Muller's transform of its words. The kernel is kept from call to call
//! and takes 256 counters for each number, whether it needs them or not. All digits are those of TensorFlow 2 where
//! `ln`, `sin` and `cos` of 32-bit floats are those of the GNU C library.

/// Draws with the two seeds of TensorFlow.
#[derive(Debug, Clone)]
pub(super) struct TensorflowRandom {
    key: [u32; 2],
    seed: u64,
    place: u64,
}

/// Counters that a number takes.
const RESERVED: u64 = 256;

impl TensorflowRandom {
    /// After `tf.random.set_seed(global)`, of calls with `seed=seed`.
    pub fn new(global: u64, seed: u64) -> Self {
        Self { key: halves(global), seed, place: 0 }
    }

    /// `tf.random.normal` of so many numbers in a call that draws `whole`: the first of them.
    pub fn normal(&mut self, first: usize, whole: usize, mean: f32, deviation: f32) -> Vec<f64> {
        let mut drawn = Vec::with_capacity(first);
        let mut place = self.place;
        while drawn.len() < first {
            let [low, high] = halves(place);
            let [seed_low, seed_high] = halves(self.seed);
            let [a, b, c, d] = philox([low, high, seed_low, seed_high], self.key);
            for pair in [[a, b], [c, d]] {
                let numbers = box_muller(pair).map(|number| number * deviation + mean);
                drawn.extend(numbers.map(f64::from));
            }
            place += 1;
        }
        drawn.truncate(first);
        self.place += RESERVED * whole as u64;
        drawn
    }
}

fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// Ten rounds of Philox.
fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    const FACTORS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
    const STEPS: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];
    let (mut words, mut key) = (counter, key);
    for _ in 0..10 {
        let [a, b] =
            [0, 1].map(|half| halves(u64::from(FACTORS[half]) * u64::from(words[2 * half])));
        words = [b[1] ^ words[1] ^ key[0], b[0], a[1] ^ words[3] ^ key[1], a[0]];
        key = [0, 1].map(|half| key[half].wrapping_add(STEPS[half]));
    }
    words
}

/// Two normal numbers out of two words.
fn box_muller([one, other]: [u32; 2]) -> [f32; 2] {
    let uniform = |word: u32| f32::from_bits((word & 0x007f_ffff) | (127 << 23)) - 1.0;
    let angle = (std::f64::consts::TAU * f64::from(uniform(other))) as f32;
    let length = (-2.0 * uniform(one).max(1e-7).ln()).sqrt();
    [angle.sin() * length, angle.cos() * length]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From Random123's `kat_vectors`.
    #[test]
    fn philox_gives_the_words_of_its_authors() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        let ones = u32::MAX;
        let expected = [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd];
        assert_eq!(philox([ones; 4], [ones; 2]), expected);
    }

    /// `tf.random.set_seed(10); tf.random.normal([19, 19, 5, 1], mean=1, stddev=4, seed=1)` of TensorFlow 2.
    #[test]
    fn normal_numbers_are_those_of_tensorflow() {
        let drawn = TensorflowRandom::new(10, 1).normal(3, 1805, 1.0, 4.0);
        let expected = [0.8856949806213379, 1.6324561834335327, -1.0968446731567383];
        assert!(
            drawn.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-6),
            "{drawn:?}"
        );
    }
}
