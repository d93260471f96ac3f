//! Learners of word vectors against plain autodiff twins, and a neural language model.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::ops::ControlFlow;

use burn::module::Module as _;
use burn::optim::AdamConfig;
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData, activation};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::cbow::Cbow;
use fireside_sequence::glove::{Glove, GloveSettings, Meeting};
use fireside_sequence::neural_language_model::{NeuralLanguageModel, NeuralLanguageModelConfig};
use fireside_sequence::skip_gram::SkipGram;
use fireside_sequence::windows::{ByWindows as _, Windows};
use fireside_sequence::word_output::{Question, WordOutput};
use fireside_training::supervised::{Score, Supervised, SupervisedConfig};

const WORDS: usize = 7;
const DIMENSIONS: usize = 11;
/// Differences of 32-bit floats near 1 after one step.
const ROUNDING: f64 = 2e-6;

fn table(seed: u32) -> Vec<f32> {
    let entries = NumpyRng::new(seed).randn_vec(WORDS * DIMENSIONS);
    entries.into_iter().map(|entry| 0.5 * entry as f32).collect()
}

fn leaf(entries: &[f32]) -> Tensor<2> {
    let shape = [entries.len() / DIMENSIONS, DIMENSIONS];
    let data = TensorData::new(entries.to_vec(), shape);
    Tensor::from_data(data, &Device::flex().autodiff()).require_grad()
}

fn entries<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

fn rows(indices: &[usize]) -> Tensor<1, Int> {
    let indices: Vec<i64> = indices.iter().map(|&index| index as i64).collect();
    Tensor::from_data(indices.as_slice(), &Device::flex().autodiff())
}

/// The loss of the questions for a hidden vector `[1, dimensions]`, by Burn's own operations.
fn twin_loss(hidden: Tensor<2>, weights: Tensor<2>, questions: &[Question]) -> Tensor<1> {
    let asked: Vec<usize> = questions.iter().map(|question| question.row).collect();
    let signs: Vec<f64> =
        questions.iter().map(|question| if question.yes { 1.0 } else { -1.0 }).collect();
    let signs = Tensor::<1>::from_data(signs.as_slice(), &hidden.device()).unsqueeze::<2>();
    let scores = hidden.matmul(weights.select(0, rows(&asked)).transpose()); // [1, questions]
    -activation::log_sigmoid(scores * signs).sum()
}

/// Asserts that `after` is `before` a step of 1 down the gradient.
fn assert_step(
    claim: &str,
    before: &[f32],
    after: &[f32],
    leaf: &Tensor<2>,
    gradients: &Gradients,
) {
    let gradient = entries(leaf.grad(gradients).unwrap());
    for (index, gradient) in gradient.iter().enumerate() {
        let moved = f64::from(before[index]) - f64::from(after[index]);
        assert!((moved - gradient).abs() < ROUNDING, "{claim}, entry {index}: {moved}, {gradient}");
    }
}

