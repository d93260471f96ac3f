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
//! the line is one of another width. Words are UTF-8. What a file claims of its size is held against its length
//! before memory is taken, a line is bounded, and so are all numbers together; of larger files the first words can
//! be read, which are the most frequent ones.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use fireside_training::files::write_whole;

use crate::DataError;
use crate::words::{DuplicateWord, Vocabulary};

/// The most numbers that are read from one file: 1 GiB of them.
pub const MAX_NUMBERS: usize = 1 << 28;
/// The longest line of text, and the longest word of a binary file.
const MAX_LINE_BYTES: u64 = 1 << 20;
const MAX_WORD_BYTES: u64 = 1 << 12;

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

/// What is wrong with word vectors.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum VectorProblem {
    /// There are none.
    #[error("no word vector is there")]
    Empty,
    /// A vector is longer or shorter than the others.
    #[error("{found} numbers where {expected} are expected")]
    Width {
        /// Dimensions of the others.
        expected: usize,
        /// Its own.
        found: usize,
    },
    /// An entry is no finite number.
    #[error("{entry:?} in the vector of {word:?} is no finite number")]
    NotANumber {
        /// The word.
        word: String,
        /// The entry.
        entry: String,
    },
    /// A word has two vectors.
    #[error("{word:?} has a vector already, at {first}")]
    Duplicate {
        /// The word.
        word: String,
        /// The line or position of the first.
        first: u64,
    },
    /// Numbers without a word, or a word that no file can hold.
    #[error("{word:?} is no word")]
    NoWord {
        /// What stands in its place.
        word: String,
    },
    /// A line or a word that does not end.
    #[error("it is longer than {limit} bytes")]
    TooLong {
        /// The largest length read.
        limit: u64,
    },
    /// The letters of a word.
    #[error("its letters are not UTF-8")]
    NotUtf8,
    /// A binary file without its first line.
    #[error("it should say how many words and dimensions there are, and is {found:?}")]
    Header {
        /// What it is.
        found: String,
    },
    /// The header promises more than the file can hold.
    #[error(
        "{words} words of {dimensions} dimensions are announced, which {bytes} bytes cannot hold"
    )]
    Announced {
        /// The words announced.
        words: usize,
        /// The dimensions announced.
        dimensions: usize,
        /// Length of the file.
        bytes: u64,
    },
    /// The file ends early.
    #[error("the file ends where the next of {announced} words should begin or go on")]
    Truncated {
        /// The words announced.
        announced: usize,
    },
    /// The file goes on.
    #[error("the file goes on after the {announced} words announced")]
    Surplus {
        /// The words announced.
        announced: usize,
    },
}

/// A vector for each word of a vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub struct WordVectors {
    vocabulary: Vocabulary,
    vectors: Vec<f32>,
    dimensions: usize,
}

impl WordVectors {
    /// Puts words and their vectors together; `vectors` holds one after the other.
    ///
    /// # Errors
    /// When there are none, the numbers are not as many as the words need, one is not finite, or a word is empty,
    /// has a line break or stands there twice.
    pub fn new(
        words: impl IntoIterator<Item = impl AsRef<str>>,
        vectors: Vec<f32>,
        dimensions: usize,
    ) -> Result<Self, VectorProblem> {
        let mut found = Self::empty(dimensions);
        let mut rows = vectors.chunks_exact(dimensions.max(1));
        for word in words {
            let row = rows.next().unwrap_or_default();
            found.push(word.as_ref(), 1, row.iter().copied())?;
        }
        let expected = found.vectors.len();
        match vectors.len() == expected {
            true => found.or_empty(),
            false => Err(VectorProblem::Width { expected, found: vectors.len() }),
        }
    }

