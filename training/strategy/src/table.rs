//! CSV files with a header, read whole and checked cell by cell.

use std::path::Path;

use crate::StrategyError;
use crate::file::read_bounded;
use crate::number;

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
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or for the reasons of [`Table::parse`].
    pub fn read(path: &Path) -> Result<Self, StrategyError> {
        Self::parse(&path.display().to_string(), &read_bounded(path, MAX_BYTES)?)
    }

    /// Reads the text of a file; `file` names it in errors. Cells lose the spaces around them.
    ///
    /// # Errors
    /// When it is longer than [`MAX_BYTES`], has more than [`MAX_COLUMNS`] columns or no rows, is not UTF-8, a row
    /// is not as long as the header, or two columns have one name.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, StrategyError> {
        let (file, found) = (file.to_string(), bytes.len() as u64);
        if found > MAX_BYTES {
            return Err(StrategyError::TooLarge { file, bytes: found, limit: MAX_BYTES });
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes); // spreadsheets put it there
        check_text(&file, bytes)?;
        let unreadable = |error: csv::Error| StrategyError::Unreadable {
            file: file.clone(),
            reason: error.to_string(),
        };
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
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
            line += bytes[counted..start].iter().filter(|&&byte| byte == b'\n').count();
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
        match lines.is_empty() {
            true => Err(StrategyError::Empty { file, wanted: "rows" }),
            false => Ok(Self { file, header, text, ends, lines }),
        }
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

    /// Finds a column by name.
    ///
    /// # Errors
    /// [`StrategyError::MissingColumn`], with the names there are.
    pub fn column(&self, name: &str) -> Result<usize, StrategyError> {
        let found = self.header.iter().position(|column| column == name);
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
        self.each(column, "no number", number::parse)
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

fn check_text(file: &str, bytes: &[u8]) -> Result<(), StrategyError> {
    let invalid = std::str::from_utf8(bytes).err().map(|error| error.valid_up_to());
    let zero = bytes.iter().position(|&byte| byte == 0);
    let Some(place) = invalid.into_iter().chain(zero).min() else {
        return Ok(());
    };
    let before = &bytes[..place];
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|&&byte| byte != b'\n').count();
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
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Table, StrategyError> {
        Table::parse("models.csv", text.as_bytes())
    }

    fn message(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn cells_are_read_by_column_whatever_the_line_ends_and_the_byte_order_mark() {
        for text in
            ["name,latency\nA, 9\nB,13%\n", "\u{feff}name,latency\r\nA,9\r\n\r\nB,13%\r\n\r\n"]
        {
            let table = parse(text).unwrap();
            let latency = table.column("latency").unwrap();
            assert_eq!(table.numbers(latency).unwrap(), [9.0, 0.13]);
            assert_eq!(table.names(0).unwrap(), ["A", "B"]);
        }
    }

    #[test]
    fn ragged_row_is_refused_with_its_line_and_column() {
        let text = "name,latency,memory\nA,9,9\nB,13\n";
        let short = "models.csv, line 3: 2 cells, but the header has 3; column memory is missing";
        assert_eq!(message(text), short);
        let long = message("name,latency\r\n\r\nA,9,9\r\n");
        assert_eq!(
            long,
            "models.csv, line 3: 3 cells, but the header has 2; cell 3 is one too many"
        );
    }

    #[test]
    fn line_after_a_cell_of_several_lines_is_counted_right() {
        let table = parse("name,latency\n\"A\nof two lines\",9\nB,slow\n").unwrap();
        let error = table.numbers(1).unwrap_err().to_string();
        assert_eq!(error, "models.csv, line 4, column latency: \"slow\" is no number");
    }

    #[test]
    fn number_that_is_none_or_not_finite_is_refused_with_line_and_column() {
        for wrong in ["", "ten", "nan", "inf", "1,5"] {
            let table = parse(&format!("name,latency\nA,9\nB,\"{wrong}\"\n")).unwrap();
            let error = table.numbers(1).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("models.csv, line 3, column latency: {wrong:?} is no number")
            );
        }
    }

    #[test]
    fn missing_and_repeated_columns_are_refused_by_name() {
        let error = parse("name,latency\nA,9\n").unwrap().column("memory").unwrap_err();
        let expected = "models.csv, line 1: there is no column memory; there are name, latency";
        assert_eq!(error.to_string(), expected);
        assert_eq!(message("name,a,a\nA,1,2\n"), "models.csv, line 1: there are two columns \"a\"");
    }

    #[test]
    fn more_columns_than_are_handled_are_refused() {
        let error = parse(&",".repeat(MAX_COLUMNS)).unwrap_err();
        assert!(matches!(error, StrategyError::TooMany { found: 10_001, .. }), "{error}");
    }

    #[test]
    fn nothing_and_a_bare_header_are_refused() {
        for text in ["", "\n\n", "name,latency\n", "\u{feff}"] {
            assert_eq!(message(text), "models.csv holds no rows");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_place() {
        let latin = Table::parse("a.csv", b"name,x\nA,1\nM\xfcller,2\n").unwrap_err();
        assert_eq!(latin, StrategyError::NotText { file: "a.csv".into(), line: 3, column: 2 });
        let zero = Table::parse("a.csv", b"name,x\nA,\0\n").unwrap_err();
        assert_eq!(zero, StrategyError::NotText { file: "a.csv".into(), line: 2, column: 3 });
    }
}
