//! What reading either kind of file takes: bounded lines, a header held against the length of the file.

use std::io::{BufRead, Read};
use std::path::Path;

use fireside_strategy::text::{ends_line, without_mark};

use super::problem::VectorProblem;
use crate::DataError;

/// The most numbers that are read from one file: 1 GiB of them.
pub const MAX_NUMBERS: usize = 1 << 28;
/// The longest line of text.
pub(super) const MAX_LINE_BYTES: u64 = 1 << 20;

/// Words to read of a file that is too large, or as many fewer as fit.
const FIRST_WORDS: usize = 400_000;

/// What a file is read by.
pub(super) struct Reading<'a> {
    pub(super) path: &'a Path,
    /// Length of the file.
    pub(super) bytes: u64,
    /// Words to read at most.
    pub(super) most: usize,
    /// What ends a line.
    pub(super) line_end: u8,
}

/// A line of a file.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Its text, with a replacement character for what is not UTF-8.
    pub(super) text: String,
    pub(super) is_utf8: bool,
}

/// What ends the lines of a text that begins with these bytes.
pub(super) fn line_end(begin: &[u8]) -> u8 {
    let first = (0..begin.len()).find(|&place| ends_line(begin, place));
    first.map_or(b'\n', |place| begin[place])
}

impl Reading<'_> {
    /// Reads a line, the first one without a byte order mark; false where there is none.
    pub(super) fn line(
        &self,
        reader: &mut impl BufRead,
        number: u64,
        line: &mut Line,
    ) -> Result<bool, DataError> {
        let mut bytes = std::mem::take(&mut line.text).into_bytes();
        bytes.clear();
        let read = reader.take(MAX_LINE_BYTES + 1).read_until(self.line_end, &mut bytes);
        read.map_err(|source| DataError::unreadable(self.path, source))?;
        if bytes.len() as u64 > MAX_LINE_BYTES {
            let problem = VectorProblem::TooLong { limit: MAX_LINE_BYTES };
            return Err(self.problem("line", number, problem));
        }
        if number == 1 {
            let bare =
                without_mark(&bytes).map_err(|error| self.problem("line", 1, error.into()))?;
            let mark = bytes.len() - bare.len();
            bytes.drain(..mark);
        }
        let text = String::from_utf8(bytes);
        line.is_utf8 = text.is_ok();
        line.text =
            text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(!line.text.is_empty())
    }

    /// Holds what a header says against the length of the file; `each` is the least that a word takes.
    pub(super) fn check_announced(
        &self,
        words: usize,
        dimensions: usize,
        each: u128,
    ) -> Result<(), DataError> {
        if (words.max(1) as u128).saturating_mul(each) > u128::from(self.bytes) {
            let bytes = self.bytes;
            let problem = VectorProblem::Announced { words, dimensions, bytes };
            return Err(self.problem("line", 1, problem));
        }
        self.check_size(words.min(self.most), dimensions)
    }

    /// Refuses to hold more numbers than are read.
    pub(super) fn check_size(&self, words: usize, dimensions: usize) -> Result<(), DataError> {
        match words.checked_mul(dimensions).is_some_and(|numbers| numbers <= MAX_NUMBERS) {
            true => Ok(()),
            false => Err(DataError::TooManyNumbers {
                path: self.path.to_path_buf(),
                limit: MAX_NUMBERS,
                words: FIRST_WORDS.min(MAX_NUMBERS / dimensions),
            }),
        }
    }

    pub(super) fn problem(
        &self,
        unit: &'static str,
        number: u64,
        problem: VectorProblem,
    ) -> DataError {
        DataError::WordVector { path: self.path.to_path_buf(), unit, number, problem }
    }
}

/// The two numbers of a header.
pub(super) fn announced(line: &str) -> Option<(usize, usize)> {
    let (words, dimensions) = line.trim_end().split_once([' ', '\t'])?;
    Some((words.parse().ok()?, dimensions.parse().ok()?))
}

/// Whether nothing but white space is left.
pub(super) fn is_blank(reader: &mut impl BufRead, path: &Path) -> Result<bool, DataError> {
    loop {
        let rest = reader.fill_buf().map_err(|source| DataError::unreadable(path, source))?;
        if rest.is_empty() {
            return Ok(true);
        }
        if !rest.iter().all(u8::is_ascii_whitespace) {
            return Ok(false);
        }
        let length = rest.len();
        reader.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The files that people use most have 2 and 3 million words of 300 dimensions.
    #[test]
    fn more_numbers_than_are_read_are_refused_with_how_many_words_can_be() {
        let path = Path::new("v.bin");
        let reading = |most| Reading { path, bytes: u64::MAX, most, line_end: b'\n' };
        let error = reading(usize::MAX).check_announced(3_000_000, 300, 1).unwrap_err().to_string();
        let expected =
            "v.bin holds more than 268435456 numbers: its first 400000 words can be read";
        assert_eq!(error, expected);
        assert!(reading(400_000).check_announced(3_000_000, 300, 1).is_ok());
        let error = reading(usize::MAX).check_size(3000, 100_000).unwrap_err().to_string();
        assert!(error.contains("its first 2684 words"), "{error}");
    }

    #[test]
    fn lines_end_as_the_first_one_does() {
        for (begin, end) in [("a\rb\n", b'\r'), ("a\r\nb\r", b'\n'), ("a\nb", b'\n'), ("a", b'\n')]
        {
            assert_eq!(line_end(begin.as_bytes()), end, "{begin:?}");
        }
    }
}
