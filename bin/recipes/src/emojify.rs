//! Sentences and their emoji, as the two networks of the assignment take them.

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_datasets::emojify::CLASSES;
use fireside_datasets::labelled_images::class_indices;
use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_datasets::source::Source;
use fireside_datasets::word_vectors::WordVectors;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::emojify::{EmojifyV2, EmojifyV2Config};
use fireside_sequence::steps::emojify::{
    EmojifyV1, model, pretrained_embedding_layer, sentence_to_avg, sentences_to_indices,
};
use fireside_training::descent;
use fireside_training::history::History;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::metrics::class_predictions;
use fireside_training::supervised::Score;

use crate::RecipeError;
use crate::trained::{Architecture, Beside, Card, KnownFile, Lexicon, Words};
use crate::word_vectors::rows;

/// The emoji of the classes.
pub const EMOJI: [&str; 5] = ["❤️", "⚾", "😄", "😞", "🍴"];

/// Sentences as rows of an embedding, `[sentences, time]`, and their labels, `[sentences]`.
pub type Examples = (Tensor<2, Int>, Tensor<1, Int>);

/// Sentences with their emoji, and the vectors of their words.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// To train on and to judge by.
    pub sets: [LabelledSentences; 2],
    /// The vectors.
    pub vectors: WordVectors,
    /// The file that they are in.
    pub file: KnownFile,
    /// Words of the longest sentence.
    pub max_len: usize,
    seed: u32,
    device: Device,
}

/// The learning rate of the first network: the assignment's on its own sentences, and a lower one on those that are
/// made here. Two of them have the same words in another order and other emoji; the graded update, which takes the sum
/// of an epoch so far, jumps between them.
pub fn rate_of_v1(source: &Source) -> f64 {
    match source {
        Source::Real(_) => 0.01,
        Source::Embedded => 3e-4,
    }
}

impl Lesson {
    /// Takes both sets, and word vectors with the file that they are in; both networks draw their weights for the seed.
    pub fn new(
        sets: [LabelledSentences; 2],
        (vectors, file): (WordVectors, KnownFile),
        seed: u32,
        device: &Device,
    ) -> Self {
        let max_len = sets.iter().map(LabelledSentences::max_len).max().unwrap_or_default();
        Self { sets, vectors, file, max_len, seed, device: device.clone() }
    }

    /// What the first network is, to know its checkpoints by.
    pub fn shape_of_v1(&self) -> (&'static str, usize, usize) {
        ("EmojifyV1", self.vectors.len(), self.vectors.dimensions())
    }

    /// Trains the assignment's softmax regression by hand, from the weights that the course draws for the seed. What
    /// comes out is a layer to keep; [`of_layer`] makes the network of it.
    pub fn train_v1(&self, learning_rate: f64, iterations: usize) -> descent::Run<Linear> {
        let (mut rng, dimensions) = (NumpyRng::new(self.seed), self.vectors.dimensions());
        let scale = 1.0 / (dimensions as f64).sqrt();
        let row = |_| rng.randn_vec(dimensions).iter().map(|w| w * scale).collect();
        let start = EmojifyV1::new((0..CLASSES.len()).map(row).collect());
        let train = &self.sets[0];
        let averages = averages(&train.sentences, &self.vectors);
        let trained = model(start, &averages, &train.labels, learning_rate, iterations);
        let mut history = History::default();
        for (number, cost) in trained.costs.iter().enumerate() {
            history.record(COST_INTERVAL * number, *cost);
        }
        descent::Run {
            model: as_layer(&trained.model, &self.device),
            completed: iterations,
            history,
        }
    }

    /// Builds the network of two LSTMs: Glorot's weights from NumPy's numbers for the seed, and the words' vectors
    /// with a row of zeros behind them, which is what pads a sentence.
    ///
    /// # Errors
    /// When there are no units.
    pub fn build_v2(&self, hidden: usize, dropout: f64) -> Result<EmojifyV2, RecipeError> {
        let (seed, device) = (self.seed, &self.device);
        let (words, dimensions) = (self.vectors.len(), self.vectors.dimensions());
        let config = EmojifyV2Config::new(words, dimensions);
        let config = config.with_hidden(hidden).with_dropout(dropout);
        let net = initialize(config.init(device)?, Initializer::Glorot, &mut NumpyRng::new(seed));
        device.seed(u64::from(seed));
        let indices: Vec<usize> = (0..words).collect();
        let table = pretrained_embedding_layer(rows(&self.vectors), &indices, words + 1);
        let table = TensorData::new(table, [words + 1, dimensions]);
        Ok(net.with_vectors(Tensor::from_data(table, device))?)
    }

    /// Both sets as the second network takes them.
    pub fn examples(&self) -> [Examples; 2] {
        self.sets.each_ref().map(|set| examples(set, &self.vectors, self.max_len, &self.device))
    }

