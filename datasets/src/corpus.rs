//! Text to learn word vectors from: its sentences, its vocabulary, and how often each word occurs.
//!
//! A line is a sentence; of a longer one than [`MAX_SENTENCE`] words, as whole books on one line are, so many words
//! at a time. Words are those of [`words`](crate::words), in lower case and without marks. A file is read piece by piece, as often as it takes, so
//! that its length does not matter; [`Corpus`] is for texts that fit into memory as numbers.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::str;

use fireside_strategy::text::{line_ends, without_mark};

use crate::DataError;
use crate::words::{Vocabulary, words_of};

/// Words of a sentence at most, as in the programs of word2vec's authors.
pub const MAX_SENTENCE: usize = 1000;

const FORMAT: &str = "text";
/// Bytes read at a time, and of the longest word.
const PIECE: usize = 1 << 16;
const MAX_WORD: usize = 1 << 16;
/// Bytes that tell whether a text is UTF-16.
const FIRST: usize = 4;
/// Different words counted at most; when there are more, the rarest ones are forgotten.
const MAX_DIFFERENT: usize = 1 << 22;

/// The sentences of a text, each as its words in lower case; none is empty.
#[derive(Debug)]
pub struct Sentences<R> {
    reader: R,
    path: PathBuf,
    /// What was read of a word or letter that is not whole yet.
    rest: Vec<u8>,
    sentence: Vec<String>,
    ready: VecDeque<Vec<String>>,
    line: u64,
    /// Whether the first bytes, which may be a byte order mark, are behind.
    begun: bool,
    /// Whether the last character was `\r`: a `\n` behind it ends no further line.
    returned: bool,
    ended: bool,
}

impl Sentences<File> {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let file = File::open(path).map_err(|source| DataError::unreadable(path, source))?;
        Ok(Self::new(file, path))
    }
}

impl<R: Read> Sentences<R> {
    /// Reads from `reader`; `path` names it in errors.
    pub fn new(reader: R, path: &Path) -> Self {
        Self {
            reader,
            path: path.to_path_buf(),
            rest: Vec::new(),
            sentence: Vec::new(),
            ready: VecDeque::new(),
            line: 1,
            begun: false,
            returned: false,
            ended: false,
        }
    }

    /// Reads the next piece and takes in the words that are whole.
    fn read_on(&mut self) -> Result<(), DataError> {
        let begin = self.rest.len();
        self.rest.resize(begin + PIECE, 0);
        let read = loop {
            match self.reader.read(&mut self.rest[begin..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => (),
                read => break read,
            }
        };
        let read = read.map_err(|source| DataError::unreadable(&self.path, source))?;
        self.rest.truncate(begin + read);
        self.ended = read == 0;
        if !self.begun {
            if self.rest.len() < FIRST && !self.ended {
                return Ok(());
            }
            let malformed = |error| DataError::malformed(&self.path, FORMAT, error);
            self.rest = without_mark(&self.rest).map_err(malformed)?.to_vec();
            self.begun = true;
        }
        let bytes = std::mem::take(&mut self.rest);
        let (text, cut) = match str::from_utf8(&bytes) {
            Ok(text) => (text, &[][..]),
            Err(error) => {
                let (whole, cut) = bytes.split_at(error.valid_up_to());
                let text = str::from_utf8(whole).unwrap_or_default();
                if error.error_len().is_some() || self.ended {
                    // The break that a `\r` of the piece before began is counted.
                    let further = text.strip_prefix('\n').filter(|_| self.returned);
                    let line = self.line + line_ends(further.unwrap_or(text).as_bytes()) as u64;
                    let reason = format!("line {line} is not UTF-8");
                    return Err(DataError::malformed(&self.path, FORMAT, reason));
                }
                (text, cut)
            }
        };
        // The last word may go on in the next piece.
        let (whole, begun) = match text.rfind(char::is_whitespace) {
            _ if self.ended => (text, ""),
            Some(end) => text.split_at(end),
            None => ("", text),
        };
        for line in whole.split_inclusive(['\n', '\r']) {
            for word in words_of(line) {
                self.sentence.push(word);
                if self.sentence.len() == MAX_SENTENCE {
                    self.end_sentence();
                }
            }
            if line.ends_with(['\n', '\r']) {
                self.end_sentence();
                self.line += u64::from(!(self.returned && line == "\n"));
            }
            self.returned = line.ends_with('\r');
        }
        if self.ended {
            self.end_sentence();
        }
        self.rest = [begun.as_bytes(), cut].concat();
        match self.rest.len() > MAX_WORD {
            false => Ok(()),
            true => {
                let reason = format!("a word on line {} is over {MAX_WORD} bytes long", self.line);
                Err(DataError::malformed(&self.path, FORMAT, reason))
            }
        }
    }

    fn end_sentence(&mut self) {
        if !self.sentence.is_empty() {
            self.ready.push_back(std::mem::take(&mut self.sentence));
        }
    }
}

impl<R: Read> Iterator for Sentences<R> {
    type Item = Result<Vec<String>, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.ended {
            if let Err(error) = self.read_on() {
                self.ended = true;
                return Some(Err(error));
            }
        }
        self.ready.pop_front().map(Ok)
    }
}

