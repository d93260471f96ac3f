//! Word vectors: read from a file, or learnt within a run, watched and kept as every training.

use std::ops::ControlFlow;
use std::time::Instant;

use burn::tensor::Device;
use clap::{Args, ValueHint};
use fireside_datasets::source::Source;
use fireside_datasets::word_vectors::WordVectors;
use fireside_recipes::counted;
use fireside_recipes::embeddings::{
    Checkpoints, CountedText, EPOCHS, EmbeddingSettings, Learner, Learnt, Moment, Output, learn,
};
use fireside_recipes::trained::KnownFile;
use fireside_recipes::word_vectors::VectorSource;
use serde::{Deserialize, Serialize};

use crate::run::Run;
use crate::values::{Count, InputPath, LearningRate, Units, one_of};
use crate::{Failure, Given, given, interrupt};

/// The training of vectors that no file was given for.
const VECTORS: &str = "vectors";

/// Where word vectors come from.
#[derive(Args, Debug, Clone, Default, Serialize, Deserialize)]
pub struct Vectors {
    /// Word vectors of GloVe or word2vec: text, or binary in a file named *.bin [default: those of --data, or learnt
    /// from a generated text]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub vectors: Option<InputPath>,
    /// Read the first so many words, which are the most frequent ones [default: all]
    #[arg(long, value_name = "COUNT")]
    pub words: Option<Count>,
}

/// How word vectors are learnt.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct Learning {
    /// Numbers in each vector
    #[arg(long, default_value = "50")]
    pub dimensions: Units,
    /// Words to both sides that count as near; GloVe, which weighs them by their distance, takes twice as many,
    /// the neural language model those before
    #[arg(long, default_value = "5")]
    pub window: Units,
    /// Times through the text; GloVe goes ten times as often through its counts, which are fewer
    #[arg(long, default_value = "10")]
    pub epochs: Count,
    /// Learning rate at the start; CBOW, which takes one step for each word, starts with twice as much, the neural
    /// language model, by Adam, with a twenty-fifth
    #[arg(long, default_value = "0.05")]
    pub lr: LearningRate,
    /// How skip-gram and CBOW do without a softmax over all words
    #[arg(long, value_parser = one_of(Output::CHOICES), default_value = "hierarchical-softmax")]
    pub output: Output,
    /// Words drawn for each word by negative sampling
    #[arg(long, default_value = "5")]
    pub negatives: Units,
    /// Share of the text above which skip-gram and CBOW leave a word out by chance, such as 1e-3
    #[arg(long, default_value = "1.0")]
    pub threshold: LearningRate,
}

impl Learning {
    /// The same, as the recipe takes it.
    pub fn settings(&self, seed: u32) -> EmbeddingSettings {
        EmbeddingSettings {
            dimensions: self.dimensions.get(),
            window: self.window.get(),
            epochs: self.epochs.get(),
            learning_rate: self.lr.get(),
            output: self.output,
            negatives: self.negatives.get(),
            threshold: self.threshold.get(),
            seed,
        }
    }
}

impl Vectors {
    /// Reads them, or generates the text to learn them from.
    ///
    /// # Errors
    /// When a file is missing or damaged.
    pub fn open(&self, data: &Source, seed: u32, dry_run: bool) -> Result<VectorSource, Failure> {
        let (file, most) = (self.vectors.as_deref(), self.words.map(Count::get));
        let source = VectorSource::open(file, data, most, seed, dry_run);
        source.given_by(&given(self, "--vectors"))
    }
}

