//! Word vectors: the files of GloVe and of word2vec.
//!
//! | format | what is in it |
//! | --- | --- |
//! | [`Format::Glove`] | a line for each word: the word, then its numbers, parted by single spaces |
//! | [`Format::Word2VecText`] | the same below a line of two whole numbers: how many words, how many dimensions |
//! | [`Format::Word2VecBinary`] | that line, then for each word its letters, a space, 32-bit little-endian floats |
//!
//! A file that is named `*.bin` is read as binary, any other as text, whose first line tells whether it is a header.
//! Words may hold spaces, as those of the largest GloVe file do, unless what follows the space is a number: then
//! the line is one of another width. A tab does as a space. Words are UTF-8; one that is not is passed over, as is one
//! that has a vector already, and [`WordVectors::passed_over`] tells how many. What a file claims of its size is held against its length
//! before memory is taken, a line is bounded, and so are all numbers together; of larger files the first words can
//! be read, which are the most frequent ones.

mod binary;
mod problem;
mod reading;
mod text;
mod vectors;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

pub use self::problem::VectorProblem;
pub use self::reading::MAX_NUMBERS;
use self::reading::{Reading, line_end};
pub use self::vectors::{PassedOver, WordVectors};
use crate::DataError;

/// The folder of the course's data that holds its file.
pub const TOPIC: &str = "glove";
/// Names of the course's file, GloVe's 50 dimensions whole or of some words.
pub const NAMES: &[&str] = &["glove.6B.50d.txt", "glove.6B.50d.subset.txt"];

/// How word vectors are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text without a header.
    Glove,
    /// Text below a header.
    Word2VecText,
    /// A header of text, then binary numbers.
    Word2VecBinary,
}

impl WordVectors {
    /// Reads the file at `path`, or its first `most` words.
    ///
    /// # Errors
    /// When it cannot be read, holds more than [`MAX_NUMBERS`] numbers, or is not as it should be: the error names
    /// the line, or of a binary file the word, both counted from 1.
    pub fn read(path: &Path, most: Option<usize>) -> Result<Self, DataError> {
        let unreadable = |source| DataError::unreadable(path, source);
        let file = File::open(path).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        let mut reader = BufReader::new(file);
        let is_binary = path.extension().is_some_and(|found| found.eq_ignore_ascii_case("bin"));
        let line_end = match is_binary {
            true => b'\n',
            false => line_end(reader.fill_buf().map_err(unreadable)?),
        };
        let reading = Reading { path, bytes, most: most.unwrap_or(usize::MAX), line_end };
        match is_binary {
            true => binary::read(&reading, reader),
            false => text::read(&reading, reader),
        }
    }

    /// Writes a file's contents to `out`. They read back to the same numbers, bit for bit.
    ///
    /// # Errors
    /// When `out` cannot be written to, or a word has a space, which a binary file cannot hold.
    pub fn write(&self, mut out: impl io::Write, format: Format) -> io::Result<()> {
        if format != Format::Glove {
            writeln!(out, "{} {}", self.len(), self.dimensions())?;
        }
        let mut line = Vec::new();
        for (word, vector) in
            self.vocabulary().words().zip(self.vectors().chunks(self.dimensions()))
        {
            match format {
                Format::Word2VecBinary => binary::write(word, vector, &mut line)?,
                Format::Glove | Format::Word2VecText => text::write(word, vector, &mut line),
            }
            out.write_all(&line)?;
            line.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    pub(super) const TEXT: &str = "the 0.5 -1 2e-3\ncafé 1 2 3\n. . . 4 5 6\n";

    /// Reads a file of these contents and name.
    pub(super) fn read(name: &str, contents: &[u8]) -> Result<WordVectors, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, contents).unwrap();
        let place = format!("{}/", folder.path().display());
        WordVectors::read(&path, None).map_err(|error| error.to_string().replace(&place, ""))
    }

    #[test]
    fn every_format_reads_back_to_the_same_numbers() {
        let vectors = vec![1.0 / 3.0, -0.0, f32::MAX, f32::MIN_POSITIVE, 1e-45, 16_777_217.0];
        let written = WordVectors::new(["a", "b", "größe"], vectors, 2).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (name, format) in [
            ("g.txt", Format::Glove),
            ("w.txt", Format::Word2VecText),
            ("w.bin", Format::Word2VecBinary),
        ] {
            let path = folder.path().join(name);
            written.write(File::create(&path).unwrap(), format).unwrap();
            assert_eq!(WordVectors::read(&path, None).unwrap(), written, "{name}");
            let two = WordVectors::read(&path, Some(2)).unwrap();
            assert_eq!(two.vectors(), &written.vectors()[..4], "{name}");
        }
    }

    #[test]
    fn sizes_that_the_file_cannot_hold_are_refused_before_memory_is_taken() {
        for name in ["v.txt", "v.bin"] {
            let error = read(name, b"18446744073709551615 300\na 1\n").unwrap_err();
            assert!(error.contains("which 29 bytes cannot hold"), "{error}");
            let error = read(name, b"0 18446744073709551615\n").unwrap_err();
            assert!(error.contains("which 23 bytes cannot hold"), "{error}");
        }
    }
}
