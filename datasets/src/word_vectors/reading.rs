//! What reading either kind of file takes: bounded lines, a header held against the length of the file.

use std::io::{BufRead, Read};
use std::path::Path;

use super::problem::VectorProblem;
use super::vectors::WordVectors;
use crate::DataError;

/// The most numbers that are read from one file: 1 GiB of them.
pub const MAX_NUMBERS: usize = 1 << 28;
/// The longest line of text.
pub(super) const MAX_LINE_BYTES: u64 = 1 << 20;

/// What a file is read by.
pub(super) struct Reading<'a> {
    pub(super) path: &'a Path,
    /// Length of the file.
    pub(super) bytes: u64,
    /// Words to read at most.
    pub(super) most: usize,
}

impl Reading<'_> {
    /// Reads a line, without its end; false where there is none.
    pub(super) fn line(
        &self,
        reader: &mut impl BufRead,
        number: u64,
        line: &mut String,
    ) -> Result<bool, DataError> {
        let mut bytes = std::mem::take(line).into_bytes();
        bytes.clear();
        let read = reader.take(MAX_LINE_BYTES + 1).read_until(b'\n', &mut bytes);
        read.map_err(|source| DataError::unreadable(self.path, source))?;
        if bytes.len() as u64 > MAX_LINE_BYTES {
            let problem = VectorProblem::TooLong { limit: MAX_LINE_BYTES };
            return Err(self.problem("line", number, problem));
        }
        *line = String::from_utf8(bytes)
            .map_err(|_| self.problem("line", number, VectorProblem::NotUtf8))?;
        Ok(!line.is_empty())
    }

    /// Holds what a header says against the length of the file; `each` is the least that a word takes.
    pub(super) fn check_announced(
        &self,
        words: usize,
        dimensions: usize,
        each: u128,
    ) -> Result<(), DataError> {
        match (words.max(1) as u128).saturating_mul(each) <= u128::from(self.bytes) {
            true => Ok(()),
            false => {
                let bytes = self.bytes;
                let problem = VectorProblem::Announced { words, dimensions, bytes };
                Err(self.problem("line", 1, problem))
            }
        }
    }

    pub(super) fn check_size(&self, found: &WordVectors) -> Result<(), DataError> {
        match found.vectors().len() + found.dimensions() <= MAX_NUMBERS {
            true => Ok(()),
            false => Err(DataError::TooMany {
                path: self.path.to_path_buf(),
                what: "numbers",
                limit: MAX_NUMBERS,
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
    let (words, dimensions) = line.trim_end().split_once(' ')?;
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
