//! A jazz solo learnt value by value, and others played by what was learnt.

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_datasets::jazz::{Edition, Jazz, NAMES, Selection, TOPIC, key_of};
use fireside_datasets::midi::Tune;
use fireside_datasets::source::{Source, find};
use fireside_layers::ops::{CrossEntropy, cross_entropy};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::music_model::{MusicModel, MusicModelConfig, most_likely};
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::minibatch::EpochSettings;
use fireside_training::schedule::Decay;
use serde::{Deserialize, Serialize};

use crate::RecipeError;
use crate::counted;
use crate::trained::{Architecture, Card, KnownFile, Learnt, Solos, Task};

/// Values of a window, and windows drawn from the solo, as the assignment has them.
pub const TX: usize = 30;
/// Windows drawn from the solo.
pub const WINDOWS: usize = 60;
/// Values generated for a measure; no more fit into one.
pub const TY: usize = 50;

/// Windows in a mini-batch, and by how much the rate falls: Keras's default, and the notebook's 0.01 an update.
const BATCH: usize = 32;
const DECAY: Decay = Decay::InverseTime { decay_rate: 0.02 };
/// What the label of a step is that has none.
const NONE: i64 = -1;

/// What becomes of the rests between notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rests {
    /// They are values too.
    Kept,
    /// Notes alone are.
    Dropped,
}

impl Rests {
    /// Both, with their names and what they mean.
    pub const CHOICES: [(&'static str, &'static str, Self); 2] = [
        ("kept", "As in the edition of 2021: 90 values in the course's solo", Self::Kept),
        ("dropped", "As in the older edition: 78", Self::Dropped),
    ];

    /// Which edition of the course has them so.
    pub fn edition(self) -> Edition {
        match self {
            Self::Kept => Edition::Of2021,
            Self::Dropped => Edition::Older,
        }
    }
}

/// A solo to learn.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// The solo.
    pub jazz: Jazz,
    /// The MIDI file that it is in, and what is taken of it; none where it is made by a few rules.
    pub origin: Option<(PathBuf, Selection)>,
    edition: Edition,
    seed: u32,
}

impl Lesson {
    /// Reads a solo and its chords from a MIDI file, or takes those of the source.
    ///
    /// # Errors
    /// When the file cannot be read, or has no solo over chords.
    pub fn open(
        midi: Option<&Path>,
        tracks: [Option<String>; 2],
        rests: Rests,
        source: &Source,
        seed: u32,
    ) -> Result<Self, RecipeError> {
        let origin = origin(midi, tracks.clone(), rests, source)?;
        let jazz = open(midi, tracks, rests, source, seed)?;
        Ok(Self { jazz, origin, edition: rests.edition(), seed })
    }

    /// How many values it has, in a phrase.
    pub fn describe(&self) -> String {
        let values = counted(self.jazz.corpus.len(), "value");
        let measures = counted(self.jazz.measures.len(), "measure");
        format!("{values} in {measures}, {} different", self.num_values())
    }

    /// How many different values there are.
    pub fn num_values(&self) -> usize {
        self.jazz.vocabulary.len()
    }

    /// The windows that are learnt.
    ///
    /// # Errors
    /// When it is shorter than a window.
    pub fn windows(&self) -> Result<Vec<&[usize]>, RecipeError> {
        let windows = self.jazz.windows(WINDOWS, TX, 0);
        windows.map_err(|error| RecipeError::Input(error.to_string()))
    }

    /// The model, with weights from NumPy's numbers for the seed.
    ///
    /// # Errors
    /// When there are no units.
    pub fn network(&self, hidden: usize, device: &Device) -> Result<MusicModel, RecipeError> {
        network(self.num_values(), hidden, &mut NumpyRng::new(self.seed), device)
    }

    /// How an epoch goes through the windows.
    pub fn batches(&self) -> EpochSettings {
        batches(self.seed)
    }

    /// What describes a model of so many units; `file` is a copy of the solo's.
    pub fn card(&self, hidden: usize, file: Option<KnownFile>) -> Card {
        let learnt = match (file, &self.origin) {
            (Some(file), Some((_, selection))) => Learnt::file(file, selection.clone()),
            _ => Learnt::Composed { edition: self.edition, seed: self.seed },
        };
        let config = MusicModelConfig::new().with_num_values(self.num_values());
        let architecture = Architecture::MusicModel(config.with_hidden(hidden));
        Card::new(architecture, Task::Solos(Solos::new(learnt, &self.jazz, self.seed)))
    }
}

