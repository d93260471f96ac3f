//! Verse to continue (course 5, week 1): a text, and the weights of a network that knows it.
//!
//! The course's files are `shakespeare.txt`, the Sonnets, and `lstm_shakespeare.h5`, a network trained on them by
//! Keras 2.0. Without them [`EMBEDDED`] is eight sonnets written for this project.

use std::path::{Path, PathBuf};

use crate::DataError;
use crate::source::{self, Source, read_file, text_of};
use crate::words::lower;

/// The folder of the course's data that holds the files.
pub const TOPIC: &str = "shakespeare";
/// Names of the text.
pub const NAMES: &[&str] = &["shakespeare.txt"];
/// Names of the weights.
pub const WEIGHTS: &[&str] = &["lstm_shakespeare.h5"];
/// The largest text that is read; the course's own is below 100 KiB.
pub const MAX_FILE_BYTES: u64 = 64 << 20;
/// Verse written for this project.
pub const EMBEDDED: &str = include_str!("verse.txt");

/// Reads the course's text from `folder` or `folder/shakespeare`, or takes the embedded one; lower-case either way,
/// as the assignment has it.
///
/// # Errors
/// When it is not there, or as [`read`].
pub fn load(source: &Source) -> Result<String, DataError> {
    match source {
        Source::Real(folder) => read(&source::find(folder, TOPIC, NAMES)?),
        Source::Embedded => Ok(EMBEDDED.to_lowercase()),
    }
}

/// Reads any text, lower-case, composed (NFC), so that `é` is one character however it is written, without a byte order
/// mark, its lines ended by `\n`. Marks are characters as others are.
///
/// # Errors
/// When it cannot be read, is too large, or no UTF-8.
pub fn read(path: &Path) -> Result<String, DataError> {
    Ok(lower(&text_of(path, "text", &read_file(path, MAX_FILE_BYTES)?)?))
}

/// Finds the course's weights beside its text; none for the embedded text, and none where the file is not there.
pub fn weights(source: &Source) -> Option<PathBuf> {
    match source {
        Source::Real(folder) => source::find(folder, TOPIC, WEIGHTS).ok(),
        Source::Embedded => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn embedded_verse_is_eight_titles_and_eight_sonnets() {
        let lines = |block: &str| block.lines().count();
        let lengths: Vec<usize> = EMBEDDED.trim().split("\n\n").map(lines).collect();
        assert_eq!(lengths, [[1, 14]; 8].concat());
        let characters: BTreeSet<char> = load(&Source::Embedded).unwrap().chars().collect();
        assert!(characters.len() == 31 && !characters.iter().any(|c| c.is_uppercase()));
    }
    #[test]
    fn text_is_the_same_with_a_byte_order_mark_and_any_line_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.txt");
        for contents in
            ["Shall I\n\ncompare", "\u{feff}Shall I\r\n\r\ncompare", "Shall I\r\rcompare"]
        {
            std::fs::write(&path, contents).unwrap();
            assert_eq!(read(&path).unwrap(), "shall i\n\ncompare", "{contents:?}");
        }
        std::fs::write(&path, "Cafe\u{301}s’").unwrap();
        assert_eq!(read(&path).unwrap(), "cafés’");
        std::fs::write(&path, b"Shall\n\xff").unwrap();
        assert!(read(&path).unwrap_err().to_string().ends_with("line 2 is not UTF-8"));
    }
}
