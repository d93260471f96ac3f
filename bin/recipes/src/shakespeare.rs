//! A poem continued: two LSTMs that read characters, of the course's weights or trained here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_datasets::source::Source;
use fireside_datasets::verse;
use fireside_datasets::words::lower;
use fireside_layers::Renames;
use fireside_layers::ops::{CrossEntropy, cross_entropy};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::ConfigError;
use fireside_sequence::alphabet::Alphabet;
use fireside_sequence::language_model::{LanguageModel, LanguageModelConfig};
use fireside_sequence::recurrent::{Cell, GateActivation};
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::minibatch::EpochSettings;
use fireside_training::schedule::Decay;
use fireside_weights::{Limits, Options, load, read};

use crate::RecipeError;
use crate::counted;
use crate::sampling::draw;
use crate::trained::{Architecture, Card};

/// Characters that the network sees before it says the next.
pub const TX: usize = 40;
/// Units of each LSTM.
pub const HIDDEN: usize = 128;
/// Characters from one of the course's windows to the next.
pub const STRIDE: usize = 3;

/// Characters from the beginning of one window that is learnt to that of the next.
const APART: usize = 10;
/// Characters of the text that are shown.
const SHOWN: usize = 60;
/// Windows judged: at every offset this many are passed over.
const JUDGED: usize = 20;
/// Windows judged at a time.
const BATCH: usize = 128;
/// Keras's names of the layers.
const KERAS: Renames = &[("recurrent.forward.{i}", "lstm_{i+5}"), ("head", "dense_3")];

/// A text and its characters by number.
#[derive(Debug, Clone)]
pub struct Text {
    /// The characters.
    pub alphabet: Alphabet,
    /// The text.
    pub numbers: Vec<usize>,
}

impl Text {
    /// Numbers the characters of a text.
    ///
    /// # Errors
    /// When it is not longer than what the network sees.
    pub fn new(text: &str) -> Result<Self, RecipeError> {
        let alphabet = Alphabet::of(text);
        let numbers: Vec<usize> = known(&alphabet, text);
        match numbers.len() {
            length if length > TX => Ok(Self { alphabet, numbers }),
            length => Err(RecipeError::Input(format!(
                "the text has {length} characters: more than {TX} are needed to learn from"
            ))),
        }
    }

    /// The first characters, at most `count`.
    fn first(&self, count: usize) -> String {
        self.alphabet.decode(&self.numbers[..count.min(self.numbers.len())])
    }

    /// What the network reads of a prompt: its characters, lower-case and composed; those that the text does not have are passed
    /// over, as words outside a vocabulary are.
    ///
    /// # Errors
    /// When the text has none of its characters.
    pub fn prompt(&self, prompt: &str) -> Result<Vec<usize>, RecipeError> {
        let numbers = known(&self.alphabet, &lower(prompt));
        match numbers.is_empty() {
            true => Err(RecipeError::Input(format!(
                "{prompt:?}: none of its characters is in the text, which has {:?}",
                self.alphabet.characters().iter().collect::<String>()
            ))),
            false => Ok(numbers),
        }
    }

    /// The characters of a prompt that are passed over, each once.
    pub fn passed_over(&self, prompt: &str) -> BTreeSet<char> {
        lower(prompt)
            .chars()
            .filter(|character| self.alphabet.number(*character).is_none())
            .collect()
    }

    /// Where the windows begin that are learnt; they overlap.
    pub fn learnt(&self) -> Vec<usize> {
        (0..self.numbers.len() - TX).step_by(APART).collect()
    }

    /// Where some windows begin that are `offset` more than a multiple of [`STRIDE`] behind the text's beginning.
    pub fn judged(&self, offset: usize) -> Vec<usize> {
        (offset..self.numbers.len() - TX).step_by(JUDGED * STRIDE).collect()
    }
}

/// A text to go on from, and a network that knows it already, if there is one.
#[derive(Debug, Clone)]
pub struct Verse {
    /// The text.
    pub text: Text,
    /// Where it is from.
    pub from: String,
    /// The network's file.
    pub weights: Option<PathBuf>,
}

impl Verse {
    /// Reads a text of the user's, or that of the source.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the text is not longer than what the network sees.
    pub fn load(file: Option<&Path>, source: &Source) -> Result<Self, RecipeError> {
        let (text, from, weights) = match (file, source) {
            (Some(path), _) => (verse::read(path)?, path.display().to_string(), None),
            (None, Source::Embedded) => {
                (verse::load(source)?, "verse written for this project".to_string(), None)
            }
            (None, Source::Real(_)) => {
                (verse::load(source)?, source.to_string(), verse::weights(source))
            }
        };
        Ok(Self { text: Text::new(&text)?, from, weights })
    }