/// Reads a solo from a MIDI file of the user's, from these tracks for melody and chords where they are chosen, or
/// takes that of the source.
///
/// # Errors
/// When a file is missing or damaged, or has no such tracks.
fn open(
    midi: Option<&Path>,
    [melody, chords]: [Option<String>; 2],
    rests: Rests,
    source: &Source,
    seed: u32,
) -> Result<Jazz, RecipeError> {
    let edition = rests.edition();
    let Some(path) = midi else {
        return Ok(Jazz::load(source, edition, seed)?);
    };
    Ok(Jazz::read_file(path, &Selection { melody, chords, ..Selection::whole(edition) })?)
}

/// The MIDI file that [`open`] reads with the same arguments, and what it takes of it; none where it takes the solo
/// that is made by a few rules.
///
/// # Errors
/// When the course's file is not there.
fn origin(
    midi: Option<&Path>,
    [melody, chords]: [Option<String>; 2],
    rests: Rests,
    source: &Source,
) -> Result<Option<(PathBuf, Selection)>, RecipeError> {
    let edition = rests.edition();
    Ok(match (midi, source) {
        (Some(path), _) => {
            let selection = Selection { melody, chords, ..Selection::whole(edition) };
            Some((path.to_path_buf(), selection))
        }
        (None, Source::Real(folder)) => {
            Some((find(folder, TOPIC, NAMES)?, Selection::metheny(edition)))
        }
        (None, Source::Embedded) => None,
    })
}

