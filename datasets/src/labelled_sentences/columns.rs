//! Which column of a file has the sentences and which the labels, and whether its first row is a header.

use csv::{ReaderBuilder, StringRecord};
use fireside_strategy::number::class_name;
use fireside_strategy::sheet::DELIMITERS;

/// Rows looked at to find the columns.
const SAMPLE: usize = 100;

/// What files call a column of labels, and one of sentences.
const LABELS: [&str; 6] = ["label", "sentiment", "class", "target", "polarity", "emoji"];
const SENTENCES: [&str; 8] =
    ["sentence", "text", "review", "comment", "content", "tweet", "phrase", "document"];

/// How the labels of a file are written: as numbers from 0, whole ones or as reals, or as names.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'a> {
    /// The number of classes.
    pub classes: usize,
    /// The names of each class that are labels too, in any case of letters; none where numbers alone are.
    pub names: &'a [&'a [&'a str]],
    /// What a label is, for errors, such as `0 or 1`.
    pub expected: &'static str,
}

impl Labels<'_> {
    /// The class that a label is of.
    pub(super) fn class(&self, label: &str, delimiter: u8) -> Option<usize> {
        let label = bare(label);
        let is_named = |names: &&[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(label));
        let number = match delimiter {
            b';' => class_name(&label.replacen(',', ".", 1)).parse().ok(),
            _ => class_name(label).parse().ok(),
        };
        let number = number.filter(|&class| class < self.classes);
        number.or_else(|| self.names.iter().position(is_named))
    }
}

/// Where a file has its sentences and labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// What divides the fields.
    pub delimiter: u8,
    /// The column of the sentences, from 0.
    pub sentence: usize,
    /// The column of their labels.
    pub label: usize,
    /// The first row, if it is none of the sentences.
    pub header: Option<Vec<String>>,
    /// Rows passed over, in which nothing stands.
    pub blank_rows: usize,
}

impl Columns {
    /// Finds the columns of a text: the delimiter with which the first rows have most labels, in the second column if
    /// at least half of them are there.
    pub(super) fn of(text: &str, has_tabs: bool, labels: &Labels<'_>) -> Self {
        let delimiters = if has_tabs { &[b'\t'][..] } else { &DELIMITERS };
        let mut best: Option<(usize, Self)> = None;
        for &delimiter in delimiters {
            let (count, columns) = Self::divided_by(delimiter, text, labels);
            if best.as_ref().is_none_or(|(most, _)| count > *most) {
                best = Some((count, columns));
            }
        }
        let plain = Self { delimiter: b',', sentence: 0, label: 1, header: None, blank_rows: 0 };
        best.map_or(plain, |(_, columns)| columns)
    }

    /// The columns with this delimiter, and how many labels are among the first rows.
    fn divided_by(delimiter: u8, text: &str, labels: &Labels<'_>) -> (usize, Self) {
        let mut reader = reader_of(text, delimiter);
        let rows = reader.records().map_while(Result::ok).filter(|row| !is_blank(row));
        let rows: Vec<StringRecord> = rows.take(SAMPLE).collect();
        let width = rows.iter().map(StringRecord::len).max().unwrap_or_default();
        let is_label = |row: &StringRecord, column: usize| {
            row.get(column).is_some_and(|field| labels.class(field, delimiter).is_some())
        };
        let count = |column: usize| rows.iter().filter(|row| is_label(row, column)).count();
        let is_mostly_labels = |column: &usize| 2 * count(*column) >= rows.len().max(1);
        let called = |names: &[&str]| {
            let first = rows.first()?;
            let is_called =
                |field: &str| names.iter().any(|name| bare(field).eq_ignore_ascii_case(name));
            first.iter().position(is_called)
        };
        let label = called(&LABELS)
            .filter(is_mostly_labels)
            .or_else(|| Some(1).filter(is_mostly_labels))
            .or_else(|| (0..width).filter(is_mostly_labels).max_by_key(|column| count(*column)))
            .unwrap_or(1);
        let field = rows.first().and_then(|row| row.get(label)).unwrap_or_default();
        let field = bare(field);
        let is_header = field.eq_ignore_ascii_case("label")
            || (rows.len() > 1
                && !field.is_empty()
                && field.parse::<f64>().is_err()
                && labels.class(field, delimiter).is_none());
        let data = &rows[usize::from(is_header)..];
        let named = called(&SENTENCES).filter(|column| is_header && *column != label);
        let sentence = named.unwrap_or_else(|| sentence_column(data, width, label));
        let header =
            is_header.then(|| rows[0].iter().map(|field| bare(field).to_string()).collect());
        (count(label), Self { delimiter, sentence, label, header, blank_rows: 0 })
    }

    /// What is not plain about the file, in sentences.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(header) = &self.header {
            notes.push(format!("The first row is taken for a header: {}.", header.join(", ")));
        }
        if (self.sentence, self.label) != (0, 1) {
            let [sentence, label] = [self.sentence, self.label].map(|column| column + 1);
            notes.push(format!(
                "Column {sentence} is read for the sentences and column {label} for their labels."
            ));
        }
        match self.blank_rows {
            0 => (),
            1 => notes.push("1 row in which nothing stands is passed over.".to_string()),
            rows => notes.push(format!("{rows} rows in which nothing stands are passed over.")),
        }
        notes
    }
}

/// A field without blanks around it, nor quotes, which are letters where tabs divide the fields.
fn bare(field: &str) -> &str {
    field.trim().trim_matches('"').trim()
}

/// Whether a row is of delimiters alone, as spreadsheets leave them at the end.
pub(super) fn is_blank(row: &StringRecord) -> bool {
    row.len() > 1 && row.iter().all(|field| field.trim().is_empty())
}

/// The first column, unless it is that of the labels, or has what numbers the rows; then the one of most letters.
fn sentence_column(rows: &[StringRecord], width: usize, label: usize) -> usize {
    let letters = |column: usize| -> usize {
        let fields = rows.iter().filter_map(|row| row.get(column));
        fields.map(|field| field.chars().filter(|letter| letter.is_alphabetic()).count()).sum()
    };
    let most =
        (0..width).filter(|column| *column != label).rev().max_by_key(|column| letters(*column));
    let is_number = |row: &StringRecord| {
        let field = row.get(0).unwrap_or_default().trim();
        field.contains(|letter: char| letter.is_ascii_digit())
            && !field.contains(char::is_whitespace)
    };
    let numbers_rows = || !rows.is_empty() && rows.iter().all(is_number);
    match most {
        Some(most) if label == 0 || letters(most) > letters(0) && numbers_rows() => most,
        _ => 0,
    }
}

/// A reader of the rows. Quotes are letters where tabs divide the fields.
pub(super) fn reader_of(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(delimiter != b'\t')
        .from_reader(text.as_bytes())
}