    /// What describes the [`network`](Self::network) of a run of this seed.
    pub fn card(&self, hidden: usize, seed: u32) -> Card {
        let characters = self.text.alphabet.len();
        let config = match &self.weights {
            Some(_) => config(characters, HIDDEN, GateActivation::OLD_KERAS),
            None => config(characters, hidden, GateActivation::Logistic),
        };
        let (architecture, drew) = (Architecture::LanguageModel(config), self.weights.is_none());
        Card::of_texts(architecture, &self.text.alphabet, TX, seed, drew)
    }

    /// How long it is and where it is from, in a phrase.
    pub fn describe(&self) -> String {
        let (length, different) = (self.text.numbers.len(), self.text.alphabet.len());
        let (length, first) = (counted(length, "character"), self.text.first(SHOWN));
        format!("{length}, {different} different: {}; they begin {first:?}", self.from)
    }

    /// The network that knows the text, with a sentence on its weights, or one of `hidden` units to each LSTM that is to
    /// learn it, with weights from NumPy's numbers for the seed.
    ///
    /// # Errors
    /// As [`load_weights`] and [`build`].
    pub fn network(
        &self,
        hidden: usize,
        seed: u32,
        device: &Device,
    ) -> Result<(LanguageModel, Option<String>), RecipeError> {
        let num_characters = self.text.alphabet.len();
        if let Some(path) = &self.weights {
            let (net, description) = load_weights(path, num_characters, device)?;
            return Ok((net, Some(description)));
        }
        let net = build(num_characters, hidden, GateActivation::Logistic, device)?;
        let net = initialize(net, Initializer::GlorotUniform, &mut NumpyRng::new(seed));
        Ok((net, None))
    }
}

fn known(alphabet: &Alphabet, text: &str) -> Vec<usize> {
    text.chars().filter_map(|character| alphabet.number(character)).collect()
}

/// The assignment's network: two LSTMs, a fifth of their outputs dropped in training, and a softmax over characters.
///
/// # Errors
/// When there are no characters or units.
pub fn build(
    num_characters: usize,
    hidden: usize,
    gates: GateActivation,
    device: &Device,
) -> Result<LanguageModel, ConfigError> {
    config(num_characters, hidden, gates).init(device)
}

fn config(num_characters: usize, hidden: usize, gates: GateActivation) -> LanguageModelConfig {
    let cell = Cell::Lstm { peepholes: false, gates };
    let config = LanguageModelConfig::new(cell, num_characters, hidden);
    config.with_layers(2).with_dropout(0.2)
}

/// Reads the course's weights. The gates of Keras 2.0 are hard sigmoids. Returns the network with a sentence on which
/// file they are from, where in it they were found and what was passed over.
///
/// # Errors
/// When the file is damaged, or holds a network of other sizes: one of another alphabet, say.
pub fn load_weights(
    path: &Path,
    num_characters: usize,
    device: &Device,
) -> Result<(LanguageModel, String), RecipeError> {
    let net = build(num_characters, HIDDEN, GateActivation::OLD_KERAS, device)?;
    let tensors = read(path, &Limits::default())?;
    let (net, report) = load(net, &tensors, KERAS, &Options::default())?;
    let remarks = report.remarks().map_or(String::new(), |remarks| format!("; {remarks}"));
    Ok((net, format!("Weights: {}{remarks}.", path.display())))
}

/// Windows as numbers, `[windows, TX]`.
fn windows(numbers: &[usize], starts: &[usize], device: &Device) -> Tensor<2, Int> {
    let characters = starts.iter().flat_map(|start| &numbers[*start..start + TX]);
    let characters: Vec<i64> = characters.map(|number| *number as i64).collect();
    Tensor::from_data(TensorData::new(characters, [starts.len(), TX]), device)
}

/// The mean loss of a character over windows that begin at `starts`: of every next character when training from
/// nothing, since each step of a window is a window too.
pub fn loss(
    model: &LanguageModel,
    numbers: &[usize],
    starts: &[usize],
    device: &Device,
) -> Tensor<1> {
    let x = windows(numbers, starts, device);
    let next: Vec<usize> = starts.iter().map(|start| start + 1).collect();
    let y = windows(numbers, &next, device);
    let (logits, _) = model.forward(x, None, None);
    let [batch, time, classes] = logits.dims();
    cross_entropy(
        logits.reshape([batch * time, classes]),
        y.flatten(0, 1),
        &CrossEntropy::default(),
    )
}

/// How an epoch goes through the windows.
pub fn batches(batch_size: usize, seed: u32) -> EpochSettings {
    EpochSettings { batch_size, seed, decay: Decay::Constant }
}

