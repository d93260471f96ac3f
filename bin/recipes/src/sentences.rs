//! Sentences as numbers of their words, in batches of any lengths.

use std::sync::Arc;

use burn::data::dataset::DatasetError;
use burn::optim::AdamConfig;
use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_datasets::words::Vocabulary;
use fireside_training::supervised::{Examples, Supervised, SupervisedConfig};

/// Sentences judged at a time.
const BATCH: usize = 64;
/// Characters of a text that are shown in passing.
const SHOWN: usize = 160;

/// Sequences of numbers, of words or of tags, as a training wants them: a batch is as long as its longest sequence.
#[derive(Debug, Clone)]
pub struct Sequences {
    rows: Arc<[Vec<i64>]>,
    padding: i64,
    device: Device,
}

/// A batch of sequences.
#[derive(Debug, Clone)]
pub struct Padded {
    /// `[batch, time]`; what is behind the end of a sequence is padding.
    pub numbers: Tensor<2, Int>,
    /// How long each sequence is.
    pub lengths: Vec<usize>,
}

impl Sequences {
    /// Takes sequences, and what is to stand behind the shorter ones.
    pub fn new(rows: &[Vec<usize>], padding: i64, device: &Device) -> Self {
        let row = |row: &Vec<usize>| row.iter().map(|&number| number as i64).collect();
        Self { rows: rows.iter().map(row).collect(), padding, device: device.clone() }
    }

    /// All sequences in their order, some at a time.
    pub fn batches(&self) -> impl Iterator<Item = Padded> {
        self.rows.chunks(BATCH).map(|rows| self.padded(&rows.iter().collect::<Vec<_>>()))
    }

    fn padded(&self, rows: &[&Vec<i64>]) -> Padded {
        let lengths: Vec<usize> = rows.iter().map(|row| row.len()).collect();
        let time = lengths.iter().copied().max().unwrap_or(0).max(1); // no device has tensors of nothing
        let numbers = rows.iter().flat_map(|row| {
            row.iter().copied().chain(std::iter::repeat_n(self.padding, time - row.len()))
        });
        let numbers = TensorData::new(numbers.collect::<Vec<_>>(), [rows.len(), time]);
        Padded { numbers: Tensor::from_data(numbers, &self.device), lengths }
    }
}

impl Examples for Sequences {
    type Batch = Padded;

    fn count(&self) -> usize {
        self.rows.len()
    }

    fn batch(&self, indices: &[usize]) -> Result<Padded, DatasetError> {
        Ok(self.padded(&indices.iter().map(|&index| &self.rows[index]).collect::<Vec<_>>()))
    }
}

/// How the sentence models are trained: by Adam, at one learning rate.
pub fn by_adam(epochs: usize, batch_size: usize, learning_rate: f64, seed: u32) -> Supervised {
    let config = SupervisedConfig::new(epochs).with_batch_size(batch_size).with_seed(seed);
    Supervised::new(config, AdamConfig::new().init(), learning_rate)
}

/// The words of sentences that a vocabulary passes over.
pub fn passed_over(sentences: &[String], vocabulary: &Vocabulary) -> Vec<String> {
    sentences.iter().flat_map(|sentence| vocabulary.look_up(sentence).passed_over).collect()
}

/// The first sentences of a set.
///
/// # Panics
/// When there are fewer.
pub fn first(set: &LabelledSentences, count: usize) -> LabelledSentences {
    match count < set.len() {
        true => set.subset(&(0..count).collect::<Vec<_>>()),
        false => set.clone(),
    }
}

/// A text that is shown in passing: of a long one the first words.
pub fn excerpt(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(SHOWN) else { return text.to_string() };
    let beginning = &text[..end];
    let words = beginning.rsplit_once(char::is_whitespace).map_or(beginning, |(words, _)| words);
    format!("{} …", words.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shown_by_their_first_words() {
        let short = "Žofie cooks ".repeat(13);
        assert_eq!(excerpt(&short), short);
        assert_eq!(excerpt(&"Žofie cooks ".repeat(1000)), format!("{short}…"));
        assert_eq!(excerpt(&"ž".repeat(1000)), format!("{} …", "ž".repeat(160)));
    }
}
