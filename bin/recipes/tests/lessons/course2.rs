//! First weights, regularisation, gradients that are checked, that vanish, optimisers, batch norm, search, softmax.

use std::ops::ControlFlow;

use burn::module::Module;
use burn::tensor::{DType, Tensor};
use fireside_datasets::football::Football;
use fireside_datasets::planar::PointSet;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_datasets::source::Source;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::normalized_net::NormalizedNet;
use fireside_dense::steps::Layer;
use fireside_dense::steps::gradient_checking::backward_propagation_with_planted_errors;
use fireside_dense::steps::propagation::backward_propagation;
use fireside_recipes::gradient_checking;
use fireside_recipes::optimization::{self, draw_clasped_moons, draw_moons, draw_normalized_net};
use fireside_recipes::planar::share_right;
use fireside_recipes::regularization::Learner;
use fireside_recipes::tuning::{BEST, Extent, Plan, Plans, Problem};
use fireside_recipes::vanishing_gradients::{STARTS, median_gradient};
use fireside_recipes::{deep, initialization, regularization, signs_softmax};
use fireside_search::{Curve, Journal, Point, Record, Trial, run};
use fireside_training::descent::{Descent, DescentConfig};
use fireside_training::gradient_check::{GradientCheck, Report, TOLERANCE};
use fireside_training::loss::binary_cross_entropy;
use fireside_training::minibatch::{EpochSettings, epoch};
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::schedule::Decay;

use crate::counting::{
    Seen, descend_by_autodiff, device, holds_for_nine_of_ten, learn, percent, percent_right,
};

/// Zeros learn nothing: half of the points and units that stay copies. He's weights know 95 % of the training points,
/// and 5 points more than weights that are too large.
#[test]
#[ignore = "half a minute of processor time"]
fn weights_of_he_learn_what_zeros_and_large_ones_do_not() {
    holds_for_nine_of_ten(|seed| {
        let (points, _) = initialization::draw_circles(seed);
        let learn = |name: &str| {
            let (_, initializer) =
                initialization::INITIALIZERS.into_iter().find(|(known, _)| *known == name).unwrap();
            let sizes = &initialization::LAYER_SIZES;
            let net = initialization::first_net(sizes, initializer, seed, &device()).unwrap();
            let (x, y) = (points.features(&device()), points.targets(&device()));
            let net = descend_by_autodiff(net, 15_000, 0.01, deep::by_autodiff(x, y));
            let right = share_right(&points, &device(), |x| net.forward(x)).unwrap();
            (percent(right), initialization::units_apart(&net).unwrap())
        };
        let [(zeros, apart), (large, _), (he, _)] = ["zeros", "random", "he"].map(learn);
        Seen {
            holds: apart == 0.0 && zeros <= 60.0 && he >= 95.0 && he >= large + 5.0,
            figures: format!("zeros {zeros:.1} (apart {apart}), large {large:.1}, He {he:.1} %"),
        }
    });
}

/// By how many points more of the training points than of the test points are right.
fn gap(seed: u32, name: &str) -> f64 {
    let Football { train, test } = Football::embedded(seed);
    let learner = Learner::of(&Source::Embedded);
    let regularizers = learner.regularizers(0.7, seed).unwrap();
    let (_, regularizer) = regularizers.into_iter().find(|(known, _)| *known == name).unwrap();
    let (x, y) = (train.features(&device()), train.targets(&device()));
    let net = learner.draw_net(seed, &device()).unwrap();
    let net = descend_by_autodiff(net, 30_000, 0.3, regularization::by_autodiff(x, y, regularizer));
    let [of_train, of_test] = [&train, &test]
        .map(|set| percent(share_right(set, &device(), |x| net.forward(x)).unwrap()));
    of_train - of_test
}

/// The gap has to be lower by 2 points, twenty of the 1000 points to test.
fn lowers_the_gap(name: &str) {
    holds_for_nine_of_ten(|seed| {
        let (without, with) = (gap(seed, "none"), gap(seed, name));
        Seen {
            holds: with <= without - 2.0,
            figures: format!("gaps: none {without:.1}, {name} {with:.1} points"),
        }
    });
}

#[test]
#[ignore = "half a minute of processor time"]
fn l2_lowers_the_gap_between_training_and_test() {
    lowers_the_gap("L2");
}

#[test]
#[ignore = "a minute of processor time"]
fn dropout_lowers_the_gap_between_training_and_test() {
    lowers_the_gap("dropout");
}

