//! Names and texts, character by character.

use burn::tensor::{Device, Int, Tensor};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::alphabet::Alphabet;
use fireside_sequence::language_model::LanguageModel;
use fireside_sequence::steps::characters::{LONGEST_SAMPLE, get_sample};
use serde::{Deserialize, Serialize};

use super::answer::Draws;
use super::{Answer, Architecture, Model, TrainedError};
use crate::sampling::draw;

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

/// What ends a name, and stands before it.
const END: char = '\n';

fn language_model<'a>(
    model: &'a Model,
    alphabet: &Alphabet,
    architecture: &Architecture,
) -> Result<Option<&'a LanguageModel>, TrainedError> {
    let (Model::Language(model), Architecture::LanguageModel(config)) = (model, architecture)
    else {
        return Ok(None);
    };
    match config.vocab_size == alphabet.len() && !alphabet.is_empty() {
        true => Ok(Some(model)),
        false => Err(TrainedError::Question(format!(
            "the model is one of {} characters, its description has {}",
            config.vocab_size,
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
        let Some(model) = language_model(model, &alphabet, architecture)? else { return Ok(None) };
        let end = alphabet.number(END).ok_or_else(|| {
            TrainedError::Question("the model's description has no newline to end a name".into())
        })?;
        let start = beginning(start, &alphabet)?;
        let temperature = above_zero(draws)?;
        let rng = &mut NumpyRng::new(draws.seed.unwrap_or(self.seed));
        let mut names = Vec::new();
        for _ in 0..count {
            let name = sample(model, end, &start, temperature, rng, device)?;
            names.push(get_sample(&name, &alphabet).trim_end_matches(END).to_string());
        }
        Ok(Some(Answer::Names { names }))
    }
}

/// The characters that a name is to begin with, lower-case as the names are.
///
/// # Errors
/// When one of them is in no name, or is the newline, or they are too many.
fn beginning(text: &str, alphabet: &Alphabet) -> Result<Vec<usize>, TrainedError> {
    let text = text.to_lowercase();
    if text.contains(END) {
        return Err(TrainedError::Question("--start: a newline would end the name".to_string()));
    }
    match alphabet.encode(&text) {
        Ok(numbers) if numbers.len() >= LONGEST_SAMPLE => Err(TrainedError::Question(format!(
            "--start: a name has at most {LONGEST_SAMPLE} characters"
        ))),
        Ok(numbers) => Ok(numbers),
        Err(error) => Err(TrainedError::Question(format!("--start: {error}"))),
    }
}

/// Draws a name that begins with `start`, until its end or the most characters a name may have.
fn sample(
    model: &LanguageModel,
    end: usize,
    start: &[usize],
    temperature: f64,
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<Vec<usize>, TrainedError> {
    let read = |number: usize| Tensor::<1, Int>::from_data([number as i64], device);
    let (mut logits, mut state) = model.step(read(end), None);
    let mut name = Vec::new();
    let mut given = start.iter().copied();
    while name.len() < LONGEST_SAMPLE {
        let number = match given.next() {
            Some(number) => number,
            None => draw(logits, temperature, rng)?,
        };
        if number == end {
            break;
        }
        name.push(number);
        (logits, state) = model.step(read(number), Some(state));
    }
    Ok(name)
}

impl Texts {
    pub(super) fn check(&self) -> Result<(), String> {
        const MOST: usize = 100_000;
        match self.window {
            1..=MOST => Ok(()),
            window => Err(format!("windows of {window} characters are not read")),
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
        let known = prompt.to_lowercase().chars().filter_map(|c| alphabet.number(c)).collect();
        let mut numbers: Vec<usize> = known;
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
        let begin = numbers.len();
        for _ in 0..length {
            let window = &numbers[numbers.len().saturating_sub(self.window)..];
            let read = super::sentences::numbers(window, device);
            let (logits, _) = model.forward(read, None, None);
            let [batch, time, classes] = logits.dims();
            let last = logits.slice([0..batch, time - 1..time, 0..classes]);
            numbers.push(draw(last.reshape([batch, classes]), temperature, &mut rng)?);
        }
        let written = alphabet.decode(&numbers[begin..]);
        Ok(Some(Answer::Text { text: format!("{prompt}{written}") }))
    }
}
