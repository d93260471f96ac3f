//! CSV files with a header, read whole and checked cell by cell.

use std::borrow::Cow;
use std::path::Path;

use crate::StrategyError;
use crate::file::read_bounded;
use crate::number;
use crate::sheet::{self, LongCell};
use crate::text::{line_ends, without_mark};

/// The longest file read: a list of ten million images fits.
pub const MAX_BYTES: u64 = 1 << 29;

/// The most columns read.
pub const MAX_COLUMNS: usize = 10_000;

/// A header and its rows, every row as long as the header.
#[derive(Debug, Clone)]
pub struct Table {
    file: String,
    header: Vec<String>,
    /// The cells one behind the other, and where each ends.
    text: String,
    ends: Vec<u32>,
    /// Line of the file on which each row begins, from 1.
    lines: Vec<u32>,
    /// Whether a comma in a number stands before its decimals, as where semicolons divide the cells.
    has_decimal_commas: bool,
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or for the reasons of [`Table::parse`].
    pub fn read(path: &Path) -> Result<Self, StrategyError> {
        Self::parse(&path.display().to_string(), &read_bounded(path, MAX_BYTES)?)
    }

    /// Reads the text of a file; `file` names it in errors. Cells lose the spaces around them. They are divided by
    /// commas, semicolons or tabs, whichever the header has; where by semicolons, numbers may have decimal commas.
    ///
    /// # Errors
    /// When it is longer than [`MAX_BYTES`], has more than [`MAX_COLUMNS`] columns or no rows, is not UTF-8, a row
    /// is not as long as the header, two columns have one name, or a quote does not close.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, StrategyError> {
        let (file, found) = (file.to_string(), bytes.len() as u64);
        if found > MAX_BYTES {
            return Err(StrategyError::TooLarge { file, bytes: found, limit: MAX_BYTES });
        }
        let wrong = |reason: String| StrategyError::Unreadable { file: file.clone(), reason };
        let bytes = without_mark(bytes).map_err(|error| wrong(error.to_string()))?;
        let contents = checked_text(&file, bytes)?;
        let delimiter = sheet::delimiter(contents);
        let long = sheet::check_quotes(contents, delimiter);
        let long = long.map_err(|problem| wrong(problem.to_string()))?;
        let unreadable = |error: csv::Error| wrong(error.to_string());
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .delimiter(delimiter)
            .from_reader(bytes);
        let header: Vec<String> =
            reader.headers().map_err(unreadable)?.iter().map(String::from).collect();
        check_header(&file, &header)?;
        let (mut text, mut ends, mut lines) = (String::new(), Vec::new(), Vec::new());
        let (mut line, mut counted) = (1, 0);
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(unreadable)? {
            // The reader's own line is that of the blank lines before the record.
            let start = record.position().map_or(counted, |position| position.byte() as usize);
            let blank = bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
            let start = start + blank.count();
            line += line_ends(&bytes[counted..start]);
            counted = start;
            if record.len() != header.len() {
                return Err(ragged(&file, line, &record, &header));
            }
            for cell in &record {
                text.push_str(cell);
                ends.push(text.len() as u32);
            }
            lines.push(line as u32);
        }
        if lines.is_empty() {
            return Err(StrategyError::Empty { file, wanted: "rows" });
        }
        let has_decimal_commas = delimiter == b';';
        let table = Self { file, header, text, ends, lines, has_decimal_commas };
        let rows = |cell: &&LongCell| table.is_of_rows(cell, &cell.as_rows(contents, delimiter));
        match long.iter().find(rows) {
            Some(cell) => Err(StrategyError::Unreadable {
                reason: cell.problem().to_string(),
                file: table.file,
            }),
            None => Ok(table),
        }
    }

    /// Whether the lines of a quoted cell look like rows: each is as long as the header, and beside the quoted cell the
    /// first has what other rows have there, or numbers as they do.
    fn is_of_rows(&self, long: &LongCell, lines: &[Vec<&str>]) -> bool {
        let columns = self.header.len();
        if columns < 2 || lines.iter().any(|line| line.len() != columns) {
            return false;
        }
        let mut others = (0..columns).filter(|&column| column != long.column);
        others.all(|column| {
            let cell = lines[0][column];
            let is_known = self.cells(column).any(|known| known == cell);
            let is_number = |cell: &str| self.number(cell).is_some();
            is_known || is_number(cell) && self.mostly(column, is_number)
        })
    }

    /// The file's name, for messages.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The columns' names.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The number of rows, the header not counted; at least 1.
    #[allow(clippy::len_without_is_empty, reason = "an empty table is refused")]
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Finds a column by name, as it is written or, where one column alone is called so then, in any case of letters.
    ///
    /// # Errors
    /// [`StrategyError::MissingColumn`], with the names there are.
    pub fn column(&self, name: &str) -> Result<usize, StrategyError> {
        let written = self.header.iter().position(|column| column == name);
        let found = written.or_else(|| {
            let name = name.to_lowercase();
            let mut alike =
                (0..self.header.len()).filter(|&column| self.header[column].to_lowercase() == name);
            alike.next().filter(|_| alike.next().is_none())
        });
        found.ok_or_else(|| StrategyError::MissingColumn {
            file: self.file.clone(),
            column: name.to_string(),
            present: self.header.clone(),
        })
    }

    /// A cell by row and column, each from 0.
    ///
    /// # Panics
    /// When there is no such cell.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let place = row * self.header.len() + column;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.text[start as usize..self.ends[place] as usize]
    }

    /// The cells of a row.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        (0..self.header.len()).map(move |column| self.cell(row, column))
    }

    /// The line of the file on which a row begins, from 1.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn line(&self, row: usize) -> usize {
        self.lines[row] as usize
    }

    /// The cells of a column, from the top.
    pub fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.len()).map(move |row| self.cell(row, column))
    }

    /// The cells of a column, none of them blank.
    ///
    /// # Errors
    /// [`StrategyError::Cell`] for the first that is.
    pub fn names(&self, column: usize) -> Result<Vec<&str>, StrategyError> {
        let filled = |cell| Some(cell).filter(|cell: &&str| !cell.is_empty());
        self.each(column, "no name", filled)
    }

    /// The cells of a column as numbers.
    ///
    /// # Errors
    /// [`StrategyError::Cell`] for the first that is none.
    pub fn numbers(&self, column: usize) -> Result<Vec<f64>, StrategyError> {
        self.each(column, "no number", |cell| self.number(cell))
    }

    /// The cells of a column as names of classes, none of them blank: numbers as [`number::class_name`] writes them.
    ///
    /// # Errors
    /// As [`Table::names`].
    pub fn classes(&self, column: usize) -> Result<Vec<Cow<'_, str>>, StrategyError> {
        Ok(self.names(column)?.into_iter().map(|cell| self.class(cell)).collect())
    }

    /// A cell as the name of a class.
    #[must_use]
    pub fn class<'a>(&self, cell: &'a str) -> Cow<'a, str> {
        match self.without_comma(cell) {
            Some(number) => Cow::Owned(number::class_name(&number).into_owned()),
            None => number::class_name(cell),
        }
    }

    /// A cell as a number.
    #[must_use]
    pub fn number(&self, cell: &str) -> Option<f64> {
        number::parse(cell).or_else(|| number::parse(&self.without_comma(cell)?))
    }

    /// A number with a point in place of its decimal comma, if it has one.
    fn without_comma(&self, cell: &str) -> Option<String> {
        let (whole, decimals) = cell.split_once(',').filter(|_| self.has_decimal_commas)?;
        let number = format!("{whole}.{decimals}");
        number::parse(&number).map(|_| number)
    }

    /// Reads every cell of a column; `wanted` says what one that cannot be read is not.
    ///
    /// # Errors
    /// [`StrategyError::Cell`] for the first that cannot.
    pub fn each<'a, T>(
        &'a self,
        column: usize,
        wanted: &'static str,
        read: impl Fn(&'a str) -> Option<T>,
    ) -> Result<Vec<T>, StrategyError> {
        let cells = (0..self.len()).map(|row| {
            let cell = self.cell(row, column);
            read(cell).ok_or_else(|| StrategyError::Cell {
                file: self.file.clone(),
                line: self.line(row),
                column: self.header[column].clone(),
                found: cell.to_string(),
                wanted,
            })
        });
        cells.collect()
    }

    /// Whether a column is meant to hold what `fits`: at least half of its filled cells do. The others are
    /// then mistakes to report; else the column holds something else altogether.
    #[must_use]
    pub fn mostly(&self, column: usize, fits: impl Fn(&str) -> bool) -> bool {
        let filled = self.cells(column).filter(|cell| !cell.is_empty());
        let (good, all) =
            filled.fold((0, 0), |(good, all), cell| (good + usize::from(fits(cell)), all + 1));
        good > 0 && 2 * good >= all
    }
}