/// The assignment's network in 64-bit floats, which this process has besides those of 32.
fn problem_in_doubles(seed: u32) -> gradient_checking::Problem {
    let gradient_checking::Problem { x, y, layers } =
        gradient_checking::Problem::draw(seed, &device());
    let double = |tensor: Tensor<2>| tensor.cast(DType::F64);
    let layer = |Layer { weight, bias }| Layer { weight: double(weight), bias: double(bias) };
    let layers = layers.into_iter().map(layer).collect();
    gradient_checking::Problem { x: double(x), y: double(y), layers }
}

/// Right gradients stay below the course's limit of 2e-7; the planted errors make the difference a hundred thousand
/// times as large as what is right has, and they are found in the two tensors that they were planted in.
#[test]
fn wrong_gradient_is_found_and_right_ones_pass() {
    holds_for_nine_of_ten(|seed| {
        let (problem, check) = (problem_in_doubles(seed), GradientCheck::default());
        let right = [
            problem.check(check, backward_propagation).unwrap(),
            problem.check_autodiff(check).unwrap(),
            problem.check_with_l2(check, 0.7).unwrap(),
        ];
        let wrong = problem.check(check, backward_propagation_with_planted_errors).unwrap();
        let suspects = wrong.suspects(1e-4).into_iter().map(|tensor| tensor.name.as_str());
        let suspects: Vec<&str> = suspects.collect();
        let passes = right.iter().all(|report: &Report| report.passes(TOLERANCE));
        let right = right.map(|report| report.difference);
        Seen {
            holds: passes
                && wrong.difference >= 1e5 * right[0]
                && suspects == ["layers.0.bias", "layers.1.weight"],
            figures: format!("right {right:?}, wrong {:.3} in {suspects:?}", wrong.difference),
        }
    });
}

/// Through 50 layers half the identity leaves less than a billionth of the gradient and half as much again makes more
/// than a million of it; He's weights keep it within a factor of 30, and batch norm lets a million times more through
/// than small weights alone.
#[test]
fn gradients_vanish_and_explode_with_depth_and_he_and_batch_norm_keep_them() {
    holds_for_nine_of_ten(|seed| {
        let growth = |name: &str| {
            let (_, start) = STARTS.into_iter().find(|(known, _)| *known == name).unwrap();
            let [one, fifty] =
                [1, 50].map(|depth| median_gradient(start, depth, 32, 5, seed, &device()).unwrap());
            fifty / one
        };
        let names = ["0.5 I", "1.5 I", "He, ReLU", "0.1 randn, ReLU", "0.1 randn, batch norm"];
        let [half, more, he, small, normed] = names.map(growth);
        Seen {
            holds: half < 1e-9
                && more > 1e6
                && (1.0 / 30.0..30.0).contains(&he)
                && normed > 1e6 * small,
            figures: format!("{half:.1e} {more:.1e}, He {he:.1e}, {small:.1e} {normed:.1e}"),
        }
    });
}

/// Trains on some points by mini-batches of 64 at a constant rate and returns the percentage that is right.
fn by_batches<M: Module>(
    points: &PointSet,
    net: M,
    forward: fn(&M, Tensor<2>) -> Tensor<2>,
    optimizer: OptimizerConfig,
    (epochs, rate, batch_seed): (usize, f64, u32),
) -> f64 {
    let (x, y) = (points.features(&device()), points.targets(&device()));
    let settings = EpochSettings { batch_size: 64, seed: batch_seed, decay: Decay::Constant };
    let mut optimizer = optimizer.init().unwrap();
    let loss = |net: &M, x, y| binary_cross_entropy(forward(net, x), y);
    let update = epoch(&settings, &x, &y, &mut optimizer, loss);
    let descent = Descent::new(DescentConfig::new(epochs, rate));
    // A cost that leaves the numbers has learnt nothing.
    let Ok(trained) = descent.run(net.train(), update, |_| ControlFlow::Continue(())) else {
        return 50.0;
    };
    let net = trained.model.valid();
    percent(share_right(points, &device(), |x| forward(&net, x)).unwrap())
}

/// At the assignment's constant rate Adam has to know 90 % and 10 points more than gradient descent and momentum,
/// which are both still underway.
#[test]
#[ignore = "half a minute of processor time"]
fn adam_is_there_when_gradient_descent_and_momentum_are_underway() {
    holds_for_nine_of_ten(|seed| {
        let points = draw_clasped_moons(seed);
        let [descent, momentum, adam] = [
            OptimizerConfig::GradientDescent,
            OptimizerConfig::momentum(),
            OptimizerConfig::adam(),
        ]
        .map(|optimizer| {
            let sizes = &optimization::LAYER_SIZES;
            let net = optimization::draw_net(sizes, seed, &device()).unwrap();
            by_batches(&points, net, DeepNet::forward, optimizer, (5000, 0.0007, 10))
        });
        Seen {
            holds: adam >= 90.0 && adam >= descent + 10.0 && adam >= momentum + 10.0,
            figures: format!("{descent:.1}, momentum {momentum:.1}, Adam {adam:.1} %"),
        }
    });
}

