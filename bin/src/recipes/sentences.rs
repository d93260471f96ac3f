//! Sentences as numbers of their words: batches of any lengths, and how many sentences were judged right.

use std::collections::HashSet;
use std::sync::Arc;

use burn::data::dataset::DatasetError;
use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_datasets::words::Vocabulary;
use fireside_training::metrics::accuracy;
use fireside_training::supervised::Examples;

use crate::Failure;
use crate::run::Run;

/// Sentences judged at a time.
const BATCH: usize = 64;

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

/// Says how many sentences of a set are right, in percent, and keeps the figure.
pub fn judge(run: &mut Run, name: &str, found: &[usize], set: &LabelledSentences) {
    let percent = 100.0 * accuracy(found, &set.labels);
    run.say(&format!("{name} accuracy: {percent:.2} %"));
    run.result(&format!("{name}_accuracy"), percent);
}

/// Says which words of something were passed over, or what else became of them, and how many; nothing of none.
pub fn say_words(run: &Run, of: &str, what_of_them: &str, words: &[String]) {
    /// Different words that are shown.
    const SHOWN: usize = 10;
    let mut seen = HashSet::new();
    let different: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| seen.insert(*word)).collect();
    let counted = match words.len() {
        0 => return,
        1 => "1 word is".to_string(),
        count => format!("{count} words are"),
    };
    let more = match different.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let shown = different[..different.len().min(SHOWN)].join(" ");
    run.say(&format!("Of {of} {counted} {what_of_them}: {shown}{more}"));
}

/// The words of sentences that a vocabulary passes over.
pub fn passed_over(sentences: &[String], vocabulary: &Vocabulary) -> Vec<String> {
    sentences.iter().flat_map(|sentence| vocabulary.look_up(sentence).passed_over).collect()
}

/// Refuses a `--say` that begins with no word that is known.
///
/// # Errors
/// When `known` is 0: `lacking` says what no word of the sentence has.
pub fn check_said(said: &str, known: usize, lacking: &str) -> Result<(), Failure> {
    match known {
        0 => Err(Failure::Input(format!("--say {said:?}: no word of it {lacking}"))),
        _ => Ok(()),
    }
}
