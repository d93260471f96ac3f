//! Course 1, week 1: what a neural network is, on the price of a house.

use std::process::ExitCode;

use burn::module::Module;
use burn::tensor::Tensor;
use clap::{Args, Parser};
use fireside_bin::backend::Floats;
use fireside_bin::options::{self, Common};
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::house_prices::{self, FEATURES, House, Scaling};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::{WeightScale, initialize_parameters_deep};
use fireside_training::descent::{DescentConfig, autodiff};
use fireside_training::rng::NumpyRng;
use serde::{Deserialize, Serialize};

const NAME: &str = "c1w1-house-prices";

/// Predicts the price of a house from its size, bedrooms, postcode and the wealth around it: by linear
/// regression, and by a network of ReLU neurons that finds out for itself what a family looks for.
///
/// Expect the network's error to be a good deal smaller: prices bend, a line does not. Takes seconds.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Neurons of the network's hidden layer
    #[arg(long, default_value_t = 8, value_parser = options::units)]
    hidden: usize,
    /// Updates of each model
    #[arg(long, default_value_t = 4000, value_parser = options::iterations)]
    iterations: usize,
    /// Learning rate
    #[arg(long, default_value_t = 0.03, value_parser = options::learning_rate)]
    lr: f64,
    /// Seed of the houses and of the weights
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { settings, common }: Arguments) -> Result<(), Failure> {
    let (backend, device) = backend::open(common.device.as_deref(), Floats::F32)?;
    let settings = Run::settings(NAME, &common, settings)?;
    let houses = house_prices::generate(500, settings.seed);
    let (train, test) = houses.split_at(400);
    let scaling = Scaling::fit(train);
    let (x, y) = (scaling.features(train, &device), house_prices::prices(train, &device));
    let mut run = Run::start(NAME, &common, &settings, backend)?;
    run.say(&format!("Data: {} generated houses to learn from, {} to test.", train.len(), test.len()));

    let predict = |net: &DeepNet, houses: &[House]| thousands(net.forward(scaling.features(houses, &device)));
    let mut nets = Vec::new();
    let mut costs = Vec::new();
    let plans: [(&str, Vec<usize>); 2] = [
        ("linear", vec![FEATURES.len(), 1]),
        ("ReLU", vec![FEATURES.len(), settings.hidden, 1]),
    ];
    for (name, sizes) in plans {
        run.say(&format!("The {name} model, {sizes:?}:"));
        let mut rng = NumpyRng::new(settings.seed);
        let scale = WeightScale::InverseRootOfInputs;
        let layers = initialize_parameters_deep(&sizes, scale, || rng.randn(), &device);
        let mut stage = run.stage(name, &format!("DeepNet {sizes:?} Relu")).printing_costs();
        let config = DescentConfig::new(settings.iterations, settings.lr).with_cost_interval(500);
        let (net, descent) = stage.begin(DeepNet::from_layers(&layers), config)?;
        let squared_error = |net: &DeepNet| (net.forward(x.clone()) - y.clone()).square().mean();
        let trained = descent.run(net.train(), autodiff(squared_error), stage.watch())?;
        let (net, history) = stage.end(trained.map(|net| net.valid()))?;

        let errors = predict(&net, test)?.into_iter().zip(test).map(|(found, house)| (found - house.price).abs());
        let error = errors.sum::<f64>() / test.len() as f64;
        run.say(&format!("mean error on the test houses: {error:.1} thousand"));
        run.result(&format!("test_error_thousand_{name}"), error);
        nets.push((name, net));
        let points = history.points.iter().map(|point| (point.iteration as f64, point.cost));
        costs.push(Series { name: name.to_string(), points: points.collect() });
    }

    // One house of which one thing varies while all else stays, to see the shape each model gives the price.
    let varied = [("size", "size in square metres", 25.0, 250.0), ("postcode", "kilometres to the centre", 0.0, 20.0)];
    for (feature, (name, axis, low, high)) in [0, 2].into_iter().zip(varied) {
        let steps = (0..=100).map(|step| low + (high - low) * f64::from(step) / 100.0);
        let houses: Vec<House> = steps.map(|value| typical_house(feature, value)).collect();
        let line = |name: &str, prices: Vec<f64>| Series {
            name: format!("{name}, typical house"),
            points: houses.iter().map(|house| house.features[feature]).zip(prices).collect(),
        };
        let mut lines = Vec::new();
        for (name, net) in &nets {
            lines.push(line(name, predict(net, &houses)?));
        }
        lines.push(line("true", houses.iter().map(|house| house.price).collect()));
        let points = test.iter().map(|house| (house.features[feature], house.price)).collect();
        let cloud = Series { name: "test houses".to_string(), points };
        let title = format!("Price by {name}");
        let titles = Titles { title: &title, x: axis, y: "price in thousands" };
        run.picture(&format!("price-by-{name}.png"), &plot::scatter(titles, &cloud, &lines)?)?;
    }
    let titles = Titles { title: "A line and a network", x: "iteration", y: "mean squared error" };
    run.picture("costs.png", &plot::lines(titles, &costs)?)?;
    run.finish()
}

fn typical_house(feature: usize, value: f64) -> House {
    let mut features = [120.0, 3.0, 6.0, 5.0];
    features[feature] = value;
    House { features, price: house_prices::price(features) }
}

/// Models learn prices in hundreds of thousands; people read thousands.
fn thousands(prices: Tensor<2>) -> Result<Vec<f64>, Failure> {
    let prices = prices.try_into_data()?;
    Ok(prices.iter::<f64>().map(|price| 100.0 * price).collect())
}
