//! Word vectors learnt from a text, by the learners of the course.

mod neural;
mod settings;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use fireside_datasets::DataError;
use fireside_datasets::cooccurrences::{Cooccurrence, CooccurrenceCounter};
use fireside_datasets::corpus::{Sentences, count_words, indices};
use fireside_datasets::generated_corpus::generate;
use fireside_datasets::word_vectors::WordVectors;
use fireside_datasets::words::Vocabulary;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::cbow::Cbow;
use fireside_sequence::glove::{Glove, GloveSettings, Meeting};
use fireside_sequence::skip_gram::SkipGram;
use fireside_sequence::windows::Windows;
use fireside_sequence::word_output::WordOutput;

pub use self::settings::{EmbeddingSettings, Learner, Output, Times};
use crate::RecipeError;

/// Pairs that GloVe counts in memory before it turns to the disk.
const PAIRS_IN_MEMORY: usize = 4 << 20;
/// Pairs that it learns at a time.
const MEETINGS: usize = 1 << 19;
/// The least part of the learning rate that is left at the end.
const LAST_RATE: f64 = 1e-3;

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

    /// Its words that occur at least `least` times, and how often.
    ///
    /// # Errors
    /// When the file cannot be read, no word occurs so often, or none has another near it.
    pub fn count(&self, least: u64) -> Result<(Vocabulary, Vec<u64>), RecipeError> {
        let (vocabulary, counts) = count_words(self.sentences()?, self.path(), least)?;
        if counts.len() < 2 {
            return Err(self.lonely("one word alone"));
        }
        for sentence in self.sentences()? {
            if indices(&vocabulary, &sentence?).len() > 1 {
                return Ok((vocabulary, counts));
            }
        }
        Err(self.lonely("one word to a line"))
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

/// Learns a vector for each word, the neural language model on the device and the others on the processor. `observe`
/// is told the mean loss of every epoch, counted from 1, and may break off, which gives no vectors.
///
/// # Errors
/// When the text cannot be read, GloVe's counts find no room on the disk, or a vector leaves the real numbers.
pub fn learn(
    learner: Learner,
    text: &Text,
    (vocabulary, counts): (&Vocabulary, &[u64]),
    settings: &EmbeddingSettings,
    device: &Device,
    observe: impl FnMut(usize, f64) -> ControlFlow<()>,
) -> Result<Option<WordVectors>, RecipeError> {
    let (words, dimensions) = (vocabulary.len(), settings.dimensions);
    let mut rng = NumpyRng::new(settings.seed);
    let uniform = || rng.random_sample();
    let learning = Learning { text, vocabulary, counts, settings };
    let vectors = match learner {
        Learner::Glove => learning.glove(uniform, observe)?,
        Learner::SkipGram => learning.by_windows(
            |uniform| SkipGram::new(words, dimensions, uniform),
            |model, sentences, windows, output, rates, uniform| {
                model.epoch(sentences, windows, output, rates, uniform)
            },
            |model| model.vectors().to_vec(),
            uniform,
            observe,
        )?,
        Learner::Cbow => learning.by_windows(
            |uniform| Cbow::new(words, dimensions, uniform),
            |model, sentences, windows, output, rates, uniform| {
                model.epoch(sentences, windows, output, rates, uniform)
            },
            |model| model.vectors().to_vec(),
            uniform,
            observe,
        )?,
        Learner::NeuralLanguageModel => {
            neural::train(&learning.sentences()?, words, settings, device, observe)?
        }
    };
    let Some(vectors) = vectors else { return Ok(None) };
    let made = WordVectors::new(vocabulary.words(), vectors, dimensions);
    let failed = |problem| {
        RecipeError::Diverged(format!("{}: {problem}: try a smaller --lr", learner.name()))
    };
    made.map(Some).map_err(failed)
}

/// What all learners need.
struct Learning<'a> {
    text: &'a Text,
    vocabulary: &'a Vocabulary,
    counts: &'a [u64],
    settings: &'a EmbeddingSettings,
}

impl Learning<'_> {
    /// The text in memory, its words as numbers.
    fn sentences(&self) -> Result<Vec<Vec<u32>>, DataError> {
        let sentences = self.text.sentences()?;
        sentences.map(|sentence| Ok(indices(self.vocabulary, &sentence?))).collect()
    }

    /// Skip-gram and CBOW, on the text in memory, their rate falling in a line.
    fn by_windows<M, U: FnMut() -> f64>(
        &self,
        start: impl FnOnce(&mut U) -> M,
        epoch: impl Fn(&mut M, &[Vec<u32>], &Windows, &WordOutput, [f64; 2], &mut U) -> f64,
        vectors: impl Fn(&M) -> Vec<f32>,
        mut uniform: U,
        mut observe: impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<Option<Vec<f32>>, RecipeError> {
        let settings = self.settings;
        let sentences = self.sentences()?;
        let windows = Windows::new(settings.window, self.counts, settings.threshold);
        let output = match settings.output {
            Output::NegativeSampling => {
                WordOutput::negative_sampling(self.counts, settings.negatives)
            }
            Output::HierarchicalSoftmax => WordOutput::hierarchical_softmax(self.counts),
        };
        let mut model = start(&mut uniform);
        for number in 1..=settings.epochs {
            let left = |done: usize| 1.0 - done as f64 / settings.epochs as f64;
            let rate = |done| settings.learning_rate * f64::max(left(done), LAST_RATE);
            let rates = [rate(number - 1), rate(number)];
            let loss = epoch(&mut model, &sentences, &windows, &output, rates, &mut uniform);
            if observe(number, loss).is_break() {
                return Ok(None);
            }
        }
        Ok(Some(vectors(&model)))
    }

    /// GloVe, the text read sentence by sentence and its counts kept on the disk.
    fn glove(
        &self,
        mut uniform: impl FnMut() -> f64,
        mut observe: impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<Option<Vec<f32>>, RecipeError> {
        let settings = self.settings;
        let failed =
            |error| RecipeError::Run(format!("GloVe's counts in a temporary file: {error}"));
        let mut counter = CooccurrenceCounter::new(settings.window, PAIRS_IN_MEMORY);
        for sentence in self.text.sentences()? {
            counter.add(&indices(self.vocabulary, &sentence?)).map_err(failed)?;
        }
        let mut pairs = counter.finish().map_err(failed)?;
        let words: u64 = self.counts.iter().sum();
        // The authors' 100 is for texts of a billion words; in a small one nothing would come near it.
        let x_max = (words as f64 / 1e4).clamp(10.0, 100.0);
        let glove = GloveSettings { learning_rate: settings.learning_rate, x_max };
        let mut model = Glove::new(self.vocabulary.len(), settings.dimensions, glove, &mut uniform);
        for number in 1..=settings.epochs {
            let (mut cost, mut learnt) = (0.0, 0);
            let mut learn = |meetings: &mut Vec<Meeting>| {
                cost += model.learn_all(meetings);
                learnt += meetings.len();
                meetings.clear();
            };
            let mut meetings = Vec::with_capacity(MEETINGS);
            let read = pairs.for_each(|Cooccurrence { word, context, count }| {
                meetings.push(Meeting { word: word as usize, context: context as usize, count });
                if meetings.len() == MEETINGS {
                    learn(&mut meetings);
                }
            });
            read.map_err(failed)?;
            learn(&mut meetings);
            if observe(number, cost / learnt as f64).is_break() {
                return Ok(None);
            }
        }
        Ok(Some(model.vectors()))
    }
}
