//! Of the models that a program leaves, one is asked where nobody says which.

use fireside_datasets::scenes;
use fireside_datasets::source::Source;

use super::*;
use crate::embeddings::Learner;
use crate::lesson::Pace;
use crate::{
    batch_norm, fingers, multi_task, optimization, regularization, signs_softmax, sliding_windows,
};

const PACE: Pace = Pace { epochs: 1, batch_size: 4, rate: 1e-3, weight_decay: 0.0, seed: 1 };

/// Which of the cards is the main one; there is no other.
fn main_of<K: std::fmt::Debug>(cards: impl IntoIterator<Item = (K, Card)>) -> K {
    let mains = cards.into_iter().filter(|(_, card)| card.is_main).map(|(key, _)| key);
    let mut mains: Vec<K> = mains.collect();
    assert_eq!(mains.len(), 1, "{mains:?}");
    mains.remove(0)
}

#[test]
fn network_held_back_by_l2_is_the_main_one() {
    let learner = regularization::Learner::of(&Source::Embedded);
    let names = learner.regularizers(0.7, 1).unwrap().map(|(name, _)| name);
    let names = names.into_iter().chain(["early-stopping"]);
    assert_eq!(main_of(names.map(|name| (name, learner.card(name)))), "L2");
}

#[test]
fn network_of_adam_at_a_constant_rate_is_the_main_one() {
    let all = optimization::optimizers(0.1).into_iter().flat_map(|(name, ..)| {
        optimization::FALLS.map(|fall| ((name, fall.key), optimization::card(name, fall.key)))
    });
    assert_eq!(main_of(all), ("Adam", "constant"));
}

#[test]
fn network_with_batch_norm_at_the_middle_rate_is_the_main_one() {
    let device = Device::flex();
    let all = batch_norm::LEARNING_RATES.into_iter().flat_map(|rate| {
        let plain = batch_norm::Contestant::plain(&[2, 3, 1], 1, &device).unwrap().at(rate);
        let normed = batch_norm::Contestant::normalized(&[2, 3, 1], 1, &device).unwrap().at(rate);
        [((plain.name, rate), plain.card), ((normed.name, rate), normed.card)]
    });
    assert_eq!(main_of(all), ("batch norm", 0.1));
}

#[test]
fn skip_gram_is_the_main_learner_or_else_the_first() {
    let [skip_gram, others @ ..] = Learner::CHOICES.map(|(.., learner)| learner);
    let reversed = [others[2], others[1], others[0], skip_gram];
    assert_eq!(Learner::main_of(&reversed), Some(skip_gram));
    assert_eq!(Learner::main_of(&others), Some(others[0]));
    assert_eq!(Learner::main_of(&[]), None);
}

#[test]
fn network_of_all_questions_with_all_labels_is_the_main_one() {
    let device = Device::flex();
    let (train, test) = scenes::draw(4, 2, 0.0, 1).unwrap();
    let (standardizer, _) = multi_task::examples([&train, &test], &device).unwrap();
    let plans = [vec![multi_task::Plan::shared()], multi_task::Plan::alone()].concat();
    let all = [0.0, 0.3, 0.6].into_iter().flat_map(|missing| {
        let card = |plan: &multi_task::Plan| {
            let training = signs_softmax::training_by_epochs(1, 1e-3, 1);
            let lesson = plan.lesson(missing, training, &standardizer, &device).unwrap();
            (lesson.stage, lesson.card)
        };
        plans.iter().map(card).collect::<Vec<_>>()
    });
    let all: Vec<(String, Card)> = all.collect();
    assert!(all.iter().any(|(stage, _)| stage == "car-30"), "{:?}", all[1].0);
    let called = all[0].1.called.clone();
    assert_eq!(called.as_deref(), Some("one network for all questions, all labels"));
    assert_eq!(main_of(all), "together-0");
}

/// The others are kept too, for a run that is broken off before.
#[test]
fn classifier_of_the_last_round_is_the_main_one() {
    let device = Device::flex();
    let windows = sliding_windows::windows(sliding_windows::parts(&[]));
    let mut net = None;
    let all = (1..=sliding_windows::ROUNDS).map(|round| {
        let lesson =
            sliding_windows::lesson(round, net.take(), &windows, PACE, 4, &device).unwrap();
        net = Some(lesson.net);
        (round, lesson.card)
    });
    assert_eq!(main_of(all), sliding_windows::ROUNDS);
}

#[test]
fn deeper_network_of_hands_is_the_main_one() {
    let device = Device::flex();
    let of_course = fingers::of_the_assignment(1, 1, &device).unwrap();
    let of_today = fingers::of_today(PACE, 4, &device).unwrap();
    let cards = [(of_course.stage, of_course.card), (of_today.stage, of_today.card)];
    assert_eq!(main_of(cards), "net");
}