/// Batch norm has to know 90 % at each of the three rates; the plain network is lost, 70 % at most, at one of them.
#[test]
#[ignore = "a minute of processor time"]
fn batch_norm_learns_at_rates_at_which_a_plain_network_is_lost() {
    holds_for_nine_of_ten(|seed| {
        let points = draw_moons(seed);
        let sizes = [&[2][..], &[16; 16], &[1]].concat();
        let descent = || OptimizerConfig::GradientDescent;
        let rates = [0.01, 0.1, 1.0];
        let plain = rates.map(|rate| {
            let net = optimization::draw_net(&sizes, seed, &device()).unwrap();
            by_batches(&points, net, DeepNet::forward, descent(), (200, rate, seed))
        });
        let normed = rates.map(|rate| {
            let net = draw_normalized_net(&sizes, seed, &device()).unwrap();
            by_batches(&points, net, NormalizedNet::forward, descent(), (200, rate, seed))
        });
        Seen {
            holds: normed.iter().all(|&right| right >= 90.0)
                && plain.iter().any(|&right| right <= 70.0),
            figures: format!("plain {plain:.1?}, batch norm {normed:.1?} %"),
        }
    });
}

/// The scores of a search, from the best on, and the points of its best trials.
fn search(problem: &Problem, plan: &Plan) -> (Vec<f64>, Vec<Point>) {
    let Plan::Equal(search) = plan else { panic!("no halving was asked for") };
    let train = |trial: &Trial, curve: &mut Curve<'_>| problem.train(trial, curve);
    let found =
        run(search, &mut Journal::in_memory(), 2, train, |_| ControlFlow::Continue(())).unwrap();
    let scored =
        |record: &&Record| record.status.score().map(|score| (score, record.point.clone()));
    found.ranked().iter().filter_map(scored).unzip()
}

/// At as many trials the best random one has to be as good as the best of the grid, which tries a fifth of the learning
/// rates. Where to search is known to the fine search: its best five have to be better than those of the coarse one by
/// 2 points on average, 20 of the 1000 points to score on, and its middle one by 5.
#[test]
#[ignore = "three minutes of processor time"]
fn random_search_is_no_worse_than_a_grid_and_the_fine_search_better_than_the_coarse() {
    holds_for_nine_of_ten(|seed| {
        let problem = Problem::spirals(seed, &device());
        let extent = Extent { trials: 25, fine: 25, epochs: 30, seed, halving: false };
        let plans = Plans::new(extent).unwrap();
        let (coarse, points) = search(&problem, &plans.coarse);
        let around = plans.around(&points[..BEST].iter().collect::<Vec<_>>()).unwrap();
        let (fine, _) = search(&problem, &plans.fine(around));
        let (grid, _) = search(&problem, &plans.grid());
        let leading = |scores: &[f64]| scores[..5].iter().sum::<f64>() / 5.0;
        let middle = |scores: &[f64]| scores[scores.len() / 2];
        let told = |scores: &[f64]| {
            format!("{:.1}, {:.1}, {:.1}", scores[0], leading(scores), middle(scores))
        };
        Seen {
            holds: coarse[0] >= grid[0]
                && leading(&fine) >= leading(&coarse) + 2.0
                && middle(&fine) >= middle(&coarse) + 5.0,
            figures: format!(
                "best, mean of five, middle: grid {}; random {}; fine {} %",
                told(&grid),
                told(&coarse),
                told(&fine)
            ),
        }
    });
}

/// Of six classes chance has 17 %. Three times as much, 50 %, is far from it, and leaves room for the promise of 69 %,
/// which is of the course's photographs.
#[test]
#[ignore = "a minute of processor time"]
fn softmax_counts_the_fingers_of_hands_it_has_not_seen() {
    holds_for_nine_of_ten(|seed| {
        let Signs { train, test, .. } = Signs::embedded_before_dark_walls(seed);
        let sizes = signs_softmax::layer_sizes(train.num_features());
        let training = signs_softmax::training_by_epochs(100, 1e-4, seed);
        let (side, device) = (test.side(), device());
        let lesson =
            signs_softmax::lesson("net", &sizes, side, &CLASSES, training, &device).unwrap();
        let [train, test] = [&train, &test].map(|images| signs_softmax::examples(images, &device));
        let right = percent_right(&learn(lesson, [&train, &test]));
        Seen { holds: right >= 50.0, figures: format!("{right:.1} % of the test hands") }
    });
}
