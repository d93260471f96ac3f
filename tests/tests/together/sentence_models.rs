//! The sentiment classifier and the entity tagger on the sentences that the programs make for them: what the order of
//! the words tells is learnt, and only by those who can know it.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::ops::ControlFlow;
use std::path::Path;

use burn::module::{Module, ModuleDisplay};
use burn::optim::AdamConfig;
use burn::tensor::Device;
use fireside_datasets::named_entities::NamedEntities;
use fireside_datasets::reviews::Reviews;
use fireside_datasets::tagged_text::{TaggedText, entities};
use fireside_recipes::named_entities::{self, Sizes, Ways};
use fireside_recipes::sentences::Sequences;
use fireside_recipes::sentiment::{self, probabilities};
use fireside_training::supervised::{Examples, Supervised, SupervisedConfig, Task};

const SEED: u32 = 3;

fn learn<M, D>(model: M, task: Task<M, D::Batch>, epochs: usize, [train, test]: &[D; 2]) -> M
where
    M: Module + ModuleDisplay + 'static,
    D: Examples,
{
    let config = SupervisedConfig::new(epochs).with_batch_size(16).with_seed(SEED);
    let training = Supervised::new(config, AdamConfig::new().init(), 0.01);
    training.run(model, task, train, test, |_| ControlFlow::Continue(())).unwrap().model
}

#[test]
fn order_of_the_words_is_learnt_by_the_lstm_and_lost_in_the_mean() {
    let device = Device::flex();
    let Reviews { train, test, .. } = Reviews::embedded(SEED);
    let vocabulary = sentiment::vocabulary(&train, Path::new("embedded"), 1).unwrap();
    let (mean, lstm) = sentiment::build(vocabulary.len(), 16, 32, SEED, &device).unwrap();
    let sets = [&train, &test].map(|set| sentiment::examples(set, &vocabulary, 100, &device));
    let all: Vec<usize> = (0..test.len()).collect();
    let pairs = test.order_pairs().concat();
    let shares =
        |found: &[f64]| [&all, &pairs].map(|places| sentiment::share_right(&test, places, found));

    let mean = learn(mean, sentiment::answer, 10, &sets);
    let [of_all, of_pairs] = shares(&probabilities(&mean, &sets[1].0).unwrap());
    assert!((0.75..0.9).contains(&of_all), "mean: {of_all}");
    assert_eq!(of_pairs, 0.5, "each pair has the same mean");

    let lstm = learn(lstm, sentiment::answer, 10, &sets);
    let [of_all, of_pairs] = shares(&probabilities(&lstm, &sets[1].0).unwrap());
    assert!(of_all > 0.97, "LSTM: {of_all}");
    assert!(of_pairs > 0.95, "LSTM, pairs: {of_pairs}");
}

/// A word that the grammar lets follow tells often what a name is of.
#[test]
fn tagger_that_reads_both_ways_finds_what_one_way_cannot_know() {
    let device = Device::flex();
    let made = NamedEntities::embedded(SEED);
    let texts = made.split(SEED);
    let vocabulary = named_entities::vocabulary(&texts[0], Path::new("embedded"), 2).unwrap();
    let sets: [_; 2] =
        [0, 1].map(|set| named_entities::examples(&texts[set], &vocabulary, &device));
    let f1 = |ways| {
        let sizes = Sizes { embedding: 16, hidden: 16 };
        let classes = made.classes.len();
        let tagger = named_entities::build(ways, sizes, &vocabulary, classes, SEED, &device);
        let tagger = learn(tagger.unwrap(), named_entities::answer, 5, &sets);
        let found = named_entities::tags(&tagger, &sets[1].0).unwrap();
        named_entities::scores(&texts[1], &found, classes)[classes].f1.unwrap()
    };
    let [one, both] = [f1(Ways::One), f1(Ways::Both)];
    assert!((0.6..0.9).contains(&one), "one way: {one}");
    assert!(both > 0.97, "both ways: {both}");
}

/// Counted by hand: of a person and a place both are found, the place with a word too many; a time is made up.
#[test]
fn entity_counts_where_class_and_words_are_right() {
    let words = ["a", "b", "c", "d", "e"].map(str::to_string).to_vec();
    let text = TaggedText { words, entities: entities(&[1, 2, 0, 3, 0]), line_ends: Vec::new() };
    let scores = named_entities::scores(&[text], &[vec![1, 2, 5, 3, 4]], 3);
    let shares = scores.iter().map(|of| (of.precision, of.recall, of.f1, of.support));
    let expected = [
        (Some(1.0), Some(1.0), Some(1.0), 1),
        (Some(0.0), Some(0.0), Some(0.0), 1),
        (Some(0.0), None, Some(0.0), 0),
        (Some(1.0 / 3.0), Some(0.5), Some(0.4), 2),
    ];
    assert!(shares.eq(expected), "{scores:?}");
}

/// Padding must not be looked at: a batch of long and short sentences is judged as each alone.
#[test]
fn sentences_are_judged_alike_in_any_batch() {
    let device = Device::flex();
    let (mean, lstm) = sentiment::build(5, 4, 4, SEED, &device).unwrap();
    let rows = [vec![], vec![1, 2, 3, 4, 0], vec![4]];
    let judge = |rows: &[Vec<usize>]| {
        let sentences = Sequences::new(rows, 0, &device);
        [probabilities(&mean, &sentences), probabilities(&lstm, &sentences)].map(Result::unwrap)
    };
    let together = judge(&rows);
    for (place, row) in rows.iter().enumerate() {
        for (alone, together) in judge(std::slice::from_ref(row)).iter().zip(&together) {
            assert!((alone[0] - together[place]).abs() < 1e-6, "{row:?}");
        }
    }
}
