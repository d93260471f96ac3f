//! What the trained models of course 5 are asked by the program that trains them.

use clap::Args;
use fireside_datasets::words::Vocabulary;
use fireside_recipes::dinosaurs::Corpus;
use fireside_recipes::shakespeare::Text;
use fireside_recipes::trained::{Draws, Question};

use crate::Failure;
use crate::values::{Penalty, Temperature, Units};

/// What the trained models are asked.
#[derive(Args, Debug, Clone)]
pub struct Said {
    /// Ask the trained models about this sentence too
    #[arg(long, value_name = "SENTENCE")]
    pub say: Option<String>,
}

impl Said {
    /// The sentence, unless it is one of which the vocabulary knows no word.
    ///
    /// # Errors
    /// As [`Said::checked`].
    pub fn known_to(
        &self,
        vocabulary: &Vocabulary,
        lacking: &str,
    ) -> Result<Option<&str>, Failure> {
        self.checked(|said| vocabulary.indices(said).len(), lacking)
    }

    /// The sentence, unless it is one of which no word is `known`.
    ///
    /// # Errors
    /// When it is: `lacking` says what no word of it has.
    pub fn checked(
        &self,
        known: impl Fn(&str) -> usize,
        lacking: &str,
    ) -> Result<Option<&str>, Failure> {
        let Some(said) = self.say.as_deref() else { return Ok(None) };
        match known(said) {
            0 => Err(Failure::Input(format!("--say {said:?}: no word of it {lacking}"))),
            _ => Ok(Some(said)),
        }
    }
}

/// What is to be made up by the trained LSTM.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Sampling")]
pub struct Names {
    /// Names to make up
    #[arg(long, default_value = "10", value_name = "N")]
    pub sample: Units,
    /// Below 1 the likely gets likelier, above 1 everything more alike
    #[arg(long, default_value = "1.0", value_name = "T")]
    pub temperature: Temperature,
    /// What the names are to begin with
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub start: String,
}

impl Names {
    /// Checks that the names learnt from have the characters that a name is to begin with.
    ///
    /// # Errors
    /// When they have not, or it would be too long.
    pub fn check(&self, corpus: &Corpus) -> Result<(), Failure> {
        let start = corpus.start(&self.start);
        start.map(drop).map_err(|error| Failure::Input(format!("--start: {error}")))
    }

    /// So many names.
    pub fn question(&self, count: usize) -> Question {
        let draws = Draws { temperature: self.temperature.get(), seed: None };
        Question::Names { start: self.start.clone(), count, draws }
    }
}

/// The poem to be written.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Writing")]
pub struct Poem {
    /// How the poem begins
    #[arg(long, default_value = "Forsooth this maketh no sense ", value_name = "TEXT")]
    pub prompt: String,
    /// Characters to write after it
    #[arg(long, default_value = "400", value_name = "N")]
    pub length: Units,
    /// Below 1 the likely gets likelier, above 1 everything more alike
    #[arg(long, default_value = "1.0", value_name = "T")]
    pub temperature: Temperature,
}

impl Poem {
    /// Checks that the text has some of the prompt's characters.
    ///
    /// # Errors
    /// When it has none.
    pub fn check(&self, text: &Text) -> Result<(), Failure> {
        let prompt = text.prompt(&self.prompt);
        prompt.map(drop).map_err(|error| Failure::Input(format!("--prompt {error}")))
    }

    /// So many characters of it.
    pub fn question(&self, length: usize) -> Question {
        let draws = Draws { temperature: self.temperature.get(), seed: None };
        Question::Text { prompt: self.prompt.clone(), length, draws }
    }
}

/// What the trained model is asked.
#[derive(Args, Debug, Clone)]
pub struct Solo {
    /// Choose the likely more often below 1, everything more alike above; 0 is the likeliest each time
    #[arg(long, default_value = "1.0", value_name = "T")]
    pub temperature: Penalty,
}

impl Solo {
    /// So many values of it.
    pub fn question(&self, length: usize) -> Question {
        let draws = Draws { temperature: self.temperature.get(), seed: None };
        Question::Solo { length: Some(length), draws }
    }
}
