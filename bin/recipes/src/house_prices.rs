//! The price of a house, by a straight line and by a ReLU network.

use burn::tensor::{Device, Tensor};
use fireside_datasets::house_prices::{FEATURES, House, Scaling, generate, price, prices};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::WeightScale;
use fireside_training::descent::{Update, autodiff};

use crate::RecipeError;
use crate::deep::draw_weights;
use crate::trained::{Architecture, Card, Reading, Task, Values};

/// What describes a house, with its unit.
const WITH_UNITS: [&str; FEATURES.len()] =
    ["size in square metres", "bedrooms", "kilometres to the centre", "wealth around, 0 to 10"];

/// Houses to learn from and houses to test.
#[derive(Debug, Clone)]
pub struct Houses {
    /// To learn from.
    pub train: Vec<House>,
    /// To test.
    pub test: Vec<House>,
    scaling: Scaling,
}

impl Houses {
    /// Draws 400 houses to learn from and 100 to test.
    pub fn draw(seed: u32) -> Self {
        let mut train = generate(500, seed);
        let test = train.split_off(400);
        Self { scaling: Scaling::fit(&train), train, test }
    }

    /// What is known of the houses to learn from, column by column, each with its unit.
    pub fn columns(&self) -> Vec<(&'static str, Vec<f64>)> {
        let column =
            |(place, name)| (name, self.train.iter().map(|house| house.features[place]).collect());
        WITH_UNITS.into_iter().enumerate().map(column).collect()
    }

    /// One update of a network, by autodiff's gradient of the mean squared error on the houses to learn from.
    pub fn update(
        &self,
        device: &Device,
    ) -> impl FnMut(DeepNet, Update) -> (DeepNet, Option<Tensor<1>>) + use<> {
        let x = self.scaling.features(&self.train, device);
        let y = prices(&self.train, device);
        autodiff(move |net: &DeepNet| (net.forward(x.clone()) - y.clone()).square().mean())
    }

    /// What describes a network that has learnt from them.
    pub fn card(&self, layer_sizes: &[usize]) -> Card {
        let gives = Reading::Number { name: "price in thousands".to_string(), scale: 100.0 };
        let values = Values {
            mean: self.scaling.mean().to_vec(),
            deviation: self.scaling.deviation().to_vec(),
            ..Values::plain(&FEATURES, gives)
        };
        Card::new(Architecture::deep_net(layer_sizes), Task::Values(values))
    }

    /// The prices that a network gives to houses, in thousands.
    ///
    /// # Errors
    /// When the device fails.
    pub fn predict(
        &self,
        net: &DeepNet,
        houses: &[House],
        device: &Device,
    ) -> Result<Vec<f64>, RecipeError> {
        let prices = net.forward(self.scaling.features(houses, device)).try_into_data()?;
        // Models learn prices in hundreds of thousands; people read thousands.
        Ok(prices.iter::<f64>().map(|price| 100.0 * price).collect())
    }
}

/// The models by name, with the units of each of their layers, the input first.
pub fn layer_sizes(hidden: usize) -> [(&'static str, Vec<usize>); 2] {
    [("linear", vec![FEATURES.len(), 1]), ("ReLU", vec![FEATURES.len(), hidden, 1])]
}

/// What the pictures call a model.
pub fn called(name: &str) -> &str {
    match name {
        "linear" => "straight line",
        _ => "ReLU network",
    }
}

/// Draws a model's first weights.
pub fn draw_net(layer_sizes: &[usize], seed: u32, device: &Device) -> DeepNet {
    let scale = WeightScale::InverseRootOfInputs;
    DeepNet::from_layers(&draw_weights(layer_sizes, scale, seed, device))
}

/// What houses cost.
pub fn true_prices(houses: &[House]) -> Vec<f64> {
    houses.iter().map(|house| house.price).collect()
}

/// A typical house: square metres, bedrooms, kilometres to the centre and wealth.
const TYPICAL: [f64; 4] = [120.0, 3.0, 6.0, 5.0];
/// Where bedrooms stand among a house's features.
const BEDROOMS: usize = 1;

/// One thing about a typical house that varies while all else stays, to see the shape a model gives the price.
#[derive(Debug, Clone, Copy)]
pub struct Varied {
    /// What it is called.
    pub name: &'static str,
    /// The same with its unit.
    pub axis: &'static str,
    feature: usize,
}

/// What can be told by eye from a picture.
pub const VARIED: [Varied; 2] = [
    Varied { name: "size", axis: WITH_UNITS[0], feature: 0 },
    Varied { name: "postcode", axis: WITH_UNITS[2], feature: 2 },
];

impl Varied {
    /// The least and the most of this among the houses to learn from that have a typical house's bedrooms. Beyond, a
    /// model has seen no such house: 250 square metres with three bedrooms are not to be had, whatever it says of them.
    pub fn range(&self, houses: &Houses) -> [f64; 2] {
        let alike =
            houses.train.iter().filter(|house| house.features[BEDROOMS] == TYPICAL[BEDROOMS]);
        let values = alike.map(|house| house.features[self.feature]);
        let around = [TYPICAL[self.feature]; 2];
        values.fold(around, |[low, high], value| [low.min(value), high.max(value)])
    }

    /// Typical houses, alike but for this, within its range.
    pub fn houses(&self, houses: &Houses) -> Vec<House> {
        let [low, high] = self.range(houses);
        let house = |step| {
            let mut features = TYPICAL;
            let share = f64::from(step) / 100.0;
            features[self.feature] = low * (1.0 - share) + high * share;
            House { features, price: price(features) }
        };
        (0..=100).map(house).collect()
    }

    /// Prices over it, `(value, price)`.
    pub fn points(&self, houses: &[House], prices: &[f64]) -> Vec<(f64, f64)> {
        let values = houses.iter().map(|house| house.features[self.feature]);
        values.zip(prices.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The generator gives a house of `size` square metres size / 35 - 0.5 to size / 35 + 1.5 bedrooms, rounded down:
    /// three need 52.5 to 157.5 of them.
    #[test]
    fn lines_end_where_no_house_has_the_bedrooms_of_the_typical_one() {
        for seed in 1..=10 {
            let houses = Houses::draw(seed);
            let [low, high] = VARIED[0].range(&houses);
            assert!((52.5..75.0).contains(&low) && (135.0..157.5).contains(&high), "{low} {high}");
            let typical = VARIED[0].houses(&houses);
            let sizes = [typical[0].features[0], typical[typical.len() - 1].features[0]];
            assert_eq!(sizes, [low, high]);
            assert!(typical.iter().all(|house| house.features[1..] == TYPICAL[1..]));
        }
    }
}
