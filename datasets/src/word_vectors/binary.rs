//! Word vectors as word2vec writes them in binary.

use std::io::{self, BufRead, Read};

use super::problem::VectorProblem;
use super::reading::{Line, Reading, announced, is_blank};
use super::vectors::WordVectors;
use crate::DataError;

/// The longest word.
const MAX_WORD_BYTES: u64 = 1 << 12;
/// Characters shown of what is no header.
const MAX_SHOWN: usize = 40;

pub(super) fn read(
    reading: &Reading<'_>,
    mut reader: impl BufRead,
) -> Result<WordVectors, DataError> {
    let mut line = Line::default();
    reading.line(&mut reader, 1, &mut line)?;
    let header = announced(&line.text).ok_or_else(|| {
        let found = line.text.trim_end().chars().take(MAX_SHOWN).collect();
        reading.problem("line", 1, VectorProblem::Header { found })
    });
    let (announced, dimensions) = header?;
    reading.check_announced(announced, dimensions, 2 + 4 * dimensions as u128)?;
    let mut found = WordVectors::empty(dimensions);
    let mut row = vec![0; 4 * dimensions];
    while found.len() < reading.most && found.words_read() < announced {
        let number = found.words_read() as u64 + 1;
        let problem = |problem| reading.problem("word", number, problem);
        let word = next_word(reading, &mut reader, announced, number)?;
        reader.read_exact(&mut row).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => problem(VectorProblem::Truncated { announced }),
            _ => DataError::unreadable(reading.path, error),
        })?;
        let numbers = row.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        found.take(str::from_utf8(&word).ok(), numbers).map_err(problem)?;
    }
    if found.words_read() == announced && !is_blank(&mut reader, reading.path)? {
        let number = announced as u64 + 1;
        return Err(reading.problem("word", number, VectorProblem::Surplus { announced }));
    }
    found.or_empty().map_err(|problem| reading.problem("line", 1, problem))
}

/// Reads the letters up to a space; some writers end every vector with a line break, which comes before them.
fn next_word(
    reading: &Reading<'_>,
    reader: &mut impl BufRead,
    announced: usize,
    number: u64,
) -> Result<Vec<u8>, DataError> {
    let problem = |problem| reading.problem("word", number, problem);
    let mut word = Vec::new();
    let read = reader.take(MAX_WORD_BYTES + 1).read_until(b' ', &mut word);
    read.map_err(|source| DataError::unreadable(reading.path, source))?;
    if word.pop() != Some(b' ') {
        return Err(problem(match word.len() as u64 >= MAX_WORD_BYTES {
            true => VectorProblem::TooLong { limit: MAX_WORD_BYTES },
            false => VectorProblem::Truncated { announced },
        }));
    }
    Ok(word.strip_prefix(b"\n").unwrap_or(&word).to_vec())
}

/// Adds a word.
///
/// # Errors
/// When it has a space, which would end it.
pub(super) fn write(word: &str, vector: &[f32], contents: &mut Vec<u8>) -> io::Result<()> {
    if word.contains(' ') {
        let reason = format!("{word:?} has a space: write it as text");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    contents.extend(word.bytes());
    contents.push(b' ');
    contents.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
    contents.push(b'\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::PassedOver;
    use super::super::tests::{TEXT, read};

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
    fn binary_is_read_with_and_without_line_breaks() {
        let found = read("v.bin", &binary()).unwrap();
        assert_eq!(found.get("né"), Some([0.0, 3e-8].as_slice()));
        let mut bare = binary();
        bare.pop();
        bare.remove(4 + 3 + 8);
        assert_eq!(read("v.bin", &bare).unwrap(), found);
    }

    /// word2vec cuts words in the middle of a letter.
    #[test]
    fn word_that_is_not_utf8_is_passed_over_and_counted() {
        let whole = binary();
        let cut: Vec<u8> = whole.iter().copied().filter(|&byte| byte != 0xa9).collect();
        let found = read("v.bin", &cut).unwrap();
        assert_eq!((found.len(), found.get("ja")), (1, Some([1.0, -2.5].as_slice())));
        assert_eq!(found.passed_over(), PassedOver { not_utf8: 1, repeated: 0 });
        assert_eq!(found.passed_over().to_string(), "1 word that is not UTF-8");
        assert!(read("v.bin", &whole).unwrap().passed_over().is_empty());
        let marked = [b"\xef\xbb\xbf", &whole[..]].concat();
        assert_eq!(read("v.BIN", &marked).unwrap(), read("v.bin", &whole).unwrap());
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
}
