//! Trained models that can be used: what they are, what they take and what they answer.
//!
//! A run leaves for each model a folder with its weights and a `model.json`, the [`Card`]. [`Trained::load`] builds
//! the model from it, in any process, and [`Trained::answer`] answers as the run itself did, bit for bit: the run asks
//! by the same function.
//!
//! What is read is hostile until checked: lengths before contents, contents by their SHA-256, and what a description
//! claims of sizes against the length of the weights, before a tensor is made.
//!
//! ```no_run
//! use burn::tensor::Device;
//! use fireside_recipes::trained::{Question, Trained};
//!
//! let model = Trained::load("runs/cats/model".as_ref(), None, &Device::flex())?;
//! let answer = model.answer(&Question::Picture("photo.jpg".into()))?;
//! println!("{answer}"); // cat (93.1 %)
//! # Ok::<(), fireside_recipes::trained::TrainedError>(())
//! ```

mod answer;
mod architecture;
mod boxes;
mod card;
mod cards;
mod characters;
mod edges;
mod entities;
mod error;
mod files;
mod grid;
mod landmarks;
mod model;
mod pictures;
mod reading;
mod regions;
mod sentences;
mod solos;
mod task;
#[cfg(all(test, feature = "flex"))]
mod tests;
mod values;
mod vectors;

use std::path::Path;

use burn::tensor::Device;
use fireside_datasets::jazz::Jazz;

pub use answer::{Alike, Answer, Draws, FoundBox, Named as NamedWords, Point, Question, Share};
pub use architecture::{Architecture, HeadOn, Named, PixelChange};
pub use boxes::{Boxes, Finder};
pub use card::{Card, FORMAT, MadeBy};
pub use characters::{Names, Texts};
pub use edges::Edges;
pub use entities::Entities;
pub use error::TrainedError;
pub use files::KnownFile;
pub use grid::Grid;
pub use landmarks::Landmarks;
pub use model::Model;
pub use pictures::Pictures;
pub use reading::{Reading, probabilities};
pub use regions::Regions;
pub use sentences::{Lexicon, Sentences, Words};
pub use solos::{Learnt, Solos};
pub use task::Task;
pub use values::Values;
pub use vectors::Neighbourhoods;

/// What describes a model, in its folder.
pub const CARD_FILE: &str = "model.json";

/// A trained model with all that it needs to answer.
#[derive(Debug)]
pub struct Trained {
    card: Card,
    model: Model,
    beside: Beside,
    device: Device,
}

/// What a model needs beside its weights.
#[derive(Debug, Clone)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// The words it knows.
    Words(Lexicon),
    /// The solo it has learnt.
    Solo(Box<Jazz>),
}

impl Trained {
    /// A model that is in memory already.
    ///
    /// # Errors
    /// When it does not do what the card says.
    pub fn new(
        card: Card,
        model: Model,
        beside: Beside,
        device: &Device,
    ) -> Result<Self, TrainedError> {
        let fits = matches!(
            (&card.task, &model, &beside),
            (Task::Pictures(_), Model::Features(_) | Model::Images(_), _)
                | (
                    Task::Boxes(_),
                    Model::Localizer(_)
                        | Model::Windows(_)
                        | Model::Detector(_)
                        | Model::Regions(_),
                    _,
                )
                | (Task::Landmarks(_), Model::Localizer(_), _)
                | (Task::Edges(_), Model::Edges(_), _)
                | (Task::Values(_), Model::Features(_), _)
                | (Task::Sentences(_), Model::Words(_), Beside::Words(_))
                | (
                    Task::Sentences(_),
                    Model::Rows(_) | Model::Mean(_),
                    Beside::Words(Lexicon::Vectors(_)),
                )
                | (Task::Entities(_), Model::Tagger(_), Beside::Words(_))
                | (Task::Names(_), Model::ByHand(_), _)
                | (Task::Names(_) | Task::Texts(_), Model::Language(_), _)
                | (Task::Solos(_), Model::Music(_), Beside::Solo(_))
                | (Task::Neighbourhoods(_), Model::Vectors(_), _)
        );
        match fits {
            true => Ok(Self { card, model, beside, device: device.clone() }),
            false => Err(TrainedError::Unfit {
                architecture: card.architecture.name(),
                task: card.task.verb(),
            }),
        }
    }