fn check_header(file: &str, header: &[String]) -> Result<(), StrategyError> {
    if header.len() > MAX_COLUMNS {
        let (found, limit) = (header.len(), MAX_COLUMNS);
        return Err(StrategyError::TooMany { found, what: "columns", limit });
    }
    let repeated = (0..header.len()).find(|&column| header[..column].contains(&header[column]));
    match repeated.map(|column| header[column].clone()) {
        Some(column) => Err(StrategyError::RepeatedColumn { file: file.to_string(), column }),
        None => Ok(()),
    }
}

fn checked_text<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, StrategyError> {
    let zero = bytes.iter().position(|&byte| byte == 0);
    let place = match (std::str::from_utf8(bytes), zero) {
        (Ok(text), None) => return Ok(text),
        (Ok(_), Some(zero)) => zero,
        (Err(error), zero) => zero.unwrap_or(bytes.len()).min(error.valid_up_to()),
    };
    let before = &bytes[..place];
    let line = 1 + line_ends(before);
    let column = 1 + before.iter().rev().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count();
    Err(StrategyError::NotText { file: file.to_string(), line, column })
}

fn ragged(file: &str, line: usize, record: &csv::StringRecord, header: &[String]) -> StrategyError {
    let culprit = match header.get(record.len()) {
        Some(column) => format!("column {column} is missing"),
        None => format!("cell {} is one too many", header.len() + 1),
    };
    StrategyError::Ragged {
        file: file.to_string(),
        line,
        found: record.len(),
        expected: header.len(),
        culprit,
    }
}

#[cfg(test)]
mod tests;