    /// The classes that the first network gives to the sentences of both sets.
    ///
    /// # Errors
    /// When the device fails.
    pub fn found_by_v1(&self, layer: &Linear) -> Result<[Vec<usize>; 2], RecipeError> {
        let model = of_layer(layer)?;
        Ok(self.sets.each_ref().map(|set| predictions_v1(&model, &set.sentences, &self.vectors)))
    }

    /// The classes that the second network gives to the sentences of both sets.
    ///
    /// # Errors
    /// When the device fails.
    pub fn found_by_v2(
        &self,
        net: &EmojifyV2,
        [train, test]: &[Examples; 2],
    ) -> Result<[Vec<usize>; 2], RecipeError> {
        Ok([predictions(net, train.0.clone())?, predictions(net, test.0.clone())?])
    }

    /// What describes both networks, the second one of so many units.
    pub fn cards(&self, hidden: usize) -> [Card; 2] {
        let (count, dimensions) = (self.vectors.len(), self.vectors.dimensions());
        let card = |architecture| {
            let words = Words::OfVectors { vectors: self.file.clone(), count };
            Card::of_sentences(architecture, words, self.max_len, &CLASSES, &EMOJI)
        };
        let v1 = Architecture::EmojifyV1 { classes: CLASSES.len(), dimensions };
        let v2 = EmojifyV2Config::new(count, dimensions).with_hidden(hidden);
        let v2 = card(Architecture::EmojifyV2(v2)).as_main();
        [card(v1).called("mean of word vectors"), v2.called("two LSTMs")]
    }

    /// The words that both networks know.
    pub fn lexicon(&self) -> Beside {
        Beside::Words(Lexicon::Vectors(self.vectors.clone()))
    }
}

/// The mean of the vectors of each sentence.
fn averages(sentences: &[String], vectors: &WordVectors) -> Vec<Vec<f64>> {
    let average =
        |sentence: &String| sentence_to_avg(&vectors.vocabulary().indices(sentence), rows(vectors));
    sentences.iter().map(average).collect()
}

/// Epochs from one cost of the first network to the next.
pub const COST_INTERVAL: usize = 100;

/// The parameters of a softmax regression as a layer.
fn as_layer(model: &EmojifyV1, device: &Device) -> Linear {
    let shape = [model.weight.len(), model.weight.first().map_or(0, Vec::len)];
    let weight = TensorData::new(model.weight.concat(), shape);
    let weight = Tensor::<2>::from_data(weight, device).transpose(); // [dimensions, classes]
    let bias = Tensor::<1>::from_data(model.bias.as_slice(), device);
    Linear { weight: Param::from_tensor(weight), bias: Some(Param::from_tensor(bias)) }
}

/// The softmax regression that a layer holds.
///
/// # Errors
/// When the device fails.
pub fn of_layer(layer: &Linear) -> Result<EmojifyV1, RecipeError> {
    let [dimensions, classes] = layer.weight.dims();
    let weight = layer.weight.val().transpose().try_into_data()?;
    let weight: Vec<f64> = weight.iter().collect();
    let bias = match &layer.bias {
        Some(bias) => bias.val().try_into_data()?.iter().collect(),
        None => vec![0.0; classes],
    };
    let weight = weight.chunks(dimensions.max(1)).map(<[f64]>::to_vec).collect();
    Ok(EmojifyV1 { weight, bias })
}

/// The classes that a softmax regression gives to sentences.
fn predictions_v1(model: &EmojifyV1, sentences: &[String], vectors: &WordVectors) -> Vec<usize> {
    averages(sentences, vectors).iter().map(|avg| model.predict(avg)).collect()
}

/// Sentences as the network takes them, each of `max_len` words.
fn indices(
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
fn examples(
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
fn predictions(net: &EmojifyV2, sentences: Tensor<2, Int>) -> Result<Vec<usize>, RecipeError> {
    Ok(class_predictions(net.forward(sentences))?)
}

/// How often each class was taken for each, `[is][taken for]`.
pub fn confusion(found: &[usize], labels: &[usize]) -> Vec<Vec<usize>> {
    let mut counts = vec![vec![0; CLASSES.len()]; CLASSES.len()];
    labels.iter().zip(found).for_each(|(is, taken)| counts[*is][*taken] += 1);
    counts
}

#[cfg(all(test, feature = "flex"))]
mod tests {
    use super::*;

    #[test]
    fn softmax_regression_comes_back_from_the_layer_that_keeps_it() {
        let model = EmojifyV1 {
            weight: vec![vec![0.5, -1.0, 2.0], vec![0.25, 4.0, -0.125]],
            bias: vec![1.0, -3.0],
        };
        assert_eq!(of_layer(&as_layer(&model, &Device::flex())).unwrap(), model);
    }
}
