//! Course 1, week 1: what a neural network is, on the price of a house.

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::{self, Series, Titles};
use crate::recipes::deep;
use crate::values::{Count, LearningRate, Units};
use burn::module::Module;
use burn::tensor::Tensor;
use clap::Args;
use fireside_datasets::house_prices::{self, FEATURES, House, Scaling};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::WeightScale;
use fireside_training::descent::{DescentConfig, autodiff};
use fireside_training::metrics::mean_absolute_error;
use serde::{Deserialize, Serialize};

/// Predicts the price of a house from its size, bedrooms, postcode and the wealth around it: by linear
/// regression, and by a network of ReLU neurons that finds out for itself what a family looks for.
///
/// Expect the network's error to be a good deal smaller: prices bend, a line does not. Takes seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Neurons of the network's hidden layer
    #[arg(long, default_value = "8")]
    hidden: Units,
    /// Updates of each model
    #[arg(long, default_value = "4000")]
    iterations: Count,
    /// Learning rate
    #[arg(long, default_value = "0.03")]
    lr: LearningRate,
    /// Seed of the houses and of the weights
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c1w1-house-prices",
    teaches: "what a neuron is: a price by a straight line and by a ReLU network",
    files: &[],
    embedded: "generated houses",
    minutes: 0.1,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let houses = house_prices::generate(500, settings.seed);
    let (train, test) = houses.split_at(400);
    let scaling = Scaling::fit(train);
    let (x, y) = (scaling.features(train, device), house_prices::prices(train, device));
    let mut run = setup.begin()?;
    let (learnt, tested) = (train.len(), test.len());
    run.say(&format!("Data: {learnt} generated houses to learn from, {tested} to test."));

    let predict =
        |net: &DeepNet, houses: &[House]| thousands(net.forward(scaling.features(houses, device)));
    let mut nets = Vec::new();
    let mut costs = Vec::new();
    let plans: [(&str, Vec<usize>); 2] = [
        ("linear", vec![FEATURES.len(), 1]),
        ("ReLU", vec![FEATURES.len(), settings.hidden.get(), 1]),
    ];
    for (name, sizes) in plans {
        run.say(&format!("The {name} model, {sizes:?}:"));
        let scale = WeightScale::InverseRootOfInputs;
        let layers = deep::draw_weights(&sizes, scale, settings.seed, device);
        let mut stage = run.stage(name, &("DeepNet", &sizes))?.printing_costs();
        let config = DescentConfig::new(settings.iterations.get(), settings.lr.get())
            .with_cost_interval(500);
        let (net, descent) = stage.begin(DeepNet::from_layers(&layers), config)?;
        let squared_error = |net: &DeepNet| (net.forward(x.clone()) - y.clone()).square().mean();
        let trained = stage.descend(descent, net.train(), autodiff(squared_error))?;
        let (net, history) = stage.end(trained.map(|net| net.valid()))?;

        let error = mean_absolute_error(&predict(&net, test)?, &true_prices(test));
        run.say(&format!("mean error on the test houses: {error:.1} thousand"));
        run.result(&format!("test_error_thousand_{name}"), error);
        nets.push((name, net));
        costs.push(Series::of_costs(name, &history));
    }

    for varied in &VARIED {
        let houses = varied.houses();
        let mut lines = Vec::new();
        for (name, net) in &nets {
            lines.push(varied.series(
                &format!("{name}, typical house"),
                &houses,
                &predict(net, &houses)?,
            ));
        }
        lines.push(varied.series("true, typical house", &houses, &true_prices(&houses)));
        let cloud = varied.series("test houses", test, &true_prices(test));
        let title = format!("Price by {}", varied.name);
        let titles = Titles { title: &title, x: varied.axis, y: "price in thousands" };
        let file = format!("price-by-{}.png", varied.name);
        run.picture(&file, &plot::scatter(titles, &cloud, &lines)?)?;
    }
    let titles = Titles { title: "A line and a network", x: "iteration", y: "mean squared error" };
    run.picture("costs.png", &plot::lines(titles, &costs)?)?;
    run.finish()
}

/// One thing about a typical house that varies while all else stays, to see the shape a model gives the price.
struct Varied {
    name: &'static str,
    axis: &'static str,
    feature: usize,
    range: [f64; 2],
}

const VARIED: [Varied; 2] = [
    Varied { name: "size", axis: "size in square metres", feature: 0, range: [25.0, 250.0] },
    Varied { name: "postcode", axis: "kilometres to the centre", feature: 2, range: [0.0, 20.0] },
];

impl Varied {
    fn houses(&self) -> Vec<House> {
        let [low, high] = self.range;
        let house = |step| {
            let mut features = [120.0, 3.0, 6.0, 5.0];
            features[self.feature] = low + (high - low) * f64::from(step) / 100.0;
            House { features, price: house_prices::price(features) }
        };
        (0..=100).map(house).collect()
    }

    fn series(&self, name: &str, houses: &[House], prices: &[f64]) -> Series {
        let values = houses.iter().map(|house| house.features[self.feature]);
        Series { name: name.to_string(), points: values.zip(prices.iter().copied()).collect() }
    }
}

fn true_prices(houses: &[House]) -> Vec<f64> {
    houses.iter().map(|house| house.price).collect()
}

/// Models learn prices in hundreds of thousands; people read thousands.
fn thousands(prices: Tensor<2>) -> Result<Vec<f64>, Failure> {
    let prices = prices.try_into_data()?;
    Ok(prices.iter::<f64>().map(|price| 100.0 * price).collect())
}
