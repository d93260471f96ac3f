//! Word vectors learnt from a text, by the learners of the course.

mod keeping;
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
use fireside_sequence::cbow::Cbow;
use fireside_sequence::glove::{Glove, GloveSettings, Meeting};
use fireside_sequence::skip_gram::SkipGram;
use fireside_sequence::windows::{Stretch, Tally, Windows};
use fireside_sequence::word_output::WordOutput;
use fireside_training::checkpoint::Shelf;

use self::keeping::{Draws, Keeper, Progress, Tables, only};
pub use self::keeping::{EPOCHS, Moment};
pub use self::settings::{EmbeddingSettings, Learner, Output, Times};
use crate::RecipeError;

/// Pairs that GloVe counts in memory before it turns to the disk.
const PAIRS_IN_MEMORY: usize = 4 << 20;
/// Pairs that it learns at a time.
const MEETINGS: usize = 1 << 19;
/// Sentences that skip-gram and CBOW learn from one look around to the next.
const SENTENCES: usize = 64;
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
/// is told what happens and may break off. Checkpoints go onto the `shelf`, which is continued from if it `resumes`.
///
/// # Errors
/// When the text cannot be read, GloVe's counts find no room on the disk, a checkpoint cannot be read or written, or a
/// vector leaves the real numbers.
pub fn learn(
    learner: Learner,
    text: &Text,
    (vocabulary, counts): (&Vocabulary, &[u64]),
    settings: &EmbeddingSettings,
    device: &Device,
    (shelf, resumes): (Option<Shelf>, bool),
    observe: impl FnMut(Moment) -> ControlFlow<()>,
) -> Result<Learnt, RecipeError> {
    let dimensions = settings.dimensions;
    let keeper = Keeper::new(shelf, resumes, settings.epochs, observe);
    let learning = Learning { text, vocabulary, counts, settings, device };
    let (vectors, progress) = match learner {
        Learner::Glove => learning.glove(keeper)?,
        Learner::SkipGram => learning.by_windows::<SkipGram, _>(keeper)?,
        Learner::Cbow => learning.by_windows::<Cbow, _>(keeper)?,
        Learner::NeuralLanguageModel => {
            neural::train(&learning.sentences()?, vocabulary.len(), settings, device, keeper)?
        }
    };
    let Some(vectors) = vectors else {
        return Ok(Learnt::BrokenOff(progress.losses.len()));
    };
    let made = WordVectors::new(vocabulary.words(), vectors, dimensions);
    let failed = |problem| {
        RecipeError::Diverged(format!("{}: {problem}: try a smaller --lr", learner.name()))
    };
    let losses = progress.losses.iter().map(|loss| loss.unwrap_or(f64::NAN)).collect();
    Ok(Learnt::Whole { vectors: made.map_err(failed)?, losses })
}

/// What all learners need.
struct Learning<'a> {
    text: &'a Text,
    vocabulary: &'a Vocabulary,
    counts: &'a [u64],
    settings: &'a EmbeddingSettings,
    device: &'a Device,
}

/// Vectors, unless it was broken off, and how far it came.
type Outcome = Result<(Option<Vec<f32>>, Progress), RecipeError>;

