//! Sentences with labels, from files of one sentence a row.
//!
//! A row is a sentence, its label, and perhaps further fields, which are passed over. A file whose name ends in
//! `.tsv` has tabs between its fields and no quotes around them, any other is CSV. A first row that has the word
//! `label` in the label's place is a header. Sentences are as the file has them, blanks at their ends included; they
//! may be of no words.

use std::collections::BTreeMap;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};
use fireside_numpy_rng::NumpyRng;

use crate::DataError;
use crate::source::{read_file, text_of};
use crate::table::Lines;
use crate::words::words_of;

/// The largest file that is read.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// One sentence of so many is kept to judge by.
const TEST_SHARE: usize = 5;

/// Sentences with their labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelledSentences {
    /// The sentences.
    pub sentences: Vec<String>,
    /// The class of each.
    pub labels: Vec<usize>,
}

impl LabelledSentences {
    /// The number of sentences.
    pub fn len(&self) -> usize {
        self.sentences.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// Words of the longest sentence.
    pub fn max_len(&self) -> usize {
        self.sentences.iter().map(|sentence| words_of(sentence).count()).max().unwrap_or(0)
    }

    /// Reads a file whose labels are below `classes`; `expected` says so in errors, such as `0 or 1`.
    ///
    /// # Errors
    /// When it cannot be read, is not UTF-8, has no rows, or a row has another label.
    pub fn read(path: &Path, classes: usize, expected: &'static str) -> Result<Self, DataError> {
        Self::of(path, &read_file(path, MAX_FILE_BYTES)?, classes, expected)
    }

    /// Reads the contents of a file, as [`LabelledSentences::read`] does; `path` names it in errors.
    ///
    /// # Errors
    /// As [`LabelledSentences::read`].
    pub fn of(
        path: &Path,
        contents: &[u8],
        classes: usize,
        expected: &'static str,
    ) -> Result<Self, DataError> {
        let has_tabs = path.extension().is_some_and(|name| name.eq_ignore_ascii_case("tsv"));
        let (format, delimiter) = if has_tabs { ("TSV", b'\t') } else { ("CSV", b',') };
        let contents = text_of(path, format, contents)?.as_bytes();
        let mut lines = Lines::of(contents);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .quoting(!has_tabs)
            .from_reader(contents);
        let malformed = |error: csv::Error| DataError::malformed(path, format, error);
        let mut found = Self::default();
        let mut record = StringRecord::new();
        let mut is_first = true;
        while reader.read_record(&mut record).map_err(malformed)? {
            let line = lines.at(record.position());
            let text = record.get(1).unwrap_or_default();
            let is_header = is_first && text.trim().eq_ignore_ascii_case("label");
            is_first = false;
            if is_header {
                continue;
            }
            let label = text.trim().parse().ok().filter(|&label| label < classes);
            found.labels.push(label.ok_or_else(|| DataError::Field {
                path: path.to_path_buf(),
                line,
                column: "the label".to_string(),
                found: text.to_string(),
                expected,
            })?);
            found.sentences.push(record.get(0).unwrap_or_default().to_string());
        }
        match found.is_empty() {
            true => Err(DataError::malformed(path, format, "it has no rows")),
            false => Ok(found),
        }
    }

    /// The sentences at these places.
    ///
    /// # Panics
    /// When there is no such place.
    pub fn subset(&self, places: &[usize]) -> Self {
        Self {
            sentences: places.iter().map(|&place| self.sentences[place].clone()).collect(),
            labels: places.iter().map(|&place| self.labels[place]).collect(),
        }
    }

    /// Splits the sentences by chance, a fifth to judge by. Sentences of the same words, in whatever order, stay
    /// together: to judge by one whose twin was learnt would be too easy. None where all have the same words.
    pub fn split(&self, seed: u32) -> Option<(Self, Self)> {
        let groups: Vec<Vec<usize>> = self.of_same_words().into_values().collect();
        let wanted = (self.len() / TEST_SHARE).max(1);
        let (mut train, mut test) = (Vec::new(), Vec::new());
        let order = NumpyRng::new(seed).permutation(groups.len());
        let (last, order) = order.split_last()?;
        for &group in order {
            let set = if test.len() < wanted { &mut test } else { &mut train };
            set.extend(&groups[group]);
        }
        train.extend(&groups[*last]);
        (!test.is_empty()).then(|| (self.subset(&train), self.subset(&test)))
    }

    /// Pairs of sentences of the same words in another order with another label: what tells those apart who heed the
    /// order. No sentence is in two pairs.
    pub fn order_pairs(&self) -> Vec<[usize; 2]> {
        let words = |place: usize| words_of(&self.sentences[place]);
        let mut pairs = Vec::new();
        for group in self.of_same_words().into_values() {
            let mut waiting: Vec<usize> = Vec::new();
            for place in group {
                let differs = |&other: &usize| {
                    self.labels[other] != self.labels[place] && !words(other).eq(words(place))
                };
                match waiting.iter().position(differs) {
                    Some(partner) => pairs.push([waiting.swap_remove(partner), place]),
                    None => waiting.push(place),
                }
            }
        }
        pairs
    }

    /// The places of the sentences of each bag of words.
    fn of_same_words(&self) -> BTreeMap<Vec<String>, Vec<usize>> {
        let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (place, sentence) in self.sentences.iter().enumerate() {
            let mut words: Vec<String> = words_of(sentence).collect();
            words.sort_unstable();
            groups.entry(words).or_default().push(place);
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, contents: &str) -> Result<LabelledSentences, String> {
        let read = LabelledSentences::of(Path::new(name), contents.as_bytes(), 5, "0 to 4");
        read.map_err(|error| error.to_string())
    }

    fn labelled(rows: &[(&str, usize)]) -> LabelledSentences {
        LabelledSentences {
            sentences: rows.iter().map(|row| row.0.to_string()).collect(),
            labels: rows.iter().map(|row| row.1).collect(),
        }
    }

    #[test]
    fn sentences_keep_their_blanks_and_further_fields_are_passed_over() {
        let found = read("e.csv", "never  again ,3,,\r\n\"food, you said\t\",4\r\n").unwrap();
        assert_eq!(found, labelled(&[("never  again ", 3), ("food, you said\t", 4)]));
        assert_eq!(found.max_len(), 3);
    }

    #[test]
    fn label_outside_the_classes_is_refused_with_its_line() {
        for label in ["5", "-1", "x", ""] {
            assert_eq!(
                read("e.csv", &format!("a,0\r\nb,{label}\r\n")).unwrap_err(),
                format!("e.csv, line 2: the label is {label:?}, not 0 to 4")
            );
        }
        let error = "e.csv, line 1: the label is \"\", not 0 to 4";
        assert_eq!(read("e.csv", "a\n").unwrap_err(), error);
        assert_eq!(read("e.csv", "").unwrap_err(), "e.csv is not a whole CSV file: it has no rows");
        let error = LabelledSentences::of(Path::new("e.csv"), b"a,0\n\xff,1\n", 2, "0 or 1");
        let error = error.unwrap_err().to_string();
        assert_eq!(error, "e.csv is not a whole CSV file: line 2 is not UTF-8");
    }

    #[test]
    fn tabs_divide_fields_of_tsv_and_quotes_are_letters_there() {
        let found = read("e.TSV", "\u{feff}Sentence\tLabel\n\"good, he said\t1\n\t0\n").unwrap();
        assert_eq!(found, labelled(&[("\"good, he said", 1), ("", 0)]));
        let error = read("e.tsv", "sentence\tlabel\n").unwrap_err();
        assert_eq!(error, "e.tsv is not a whole TSV file: it has no rows");
        // A header is the first row alone.
        let error = read("e.csv", "a,0\nsentence,label\n").unwrap_err();
        assert!(error.starts_with("e.csv, line 2"), "{error}");
    }

    #[test]
    fn long_sentence_and_one_of_no_words_are_read() {
        let long = "sehr gut ".repeat(5000);
        let found = read("e.csv", &format!("{long},1\n,0\n \u{3000},1\n")).unwrap();
        assert_eq!((found.len(), found.max_len()), (3, 10_000));
        assert!(found.order_pairs().is_empty());
    }

    #[test]
    fn pairs_have_the_same_words_in_another_order_and_another_label() {
        let set = labelled(&[
            ("good not bad", 1),
            ("bad not good", 0),
            ("BAD not Good", 0),
            ("not bad  good", 1),
            ("good good not bad", 0),
            ("good", 0),
            ("good", 1),
        ]);
        assert_eq!(set.order_pairs(), [[0, 1], [2, 3]]);
    }

    #[test]
    fn split_keeps_sentences_of_the_same_words_together() {
        let rows: Vec<(String, usize)> =
            (0..50).flat_map(|n| [(format!("{n} not b"), 1), (format!("b not {n}"), 0)]).collect();
        let rows: Vec<_> = rows.iter().map(|(row, label)| (row.as_str(), *label)).collect();
        let all = labelled(&rows);
        let (train, test) = all.split(1).unwrap();
        assert_eq!((train.len(), test.len()), (80, 20));
        assert_eq!(test.order_pairs().len(), 10);
        assert!(test.sentences.iter().all(|sentence| !train.sentences.contains(sentence)));
        assert_eq!(all.split(1), Some((train.clone(), test)));
        assert_ne!(all.split(2).unwrap().0, train);

        assert_eq!(labelled(&[("a b", 0), ("b a", 1)]).split(1), None);
        let two = labelled(&[("a", 0), ("b", 1), ("b", 1)]);
        assert!(two.split(1).is_some_and(|(train, test)| !train.is_empty() && !test.is_empty()));
    }
}
