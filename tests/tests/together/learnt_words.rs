//! The learners of word vectors on the text of the generator, and Emojify on its sentences.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::ops::ControlFlow;

use burn::optim::AdamConfig;
use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_datasets::cooccurrences::CooccurrenceCounter;
use fireside_datasets::corpus::Corpus;
use fireside_datasets::emojify::{CLASSES, Emojify};
use fireside_datasets::generated_corpus::{analogies, generate};
use fireside_datasets::word_vectors::WordVectors;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::cbow::Cbow;
use fireside_sequence::emojify::{EmojifyError, EmojifyV2, EmojifyV2Config};
use fireside_sequence::glove::{Glove, GloveSettings, Meeting};
use fireside_sequence::skip_gram::SkipGram;
use fireside_sequence::steps::emojify::sentences_to_indices;
use fireside_sequence::windows::{ByWindows as _, Windows};
use fireside_sequence::word_output::WordOutput;
use fireside_sequence::word_vectors::{Analogy, Rows, complete_analogy};
use fireside_training::supervised::{Score, Supervised, SupervisedConfig};

fn entries<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
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