impl Learning<'_> {
    /// The text in memory, its words as numbers.
    fn sentences(&self) -> Result<Vec<Vec<u32>>, DataError> {
        let sentences = self.text.sentences()?;
        sentences.map(|sentence| Ok(indices(self.vocabulary, &sentence?))).collect()
    }

    /// Skip-gram and CBOW, on the text in memory, their rate falling in a line.
    fn by_windows<M, O>(&self, mut keeper: Keeper<O>) -> Outcome
    where
        M: ByWindows,
        O: FnMut(Moment) -> ControlFlow<()>,
    {
        let settings = self.settings;
        let sentences = self.sentences()?;
        let windows = Windows::new(settings.window, self.counts, settings.threshold);
        let output = match settings.output {
            Output::NegativeSampling => {
                WordOutput::negative_sampling(self.counts, settings.negatives)
            }
            Output::HierarchicalSoftmax => WordOutput::hierarchical_softmax(self.counts),
        };
        let (words, dimensions) = (self.vocabulary.len(), settings.dimensions);
        let tables = |model: &M| Tables::of(model.tables(), self.device);
        let mut draws = Draws::new(settings.seed);
        let mut model = M::drawn(words, dimensions, &mut || draws.draw());
        let mut progress = Progress::default();
        if let Some(found) = keeper.find(tables(&model), sentences.len())? {
            let [vectors, weights] = found.model.numbers()?;
            model = M::of_tables(vectors, weights, dimensions);
            draws = Draws::after(settings.seed, found.progress.draws);
            progress = found.progress;
        }
        let mut tally = Tally { loss: f64::from_bits(progress.loss), number: progress.number };
        while progress.losses.len() < settings.epochs {
            let done = progress.losses.len();
            let left = |done: usize| 1.0 - done as f64 / settings.epochs as f64;
            let rate = |done| settings.learning_rate * f64::max(left(done), LAST_RATE);
            let begin = progress.within.min(sentences.len());
            let end = (begin + SENTENCES).min(sentences.len());
            let rates = [rate(done), rate(done + 1)];
            let stretch = Stretch { sentences: &sentences, part: begin..end, rates };
            model.learn(stretch, &windows, &output, &mut || draws.draw(), &mut tally);
            let epoch = (end == sentences.len()).then(|| (done + 1, tally.mean()));
            progress.within = end;
            if let Some((_, loss)) = epoch {
                progress.close(loss);
                tally = Tally::default();
            }
            (progress.loss, progress.number) = (tally.loss.to_bits(), tally.number);
            progress.draws = draws.count();
            if keeper.done(epoch, &mut progress, |_| only(&tables(&model)))?.is_break() {
                return Ok((None, progress));
            }
        }
        keeper.finish(&progress, || tables(&model))?;
        let [vectors, _] = model.tables();
        Ok((Some(vectors), progress))
    }

    /// GloVe, the text read sentence by sentence and its counts kept on the disk.
    fn glove(&self, mut keeper: Keeper<impl FnMut(Moment) -> ControlFlow<()>>) -> Outcome {
        let settings = self.settings;
        let failed =
            |error| RecipeError::Run(format!("GloVe's counts in a temporary file: {error}"));
        let mut counter = CooccurrenceCounter::new(settings.window, PAIRS_IN_MEMORY);
        for sentence in self.text.sentences()? {
            counter.add(&indices(self.vocabulary, &sentence?)).map_err(failed)?;
        }
        let mut pairs = counter.finish().map_err(failed)?;
        let parts = (pairs.pairs() as usize).div_ceil(MEETINGS);
        let words: u64 = self.counts.iter().sum();
        // The authors' 100 is for texts of a billion words; in a small one nothing would come near it.
        let x_max = (words as f64 / 1e4).clamp(10.0, 100.0);
        let glove = GloveSettings { learning_rate: settings.learning_rate, x_max };
        let mut draws = Draws::new(settings.seed);
        let (words, dimensions) = (self.vocabulary.len(), settings.dimensions);
        let mut model = Glove::new(words, dimensions, glove, &mut || draws.draw());
        let tables = |model: &Glove| Tables::of(model.numbers(), self.device);
        let mut progress = Progress::default();
        if let Some(found) = keeper.find(tables(&model), parts)? {
            let other = || RecipeError::Input("GloVe's checkpoint is of another size".to_string());
            model = model.with_numbers(found.model.numbers()?).ok_or_else(other)?;
            progress = found.progress;
        }
        while progress.losses.len() < settings.epochs {
            let mut known = progress.within * MEETINGS; // pairs learnt before it was broken off
            let mut goes = Ok(ControlFlow::Continue(()));
            let mut meetings = Vec::with_capacity(MEETINGS);
            let read = pairs.for_each(|Cooccurrence { word, context, count }| {
                if known > 0 {
                    known -= 1;
                } else if matches!(goes, Ok(ControlFlow::Continue(()))) {
                    let (word, context) = (word as usize, context as usize);
                    meetings.push(Meeting { word, context, count });
                    if meetings.len() == MEETINGS {
                        progress.add(model.learn_all(&meetings), meetings.len());
                        progress.within += 1;
                        meetings.clear();
                        goes = keeper.done(None, &mut progress, |_| only(&tables(&model)));
                    }
                }
            });
            read.map_err(failed)?;
            if goes?.is_break() {
                return Ok((None, progress));
            }
            progress.add(model.learn_all(&meetings), meetings.len());
            let loss = f64::from_bits(progress.loss) / progress.number as f64;
            progress.close(loss);
            let epoch = Some((progress.losses.len(), loss));
            if keeper.done(epoch, &mut progress, |_| only(&tables(&model)))?.is_break() {
                return Ok((None, progress));
            }
        }
        keeper.finish(&progress, || tables(&model))?;
        Ok((Some(model.vectors()), progress))
    }
}

/// Skip-gram and CBOW, which have tables of one form.
trait ByWindows {
    fn drawn(words: usize, dimensions: usize, uniform: &mut impl FnMut() -> f64) -> Self;
    fn of_tables(vectors: Vec<f32>, weights: Vec<f32>, dimensions: usize) -> Self;
    fn tables(&self) -> [Vec<f32>; 2];
    fn learn(
        &mut self,
        stretch: Stretch<'_>,
        windows: &Windows,
        output: &WordOutput,
        uniform: &mut impl FnMut() -> f64,
        tally: &mut Tally,
    );
}

impl ByWindows for SkipGram {
    fn drawn(words: usize, dimensions: usize, uniform: &mut impl FnMut() -> f64) -> Self {
        Self::new(words, dimensions, uniform)
    }

    fn of_tables(vectors: Vec<f32>, weights: Vec<f32>, dimensions: usize) -> Self {
        Self::of(vectors, weights, dimensions)
    }

    fn tables(&self) -> [Vec<f32>; 2] {
        [self.vectors().to_vec(), self.weights().to_vec()]
    }

    fn learn(
        &mut self,
        stretch: Stretch<'_>,
        windows: &Windows,
        output: &WordOutput,
        uniform: &mut impl FnMut() -> f64,
        tally: &mut Tally,
    ) {
        self.learn_stretch(stretch, windows, output, uniform, tally);
    }
}

impl ByWindows for Cbow {
    fn drawn(words: usize, dimensions: usize, uniform: &mut impl FnMut() -> f64) -> Self {
        Self::new(words, dimensions, uniform)
    }

    fn of_tables(vectors: Vec<f32>, weights: Vec<f32>, dimensions: usize) -> Self {
        Self::of(vectors, weights, dimensions)
    }

    fn tables(&self) -> [Vec<f32>; 2] {
        [self.vectors().to_vec(), self.weights().to_vec()]
    }

    fn learn(
        &mut self,
        stretch: Stretch<'_>,
        windows: &Windows,
        output: &WordOutput,
        uniform: &mut impl FnMut() -> f64,
        tally: &mut Tally,
    ) {
        self.learn_stretch(stretch, windows, output, uniform, tally);
    }
}
