//! Word vectors learnt from a text, by the learners of the course.

mod by_windows;
mod glove;
mod keeping;
mod neural;
mod settings;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use fireside_datasets::DataError;
use fireside_datasets::corpus::{Sentences, count_words, indices};
use fireside_datasets::generated_corpus::generate;
use fireside_datasets::word_vectors::WordVectors;
use fireside_datasets::words::Vocabulary;
use fireside_sequence::cbow::Cbow;
use fireside_sequence::skip_gram::SkipGram;

pub use self::keeping::{Checkpoints, EPOCHS, Moment};
use self::keeping::{Keeper, Progress};
pub use self::settings::{EmbeddingSettings, Learner, Output, Times};
use crate::RecipeError;

/// A text to learn from.
#[derive(Debug, Clone)]
pub enum Text {
    /// In a file, which is read as often as it takes.
    File(PathBuf),
    /// Made by the generator.
    Generated(String),
}

type BoxedSentences<'a> = Box<dyn Iterator<Item = Result<Vec<String>, DataError>> + 'a>;

impl Text {
    /// The user's file, or so many generated sentences.
    pub fn open(file: Option<&Path>, sentences: usize, seed: u32) -> Self {
        match file {
            Some(path) => Self::File(path.to_path_buf()),
            None => Self::Generated(generate(sentences, seed)),
        }
    }

    /// What it is, in a phrase.
    pub fn describe(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Generated(_) => "embedded data, made by a generator".to_string(),
        }
    }

    fn lonely(&self, what: &str) -> RecipeError {
        RecipeError::Input(format!("{} has {what}: a word needs others near it", self.describe()))
    }

    fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Generated(_) => Path::new("the generated text"),
        }
    }

    fn sentences(&self) -> Result<BoxedSentences<'_>, DataError> {
        Ok(match self {
            Self::File(path) => Box::new(Sentences::open(path)?),
            Self::Generated(text) => Box::new(Sentences::new(text.as_bytes(), self.path())),
        })
    }
}

/// A text and its words, counted.
#[derive(Debug, Clone)]
pub struct CountedText {
    /// The text.
    pub text: Text,
    /// Its words that occur often enough.
    pub vocabulary: Vocabulary,
    /// How often each of them occurs.
    pub counts: Vec<u64>,
}

impl CountedText {
    /// Counts the words that occur at least `least` times.
    ///
    /// # Errors
    /// When the file cannot be read, no word occurs so often, or none has another near it.
    pub fn new(text: Text, least: u64) -> Result<Self, RecipeError> {
        let (vocabulary, counts) = count_words(text.sentences()?, text.path(), least)?;
        if counts.len() < 2 {
            return Err(text.lonely("one word alone"));
        }
        let counted = Self { text, vocabulary, counts };
        for sentence in counted.sentences()? {
            if sentence?.len() > 1 {
                return Ok(counted);
            }
        }
        Err(counted.text.lonely("one word to a line"))
    }

    /// What it is and how many words it has, in a phrase.
    pub fn describe(&self) -> String {
        let (words, different) = (self.words(), self.counts.len());
        format!("{words} words, {different} different: {}", self.text.describe())
    }

    /// How many words it has, each as often as it occurs.
    pub fn words(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Its sentences, their words as numbers, one after the other.
    fn sentences(&self) -> Result<impl Iterator<Item = Result<Vec<u32>, DataError>>, DataError> {
        let sentences = self.text.sentences()?;
        Ok(sentences.map(|sentence| Ok(indices(&self.vocabulary, &sentence?))))
    }
}

/// What a learner came to.
#[derive(Debug)]
pub enum Learnt {
    /// All epochs are done.
    Whole {
        /// The vectors.
        vectors: WordVectors,
        /// Mean loss of each epoch.
        losses: Vec<f64>,
    },
    /// It was broken off after so many epochs.
    BrokenOff(usize),
}

/// Learns a vector for each word, the neural language model on the device and the others on the processor. `observe`
/// is told what happens and may break off, but for the very last epoch, after which everything is done.
///
/// # Errors
/// When the text cannot be read, GloVe's counts find no room on the disk, a checkpoint cannot be read or written, or a
/// vector leaves the real numbers.
pub fn learn(
    learner: Learner,
    text: &CountedText,
    settings: &EmbeddingSettings,
    device: &Device,
    checkpoints: Checkpoints,
    observe: impl FnMut(Moment) -> ControlFlow<()>,
) -> Result<Learnt, RecipeError> {
    let keeper = Keeper::new(checkpoints, settings.epochs, observe);
    let learning = Learning { text, settings, device };
    let (vectors, progress) = match learner {
        Learner::Glove => glove::train(&learning, keeper)?,
        Learner::SkipGram => by_windows::train::<SkipGram, _>(&learning, keeper)?,
        Learner::Cbow => by_windows::train::<Cbow, _>(&learning, keeper)?,
        Learner::NeuralLanguageModel => neural::train(&learning, keeper)?,
    };
    let Some(vectors) = vectors else {
        return Ok(Learnt::BrokenOff(progress.losses.len()));
    };
    let made = WordVectors::new(text.vocabulary.words(), vectors, settings.dimensions);
    let failed = |problem| {
        RecipeError::Diverged(format!("{}: {problem}: try a smaller --lr", learner.name()))
    };
    let losses = progress.losses.iter().map(|loss| loss.unwrap_or(f64::NAN)).collect();
    Ok(Learnt::Whole { vectors: made.map_err(failed)?, losses })
}

/// What all learners need.
struct Learning<'a> {
    text: &'a CountedText,
    settings: &'a EmbeddingSettings,
    device: &'a Device,
}

/// Vectors, unless it was broken off, and how far it came.
type Outcome = Result<(Option<Vec<f32>>, Progress), RecipeError>;

impl Learning<'_> {
    /// The text in memory, its words as numbers; nothing of it where no epoch is left to learn it in.
    fn sentences(&self, progress: &Progress) -> Result<Vec<Vec<u32>>, DataError> {
        if progress.losses.len() >= self.settings.epochs {
            return Ok(Vec::new());
        }
        self.text.sentences()?.collect()
    }
}
