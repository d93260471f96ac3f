//! Shortcuts, augmentation.

use std::ops::ControlFlow;

use fireside_datasets::signs::{CLASSES, Signs};
use fireside_datasets::source::Source;
use fireside_recipes::classify::{self, CHANGES_OF_HANDS, Views};
use fireside_recipes::residual::{Contestant, answer_on_halves};
use fireside_training::metrics::accuracy;
use fireside_training::supervised::{Moment, SupervisedConfig};
use fireside_vision::conv_net::ConvNetConfig;

use crate::counting::{Seen, device, holds_for_nine_of_ten, percent};

/// Of 56 layers the plain ones have to be wrong on 10 % more of their training pictures than the residual ones.
#[test]
#[ignore = "two hours of processor time"]
fn plain_network_of_56_layers_learns_less_than_a_residual_one() {
    holds_for_nine_of_ten(|seed| {
        let Signs { train, test, .. } = Signs::load(&Source::Embedded, seed).unwrap();
        let count = train.len();
        let sets =
            [train, test].map(|set| classify::examples(set.clone(), set.len(), &device()).unwrap());
        let [plain, residual] = [false, true].map(|is_residual| {
            let contestant = Contestant { depth: 56, is_residual };
            let config = SupervisedConfig::new(12).with_batch_size(32).with_seed(seed);
            let begun = contestant.begin(config, count, 1e-3, CLASSES.len(), &device());
            let (net, training) = begun.unwrap();
            let [learnt, judged] = sets.each_ref().map(classify::batches);
            let go_on = |_: Moment| ControlFlow::Continue(());
            let trained = training.run(net, answer_on_halves, &learnt, &judged, go_on).unwrap();
            percent(1.0 - trained.curve.last().unwrap().train.accuracy)
        });
        Seen {
            holds: plain >= residual + 10.0,
            figures: format!("plain {plain:.1}, residual {residual:.1} % wrong"),
        }
    });
}

/// From 120 hands one network has to be better by 3 points of the test accuracy with augmentation than without, and
/// three networks with ten crops no worse than one.
#[test]
#[ignore = "an hour of processor time"]
fn augmentation_helps_where_pictures_are_few() {
    holds_for_nine_of_ten(|seed| {
        let Signs { train, test, .. } = Signs::load(&Source::Embedded, seed).unwrap();
        let few = classify::examples(train, 120, &device()).unwrap();
        let judged = classify::examples(test.clone(), test.len(), &device()).unwrap();
        let learn = |seed: u32, augmented: bool| {
            let net = ConvNetConfig::new(CLASSES.len()).init(&device()).unwrap();
            let net = classify::draw_weights(net, seed, &device());
            let config = SupervisedConfig::new(80).with_batch_size(16).with_seed(seed);
            let training = classify::training(config, few.len(), 2e-3, 5e-3).unwrap();
            let set = match augmented {
                true => classify::augmented(&few, &CHANGES_OF_HANDS, seed).unwrap(),
                false => few.clone(),
            };
            let sets = [&set, &judged].map(classify::batches);
            let go_on = |_: Moment| ControlFlow::Continue(());
            training.run(net, classify::answer, &sets[0], &sets[1], go_on).unwrap().model
        };
        let plain = [learn(seed, false)];
        let networks = [1, 2, 3].map(|number| learn(seed + number, true));
        let right = |networks: &[_], views| {
            let found = classify::ensemble(networks, &test, views, &device()).unwrap();
            percent(accuracy(&found, test.labels()))
        };
        let plain = right(&plain, Views::One);
        let (one, all) = (right(&networks[..1], Views::One), right(&networks, Views::TenCrops));
        Seen {
            holds: one >= plain + 3.0 && all >= one,
            figures: format!("without {plain:.1}, with {one:.1}, three with ten crops {all:.1} %"),
        }
    });
}