/// The words that occur at least `least` times, the most frequent first, equally frequent ones by the alphabet, and
/// how often each does.
///
/// # Errors
/// When a sentence cannot be read, or no word occurs so often; `path` names the text.
pub fn count_words(
    sentences: impl Iterator<Item = Result<Vec<String>, DataError>>,
    path: &Path,
    least: u64,
) -> Result<(Vocabulary, Vec<u64>), DataError> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    let mut rare = 1;
    for sentence in sentences {
        for word in sentence? {
            *counts.entry(word).or_default() += 1;
        }
        while counts.len() > MAX_DIFFERENT {
            rare += 1;
            counts.retain(|_, count| *count >= rare);
        }
    }
    let mut counts: Vec<_> = counts.into_iter().filter(|(_, count)| *count >= least).collect();
    counts.sort_by(|(one, count), (other, others)| others.cmp(count).then(one.cmp(other)));
    if counts.is_empty() {
        let reason = match least {
            0 | 1 => "it has no words".to_string(),
            _ => format!("none of its words occurs {least} times"),
        };
        return Err(DataError::malformed(path, FORMAT, reason));
    }
    let (words, counts): (Vec<String>, Vec<u64>) = counts.into_iter().unzip();
    let vocabulary = Vocabulary::new(words);
    let vocabulary = vocabulary.map_err(|error| DataError::malformed(path, FORMAT, error))?;
    Ok((vocabulary, counts))
}

/// A text in memory, its words as indices.
#[derive(Debug, Clone, PartialEq)]
pub struct Corpus {
    /// The words, the most frequent first.
    pub vocabulary: Vocabulary,
    /// How often each occurs.
    pub counts: Vec<u64>,
    /// The sentences; words that the vocabulary does not hold are passed over.
    pub sentences: Vec<Vec<u32>>,
}

impl Corpus {
    /// Reads a file, with the words that occur at least `least` times.
    ///
    /// # Errors
    /// When it cannot be read, is not UTF-8, or no word occurs so often.
    pub fn read(path: &Path, least: u64) -> Result<Self, DataError> {
        let (vocabulary, counts) = count_words(Sentences::open(path)?, path, least)?;
        Self::of(vocabulary, counts, Sentences::open(path)?)
    }

    /// Takes a text, with the words that occur at least `least` times; `name` stands for it in errors.
    ///
    /// # Errors
    /// When no word occurs so often.
    pub fn of_text(text: &str, name: &str, least: u64) -> Result<Self, DataError> {
        let name = Path::new(name);
        let sentences = || Sentences::new(text.as_bytes(), name);
        let (vocabulary, counts) = count_words(sentences(), name, least)?;
        Self::of(vocabulary, counts, sentences())
    }

    /// The number of words in the sentences.
    pub fn tokens(&self) -> usize {
        self.sentences.iter().map(Vec::len).sum()
    }

