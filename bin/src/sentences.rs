//! What programs that read sentences have in common.

use crate::Failure;

/// Refuses a `--say` of which no word is known.
///
/// # Errors
/// When `known` is 0: `lacking` says what no word of the sentence has.
pub fn check_said(said: &str, known: usize, lacking: &str) -> Result<(), Failure> {
    match known {
        0 => Err(Failure::Input(format!("--say {said:?}: no word of it {lacking}"))),
        _ => Ok(()),
    }
}
