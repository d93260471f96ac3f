//! What can be wrong with word vectors.

use fireside_strategy::text::Utf16;

/// What is wrong with word vectors.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
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
        /// The position of the first, from 1.
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
    /// The letters of all words.
    #[error("no word is there whose letters are UTF-8")]
    NotUtf8,
    /// A text that is not read.
    #[error(transparent)]
    Utf16(#[from] Utf16),
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
