//! Shortcuts, augmentation.

use std::ops::ControlFlow;

use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::signs::Signs;
use fireside_datasets::source::Source;
use fireside_recipes::classify::{self, CHANGES_OF_HANDS, Views};
use fireside_recipes::fingers;
use fireside_recipes::lesson::{Lesson, Pace};
use fireside_recipes::picture_set::PictureSet;
use fireside_recipes::residual::Contestant;
use fireside_training::metrics::accuracy;
use fireside_training::supervised::Moment;

use crate::counting::{Seen, device, holds_for_nine_of_ten, percent};

/// Of 56 layers the plain ones have to be wrong on 10 % more of their training pictures than the residual ones.
#[test]
#[ignore = "two hours of processor time"]
fn plain_network_of_56_layers_learns_less_than_a_residual_one() {
    holds_for_nine_of_ten(|seed| {
        let Signs { train, test, .. } = Signs::load(&Source::Embedded, seed).unwrap();
        let count = train.len();
        let whole = |set: LabelledImages| PictureSet::first(set, usize::MAX, &device()).unwrap();
        let [learnt, judged] = [train, test].map(whole);
        let [plain, residual] = [false, true].map(|is_residual| {
            let contestant = Contestant { depth: 56, is_residual };
            let pace = Pace { epochs: 12, batch_size: 32, rate: 1e-3, weight_decay: 0.0, seed };
            let Lesson { net, training, answer, .. } =
                contestant.lesson(pace, count, &device()).unwrap();
            let go_on = |_: Moment| ControlFlow::Continue(());
            let trained = training.run(net, answer, &learnt, &judged, go_on).unwrap();
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
        let few = PictureSet::first(train, 120, &device()).unwrap();
        let judged = PictureSet::first(test.clone(), usize::MAX, &device()).unwrap();
        let learn = |seed: u32, augmented: bool| {
            let pace = Pace { epochs: 80, batch_size: 16, rate: 2e-3, weight_decay: 5e-3, seed };
            let lesson = fingers::of_several("net", pace, few.len(), &device()).unwrap();
            let set = match augmented {
                true => few.changed(&CHANGES_OF_HANDS, seed).unwrap(),
                false => few.clone(),
            };
            let go_on = |_: Moment| ControlFlow::Continue(());
            lesson.training.run(lesson.net, lesson.answer, &set, &judged, go_on).unwrap().model
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