/// The model, with weights from NumPy's numbers.
///
/// # Errors
/// When there are no values or units.
fn network(
    num_values: usize,
    hidden: usize,
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<MusicModel, RecipeError> {
    let config = MusicModelConfig::new().with_num_values(num_values).with_hidden(hidden);
    Ok(initialize(config.init(device)?, Initializer::GlorotUniform, rng))
}

/// How an epoch goes through the windows.
fn batches(seed: u32) -> EpochSettings {
    EpochSettings { batch_size: BATCH, seed, decay: DECAY }
}

/// The [`loss`] of a mini-batch of windows, on a device that keeps gradients.
pub fn training_loss(
    windows: &[&[usize]],
    num_values: usize,
    device: &Device,
) -> impl Fn(&MusicModel, &[usize]) -> Tensor<1> {
    let on = device.clone().autodiff();
    move |model, batch| {
        let windows: Vec<_> = batch.iter().map(|window| windows[*window]).collect();
        loss(model, &windows, num_values, &on)
    }
}

/// What the model reads of windows and what comes next at each step. As in the assignment the first step reads
/// zeros instead of the window's first value, and the last has nothing to learn.
fn tensors(
    windows: &[&[usize]],
    num_values: usize,
    device: &Device,
) -> (Tensor<3>, Tensor<2, Int>) {
    let shape = [windows.len(), TX];
    let (mut x, mut y) =
        (vec![0.0_f32; windows.len() * TX * num_values], vec![NONE; windows.len() * TX]);
    for (row, window) in windows.iter().enumerate() {
        for (step, value) in window.iter().enumerate().skip(1) {
            let place = row * TX + step;
            x[place * num_values + value] = 1.0;
            y[place - 1] = *value as i64;
        }
    }
    let x = TensorData::new(x, [windows.len(), TX, num_values]);
    (Tensor::from_data(x, device), Tensor::from_data(TensorData::new(y, shape), device))
}

/// The loss of a window, summed over its steps, and its mean over the windows.
pub fn loss(
    model: &MusicModel,
    windows: &[&[usize]],
    num_values: usize,
    device: &Device,
) -> Tensor<1> {
    let (x, y) = tensors(windows, num_values, device);
    let (logits, _) = model.forward(x, None);
    let options = CrossEntropy { ignored: Some(NONE), ..CrossEntropy::default() };
    let mean =
        cross_entropy(logits.reshape([windows.len() * TX, num_values]), y.flatten(0, 1), &options);
    mean * (TX - 1) as f64
}

/// The share of values that the model foresees, each given those before it in its window.
///
/// # Errors
/// When the device fails.
pub fn accuracy(
    model: &MusicModel,
    windows: &[&[usize]],
    num_values: usize,
    device: &Device,
) -> Result<f64, RecipeError> {
    let (x, y) = tensors(windows, num_values, device);
    let (logits, _) = model.forward(x, None);
    let found: Vec<i64> = logits.argmax(2).try_into_data()?.iter().collect();
    let labels: Vec<i64> = y.try_into_data()?.iter().collect();
    let right = found.iter().zip(&labels).filter(|(found, label)| found == label).count();
    Ok(right as f64 / (windows.len() * (TX - 1)) as f64)
}

/// Plays `length` values: the likeliest each time at temperature 0, as the notebook does, or one drawn from
/// `softmax(logits / temperature)`, as the largest of these logits after each got a random number of Gumbel's
/// distribution.
///
/// # Errors
/// When the device fails.
pub fn play(
    model: &MusicModel,
    num_values: usize,
    length: usize,
    temperature: f64,
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<Vec<usize>, RecipeError> {
    let gumbel =
        |rng: &mut NumpyRng| -(-(1.0 - rng.random_sample()).ln()).max(f64::MIN_POSITIVE).ln();
    let start = Tensor::zeros([1, num_values], device);
    let generated = model.generate(start, None, length, |logits| match temperature {
        0.0 => most_likely(logits),
        temperature => {
            let noise: Vec<f32> = (0..num_values).map(|_| gumbel(rng) as f32).collect();
            let noise = Tensor::from_data(TensorData::new(noise, [1, num_values]), device);
            most_likely(&(logits.clone() / temperature + noise))
        }
    });
    let values = generated.values.try_into_data()?;
    Ok(values.iter::<i64>().map(|value| value as usize).collect())
}

/// Lets the model improvise over the solo's chords, until `length` values are played or the measures are full.
///
/// # Errors
/// When the device fails.
pub fn improvise(
    model: &MusicModel,
    jazz: &Jazz,
    length: usize,
    temperature: f64,
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<Tune, RecipeError> {
    let values = play(model, jazz.vocabulary.len(), length, temperature, rng, device)?;
    let values = values.into_iter().map(|value| jazz.vocabulary[value]);
    Ok(jazz.tune(&jazz.improvise(values, rng)))
}

/// How long a tune lasts, how many notes its solo has and the key that it is in, in words.
pub fn describe(tune: &Tune) -> String {
    let notes = tune.tracks.iter().flat_map(|track| &track.notes);
    let end = notes.clone().map(|note| note.start + note.length).max().unwrap_or_default();
    let seconds = end as f64 / f64::from(tune.ticks_per_quarter.max(1)) * 60.0 / tune.tempo;
    let solo = tune.tracks.first().map_or(0, |track| track.notes.len());
    let key = key_of(notes.map(|note| (note.key, note.length)));
    let key = key.unwrap_or_else(|| "no key".to_string());
    format!("{seconds:.1} s at {:.0} beats a minute, {solo} notes of the solo, {key}", tune.tempo)
}

#[cfg(all(test, feature = "flex"))]
mod tests {

    use super::*;

    #[test]
    fn windows_are_read_from_zeros_and_every_value_but_the_first_is_learnt_once() {
        let window: Vec<usize> = (0..TX).collect();
        let (x, y) = tensors(&[&window], TX, &Device::flex());
        let x: Vec<f32> = x.into_data().iter().collect();
        let y: Vec<i64> = y.into_data().iter().collect();
        assert_eq!((x.iter().sum::<f32>(), x[..TX].iter().sum::<f32>()), ((TX - 1) as f32, 0.0));
        assert_eq!(x[5 * TX + 5], 1.0);
        assert!(y.into_iter().eq((1..TX as i64).chain([NONE])));
    }

    #[test]
    fn first_loss_is_that_of_guessing_and_drawn_tunes_fill_their_measures() {
        let device = Device::flex();
        let jazz = Jazz::embedded(Edition::Of2021, 1);
        let num_values = jazz.vocabulary.len();
        let model = MusicModelConfig::new().with_num_values(num_values).init(&device).unwrap();
        let windows = jazz.windows(WINDOWS, TX, 0).unwrap();
        let loss: f32 = loss(&model, &windows, num_values, &device).into_scalar();
        let guessing = (TX - 1) as f32 * (num_values as f32).ln();
        assert!((loss / guessing - 1.0).abs() < 0.05, "{loss}, {guessing} by guessing");
        let rng = &mut NumpyRng::new(1);
        let tune = improvise(&model, &jazz, TY * 32, 1.0, rng, &device).unwrap();
        let end = tune.tracks[0].notes.iter().map(|note| note.start + note.length).max().unwrap();
        assert!(end > 31 * 4 * u64::from(tune.ticks_per_quarter), "{end}");
        assert!(describe(&tune).contains(" s at 132 beats a minute, "), "{}", describe(&tune));
    }
}