    fn of(
        vocabulary: Vocabulary,
        counts: Vec<u64>,
        sentences: impl Iterator<Item = Result<Vec<String>, DataError>>,
    ) -> Result<Self, DataError> {
        let sentences = sentences.map(|sentence| Ok(indices(&vocabulary, &sentence?)));
        let sentences = sentences.collect::<Result<_, DataError>>()?;
        Ok(Self { vocabulary, counts, sentences })
    }
}

/// The words of a sentence that a vocabulary holds as they are, as indices.
pub fn indices(vocabulary: &Vocabulary, sentence: &[String]) -> Vec<u32> {
    let known = sentence.iter().filter_map(|word| vocabulary.position(word));
    known.map(|index| index as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte or two at a time.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let length = self.0.len().min(1 + self.0.len() % 2);
            buffer[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    fn sentences(reader: impl Read) -> Vec<Vec<String>> {
        Sentences::new(reader, Path::new("t")).collect::<Result<_, _>>().unwrap()
    }

    const TEXT: &str = "Größe und\u{3000}Éclair\r\n\n \nein Wort";

    #[test]
    fn sentences_are_the_same_whole_and_in_small_pieces() {
        let expected: [&[&str]; 2] = [&["größe", "und", "éclair"], &["ein", "wort"]];
        assert_eq!(sentences(TEXT.as_bytes()), expected);
        assert_eq!(sentences(Drops(TEXT.as_bytes())), expected);
        assert_eq!(sentences("".as_bytes()), [[""; 0]; 0]);
        for (mark, end) in [("\u{feff}", "\n"), ("\u{feff}", "\r\n"), ("", "\r")] {
            let text = format!("{mark}{}", TEXT.replace("\r\n", "\n").replace('\n', end));
            assert_eq!(sentences(text.as_bytes()), expected, "{text:?}");
            assert_eq!(sentences(Drops(text.as_bytes())), expected, "{text:?}");
        }
    }

    #[test]
    fn endless_line_is_cut_into_sentences_and_an_endless_word_refused() {
        let long = "word ".repeat(2 * MAX_SENTENCE + 1);
        let lengths: Vec<usize> = sentences(long.as_bytes()).iter().map(Vec::len).collect();
        assert_eq!(lengths, [MAX_SENTENCE, MAX_SENTENCE, 1]);
        let word = "w".repeat(3 * MAX_WORD);
        let error = Sentences::new(word.as_bytes(), Path::new("t")).next().unwrap().unwrap_err();
        assert!(error.to_string().contains("a word on line 1 is over"), "{error}");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_line() {
        for bytes in [
            b"one\ntwo\n\xffthree".as_slice(),
            b"one\ntwo\nthr\xc3",
            b"one\r\ntwo\r\n\xff",
            b"one\r\r\xff",
        ] {
            for error in [
                Sentences::new(bytes, Path::new("t.txt")).find_map(Result::err),
                Sentences::new(Drops(bytes), Path::new("t.txt")).find_map(Result::err),
            ] {
                let expected = "t.txt is not a whole text file: line 3 is not UTF-8";
                assert_eq!(error.unwrap().to_string(), expected);
            }
        }
        let utf_16 = b"\xff\xfeo\0n\0e\0".as_slice();
        let error = Sentences::new(Drops(utf_16), Path::new("t.txt")).find_map(Result::err);
        assert!(error.unwrap().to_string().contains("it is UTF-16: save it as UTF-8"));
    }

    #[test]
    fn words_are_ordered_by_how_often_they_occur() {
        let corpus = Corpus::of_text("b a c a\nA b d\n", "t", 2).unwrap();
        assert_eq!(corpus.vocabulary.words().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(corpus.counts, [3, 2]);
        assert_eq!(corpus.sentences, [vec![1, 0, 0], vec![0, 1]]);
        assert_eq!(corpus.tokens(), 5);
    }

    #[test]
    fn text_without_words_is_refused() {
        let error = |text, least| Corpus::of_text(text, "t", least).unwrap_err().to_string();
        assert_eq!(error("", 1), "t is not a whole text file: it has no words");
        assert_eq!(error("a b", 2), "t is not a whole text file: none of its words occurs 2 times");
        assert_eq!(Corpus::of_text("x", "t", 1).unwrap().sentences, [[0]]);
    }
}
