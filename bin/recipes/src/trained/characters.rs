//! Names and texts, character by character.

use burn::tensor::Device;
use fireside_datasets::words::lower;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::alphabet::Alphabet;
use fireside_sequence::language_model::LanguageModel;
use serde::{Deserialize, Serialize};

use super::answer::Draws;
use super::{Answer, Architecture, Model, TrainedError};
use crate::dinosaurs::{ByHand, Corpus, END, NAMES, sample};
use crate::shakespeare::{TX, write};

/// Names, each from newline to newline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The characters, in the order of their numbers; the newline ends a name.
    pub alphabet: String,
    /// Seed of the draws where no other is given.
    pub seed: u32,
}

/// A text that is continued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// The characters, in the order of their numbers.
    pub alphabet: String,
    /// Characters that are read before the next is said.
    pub window: usize,
    /// Seed of the draws where no other is given.
    pub seed: u32,
    /// Whether the run drew its first weights from the same numbers before it wrote.
    pub drew_weights: bool,
}

/// The characters in the order of their numbers.
#[must_use]
pub fn spelled(alphabet: &Alphabet) -> String {
    alphabet.characters().iter().collect()
}

fn language_model<'a>(
    model: &'a Model,
    alphabet: &Alphabet,
    architecture: &Architecture,
) -> Result<Option<&'a LanguageModel>, TrainedError> {
    let (Model::Language(model), Architecture::LanguageModel(config)) = (model, architecture)
    else {
        return Ok(None);
    };
    check_characters(config.vocab_size, alphabet)?;
    Ok(Some(model))
}

fn check_characters(vocab_size: usize, alphabet: &Alphabet) -> Result<(), TrainedError> {
    match vocab_size == alphabet.len() && !alphabet.is_empty() {
        true => Ok(()),
        false => Err(TrainedError::Question(format!(
            "the model is one of {vocab_size} characters, its description has {}",
            alphabet.len()
        ))),
    }
}

fn above_zero(draws: Draws) -> Result<f64, TrainedError> {
    match draws.temperature {
        temperature if temperature > 0.0 && temperature.is_finite() => Ok(temperature),
        temperature => Err(TrainedError::Question(format!(
            "the temperature is {temperature}: to draw characters it must be above 0"
        ))),
    }
}

impl Names {
    /// Names of these characters.
    pub fn new(alphabet: &Alphabet, seed: u32) -> Self {
        Self { alphabet: spelled(alphabet), seed }
    }

    pub(super) fn answer(
        &self,
        (model, architecture): (&Model, &Architecture),
        (start, count): (&str, usize),
        draws: Draws,
        device: &Device,
    ) -> Result<Option<Answer>, TrainedError> {
        let alphabet = Alphabet::of(&self.alphabet);
        let end = alphabet.number(END).ok_or_else(|| {
            TrainedError::Question("the model's description has no newline to end a name".into())
        })?;
        let corpus = Corpus { alphabet, end, names: Vec::new() };
        if let (Model::ByHand(net), Architecture::CharacterRnn { vocab_size, .. }) =
            (model, architecture)
        {
            check_characters(*vocab_size, &corpus.alphabet)?;
            return by_hand(net, &corpus, (start, count), draws).map(Some);
        }
        let Some(model) = language_model(model, &corpus.alphabet, architecture)? else {
            return Ok(None);
        };
        let start = corpus
            .start(start)
            .map_err(|error| TrainedError::Question(format!("--start: {error}")))?;
        let temperature = above_zero(draws)?;
        let rng = &mut NumpyRng::new(draws.seed.unwrap_or(self.seed));
        let mut names = Vec::new();
        for _ in 0..count {
            let name = sample(model, &corpus, &start, temperature, rng, device)?;
            names.push(corpus.text(&name));
        }
        Ok(Some(Answer::Names { names }))
    }
}

/// The first of the seven names that the notebook samples.
fn by_hand(
    net: &ByHand,
    corpus: &Corpus,
    (start, count): (&str, usize),
    draws: Draws,
) -> Result<Answer, TrainedError> {
    if !start.is_empty() || draws.temperature != 1.0 || draws.seed.is_some() || count > NAMES {
        return Err(TrainedError::Question(format!(
            "the network by hand makes up the notebook's {NAMES} names: it takes no --start, --temperature or --seed, \
             and --sample of at most {NAMES}"
        )));
    }
    let mut names = net.sample(corpus);
    names.truncate(count);
    Ok(Answer::Names { names })
}

impl Texts {
    pub(super) fn check(&self) -> Result<(), String> {
        match self.window {
            TX => Ok(()),
            window => Err(format!("windows of {window} characters are not read, but of {TX}")),
        }
    }

    pub(super) fn answer(
        &self,
        (model, architecture): (&Model, &Architecture),
        (prompt, length): (&str, usize),
        draws: Draws,
        device: &Device,
    ) -> Result<Option<Answer>, TrainedError> {
        let alphabet = Alphabet::of(&self.alphabet);
        let Some(model) = language_model(model, &alphabet, architecture)? else { return Ok(None) };
        let known = lower(prompt).chars().filter_map(|c| alphabet.number(c)).collect();
        let numbers: Vec<usize> = known;
        if numbers.is_empty() {
            return Err(TrainedError::Question(format!(
                "--prompt {prompt:?}: none of its characters is in the text, which has {:?}",
                self.alphabet
            )));
        }
        let temperature = above_zero(draws)?;
        let mut rng = match draws.seed {
            Some(seed) => NumpyRng::new(seed),
            None => architecture.draws_after_weights(self.seed, self.drew_weights, device)?,
        };
        let written = write(model, &numbers, length, temperature, &mut rng, device)?;
        let written = alphabet.decode(&written);
        Ok(Some(Answer::Text { text: format!("{prompt}{written}") }))
    }
}
