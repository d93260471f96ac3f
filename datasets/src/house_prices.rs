//! Generated house prices: the opening example of course 1.
//!
//! The course sketches how a price comes about: size and bedrooms tell the size of the family that fits,
//! the postcode tells how far one can walk, postcode and wealth together tell the school, and the three
//! make the price. The generator follows that sketch, so the relation bends, and a straight line misses it.

use burn_tensor::{Device, Tensor, TensorData};
use fireside_numpy_rng::NumpyRng;

/// What describes a house, in the order of [`House::features`].
pub const FEATURES: [&str; 4] = ["size", "bedrooms", "postcode", "wealth"];

/// One house.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct House {
    /// Floor space in square metres, 25 to 250, a whole number of bedrooms (1 to 6), the postcode's
    /// distance from the centre in kilometres (0 to 20), and the wealth of the neighbourhood (0 to 10).
    pub features: [f64; 4],
    /// Price in thousands.
    pub price: f64,
}

/// Draws `count` houses; the same seed draws the same ones.
pub fn generate(count: usize, seed: u32) -> Vec<House> {
    let rng = &mut NumpyRng::new(seed);
    (0..count)
        .map(|_| {
            let size = rng.uniform(25.0, 250.0);
            let bedrooms = (size / 35.0 + rng.uniform(-0.5, 1.5)).floor().clamp(1.0, 6.0);
            let distance = rng.uniform(0.0, 20.0);
            let wealth = rng.uniform(0.0, 10.0);
            let features = [size, bedrooms, distance, wealth];
            let price = price(features) + rng.normal(0.0, 10.0);
            House { features, price }
        })
        .collect()
}

/// The price before chance has its say, in thousands, of a house with these [`House::features`].
pub fn price([size, bedrooms, distance, wealth]: [f64; 4]) -> f64 {
    // Beyond 45 square metres a bedroom, more space houses nobody.
    let family = (size / 45.0).min(bedrooms);
    let walkability = (1.0 - distance / 8.0).max(0.0);
    let school = (wealth - 4.0).max(0.0) * (1.0 - distance / 40.0);
    60.0 + 70.0 * family + 150.0 * walkability + 35.0 * school
}

/// Shifts and scales that give every feature of a training set mean 0 and deviation 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    mean: [f64; 4],
    deviation: [f64; 4],
}

impl Scaling {
    /// Measures `houses`, which must be the training set: the test set is scaled by its figures too.
    pub fn fit(houses: &[House]) -> Self {
        let count = houses.len() as f64;
        let mean = std::array::from_fn(|f| {
            houses.iter().map(|house| house.features[f]).sum::<f64>() / count
        });
        let deviation = std::array::from_fn(|f| {
            let squares = houses.iter().map(|house| (house.features[f] - mean[f]).powi(2));
            (squares.sum::<f64>() / count).sqrt()
        });
        Self { mean, deviation }
    }

    /// What is taken from each feature, in the order of [`FEATURES`].
    pub fn mean(&self) -> [f64; 4] {
        self.mean
    }

    /// What each is divided by then.
    pub fn deviation(&self) -> [f64; 4] {
        self.deviation
    }

    /// Returns the scaled features, `[count, 4]`.
    pub fn features(&self, houses: &[House], device: &Device) -> Tensor<2> {
        let values: Vec<f64> = houses
            .iter()
            .flat_map(|house| {
                (0..4).map(|f| (house.features[f] - self.mean[f]) / self.deviation[f])
            })
            .collect();
        Tensor::from_data(TensorData::new(values, [houses.len(), 4]), device)
    }
}

/// Returns the prices, `[count, 1]`, in hundreds of thousands.
pub fn prices(houses: &[House], device: &Device) -> Tensor<2> {
    let values: Vec<f64> = houses.iter().map(|house| house.price / 100.0).collect();
    Tensor::from_data(TensorData::new(values, [houses.len(), 1]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn price_is_flat_in_size_once_every_bedroom_is_filled() {
        let of_size = |size| price([size, 2.0, 5.0, 5.0]);
        assert!(of_size(60.0) < of_size(90.0));
        assert_eq!(of_size(90.0), of_size(200.0));
    }

    #[test]
    fn scaling_is_fitted_so_that_the_mean_is_0_and_the_deviation_1() {
        let houses = generate(50, 1);
        let scaling = Scaling::fit(&houses);
        for f in 0..4 {
            let scaled: Vec<f64> = houses
                .iter()
                .map(|house| (house.features[f] - scaling.mean[f]) / scaling.deviation[f])
                .collect();
            let mean = scaled.iter().sum::<f64>() / 50.0;
            let variance = scaled.iter().map(|value| value * value).sum::<f64>() / 50.0;
            assert!(mean.abs() < 1e-12 && (variance - 1.0).abs() < 1e-12);
        }
    }
}