    /// Reads the file at `path`, or its first `most` words.
    ///
    /// # Errors
    /// When it cannot be read, holds more than [`MAX_NUMBERS`] numbers, or is not as it should be: the error names
    /// the line, or of a binary file the word, both counted from 1.
    pub fn read(path: &Path, most: Option<usize>) -> Result<Self, DataError> {
        let unreadable = |source| DataError::unreadable(path, source);
        let file = File::open(path).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        let reading = Reading { path, bytes, most: most.unwrap_or(usize::MAX) };
        match path.extension().is_some_and(|extension| extension == "bin") {
            true => reading.binary(BufReader::new(file)),
            false => reading.text(BufReader::new(file)),
        }
    }

    /// Writes a file, whole or not at all. It reads back to the same numbers, bit for bit.
    ///
    /// # Errors
    /// When it cannot be written, or a word has a space, which a binary file cannot hold.
    pub fn write(&self, path: &Path, format: Format) -> io::Result<()> {
        let mut contents = Vec::new();
        if format != Format::Glove {
            contents.extend(format!("{} {}\n", self.len(), self.dimensions).bytes());
        }
        for (word, vector) in self.vocabulary.words().zip(self.vectors.chunks(self.dimensions)) {
            contents.extend(word.bytes());
            if format == Format::Word2VecBinary {
                if word.contains(' ') {
                    let reason = format!("{word:?} has a space: write it as text");
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
                }
                contents.push(b' ');
                contents.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
            } else {
                contents.extend(vector.iter().flat_map(|number| format!(" {number}").into_bytes()));
            }
            contents.push(b'\n');
        }
        write_whole(path, &contents)
    }

    /// The words.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// All numbers, one vector after the other.
    pub fn vectors(&self) -> &[f32] {
        &self.vectors
    }

    /// Numbers in each vector.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The number of words.
    pub fn len(&self) -> usize {
        self.vocabulary.len()
    }

    /// Whether there are none, which no way of making them allows.
    pub fn is_empty(&self) -> bool {
        self.vocabulary.is_empty()
    }

    /// The vector of a word, by the rule of [`words`](crate::words).
    pub fn get(&self, word: &str) -> Option<&[f32]> {
        let begin = self.vocabulary.index(word)? * self.dimensions;
        self.vectors.get(begin..begin + self.dimensions)
    }

    fn empty(dimensions: usize) -> Self {
        Self { vocabulary: Vocabulary::default(), vectors: Vec::new(), dimensions }
    }

    fn or_empty(self) -> Result<Self, VectorProblem> {
        match self.is_empty() || self.dimensions == 0 {
            true => Err(VectorProblem::Empty),
            false => Ok(self),
        }
    }

    /// Adds a word; the first one stands on line, or at position, `begin` of its file.
    fn push(
        &mut self,
        word: &str,
        begin: u64,
        numbers: impl Iterator<Item = f32>,
    ) -> Result<(), VectorProblem> {
        if word.is_empty() || word.contains('\n') {
            return Err(VectorProblem::NoWord { word: word.to_string() });
        }
        let first = |duplicate: DuplicateWord| VectorProblem::Duplicate {
            word: duplicate.word,
            first: duplicate.first as u64 + begin,
        };
        self.vocabulary.push(word).map_err(first)?;
        let before = self.vectors.len();
        self.vectors.extend(numbers);
        let row = &self.vectors[before..];
        if row.len() != self.dimensions {
            return Err(VectorProblem::Width { expected: self.dimensions, found: row.len() });
        }
        match row.iter().find(|number| !number.is_finite()) {
            None => Ok(()),
            Some(entry) => {
                Err(VectorProblem::NotANumber { word: word.to_string(), entry: entry.to_string() })
            }
        }
    }
}

/// What a file is read by.
struct Reading<'a> {
    path: &'a Path,
    /// Length of the file.
    bytes: u64,
    /// Words to read at most.
    most: usize,
}

