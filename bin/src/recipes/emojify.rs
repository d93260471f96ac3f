//! Sentences and their emoji, as the two networks of the assignment take them.

use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_datasets::emojify::CLASSES;
use fireside_datasets::labelled_images::class_indices;
use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_datasets::word_vectors::WordVectors;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::emojify::{EmojifyV2, EmojifyV2Config};
use fireside_sequence::steps::emojify::{
    EmojifyV1, Trained, model, pretrained_embedding_layer, sentence_to_avg, sentences_to_indices,
};
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::metrics::class_predictions;
use fireside_training::supervised::Score;

use crate::Failure;
use crate::recipes::word_vectors::rows;
use crate::run::Run;

/// The emoji of the classes.
pub const EMOJI: [&str; 5] = ["❤️", "⚾", "😄", "😞", "🍴"];

/// Sentences as rows of an embedding, `[sentences, time]`, and their labels, `[sentences]`.
pub type Examples = (Tensor<2, Int>, Tensor<1, Int>);

/// The mean of the vectors of each sentence.
pub fn averages(sentences: &[String], vectors: &WordVectors) -> Vec<Vec<f64>> {
    let average =
        |sentence: &String| sentence_to_avg(&vectors.vocabulary().indices(sentence), rows(vectors));
    sentences.iter().map(average).collect()
}

/// Trains the assignment's softmax regression, from the weights that the course draws for the seed.
pub fn train_v1(
    train: &LabelledSentences,
    vectors: &WordVectors,
    learning_rate: f64,
    iterations: usize,
    seed: u32,
) -> Trained {
    let mut rng = NumpyRng::new(seed);
    let scale = 1.0 / (vectors.dimensions() as f64).sqrt();
    let row = |_| rng.randn_vec(vectors.dimensions()).iter().map(|w| w * scale).collect();
    let start = EmojifyV1::new((0..CLASSES.len()).map(row).collect());
    model(start, &averages(&train.sentences, vectors), &train.labels, learning_rate, iterations)
}

/// Builds the network of two LSTMs: Glorot's weights from NumPy's numbers for the seed, and the words' vectors with
/// a row of zeros behind them, which is what pads a sentence.
///
/// # Errors
/// When there are no units.
pub fn build_v2(
    vectors: &WordVectors,
    hidden: usize,
    dropout: f64,
    seed: u32,
    device: &Device,
) -> Result<EmojifyV2, Failure> {
    let config = EmojifyV2Config::new(vectors.len(), vectors.dimensions())
        .with_hidden(hidden)
        .with_dropout(dropout);
    let net = initialize(config.init(device)?, Initializer::Glorot, &mut NumpyRng::new(seed));
    device.seed(u64::from(seed));
    let indices: Vec<usize> = (0..vectors.len()).collect();
    let table = pretrained_embedding_layer(rows(vectors), &indices, vectors.len() + 1);
    let shape = [vectors.len() + 1, vectors.dimensions()];
    Ok(net.with_vectors(Tensor::from_data(TensorData::new(table, shape), device))?)
}

/// Sentences as the network takes them, each of `max_len` words.
pub fn indices(
    sentences: &[String],
    vectors: &WordVectors,
    max_len: usize,
    device: &Device,
) -> Tensor<2, Int> {
    let known: Vec<Vec<usize>> =
        sentences.iter().map(|sentence| vectors.vocabulary().indices(sentence)).collect();
    let padded = sentences_to_indices(&known, max_len, vectors.len()).concat();
    let padded: Vec<i64> = padded.into_iter().map(|index| index as i64).collect();
    Tensor::from_data(TensorData::new(padded, [sentences.len(), max_len]), device)
}

/// Labelled sentences as the network takes them.
pub fn examples(
    set: &LabelledSentences,
    vectors: &WordVectors,
    max_len: usize,
    device: &Device,
) -> Examples {
    (indices(&set.sentences, vectors, max_len, device), class_indices(&set.labels, device))
}

/// How the network answers a batch.
pub fn answer(net: &EmojifyV2, (sentences, labels): Examples) -> Score {
    Score::of_classes(net.forward(sentences), labels)
}

/// The classes that the network gives to sentences.
///
/// # Errors
/// When the device fails.
pub fn predictions(net: &EmojifyV2, sentences: Tensor<2, Int>) -> Result<Vec<usize>, Failure> {
    Ok(class_predictions(net.forward(sentences))?)
}

/// Says how often each class, a row, was taken for each, a column; and which sentences were taken for another.
pub fn confusion(run: &Run, found: &[usize], set: &LabelledSentences) {
    run.say(&format!(
        "{:16}{}",
        "is, taken for",
        EMOJI.map(|emoji| format!("{emoji:>5}")).concat()
    ));
    for (class, name) in CLASSES.iter().enumerate() {
        let count = |taken: usize| {
            let pairs = set.labels.iter().zip(found);
            pairs.filter(|(label, found)| (**label, **found) == (class, taken)).count()
        };
        let counts = (0..CLASSES.len()).map(|taken| format!("{:>5}", count(taken)));
        run.say(&format!("{name:16}{}", counts.collect::<String>()));
    }
    for ((sentence, label), found) in set.sentences.iter().zip(&set.labels).zip(found) {
        if label != found {
            let (is, taken) = (EMOJI[*label], EMOJI[*found]);
            run.say(&format!("    {is} taken for {taken}: {}", sentence.trim()));
        }
    }
}
