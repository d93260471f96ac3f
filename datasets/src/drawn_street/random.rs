//! Where a scene's numbers come from: its own, whichever were drawn before.

use fireside_numpy_rng::NumpyRng;

/// The numbers of scene `index` of `seed`. No two scenes of one seed below 2^32 have the same.
pub(super) fn numbers_of(seed: u32, index: u64, topic: u32) -> NumpyRng {
    let key = scatter(scatter(seed) ^ topic.wrapping_mul(0x9e37_79b9));
    let far = scatter((index >> 32) as u32 ^ 0x85eb_ca6b);
    NumpyRng::new(scatter(scatter(index as u32 ^ key) ^ scatter(key) ^ far))
}

/// Another 32 bits for each: the finaliser of MurmurHash3, which takes no two to the same.
fn scatter(mut bits: u32) -> u32 {
    bits ^= bits >> 16;
    bits = bits.wrapping_mul(0x85eb_ca6b);
    bits ^= bits >> 13;
    bits = bits.wrapping_mul(0xc2b2_ae35);
    bits ^ (bits >> 16)
}

/// Many cheap numbers, near enough to the normal distribution for the noise of a camera: SplitMix64, by whole numbers
/// alone so that every machine has the same.
pub(super) struct Noise {
    state: u64,
}

impl Noise {
    pub fn new(rng: &mut NumpyRng) -> Self {
        let high = u64::from(rng.next_u32());
        Self { state: (high << 32) | u64::from(rng.next_u32()) }
    }

    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Four numbers of mean 0 and deviation 1, each the sum of two of the eight bytes: within 2.5 of 0.
    pub fn four(&mut self) -> [f32; 4] {
        let bytes = self.bits().to_le_bytes();
        [0, 2, 4, 6].map(|at| {
            let sum = i32::from(bytes[at]) + i32::from(bytes[at + 1]) - 255;
            sum as f32 * (1.0 / 104.5) // the deviation of the sum of two bytes
        })
    }
}

pub(super) fn chance(probability: f64, rng: &mut NumpyRng) -> bool {
    rng.random_sample() < probability
}

pub(super) fn between(low: f32, high: f32, rng: &mut NumpyRng) -> f32 {
    low + (high - low) * rng.random_sample() as f32
}