    /// A model in memory that needs nothing beside its weights.
    ///
    /// # Errors
    /// When it does not do what the card says.
    pub fn of(card: &Card, model: Model, device: &Device) -> Result<Self, TrainedError> {
        Self::new(card.clone(), model, Beside::Nothing, device)
    }

    /// Reads a model from its folder. `vectors` is where its word vectors lie, if they are not where they were.
    ///
    /// # Errors
    /// When there is none, a file is damaged, huge or another than the one described, the description is impossible,
    /// or the weights are those of another architecture.
    pub fn load(
        folder: &Path,
        vectors: Option<&Path>,
        device: &Device,
    ) -> Result<Self, TrainedError> {
        let card = Card::read(folder)?;
        let card_path = folder.join(CARD_FILE);
        let malformed = |reason| TrainedError::malformed(&card_path, reason);
        card.task.check().and_then(|()| card.check_inputs()).map_err(malformed)?;
        let Some(weights) = &card.weights else {
            return Err(TrainedError::malformed(&card_path, "it names no weights"));
        };
        let (claimed, bytes) = (card.architecture.least_parameters(), weights.bytes);
        if claimed > u128::from(bytes) {
            return Err(TrainedError::Claimed { path: folder.join(CARD_FILE), claimed, bytes });
        }
        if let Architecture::WordVectors { words, .. } = card.architecture {
            let read = sentences::read_vectors(weights, folder, vectors, Some(words))?;
            return Self::new(card, Model::Vectors(read), Beside::Nothing, device);
        }
        let path = weights.path(folder)?;
        let contents = weights.read(&path)?;
        let model = card.architecture.load(&path, contents, device)?;
        let beside = match &card.task {
            Task::Sentences(task) => Beside::Words(task.words.load(folder, vectors)?),
            Task::Entities(task) => Beside::Words(task.words.load(folder, vectors)?),
            Task::Solos(task) => Beside::Solo(Box::new(task.load(folder)?)),
            _ => Beside::Nothing,
        };
        card.check_words(&beside).map_err(malformed)?;
        Self::new(card, model, beside, device)
    }

    /// What is known of it.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// What it takes, in words.
    pub fn takes(&self) -> String {
        self.card.task.takes()
    }

    /// Answers a question.
    ///
    /// # Errors
    /// When it is none for this model, has no answer, a file that it names cannot be read, or the device fails.
    pub fn answer(&self, question: &Question) -> Result<Answer, TrainedError> {
        let Self { card, model, beside, device } = self;
        let with_architecture = (model, &card.architecture);
        let answer = match (&card.task, question, beside, model) {
            (Task::Pictures(task), Question::Picture(path), ..) => {
                task.answer(model, path, device)?
            }
            (Task::Boxes(task), Question::Picture(path), ..) => task.answer(model, path, device)?,
            (Task::Landmarks(task), Question::Picture(path), ..) => {
                task.answer(model, path, device)?
            }
            (Task::Edges(task), Question::Picture(path), ..) => task.answer(model, path, device)?,
            (Task::Values(task), Question::Values(values), ..) => {
                task.answer(model, values, device)?
            }
            (Task::Sentences(task), Question::Sentence(text), Beside::Words(lexicon), _) => {
                task.answer(model, lexicon, text, device)?
            }
            (Task::Entities(task), Question::Sentence(text), Beside::Words(lexicon), _) => {
                task.answer(model, lexicon.vocabulary(), text, device)?
            }
            (Task::Names(task), Question::Names { start, count, draws }, ..) => {
                task.answer(with_architecture, (start, *count), *draws, device)?
            }
            (Task::Texts(task), Question::Text { prompt, length, draws }, ..) => {
                task.answer(with_architecture, (prompt, *length), *draws, device)?
            }
            (Task::Solos(task), Question::Solo { length, draws }, Beside::Solo(jazz), _) => {
                task.answer(with_architecture, jazz, *length, *draws, device)?
            }
            (Task::Neighbourhoods(task), Question::Near { word, top }, _, Model::Vectors(v)) => {
                Some(task.near(v, word, *top)?)
            }
            (
                Task::Neighbourhoods(task),
                Question::Analogy { words, top },
                _,
                Model::Vectors(v),
            ) => Some(task.analogy(v, words, *top)?),
            _ => None,
        };
        answer.ok_or_else(|| TrainedError::OtherQuestion {
            given: question.describe(),
            takes: self.takes(),
        })
    }
}
