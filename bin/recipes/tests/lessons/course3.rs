//! A network that knows a task, taught another from few pictures, and one that learns four tasks at once.

use std::ops::ControlFlow;

use fireside_datasets::scenes;
use fireside_datasets::signs::Signs;
use fireside_datasets::source::Source;
use fireside_recipes::multi_task::{self, Plan};
use fireside_recipes::signs_softmax;
use fireside_recipes::signs_transfer::{
    KNOWN, NEW, NewTask, Part, Rates, Repeats, freeze_features, layer_sizes,
};
use fireside_training::supervised::Moment;

use crate::counting::{Seen, device, holds_for_nine_of_ten, learn};

/// From ten pictures of each class a new head, and fine-tuning, have to be better than a network from scratch by 10
/// points of the test accuracy.
#[test]
#[ignore = "ten minutes of processor time"]
fn network_that_knows_fingers_learns_others_from_few_pictures() {
    holds_for_nine_of_ten(|seed| {
        let signs = Signs::load(&Source::Embedded, seed).unwrap();
        let parts = |classes: &[usize]| Part::of_both(&signs, classes, usize::MAX, &device());
        let [many, many_test] = parts(&KNOWN);
        let sizes = layer_sizes(signs.train.num_features());
        let net = signs_softmax::build(&sizes, seed, &device()).unwrap();
        let training = signs_softmax::training_by_epochs(60, 5e-4, seed);
        let sets = [many.examples(), many_test.examples()];
        let go_on = |_: Moment| ControlFlow::Continue(());
        let trained = training.run(net, signs_softmax::answer, &sets[0], &sets[1], go_on).unwrap();
        let rates = Rates { epochs: 100, whole: 5e-4, head: 1e-2, fine: 2e-4 };
        let parts = parts(&NEW);
        let pretrained = freeze_features(trained.model).unwrap();
        let task = NewTask { pretrained, parts, rates, repeats: 5, seed };
        let mut repeats = Repeats::on(None, false).unwrap();
        let heed = || ControlFlow::Continue(());
        let found = task.repeat_each_way(10, &mut repeats, heed).unwrap().unwrap();
        let [(scratch, _), (head, _), (tuned, _)] = found[..] else { panic!("{found:?}") };
        Seen {
            holds: head >= scratch + 10.0 && tuned >= scratch + 10.0,
            figures: format!("scratch {scratch:.1}, head {head:.1}, fine-tuned {tuned:.1} %"),
        }
    });
}

/// As the help promises, one network for four questions costs no more than a point of the mean test accuracy beside
/// four networks, at each share of missing labels; and with 60 % of them missing it answers 90 % right, where chance
/// has 50.
#[test]
#[ignore = "six minutes of processor time"]
fn one_network_answers_four_questions_as_well_as_four_with_labels_missing() {
    holds_for_nine_of_ten(|seed| {
        let [all, most, few] = [0.0, 0.3, 0.6].map(|missing| {
            let (train, test) = scenes::draw(2000, 1000, missing, seed).unwrap();
            let (standardizer, sets) = multi_task::examples([&train, &test], &device()).unwrap();
            [vec![Plan::shared()], Plan::alone()].map(|plans| {
                let answers = plans.iter().flat_map(|plan| {
                    let [learnt, judged] = sets.each_ref().map(|set| plan.of(set));
                    let training = signs_softmax::training_by_epochs(40, 2e-4, seed);
                    let lesson = plan.lesson(missing, training, &standardizer, &device()).unwrap();
                    let net = learn(lesson, [&learnt, &judged]).model;
                    multi_task::answers(&net, &sets[1].0).unwrap()
                });
                let right = multi_task::percent_right(&answers.collect::<Vec<_>>(), &test);
                right.iter().sum::<f64>() / right.len() as f64
            })
        });
        Seen {
            holds: [all, most, few].iter().all(|[one, four]| *one >= four - 1.0) && few[0] >= 90.0,
            figures: format!("one and four: {all:.1?}, {most:.1?}, {few:.1?} %"),
        }
    });
}
