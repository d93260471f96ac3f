//! Neurons, vectors, logistic regression, one hidden layer, four layers, passes by hand.

use burn::module::Module as _;
use burn::tensor::{DType, Tensor};
use fireside_datasets::cats::Cats;
use fireside_datasets::planar::Shape;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::logistic_regression::LogisticRegression;
use fireside_dense::steps::Layer;
use fireside_dense::steps::logistic::initialize_with_zeros;
use fireside_recipes::cats::{CatTensors, Judgement};
use fireside_recipes::deep::{BothGradients, gradients_both_ways};
use fireside_recipes::house_prices::{self, Houses, true_prices};
use fireside_recipes::vectorization::{Timed, time_both_ways};
use fireside_recipes::{deep, logistic, planar};
use fireside_training::descent::DescentConfig;
use fireside_training::metrics::mean_absolute_error;

use crate::counting::{Seen, descend, descend_by_autodiff, device, holds_for_nine_of_ten, percent};

/// A network's error has to be smaller by a third: less would not show in the picture of prices.
#[test]
fn network_prices_houses_better_than_a_line_by_a_third() {
    holds_for_nine_of_ten(|seed| {
        let houses = Houses::draw(seed);
        let [line, network] = house_prices::layer_sizes(8).map(|(_, sizes)| {
            let net = house_prices::draw_net(&sizes, seed, &device());
            let net = descend_by_autodiff(net, 4000, 0.03, houses.update(&device()));
            let found = houses.predict(&net, &houses.test, &device()).unwrap();
            mean_absolute_error(&found, &true_prices(&houses.test))
        });
        Seen {
            holds: network <= line * 2.0 / 3.0,
            figures: format!("errors of {line:.1} and {network:.1} thousand"),
        }
    });
}

/// The help promises 5 to 13 times where a compiler may not add in another order. Three times are asked for: half of
/// the promise would be no lesson, and the rest of it is what other work on the machine may take away.
#[test]
#[ignore = "a time: it needs a machine that does nothing else"]
fn sums_take_longer_by_loops_than_by_one_operation() {
    holds_for_nine_of_ten(|seed| {
        let timed = time_both_ways(1000, seed, &device()).unwrap();
        let ratio = |name: &str| {
            let is_it = |timed: &&Timed| timed.operation == name;
            let Timed { looped, vectorised, .. } = timed.iter().find(is_it).unwrap();
            looped / vectorised
        };
        let [dot, product] = ["dot", "matrix-vector"].map(ratio);
        Seen {
            holds: dot >= 3.0 && product >= 3.0,
            figures: format!("dot {dot:.1}, matrix times vector {product:.1} times"),
        }
    });
}

/// The cost, and the percentages of the training and of the test pictures that are right.
fn learn_cats_at_dusk(cats: &Cats, iterations: usize, rate: f64) -> (f64, [f64; 2]) {
    let tensors = CatTensors::new(cats, &device());
    let zeros = initialize_with_zeros(cats.train.num_features(), &device());
    let update = logistic::by_hand(tensors.x_train.clone(), tensors.y_train.clone());
    let (layer, cost) = descend(zeros, iterations, rate, update);
    let model = LogisticRegression::from_layer(&layer);
    let found = Judgement::new(cats, &tensors, |x| model.forward(x)).unwrap();
    (cost, found.shares.map(percent))
}

/// Of the compared rates the largest has to be better than the smallest by 0.1 of the training cost and by 10 points
/// of the test accuracy, five pictures of 50: fewer may be chance.
#[test]
#[ignore = "two minutes of processor time"]
fn learning_rate_of_a_hundredth_is_better_than_one_of_a_ten_thousandth() {
    holds_for_nine_of_ten(|seed| {
        let cats = Cats::embedded_at_dusk(seed);
        let [(large_cost, large), (small_cost, small)] =
            [0.01, 0.0001].map(|rate| learn_cats_at_dusk(&cats, 1500, rate));
        Seen {
            holds: large_cost <= small_cost - 0.1 && large[1] >= small[1] + 10.0,
            figures: format!("{large_cost:.3} and {small_cost:.3}, {large:.1?} and {small:.1?} %"),
        }
    });
}

/// As with the course's pictures, where it has 99 and 70 %: the training pictures are known better than the test
/// pictures by 10 points at least.
#[test]
#[ignore = "a minute of processor time"]
fn logistic_regression_learns_cats_by_heart() {
    holds_for_nine_of_ten(|seed| {
        let cats = Cats::embedded_at_dusk(seed);
        let (_, [train, test]) = learn_cats_at_dusk(&cats, 2000, 0.005);
        Seen {
            holds: train >= 90.0 && train >= test + 10.0,
            figures: format!("{train:.1} and {test:.1} %"),
        }
    });
}