/// Both ways to ask of a word, each row asked but once, as in the loss of the twin.
fn outputs() -> [(&'static str, Vec<Question>); 2] {
    let counts = [9, 1, 4, 2, 7, 3, 1];
    let mut places = [0.05, 0.5, 0.8].into_iter();
    let mut sampled = Vec::new();
    WordOutput::negative_sampling(&counts, 3).ask(2, &mut || places.next().unwrap(), &mut sampled);
    let mut turns = Vec::new();
    WordOutput::hierarchical_softmax(&counts).ask(2, &mut || 0.0, &mut turns);
    assert_eq!((sampled.len(), turns.len()), (4, 3));
    [("negative sampling", sampled), ("hierarchical softmax", turns)]
}

#[test]
fn skip_gram_moves_down_the_gradient_of_autodiff() {
    for (claim, questions) in outputs() {
        let (vectors, weights) = (leaf(&table(1)), leaf(&table(2)));
        let loss = twin_loss(vectors.clone().select(0, rows(&[5])), weights.clone(), &questions);
        let mut model = SkipGram::of(table(1), table(2), DIMENSIONS);
        let found = model.learn(5, &questions, 1.0);
        assert!((found - loss.clone().into_scalar::<f64>()).abs() < 1e-5, "{claim}: {found}");
        let gradients = loss.backward();
        assert_step(claim, &table(1), model.vectors(), &vectors, &gradients);
        assert_step(claim, &table(2), model.weights(), &weights, &gradients);
    }
}

#[test]
fn cbow_moves_down_the_gradient_of_autodiff() {
    let around = [5, 0, 6];
    for (claim, questions) in outputs() {
        let (vectors, weights) = (leaf(&table(1)), leaf(&table(2)));
        let hidden = vectors.clone().select(0, rows(&around)).mean_dim(0);
        let loss = twin_loss(hidden, weights.clone(), &questions);
        let mut model = Cbow::of(table(1), table(2), DIMENSIONS);
        let found = model.learn(&around, &questions, 1.0);
        assert!((found - loss.clone().into_scalar::<f64>()).abs() < 1e-5, "{claim}: {found}");
        let gradients = loss.backward();
        assert_step(claim, &table(1), model.vectors(), &vectors, &gradients);
        assert_step(claim, &table(2), model.weights(), &weights, &gradients);
    }
}

/// The first step of AdaGrad is the gradient times the rate: the sums of squares begin at 1.
#[test]
fn glove_moves_down_the_gradient_of_autodiff() {
    let mut rng = NumpyRng::new(3);
    let settings = GloveSettings { learning_rate: 1.0, x_max: 10.0 };
    for (word, context, count) in [(2, 4, 3.0_f64), (4, 4, 25.0), (0, 6, 0.2)] {
        let mut model =
            Glove::new(WORDS, DIMENSIONS, settings, &mut || 40.0 * rng.random_sample() - 20.0);
        let sides = |model: &Glove| {
            let side = |rows: Vec<(&[f32], f32)>| {
                let vectors: Vec<f32> = rows.iter().flat_map(|(row, _)| row.to_vec()).collect();
                (vectors, rows.iter().map(|(_, bias)| *bias).collect::<Vec<f32>>())
            };
            [side(model.words().collect()), side(model.contexts().collect())]
        };
        let before = sides(&model);
        let [(vectors, bias), (others, other_bias)] = &before;
        let (w, other) = (leaf(vectors), leaf(others));
        let product =
            (w.clone().select(0, rows(&[word])) * other.clone().select(0, rows(&[context]))).sum();
        let constant = f64::from(bias[word]) + f64::from(other_bias[context]) - count.ln();
        let weight = (count / 10.0_f64).min(1.0).powf(0.75);
        let loss = (product + constant).square() * (0.5 * weight);
        let found = model.learn(Meeting { word, context, count });
        let expected = loss.clone().into_scalar::<f64>();
        assert!((found - expected).abs() < 1e-5 * expected.max(1.0), "{found} {expected}");
        let [(moved, moved_bias), (others_moved, _)] = sides(&model);
        let scale = expected.sqrt().max(1.0);
        let gradients = loss.backward();
        for (claim, leaf, before, after) in
            [("w", &w, vectors, &moved), ("context", &other, others, &others_moved)]
        {
            let gradient = entries(leaf.grad(&gradients).unwrap());
            for (index, gradient) in gradient.iter().enumerate() {
                let step = f64::from(before[index]) - f64::from(after[index]);
                assert!(
                    (step - gradient).abs() < 10.0 * ROUNDING * scale,
                    "{claim}: {step} {gradient}"
                );
            }
        }
        let slope = weight * (2.0 * expected / weight).sqrt();
        let step = f64::from(bias[word] - moved_bias[word]).abs();
        assert!((step - slope).abs() < 10.0 * ROUNDING * scale, "bias: {step} {slope}");
    }
}

#[test]
fn learners_of_nothing_and_of_one_word_learn_nothing() {
    for sentences in [vec![], vec![vec![0]], vec![vec![]]] {
        let windows = Windows::new(3, &[1], 1.0);
        let output = WordOutput::hierarchical_softmax(&[1]);
        let mut model = SkipGram::new(1, 4, &mut || 0.7);
        let before = model.clone();
        assert!(model.epoch(&sentences, &windows, &output, [0.1, 0.0], &mut || 0.5).is_nan());
        assert_eq!(model, before);
    }
}

#[test]
fn neural_language_model_learns_a_sentence_by_heart() {
    let device = Device::flex();
    let config = NeuralLanguageModelConfig::new(9).with_emb_dim(6).with_hidden(12);
    let model = config.init(&device).unwrap();
    assert_eq!(model.num_params(), 9 * 6 + (24 * 12 + 12) + (12 * 9 + 9));
    assert_eq!(model.vectors().dims(), [9, 6]);
    assert!(config.with_window(0).init(&device).is_err());
    // "i want a glass of orange juice to drink", and the word after every four of it
    let windows: Vec<i64> = (0..5).flat_map(|begin| begin..begin + 4).collect();
    let windows = Tensor::<2, Int>::from_data(TensorData::new(windows, [5, 4]), &device);
    let next = Tensor::<1, Int>::from_data([4, 5, 6, 7, 8], &device);
    let training = Supervised::new(SupervisedConfig::new(100), AdamConfig::new().init(), 0.03);
    let task = |model: &NeuralLanguageModel, (windows, next)| {
        Score::of_classes(model.forward(windows), next)
    };
    let examples = (windows, next);
    let trained =
        training.run(model, task, &examples, &examples, |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(trained.curve.last().unwrap().held_out.accuracy, 1.0);
}
