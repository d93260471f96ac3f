//! Learners of word vectors against plain autodiff twins, and on the text of the generator; the two networks of
//! Emojify.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::ops::ControlFlow;

use burn::module::Module as _;
use burn::optim::AdamConfig;
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData, activation};
use fireside_datasets::cooccurrences::CooccurrenceCounter;
use fireside_datasets::corpus::Corpus;
use fireside_datasets::emojify::{CLASSES, Emojify};
use fireside_datasets::generated_corpus::{analogies, generate};
use fireside_datasets::word_vectors::WordVectors;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::cbow::Cbow;
use fireside_sequence::emojify::{EmojifyError, EmojifyV2, EmojifyV2Config};
use fireside_sequence::glove::{Glove, GloveSettings, Meeting};
use fireside_sequence::neural_language_model::{NeuralLanguageModel, NeuralLanguageModelConfig};
use fireside_sequence::skip_gram::SkipGram;
use fireside_sequence::steps::emojify::sentences_to_indices;
use fireside_sequence::windows::Windows;
use fireside_sequence::word_output::{Question, WordOutput};
use fireside_sequence::word_vectors::{Analogy, Rows, complete_analogy};
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

/// The share of the generator's analogies that vectors complete.
fn analogy_score(corpus: &Corpus, vectors: &[f32]) -> f64 {
    let table = Rows::new(vectors, vectors.len() / corpus.vocabulary.len());
    let analogies = analogies();
    let right = analogies.iter().filter(|words| {
        let [a, b, c, d] = words.map(|word| corpus.vocabulary.index(word).unwrap());
        complete_analogy(table, [a, b, c], Analogy::Sum, 1)[0].index == d
    });
    right.count() as f64 / analogies.len() as f64
}

fn corpus() -> Corpus {
    Corpus::of_text(&generate(15_000, 1), "the generated text", 1).unwrap()
}

#[test]
fn king_less_man_and_woman_is_queen_for_every_learner() {
    let corpus = corpus();
    let (words, counts) = (corpus.vocabulary.len(), &corpus.counts);
    let windows = Windows::new(5, counts, 1.0);
    let mut rng = NumpyRng::new(1);
    let mut uniform = || rng.random_sample();
    let sampling = WordOutput::negative_sampling(counts, 5);
    let tree = WordOutput::hierarchical_softmax(counts);
    let mut scores = Vec::new();

    let epochs: [[f64; 2]; 6] =
        std::array::from_fn(|epoch| [6 - epoch, 5 - epoch].map(|left| left as f64 / 60.0));
    for (claim, output, least) in [("sampling", &sampling, 0.95), ("tree", &tree, 0.9)] {
        let mut model = SkipGram::new(words, 50, &mut uniform);
        let losses = epochs
            .map(|rates| model.epoch(&corpus.sentences, &windows, output, rates, &mut uniform));
        assert!(losses[5] < losses[0], "{losses:?}");
        scores.push((
            format!("skip-gram, {claim}"),
            analogy_score(&corpus, model.vectors()),
            least,
        ));
    }
    let mut model = Cbow::new(words, 50, &mut uniform);
    for rates in epochs {
        let rates = rates.map(|rate| 2.0 * rate);
        model.epoch(&corpus.sentences, &windows, &tree, rates, &mut uniform);
    }
    scores.push(("CBOW, tree".to_string(), analogy_score(&corpus, model.vectors()), 0.9));

    let mut counter = CooccurrenceCounter::new(10, 20_000);
    corpus.sentences.iter().for_each(|sentence| counter.add(sentence).unwrap());
    let mut pairs = counter.finish().unwrap();
    let settings = GloveSettings { x_max: 10.0, ..GloveSettings::default() };
    let mut model = Glove::new(words, 30, settings, &mut uniform);
    for _ in 0..60 {
        pairs
            .for_each(|pair| {
                let (word, context) = (pair.word as usize, pair.context as usize);
                model.learn(Meeting { word, context, count: pair.count });
            })
            .unwrap();
    }
    scores.push(("GloVe".to_string(), analogy_score(&corpus, &model.vectors()), 0.75));
    for (claim, score, least) in &scores {
        assert!(score >= least, "{claim}: {score}");
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

/// Vectors drawn for the words of the embedded sentences: alike or not does not matter to learning by heart.
#[test]
fn emojify_v2_learns_by_heart_and_leaves_the_vectors_as_they_are() {
    let device = Device::flex();
    device.seed(1);
    let data = Emojify::embedded(1);
    let corpus = Corpus::of_text(&data.train.sentences.join("\n"), "the sentences", 1).unwrap();
    let (words, dimensions) = (corpus.vocabulary.len(), 20);
    let drawn: Vec<f32> =
        NumpyRng::new(1).randn_vec(words * dimensions).iter().map(|&x| x as f32).collect();
    let vectors = WordVectors::new(corpus.vocabulary.words(), drawn, dimensions).unwrap();

    let max_len = data.train.max_len();
    let sentences: Vec<Vec<usize>> = data
        .train
        .sentences
        .iter()
        .map(|sentence| vectors.vocabulary().indices(sentence))
        .collect();
    let padded = sentences_to_indices(&sentences, max_len, words).concat();
    let padded: Vec<i64> = padded.into_iter().map(|index| index as i64).collect();
    let count = data.train.len();
    let inputs = Tensor::<2, Int>::from_data(TensorData::new(padded, [count, max_len]), &device);
    let labels: Vec<i64> = data.train.labels.iter().map(|&label| label as i64).collect();
    let labels = Tensor::<1, Int>::from_data(labels.as_slice(), &device);

    let mut table = vectors.vectors().to_vec();
    table.extend(vec![0.0; dimensions]);
    let table = Tensor::<2>::from_data(TensorData::new(table, [words + 1, dimensions]), &device);
    let config = EmojifyV2Config::new(words, dimensions).with_hidden(32).with_dropout(0.1);
    let net = config.init(&device).unwrap();
    let wrong = net.clone().with_vectors(Tensor::zeros([words, dimensions], &device));
    assert!(matches!(wrong, Err(EmojifyError::Vectors { .. })));
    let net = net.with_vectors(table.clone()).unwrap();
    assert_eq!(net.forward(inputs.clone()).dims(), [count, CLASSES.len()]);

    let training = Supervised::new(SupervisedConfig::new(40), AdamConfig::new().init(), 0.01);
    let task = |net: &EmojifyV2, (inputs, labels)| Score::of_classes(net.forward(inputs), labels);
    let examples = (inputs, labels);
    let trained =
        training.run(net, task, &examples, &examples, |_| ControlFlow::Continue(())).unwrap();
    assert!(trained.curve.last().unwrap().held_out.accuracy > 0.98);
    assert_eq!(entries(trained.model.vectors()), entries(table));
}
