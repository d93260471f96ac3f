//! Solos over the chords of the one that was learnt.

use std::path::Path;

use burn::tensor::Device;
use fireside_datasets::jazz::{Edition, Jazz, Selection};
use fireside_numpy_rng::NumpyRng;
use serde::{Deserialize, Serialize};

use super::answer::Draws;
use super::files::KnownFile;
use super::{Answer, Architecture, Model, TrainedError};
use crate::jazz::{TY, describe, improvise};

/// The longest solo that is played, in values.
const MOST: usize = 100_000;

/// Solos over the chords of the one that was learnt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solos {
    /// The solo that was learnt.
    pub learnt: Learnt,
    /// Its different values, in the order of their numbers.
    pub values: Vec<String>,
    /// Seed of the draws where no other is given. The run drew its first weights from the same numbers.
    pub seed: u32,
}

/// Where a solo is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Learnt {
    /// The one that is made by a few rules.
    Composed {
        /// Whether there are rests.
        edition: Edition,
        /// Its seed.
        seed: u32,
    },
    /// One in a MIDI file.
    File {
        /// The file.
        midi: KnownFile,
        /// Its track with the melody, by name or number.
        melody: Option<String>,
        /// Its track with the chords.
        chords: Option<String>,
        /// The first beat.
        from: i64,
        /// The beat before which the solo ends.
        to: i64,
        /// Whether there are rests.
        edition: Edition,
    },
}

impl Learnt {
    /// A part of a MIDI file.
    pub fn file(midi: KnownFile, selection: Selection) -> Self {
        let Selection { melody, chords, from, to, edition } = selection;
        Self::File { midi, melody, chords, from, to, edition }
    }
}

impl Solos {
    /// Solos over the chords of this one.
    pub fn new(learnt: Learnt, jazz: &Jazz, seed: u32) -> Self {
        Self { learnt, values: jazz.vocabulary.iter().map(ToString::to_string).collect(), seed }
    }

    /// Reads the solo that was learnt.
    pub(super) fn load(&self, folder: &Path) -> Result<Jazz, TrainedError> {
        let jazz = match &self.learnt {
            Learnt::Composed { edition, seed } => Jazz::embedded(*edition, *seed),
            Learnt::File { midi, melody, chords, from, to, edition } => {
                let path = midi.path(folder)?;
                midi.check(&path)?;
                let (melody, chords) = (melody.clone(), chords.clone());
                let selection =
                    Selection { melody, chords, from: *from, to: *to, edition: *edition };
                Jazz::read_file(&path, &selection)?
            }
        };
        match jazz.vocabulary.iter().map(ToString::to_string).eq(self.values.iter().cloned()) {
            true => Ok(jazz),
            false => Err(TrainedError::malformed(
                &folder.join(super::CARD_FILE),
                "its values are not those of the solo that it names",
            )),
        }
    }

    pub(super) fn answer(
        &self,
        (model, architecture): (&Model, &Architecture),
        jazz: &Jazz,
        length: Option<usize>,
        draws: Draws,
        device: &Device,
    ) -> Result<Option<Answer>, TrainedError> {
        let (Model::Music(model), Architecture::MusicModel(config)) = (model, architecture) else {
            return Ok(None);
        };
        if config.num_values != jazz.vocabulary.len() {
            return Err(TrainedError::Question(format!(
                "the model is one of {} values, its solo has {}",
                config.num_values,
                jazz.vocabulary.len()
            )));
        }
        let temperature = draws.temperature;
        if !(temperature >= 0.0 && temperature.is_finite()) {
            return Err(TrainedError::Question(format!(
                "the temperature is {temperature}: it must be 0 or more"
            )));
        }
        let length = length.unwrap_or(TY * jazz.measures.len()).min(MOST);
        let mut rng = match draws.seed {
            Some(seed) => NumpyRng::new(seed),
            None => architecture.draws_after_weights(self.seed, true, device)?,
        };
        let tune = improvise(model, jazz, length, temperature, &mut rng, device)?;
        Ok(Some(Answer::Tune { description: describe(&tune), tune }))
    }
}