/// The [`loss`] of a mini-batch of the windows that begin at `starts`, on a device that keeps gradients.
pub fn training_loss(
    text: &Text,
    starts: &[usize],
    device: &Device,
) -> impl Fn(&LanguageModel, &[usize]) -> Tensor<1> {
    let on = device.clone().autodiff();
    move |model, batch| {
        let starts: Vec<usize> = batch.iter().map(|window| starts[*window]).collect();
        loss(model, &text.numbers, &starts, &on)
    }
}

/// Logits of the character after each window: `[windows, time]` to `[windows, characters]`.
fn after(model: &LanguageModel, windows: Tensor<2, Int>) -> Tensor<2> {
    let (logits, _) = model.forward(windows, None, None);
    let [batch, time, classes] = logits.dims();
    logits.slice([0..batch, time - 1..time, 0..classes]).reshape([batch, classes])
}

/// How well a network foresees the character after a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foresight {
    /// Share of the characters that it finds likeliest.
    pub accuracy: f64,
    /// Mean cross-entropy, in nats.
    pub loss: f64,
}

/// Judges a network by the characters that follow the windows at `starts`.
///
/// # Errors
/// When the device fails.
pub fn foresight(
    model: &LanguageModel,
    numbers: &[usize],
    starts: &[usize],
    device: &Device,
) -> Result<Foresight, RecipeError> {
    let (mut right, mut loss) = (0, 0.0);
    for starts in starts.chunks(BATCH) {
        let last = after(model, windows(numbers, starts, device));
        let batch = starts.len();
        let labels: Vec<i64> = starts.iter().map(|start| numbers[start + TX] as i64).collect();
        let found: Vec<i64> = last.clone().argmax(1).try_into_data()?.iter().collect();
        right += found.iter().zip(&labels).filter(|(found, label)| found == label).count();
        let labels = Tensor::from_data(TensorData::new(labels, [batch]), device);
        let mean = cross_entropy(last, labels, &CrossEntropy::default());
        loss += mean.try_into_data()?.iter::<f64>().sum::<f64>() * batch as f64;
    }
    let count = starts.len().max(1) as f64;
    Ok(Foresight { accuracy: right as f64 / count, loss: loss / count })
}

/// Writes `length` characters after a prompt, each drawn after the last [`TX`] were read anew, as the network is
/// trained. The notebook fills a shorter prompt with empty steps before it; here it is read as it is.
///
/// # Errors
/// When the device fails.
pub fn write(
    model: &LanguageModel,
    prompt: &[usize],
    length: usize,
    temperature: f64,
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<Vec<usize>, RecipeError> {
    let mut poem = prompt.to_vec();
    for _ in 0..length {
        let window = &poem[poem.len().saturating_sub(TX)..];
        let read: Vec<i64> = window.iter().map(|number| *number as i64).collect();
        let read = Tensor::from_data(TensorData::new(read, [1, window.len()]), device);
        poem.push(draw(after(model, read), temperature, rng)?);
    }
    Ok(poem.split_off(prompt.len()))
}

#[cfg(all(test, feature = "flex"))]
mod tests {
    use super::*;

    #[test]
    fn prompt_passes_over_characters_that_the_text_does_not_have() {
        let text = Text::new(&"shall i compare thee\n".repeat(3)).unwrap();
        let read = text.prompt("Shäll I 7 compare?").unwrap();
        assert_eq!(text.alphabet.decode(&read), "shll i  compare");
        assert_eq!(text.passed_over("Shäll I 7 compare? 7"), BTreeSet::from(['7', '?', 'ä']));
        let error = text.prompt("ÄÖÜ").unwrap_err();
        assert!(error.to_string().starts_with("\"ÄÖÜ\": none of its characters"), "{error}");
        assert!(matches!(error, RecipeError::Input(_)));
    }

    #[test]
    fn texts_no_longer_than_a_window_are_refused() {
        for text in [String::new(), "a".repeat(TX)] {
            let error = Text::new(&text).unwrap_err();
            assert!(error.to_string().contains("characters: more than 40"), "{error}");
        }
        assert!(Text::new(&"a".repeat(TX + 1)).is_ok());
    }

    #[test]
    fn poem_of_one_character_goes_on_with_it() {
        let device = Device::flex();
        let net = build(1, 4, GateActivation::Logistic, &device).unwrap();
        let poem = write(&net, &[0], 5, 1.0, &mut NumpyRng::new(1), &device).unwrap();
        assert_eq!(poem, [0; 5]);
        let all = foresight(&net, &[0; 60], &[0, 5, 19], &device).unwrap();
        assert_eq!(all, Foresight { accuracy: 1.0, loss: 0.0 });
    }
}
