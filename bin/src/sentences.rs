//! What programs that read sentences have in common.

use clap::Args;

use crate::Failure;

/// What the trained models are asked.
#[derive(Args, Debug, Clone)]
pub struct Said {
    /// Ask the trained models about this sentence too
    #[arg(long, value_name = "SENTENCE")]
    pub say: Option<String>,
}

impl Said {
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