impl Run {
    /// The word vectors that were read, or else learns them, in the folder `vectors`; and the file that they are in,
    /// which is `vectors.txt` in the run's folder then. Says where they are from, what they are and what was passed over.
    ///
    /// # Errors
    /// As [`Run::learn_vectors`], or when a file cannot be written.
    pub fn word_vectors(
        &mut self,
        source: VectorSource,
        device: &Device,
    ) -> Result<(WordVectors, KnownFile), Failure> {
        self.say(&format!("Data: word vectors, {}.", source.describe()));
        let (vectors, file) = match source {
            VectorSource::File { path, vectors } => (vectors, self.known_input(VECTORS, &path)?),
            VectorSource::Text { text, settings } => {
                let learner = Learner::SkipGram;
                let (vectors, _) =
                    self.learn_vectors(VECTORS, learner, &text, &settings, device)?;
                let file = self.write_vectors("vectors.txt", &vectors)?;
                (vectors, file)
            }
        };
        let words = counted(vectors.len(), "word");
        let dimensions = counted(vectors.dimensions(), "dimension");
        self.say(&format!("{words} in {dimensions}."));
        self.passed_over(&vectors);
        Ok((vectors, file))
    }

    /// Learns word vectors as a training of the run; returns them with the mean loss of each epoch.
    ///
    /// # Errors
    /// When the text cannot be read, the vectors leave the real numbers, a checkpoint cannot be read or written, or
    /// Ctrl-C ended it early: the message says how to resume.
    pub fn learn_vectors(
        &mut self,
        name: &str,
        learner: Learner,
        text: &CountedText,
        settings: &EmbeddingSettings,
        device: &Device,
    ) -> Result<(WordVectors, Vec<f64>), Failure> {
        let begin = Instant::now();
        let epochs = self.iterations(settings.epochs);
        let settings = EmbeddingSettings { epochs, ..settings.clone() };
        let model = (learner.name(), text.counts.len(), text.words());
        let shelf = self.shelf(name, EPOCHS, &model)?;
        let (resumes, keeps_last) = (self.resumes(), self.keeps_states());
        let folder = self.folder().map(|folder| folder.join(name));
        let checkpoints = Checkpoints { shelf, resumes, keeps_last, folder };
        let watch = self.watching(name, learner.times().epochs);
        match learn(learner, text, &settings, device, checkpoints, watch)? {
            Learnt::BrokenOff(done) => {
                Err(self.stopped(name, &format!("{done} of {epochs} epochs")))
            }
            Learnt::Whole { vectors, losses } => {
                self.say(&format!("{name} took {:.1} s", begin.elapsed().as_secs_f64()));
                Ok((vectors, losses))
            }
        }
    }

    /// Says how a learner gets on, the loss of every `interval` epochs, and heeds Ctrl-C.
    fn watching(&self, name: &str, interval: usize) -> impl FnMut(Moment) -> ControlFlow<()> {
        let beginning = self.beginning();
        let meter = self.voice().meter(name, "epochs", 0);
        let (mut done, mut said) = (0, false);
        move |moment| {
            let dial = meter.dial(); // the meter goes for as long as this is asked
            match moment {
                Moment::Begin { epochs, of, within, passed_over } => {
                    done = epochs;
                    dial.of(of as f64);
                    dial.starts_at(epochs as f64);
                    for reason in passed_over {
                        self.say(&format!("{name}: passed over: {reason}."));
                    }
                    let part = if within { " and a part of the next" } else { "" };
                    let after = (epochs > 0 || within).then(|| format!("epoch {epochs}{part}"));
                    beginning(name, after);
                }
                Moment::Part(share) => dial.at(done as f64 + share),
                Moment::Epoch(epoch, loss) => {
                    done = epoch;
                    dial.at(epoch as f64);
                    dial.note(format!("loss {loss:.4}"));
                    if epoch == 1 || epoch.is_multiple_of(interval) {
                        self.say(&format!("{name}, epoch {epoch}: loss {loss:.4}"));
                    }
                }
                Moment::Kept(pace) if !said => {
                    if let Some(line) = pace.rarity() {
                        said = true;
                        self.say(&line);
                    }
                }
                Moment::Kept(_) => (),
            }
            interrupt::heed()
        }
    }
}