/// A line halves the petals, near 50 %; a network that knows them has to be better by 30 points. With one unit it
/// cannot bend enough: five have to be better by 10 points.
#[test]
fn hidden_units_learn_the_petals_that_no_line_divides() {
    holds_for_nine_of_ten(|seed| {
        let points = planar::draw_points(Shape::Petals, seed);
        let (x, y) = (points.features(&device()), points.targets(&device()));
        let right = |logits: &dyn Fn(_) -> _| {
            percent(planar::share_right(&points, &device(), logits).unwrap())
        };
        let zeros = (logistic::BY_HAND.parameters)(&planar::zero_line(&device()));
        let DescentConfig { iterations, learning_rate, .. } = planar::of_line();
        let update = logistic::by_hand(x.clone(), y.clone());
        let (line, _) = descend(zeros, iterations, learning_rate, update);
        let line = LogisticRegression::from_layer(&line);
        let line = right(&|x| line.forward(x));
        let learn = |hidden, iterations| {
            let start = planar::draw_weights(hidden, seed, &device());
            let (layers, _) =
                descend(start, iterations, 1.2, planar::by_hand(x.clone(), y.clone()));
            let net = (planar::BY_HAND.module)(&layers);
            right(&|x| net.forward(x))
        };
        let [four, one, five] = [learn(4, 10_000), learn(1, 5000), learn(5, 5000)];
        Seen {
            holds: four >= line + 30.0 && five >= one + 10.0,
            figures: format!("line {line:.1}, 4 units {four:.1}, 1 {one:.1}, 5 {five:.1} %"),
        }
    });
}

/// Four layers have to be better than two by 5 points of the test accuracy; the course's own pictures show 8.
#[test]
#[ignore = "two minutes of processor time"]
fn four_layers_tell_cats_better_than_two() {
    holds_for_nine_of_ten(|seed| {
        let cats = Cats::embedded(seed);
        let tensors = CatTensors::new(&cats, &device());
        let [two, four] = deep::PLANS.each_ref().map(|plan| {
            let sizes = plan.layer_sizes(cats.train.num_features());
            let start = deep::draw_weights(&sizes, plan.scale, seed, &device());
            let update = deep::by_autodiff(tensors.x_train.clone(), tensors.y_train.clone());
            let net = descend_by_autodiff(DeepNet::from_layers(&start), 2500, 0.0075, update);
            let found = Judgement::new(&cats, &tensors, |x| net.forward(x)).unwrap();
            found.shares.map(percent)
        });
        Seen { holds: four[1] >= two[1] + 5.0, figures: format!("{two:.1?} and {four:.1?} %") }
    });
}

/// The network that is trained by hand, with its first weights.
fn four_layers(cats: &Cats, seed: u32) -> Vec<Layer> {
    let plan = &deep::PLANS[1];
    let sizes = plan.layer_sizes(cats.train.num_features());
    deep::draw_weights(&sizes, plan.scale, seed, &device())
}

/// Floats of 32 bits have 7 digits, of which sums over thousands of numbers leave about 6: the gradients of each layer
/// may differ in the fifth at most.
#[test]
fn gradients_by_hand_are_those_of_the_layered_network() {
    holds_for_nine_of_ten(|seed| {
        let cats = Cats::embedded(seed);
        let CatTensors { x_train, y_train, .. } = CatTensors::new(&cats, &device());
        let found = gradients_both_ways(&four_layers(&cats, seed), &x_train, &y_train).unwrap();
        let apart = found.iter().map(BothGradients::difference).fold(0.0, f64::max);
        Seen { holds: apart <= 1e-5, figures: format!("apart by {apart:.1e} at most") }
    });
}

/// Both descend from the same weights by the same gradients, so both come to the same cost, to a millionth. In floats of
/// 64 bits, as the assignment has them: at its rate a descent soon goes along the edge of where it would diverge, and
/// there each update makes a difference larger, in 32 bits the last digit of a gradient to tenths of the cost.
#[test]
#[ignore = "five minutes of processor time"]
fn network_trained_by_hand_comes_to_the_cost_of_the_layered_one() {
    let double = |tensor: Tensor<2>| tensor.cast(DType::F64);
    holds_for_nine_of_ten(|seed| {
        let cats = Cats::embedded(seed);
        let CatTensors { x_train, y_train, .. } = CatTensors::new(&cats, &device());
        let [x, y] = [x_train, y_train].map(double);
        let layer = |Layer { weight, bias }| Layer { weight: double(weight), bias: double(bias) };
        let start: Vec<Layer> = four_layers(&cats, seed).into_iter().map(layer).collect();
        let net = DeepNet::from_layers(&start).train();
        let (_, by_hand) = descend(start, 1500, 0.0075, deep::by_hand(x.clone(), y.clone()));
        let (_, layered) = descend(net, 1500, 0.0075, deep::by_autodiff(x, y));
        Seen {
            holds: (by_hand - layered).abs() <= 1e-6 * layered,
            figures: format!("costs {by_hand:.9} by hand and {layered:.9}"),
        }
    });
}