impl Reading<'_> {
    fn text(&self, mut reader: impl BufRead) -> Result<WordVectors, DataError> {
        let mut line = String::new();
        if !self.line(&mut reader, 1, &mut line)? {
            return Err(self.problem("line", 1, VectorProblem::Empty));
        }
        let header = announced(&line);
        let (begin, dimensions) = match header {
            Some((words, dimensions)) => {
                self.check_announced(words, dimensions, 1 + 2 * dimensions as u128)?;
                (2, dimensions)
            }
            None => (1, trimmed(&line).matches(' ').count()),
        };
        let mut found = WordVectors::empty(dimensions);
        let mut number = 1;
        let mut is_there = true;
        if header.is_some() {
            number = 2;
            is_there = self.line(&mut reader, number, &mut line)?;
        }
        while is_there && found.len() < self.most {
            self.check_size(&found)?;
            let problem = |problem| self.problem("line", number, problem);
            if trimmed(&line).is_empty() && is_blank(&mut reader, self.path)? {
                break; // empty lines at the end
            }
            let (word, numbers) = parse_line(&line, dimensions).map_err(problem)?;
            found.push(word, begin, numbers.into_iter()).map_err(problem)?;
            if header.is_some_and(|(words, _)| found.len() > words) {
                return Err(problem(VectorProblem::Surplus { announced: found.len() - 1 }));
            }
            number += 1;
            is_there = self.line(&mut reader, number, &mut line)?;
        }
        if let Some((words, _)) = header.filter(|(words, _)| found.len() < self.most.min(*words)) {
            return Err(self.problem(
                "line",
                number,
                VectorProblem::Truncated { announced: words },
            ));
        }
        found.or_empty().map_err(|problem| self.problem("line", 1, problem))
    }

    fn binary(&self, mut reader: impl BufRead) -> Result<WordVectors, DataError> {
        let mut line = String::new();
        self.line(&mut reader, 1, &mut line)?;
        let header = announced(&line).ok_or_else(|| {
            self.problem("line", 1, VectorProblem::Header { found: line.trim_end().to_string() })
        });
        let (announced, dimensions) = header?;
        self.check_announced(announced, dimensions, 2 + 4 * dimensions as u128)?;
        let mut found = WordVectors::empty(dimensions);
        let mut row = vec![0; 4 * dimensions];
        for number in 1..=announced.min(self.most) as u64 {
            self.check_size(&found)?;
            let problem = |problem| self.problem("word", number, problem);
            let word = self.word(&mut reader, announced, number)?;
            reader.read_exact(&mut row).map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => problem(VectorProblem::Truncated { announced }),
                _ => DataError::unreadable(self.path, error),
            })?;
            let numbers = row.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
            found.push(&word, 1, numbers).map_err(problem)?;
        }
        if found.len() == announced && !is_blank(&mut reader, self.path)? {
            let number = announced as u64 + 1;
            return Err(self.problem("word", number, VectorProblem::Surplus { announced }));
        }
        found.or_empty().map_err(|problem| self.problem("line", 1, problem))
    }

    /// Reads the letters up to a space; some writers end every vector with a line break, which comes before them.
    fn word(
        &self,
        reader: &mut impl BufRead,
        announced: usize,
        number: u64,
    ) -> Result<String, DataError> {
        let problem = |problem| self.problem("word", number, problem);
        let mut word = Vec::new();
        let read = reader.take(MAX_WORD_BYTES + 1).read_until(b' ', &mut word);
        read.map_err(|source| DataError::unreadable(self.path, source))?;
        if word.pop() != Some(b' ') {
            return Err(problem(match word.len() as u64 >= MAX_WORD_BYTES {
                true => VectorProblem::TooLong { limit: MAX_WORD_BYTES },
                false => VectorProblem::Truncated { announced },
            }));
        }
        let word = word.strip_prefix(b"\n").unwrap_or(&word).to_vec();
        String::from_utf8(word).map_err(|_| problem(VectorProblem::NotUtf8))
    }

    /// Reads a line, without its end; false where there is none.
    fn line(
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
    fn check_announced(
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

    fn check_size(&self, found: &WordVectors) -> Result<(), DataError> {
        match found.vectors.len() + found.dimensions <= MAX_NUMBERS {
            true => Ok(()),
            false => Err(DataError::TooMany {
                path: self.path.to_path_buf(),
                what: "numbers",
                limit: MAX_NUMBERS,
            }),
        }
    }

    fn problem(&self, unit: &'static str, number: u64, problem: VectorProblem) -> DataError {
        DataError::WordVector { path: self.path.to_path_buf(), unit, number, problem }
    }
}

/// The two numbers of a header.
fn announced(line: &str) -> Option<(usize, usize)> {
    let (words, dimensions) = line.trim_end().split_once(' ')?;
    Some((words.parse().ok()?, dimensions.parse().ok()?))
}

/// A line without its break and the space that some writers put before it.
fn trimmed(line: &str) -> &str {
    line.trim_end_matches(['\n', '\r', ' '])
}

fn parse_line(line: &str, dimensions: usize) -> Result<(&str, Vec<f32>), VectorProblem> {
    let mut fields: Vec<&str> = trimmed(line).rsplitn(dimensions + 1, ' ').collect();
    let word = fields.pop().unwrap_or_default();
    let width = |found| VectorProblem::Width { expected: dimensions, found };
    if fields.len() < dimensions {
        return Err(width(fields.len()));
    }
    let also = word.rsplit(' ').take_while(|field| field.parse::<f32>().is_ok()).count();
    if also > 0 && word.contains(' ') {
        return Err(width(dimensions + also));
    }
    let number = |field: &&str| {
        field.parse().map_err(|_| VectorProblem::NotANumber {
            word: word.to_string(),
            entry: field.to_string(),
        })
    };
    let numbers = fields.iter().rev().map(number).collect::<Result<_, _>>()?;
    Ok((word, numbers))
}

/// Whether nothing but white space is left.
fn is_blank(reader: &mut impl BufRead, path: &Path) -> Result<bool, DataError> {
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
    use std::fs;

    use super::*;

    const TEXT: &str = "the 0.5 -1 2e-3\ncafé 1 2 3\n. . . 4 5 6\n";

    /// Reads a file of these contents and name.
    fn read(name: &str, contents: &[u8]) -> Result<WordVectors, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, contents).unwrap();
        let place = format!("{}/", folder.path().display());
        WordVectors::read(&path, None).map_err(|error| error.to_string().replace(&place, ""))
    }

    fn text(contents: &str) -> Result<WordVectors, String> {
        read("v.txt", contents.as_bytes())
    }

    /// The binary form of two words of two dimensions, each vector ended by a line break.
    fn binary() -> Vec<u8> {
        let mut contents = b"2 2\n".to_vec();
        for (word, vector) in [("ja", [1.0, -2.5]), ("né", [0.0, 3e-8])] {
            contents.extend(format!("{word} ").bytes());
            contents.extend(vector.iter().flat_map(|entry: &f32| entry.to_le_bytes()));
            contents.push(b'\n');
        }
        contents
    }

    #[test]
    fn text_is_read_with_and_without_a_header() {
        let found = text(TEXT).unwrap();
        assert_eq!((found.len(), found.dimensions()), (3, 3));
        assert_eq!(found.get("CAFÉ"), Some([1.0, 2.0, 3.0].as_slice()));
        assert_eq!(found.get(". . ."), Some([4.0, 5.0, 6.0].as_slice()));
        assert_eq!(found.get("tea"), None);
        assert_eq!(text(&format!("3 3\n{TEXT}")).unwrap(), found);
        let trailing = format!("{}\n \r\n", TEXT.replace('\n', " \r\n"));
        assert_eq!(text(&trailing).unwrap(), found);
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
            written.write(&path, format).unwrap();
            assert_eq!(WordVectors::read(&path, None).unwrap(), written, "{name}");
            let two = WordVectors::read(&path, Some(2)).unwrap();
            assert_eq!(two.vectors(), &written.vectors()[..4], "{name}");
        }
    }

    #[test]
    fn binary_is_read_with_and_without_line_breaks() {
        let found = read("v.bin", &binary()).unwrap();
        assert_eq!(found.get("né"), Some([0.0, 3e-8].as_slice()));
        let mut bare = binary();
        bare.pop();
        bare.remove(4 + 3 + 8);
        assert_eq!(read("v.bin", &bare).unwrap(), found);
    }

    #[test]
    fn lines_that_cannot_be_are_refused_by_number() {
        for (contents, expected) in [
            ("", "v.txt, line 1: no word vector is there"),
            ("\n\n", "v.txt, line 1: no word vector is there"),
            ("a 1 2\nb 1\n", "v.txt, line 2: 1 numbers where 2 are expected"),
            ("a 1 2\nb 1 2 3\n", "v.txt, line 2: 3 numbers where 2 are expected"),
            ("a 1 2\n\nb 1 2\n", "v.txt, line 2: 0 numbers where 2 are expected"),
            ("a 1 2\nb 1 x\n", "v.txt, line 2: \"x\" in the vector of \"b\" is no finite number"),
            (
                "a 1 2\nb nan 2\n",
                "v.txt, line 2: \"NaN\" in the vector of \"b\" is no finite number",
            ),
            ("a 1 1e99\n", "v.txt, line 1: \"inf\" in the vector of \"a\" is no finite number"),
            ("a 1\nb 2\na 3\n", "v.txt, line 3: \"a\" has a vector already, at 1"),
            ("2 1\na 1\na 3\n", "v.txt, line 3: \"a\" has a vector already, at 2"),
            (" 1 2\n", "v.txt, line 1: \"\" is no word"),
            (
                "3 1\na 1\nb 2\n",
                "v.txt, line 4: the file ends where the next of 3 words should begin or go on",
            ),
            ("1 1\na 1\nb 2\n", "v.txt, line 3: the file goes on after the 1 words announced"),
            ("1 2\na 1 2 3\n", "v.txt, line 2: 3 numbers where 2 are expected"),
            ("0 1\n", "v.txt, line 1: no word vector is there"),
        ] {
            assert_eq!(text(contents).unwrap_err(), expected, "{contents:?}");
        }
        assert_eq!(
            read("v.txt", b"a 1\n\xff 2\n").unwrap_err(),
            "v.txt, line 2: its letters are not UTF-8"
        );
        let endless = vec![b'a'; MAX_LINE_BYTES as usize + 2];
        assert_eq!(
            read("v.txt", &endless).unwrap_err(),
            "v.txt, line 1: it is longer than 1048576 bytes"
        );
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

    #[test]
    fn every_truncation_of_a_binary_file_is_refused() {
        let whole = binary();
        for length in 0..whole.len() - 1 {
            assert!(read("v.bin", &whole[..length]).is_err(), "{length} bytes");
        }
        let mut longer = whole;
        longer.push(b'x');
        assert!(read("v.bin", &longer).unwrap_err().contains("goes on"));
        assert!(read("v.bin", TEXT.as_bytes()).unwrap_err().contains("it should say"));
    }

    #[test]
    fn vectors_that_do_not_fit_their_words_are_refused() {
        let new = |words: &[&str], vectors: &[f32]| WordVectors::new(words, vectors.to_vec(), 2);
        assert_eq!(new(&[], &[]).unwrap_err(), VectorProblem::Empty);
        assert!(matches!(new(&["a"], &[1.0]), Err(VectorProblem::Width { .. })));
        assert!(matches!(new(&["a"], &[1.0; 4]), Err(VectorProblem::Width { .. })));
        assert!(matches!(
            new(&["a", "a"], &[1.0; 4]),
            Err(VectorProblem::Duplicate { first: 1, .. })
        ));
        assert!(matches!(new(&["a"], &[1.0, f32::NAN]), Err(VectorProblem::NotANumber { .. })));
        assert!(matches!(new(&["a\n"], &[1.0; 2]), Err(VectorProblem::NoWord { .. })));
    }
}
