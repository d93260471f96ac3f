//! The price of a house, by a straight line and by a ReLU network.

use burn::tensor::{Device, Tensor};
use fireside_datasets::house_prices::{FEATURES, House, Scaling, generate, price, prices};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::WeightScale;
use fireside_training::descent::{Update, autodiff};

use crate::RecipeError;
use crate::deep::draw_weights;

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

    /// One update of a network, by autodiff's gradient of the mean squared error on the houses to learn from.
    pub fn update(
        &self,
        device: &Device,
    ) -> impl FnMut(DeepNet, Update) -> (DeepNet, Option<Tensor<1>>) + use<> {
        let x = self.scaling.features(&self.train, device);
        let y = prices(&self.train, device);
        autodiff(move |net: &DeepNet| (net.forward(x.clone()) - y.clone()).square().mean())
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

/// Draws a model's first weights.
pub fn draw_net(layer_sizes: &[usize], seed: u32, device: &Device) -> DeepNet {
    let scale = WeightScale::InverseRootOfInputs;
    DeepNet::from_layers(&draw_weights(layer_sizes, scale, seed, device))
}

/// What houses cost.
pub fn true_prices(houses: &[House]) -> Vec<f64> {
    houses.iter().map(|house| house.price).collect()
}

/// One thing about a typical house that varies while all else stays, to see the shape a model gives the price.
#[derive(Debug, Clone, Copy)]
pub struct Varied {
    /// What it is called.
    pub name: &'static str,
    /// The same with its unit.
    pub axis: &'static str,
    feature: usize,
    range: [f64; 2],
}

/// What can be told by eye from a picture.
pub const VARIED: [Varied; 2] = [
    Varied { name: "size", axis: "size in square metres", feature: 0, range: [25.0, 250.0] },
    Varied { name: "postcode", axis: "kilometres to the centre", feature: 2, range: [0.0, 20.0] },
];

impl Varied {
    /// Typical houses, alike but for this.
    pub fn houses(&self) -> Vec<House> {
        let [low, high] = self.range;
        let house = |step| {
            let mut features = [120.0, 3.0, 6.0, 5.0];
            features[self.feature] = low + (high - low) * f64::from(step) / 100.0;
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
