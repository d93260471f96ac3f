//! What is to be said of a sentence: whether it is positive, which emoji it wants.

use std::path::Path;

use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_datasets::word_vectors::WordVectors;
use fireside_datasets::words::{LookedUp, Vocabulary, WordRule};
use fireside_sequence::steps::emojify::{sentence_to_avg, sentences_to_indices};
use fireside_sequence::word_vectors::Rows;
use serde::{Deserialize, Serialize};

use super::files::KnownFile;
use super::{Answer, Model, Reading, TrainedError};

/// A sentence, and what is to be said of it. Words that are not known are passed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentences {
    /// The words that are known.
    pub words: Words,
    /// How a sentence is divided into words: as those were that the model learnt from.
    #[serde(default = "unnamed_rule")]
    pub rule: WordRule,
    /// Words that are read of a sentence at most.
    pub longest: usize,
    /// What the outputs mean.
    pub gives: Reading,
    /// The emoji of the classes, in their order; none where they have none.
    #[serde(default)]
    pub emoji: Vec<String>,
}

/// The words that a model knows, each by its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Words {
    /// These.
    Listed {
        /// In the order of their numbers.
        words: Vec<String>,
    },
    /// Those of a file of word vectors.
    OfVectors {
        /// The file.
        vectors: KnownFile,
        /// How many of them, the first.
        count: usize,
    },
}

/// The words in memory.
#[derive(Debug, Clone)]
pub enum Lexicon {
    /// By number alone.
    Listed(Vocabulary),
    /// With a vector each.
    Vectors(WordVectors),
}

impl Lexicon {
    /// The words.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        match self {
            Self::Listed(vocabulary) => vocabulary,
            Self::Vectors(vectors) => vectors.vocabulary(),
        }
    }
}

/// The rule of descriptions that name none.
pub(super) fn unnamed_rule() -> WordRule {
    WordRule::Blanks
}

impl Words {
    /// These words.
    pub fn of(vocabulary: &Vocabulary) -> Self {
        Self::Listed { words: vocabulary.words().map(str::to_string).collect() }
    }

    /// Reads them; `vectors` is where the file of word vectors lies now, if it is not where it was.
    pub(super) fn load(
        &self,
        folder: &Path,
        vectors: Option<&Path>,
    ) -> Result<Lexicon, TrainedError> {
        match self {
            Self::Listed { words } => {
                let vocabulary = Vocabulary::new(words).map_err(|duplicate| {
                    TrainedError::malformed(&folder.join(super::CARD_FILE), duplicate)
                })?;
                Ok(Lexicon::Listed(vocabulary))
            }
            Self::OfVectors { vectors: known, count } => {
                Ok(Lexicon::Vectors(read_vectors(known, folder, vectors, Some(*count))?))
            }
        }
    }
}

/// Reads word vectors that are known by their contents, or the first `most` of them.
pub(super) fn read_vectors(
    known: &KnownFile,
    folder: &Path,
    moved: Option<&Path>,
    most: Option<usize>,
) -> Result<WordVectors, TrainedError> {
    let path = match moved {
        Some(path) => path.to_path_buf(),
        None => known.path(folder)?,
    };
    if moved.is_none() && !path.is_file() {
        return Err(TrainedError::Question(format!(
            "the word vectors are not at {} any more: give them with --vectors FILE",
            path.display()
        )));
    }
    known.check(&path)?;
    Ok(WordVectors::read(&path, most)?)
}

impl Sentences {
    pub(super) fn check(&self) -> Result<(), String> {
        const MOST: usize = 1_000_000;
        match self.longest {
            1..=MOST => Ok(()),
            longest => Err(format!("sentences of up to {longest} words are not read")),
        }
    }

    pub(super) fn answer(
        &self,
        model: &Model,
        lexicon: &Lexicon,
        sentence: &str,
        device: &Device,
    ) -> Result<Option<Answer>, TrainedError> {
        let LookedUp { indices: words, passed_over } =
            lexicon.vocabulary().look_up_by(sentence, self.rule);
        if words.is_empty() {
            return Err(TrainedError::Question(format!(
                "{sentence:?}: the model knows no word of it"
            )));
        }
        let read = &words[..words.len().min(self.longest)];
        let not_read = match model {
            Model::Mean(_) => 0,
            _ => words.len() - read.len(),
        };
        let answer = match (model, lexicon) {
            (Model::Words(forward), _) => {
                self.gives.read(forward((numbers(read, device), vec![read.len()])))?
            }
            (Model::Rows(forward), Lexicon::Vectors(vectors)) => {
                let padded = sentences_to_indices(&[words], self.longest, vectors.len()).concat();
                self.gives.read(forward(numbers(&padded, device)))?
            }
            (Model::Mean(mean), Lexicon::Vectors(vectors)) => {
                let table = Rows::new(vectors.vectors(), vectors.dimensions());
                let Reading::OneOf { classes } = &self.gives else { return Ok(None) };
                Answer::of_classes(classes, &mean.probabilities(&sentence_to_avg(&words, table)))
            }
            _ => return Ok(None),
        };
        Ok(Some(self.complete(answer, passed_over, not_read)))
    }

    /// Adds the emoji of a class, the words that were not known, and how many were not read.
    fn complete(&self, answer: Answer, passed_over: Vec<String>, not_read: usize) -> Answer {
        match answer {
            Answer::Class { class, probability, probabilities, .. } => {
                let place = probabilities.iter().position(|share| share.name == class);
                let emoji = place.and_then(|place| self.emoji.get(place)).cloned();
                Answer::Class { class, probability, probabilities, emoji, passed_over, not_read }
            }
            other => other,
        }
    }
}

/// Numbers of words, `[1, words]`.
pub(super) fn numbers(words: &[usize], device: &Device) -> Tensor<2, Int> {
    let numbers: Vec<i64> = words.iter().map(|&word| word as i64).collect();
    Tensor::from_data(TensorData::new(numbers, [1, words.len()]), device)
}
