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
use crate::{RecipeError, counted};

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
        let mut is_lonely = true;
        for sentence in counted.sentences()? {
            if sentence?.len() > 1 {
                is_lonely = false;
                break;
            }
        }
        match is_lonely {
            true => Err(counted.text.lonely("one word to a line")),
            false => Ok(counted),
        }
    }

    /// What it is and how many words it has, in a phrase.
    pub fn describe(&self) -> String {
        let (words, different) = (counted(self.words() as usize, "word"), self.counts.len());
        let often = self.frequent(FREQUENT).join(", ");
        format!("{words}, {different} different, most often {often}: {}", self.text.describe())
    }

    /// The words that occur most often, at most `count`.
    fn frequent(&self, count: usize) -> Vec<&str> {
        let mut words: Vec<_> = self.vocabulary.words().zip(&self.counts).collect();
        words.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        words.into_iter().take(count).map(|(word, _)| word).collect()
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

/// Words that are shown of those that occur most often.
const FREQUENT: usize = 8;

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

#[cfg(all(test, feature = "flex"))]
#[allow(clippy::unwrap_used, reason = "what fails here fails the test")]
mod tests {
    use std::fs;
    use std::time::Duration;

    use fireside_training::checkpoint::{Identity, Pace, Shelf};
    use serde_json::Map;

    use super::*;

    const LEARNERS: [Learner; 4] =
        [Learner::SkipGram, Learner::Cbow, Learner::Glove, Learner::NeuralLanguageModel];

    fn settings() -> EmbeddingSettings {
        EmbeddingSettings {
            dimensions: 4,
            window: 2,
            epochs: 5,
            learning_rate: 0.02,
            output: Output::NegativeSampling,
            negatives: 2,
            threshold: 1.0,
            seed: 1,
        }
    }

    fn checkpoints(folder: &Path, keeps_last: bool) -> Checkpoints {
        let shelf = Shelf::new(folder, EPOCHS, Identity::new(Map::new()));
        let shelf = Some(shelf.at(Pace::every(Duration::ZERO)));
        Checkpoints { shelf, resumes: true, keeps_last, folder: Some(folder.to_path_buf()) }
    }

    fn text() -> CountedText {
        CountedText::new(Text::open(None, 150, 1), 1).unwrap()
    }

    fn files(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).map_or_else(|_| Vec::new(), |found| found.collect());
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> =
            entries.into_iter().map(|entry| name(entry).into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn learner_that_is_broken_off_at_every_look_comes_to_the_same_vectors() {
        let (text, device) = (text(), Device::flex());
        for learner in LEARNERS {
            let go_on = |_| ControlFlow::Continue(());
            let nowhere = Checkpoints::default();
            let whole = learn(learner, &text, &settings(), &device, nowhere, go_on).unwrap();
            let Learnt::Whole { vectors: expected, losses: curve } = whole else { panic!() };

            let folder = tempfile::tempdir().unwrap();
            let mut times = 0;
            let (vectors, losses) = loop {
                let checkpoints = checkpoints(folder.path(), false);
                // The first part goes through, so that it gets on.
                let mut looks = 0;
                let observe = |moment| {
                    looks += usize::from(matches!(moment, Moment::Part(_) | Moment::Epoch(..)));
                    if looks > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                };
                match learn(learner, &text, &settings(), &device, checkpoints, observe).unwrap() {
                    Learnt::Whole { vectors, losses } => break (vectors, losses),
                    Learnt::BrokenOff(_) => times += 1,
                }
            };
            assert!(times > 1, "{learner:?} was broken off {times} times");
            assert_eq!(vectors.vectors(), expected.vectors(), "{learner:?}");
            assert_eq!(losses, curve, "{learner:?}");
            assert_eq!(files(folder.path()), ["model.bpk", "progress.json"], "{learner:?}");
        }
    }

    #[test]
    fn last_checkpoint_stays_with_what_the_learner_goes_on_by_where_it_is_to_be_kept() {
        let (text, device) = (text(), Device::flex());
        for learner in LEARNERS {
            let folder = tempfile::tempdir().unwrap();
            let checkpoints = checkpoints(folder.path(), true);
            let go_on = |_| ControlFlow::Continue(());
            learn(learner, &text, &settings(), &device, checkpoints, go_on).unwrap();
            let kept = files(&folder.path().join(EPOCHS));
            let has = |name: &str| kept.iter().any(|kept| kept == name);
            assert!(has("model-5.bpk") && has("progress-5.json"), "{learner:?}: {kept:?}");
            let averages = matches!(learner, Learner::Glove | Learner::NeuralLanguageModel);
            assert_eq!(has("optimizer-5.bpk"), averages, "{learner:?}: {kept:?}");
        }
    }

    /// Of a model that another process left, and of counts: the text is not there any more.
    #[test]
    fn what_is_learnt_or_counted_is_not_done_again() {
        let (folder, device) = (tempfile::tempdir().unwrap(), Device::flex());
        let path = folder.path().join("text.txt");
        let Text::Generated(generated) = Text::open(None, 150, 1) else { panic!() };
        fs::write(&path, generated).unwrap();
        let text = CountedText::new(Text::File(path.clone()), 1).unwrap();
        let shelf = folder.path().join("glove");
        let learn_until = |last: usize| {
            let observe = |moment| match moment {
                Moment::Epoch(epoch, _) if epoch == last => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            };
            let checkpoints = checkpoints(&shelf, false);
            learn(Learner::Glove, &text, &settings(), &device, checkpoints, observe).unwrap()
        };
        assert!(matches!(learn_until(1), Learnt::BrokenOff(1)));
        fs::remove_file(&path).unwrap();
        let Learnt::Whole { vectors, .. } = learn_until(9) else { panic!() };
        let Learnt::Whole { vectors: again, .. } = learn_until(9) else { panic!() };
        assert_eq!(again.vectors(), vectors.vectors());
    }
}
