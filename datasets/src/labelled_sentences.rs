//! Sentences with labels, from files of one sentence a row.
//!
//! A row is a sentence, its label, and perhaps further fields, which are passed over. A file whose name ends in
//! `.tsv` has tabs between its fields and no quotes around them, any other is CSV, whose fields may be divided by
//! commas, semicolons or tabs. A first row that has no label in the label's place, but a word, is a header, whatever it
//! says. Where the second column has no labels, another that has is taken, and a first column that numbers the rows
//! has no sentences: [`Columns`] tells which were read. Sentences are as the file has them, blanks at their ends
//! included, but for the line breaks of HTML, which become blanks; they may be of no words.

mod columns;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use csv::StringRecord;
use fireside_numpy_rng::NumpyRng;

pub use self::columns::{Columns, Labels};
use self::columns::{is_blank, reader_of};
use crate::DataError;
use crate::source::{read_file, text_of};
use crate::table::{Lines, checked_quotes, refuse_rows};
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
    /// When it cannot be read, is not UTF-8, has no rows, a quote that does not close, or a row has another label.
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
        Ok(Self::of_labels(path, contents, &Labels { classes, names: &[], expected })?.0)
    }

    /// Reads a file whose labels may have names, and tells what was read of it.
    ///
    /// # Errors
    /// As [`LabelledSentences::read`].
    pub fn read_labels(path: &Path, labels: &Labels<'_>) -> Result<(Self, Columns), DataError> {
        Self::of_labels(path, &read_file(path, MAX_FILE_BYTES)?, labels)
    }

    fn of_labels(
        path: &Path,
        contents: &[u8],
        labels: &Labels<'_>,
    ) -> Result<(Self, Columns), DataError> {
        let has_tabs = path.extension().is_some_and(|name| name.eq_ignore_ascii_case("tsv"));
        let format = if has_tabs { "TSV" } else { "CSV" };
        let text = text_of(path, format, contents)?;
        let mut columns = Columns::of(&text, has_tabs, labels);
        let delimiter = columns.delimiter;
        if delimiter != b'\t' {
            let long = checked_quotes(path, &text, delimiter)?;
            let is_row = |row: &Vec<&str>| {
                let fields = [row.get(columns.label), row.iter().skip(1).last()];
                fields.into_iter().flatten().any(|field| labels.class(field, delimiter).is_some())
            };
            refuse_rows(path, &text, delimiter, &long, is_row)?;
        }
        let mut lines = Lines::of(text.as_bytes());
        let mut reader = reader_of(&text, delimiter);
        let malformed = |error: csv::Error| DataError::malformed(path, format, error);
        let mut found = Self::default();
        let mut record = StringRecord::new();
        let mut is_header = columns.header.is_some();
        while reader.read_record(&mut record).map_err(malformed)? {
            let line = lines.at(record.position());
            if is_blank(&record) {
                columns.blank_rows += 1;
                continue;
            }
            if std::mem::take(&mut is_header) {
                continue;
            }
            let label = record.get(columns.label).unwrap_or_default();
            found.labels.push(labels.class(label, delimiter).ok_or_else(|| DataError::Field {
                path: path.to_path_buf(),
                line,
                column: "the label".to_string(),
                found: label.to_string(),
                expected: labels.expected,
            })?);
            let sentence = record.get(columns.sentence).unwrap_or_default();
            found.sentences.push(without_breaks(sentence).into_owned());
        }
        match found.is_empty() {
            true => Err(DataError::malformed(path, format, "it has no rows")),
            false => Ok((found, columns)),
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

/// A text with blanks where it has line breaks of HTML: `<br>`, `<br />`.
fn without_breaks(text: &str) -> Cow<'_, str> {
    const BREAK: &[u8] = b"<br";
    let next = |rest: &str| {
        rest.as_bytes().windows(BREAK.len()).position(|it| it.eq_ignore_ascii_case(BREAK))
    };
    let (mut found, mut rest) = (String::new(), text);
    while let Some(place) = next(rest) {
        let (before, tag) = rest.split_at(place);
        let (tag, behind) = tag.split_at(BREAK.len());
        found += before;
        let closed = behind.trim_start();
        match closed.strip_prefix('/').unwrap_or(closed).trim_start().strip_prefix('>') {
            Some(behind) => {
                found.push(' ');
                rest = behind;
            }
            None => {
                found += tag;
                rest = behind;
            }
        }
    }
    match found.is_empty() {
        true => Cow::Borrowed(rest),
        false => Cow::Owned(found + rest),
    }
}

#[cfg(test)]
mod tests;
