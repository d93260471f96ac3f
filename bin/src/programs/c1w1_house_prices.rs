//! Course 1, week 1: what a neural network is, on the price of a house.

use clap::Args;
use fireside_recipes::house_prices::{Houses, VARIED, called, draw_net, layer_sizes, true_prices};
use fireside_training::descent::DescentConfig;
use fireside_training::metrics::mean_absolute_error;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::{self, Series, Titles};
use crate::values::{Count, LearningRate, Units};

/// Predicts the price of a house from its size, bedrooms, postcode and the wealth around it: by linear
/// regression, and by a network of ReLU neurons that finds out for itself what a family looks for.
///
/// Expect errors of 8 to 14 thousand, where a line has 25 to 31: prices bend, it does not. Takes a second or two.
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
    minutes: 0.05,
    command: frame::command::<Settings, Nothing>,
    trains: "--values 120 3 6 5",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings: Settings { hidden, iterations, lr, seed }, device, .. } = setup;
    let houses = Houses::draw(*seed);
    let mut run = setup.begin()?;
    let (learnt, tested) = (houses.train.len(), houses.test.len());
    run.say(&format!("Data: {learnt} generated houses to learn from, {tested} to test."));
    run.look_at_columns(&houses.columns(), ("price in thousands", &true_prices(&houses.train)))?;

    let (mut nets, mut costs) = (Vec::new(), Vec::new());
    for (name, sizes) in layer_sizes(hidden.get()) {
        run.say(&format!("The {name} model, {sizes:?}:"));
        let net = draw_net(&sizes, *seed, device);
        let stage =
            run.stage(name, &("DeepNet", &sizes))?.called(called(name)).printing_costs_every(500);
        let config = DescentConfig::new(iterations.get(), lr.get()).with_cost_interval(10);
        let (net, history) = stage.learn(net, config, houses.update(device))?;

        let found = houses.predict(&net, &houses.test, device)?;
        let error = mean_absolute_error(&found, &true_prices(&houses.test));
        run.say(&format!("mean error on the test houses: {error:.1} thousand"));
        run.result(&format!("test_error_thousand_{name}"), error);
        let card = houses.card(&sizes);
        run.describe(name, &if sizes.len() > 2 { card.as_main() } else { card })?;
        nets.push((name, net));
        costs.push(Series::of_costs(called(name), &history));
    }

    for varied in &VARIED {
        let typical = varied.houses(&houses);
        let [low, high] = varied.range(&houses);
        run.say(&format!(
            "price-by-{}.png: lines from {low:.0} to {high:.0}, where there are houses with the typical one's bedrooms.",
            varied.name
        ));
        let mut lines = Vec::new();
        for (name, net) in &nets {
            let prices = houses.predict(net, &typical, device)?;
            let points = varied.points(&typical, &prices);
            lines.push(Series::new(called(name), points));
        }
        let points = varied.points(&typical, &true_prices(&typical));
        lines.push(Series::new("true price", points));
        let cloud = varied.points(&houses.test, &true_prices(&houses.test));
        let title = format!("Price of a typical house by its {}", varied.name);
        let titles = Titles { title: &title, x: varied.axis, y: "price in thousands" };
        let png = plot::scatter(titles, &Series::new("test houses", cloud), &lines)?;
        run.picture(&format!("price-by-{}.png", varied.name), &png)?;
    }
    let axes = ["iteration", "mean squared error"];
    run.curves("costs.png", "Costs of a straight line and of a network", axes, &costs)?;
    run.finish()
}
