//! Columns of numbers from a CSV file with a header.

use std::path::Path;

use csv::{ErrorKind, Position, ReaderBuilder, StringRecord, Trim};
use fireside_strategy::sheet::{self, LongCell};

use crate::DataError;
use crate::source::{read_file, text_of};

/// The largest file that is read; the course's own are below 16 KiB.
pub const MAX_FILE_BYTES: u64 = 4 << 20;

pub(crate) const FORMAT: &str = "CSV";

/// Numbers by row and column, with the line that each row came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<const N: usize> {
    /// The columns asked for, in the order asked for.
    pub rows: Vec<[f64; N]>,
    /// Where each row begins in the file; the first line is 1.
    pub lines: Vec<u64>,
}

/// Reads the columns of these names, wherever in the file they stand; others are passed over. Fields are divided by
/// commas, semicolons or tabs, whichever the header has; where by semicolons, numbers may have decimal commas.
///
/// # Errors
/// When the file cannot be read, is too large, lacks a column, has a row of another length than its
/// header, a field that is no finite number, or a quote that does not close.
pub fn read_columns<const N: usize>(
    path: &Path,
    columns: [&str; N],
) -> Result<Table<N>, DataError> {
    let contents = read_file(path, MAX_FILE_BYTES)?;
    let text = text_of(path, FORMAT, &contents)?;
    let delimiter = sheet::delimiter(&text);
    let long = checked_quotes(path, &text, delimiter)?;
    let contents = text.as_bytes();
    let mut lines = Lines::of(contents);
    let mut reader =
        ReaderBuilder::new().trim(Trim::All).delimiter(delimiter).from_reader(contents);
    let header = reader.headers().map_err(|error| refused(path, &error, &mut lines))?.clone();
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(columns) {
        let found = header.iter().position(|column| column == name);
        *place = found.ok_or_else(|| DataError::MissingColumn {
            path: path.to_path_buf(),
            column: name.to_string(),
            found: header.iter().map(ToString::to_string).collect(),
        })?;
    }
    let is_row = |row: &Vec<&str>| {
        row.len() == header.len()
            && places.iter().all(|&place| number(row[place], delimiter).is_some())
    };
    refuse_rows(path, &text, delimiter, &long, is_row)?;
    let mut table = Table { rows: Vec::new(), lines: Vec::new() };
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| refused(path, &error, &mut lines))? {
        let line = lines.at(record.position());
        let mut row = [0.0; N];
        for ((value, &place), column) in row.iter_mut().zip(&places).zip(columns) {
            let text = &record[place]; // every record is as long as the header
            *value = number(text, delimiter).ok_or_else(|| DataError::Field {
                path: path.to_path_buf(),
                line,
                column: column.to_string(),
                found: text.to_string(),
                expected: "a number",
            })?;
        }
        table.rows.push(row);
        table.lines.push(line);
    }
    Ok(table)
}

fn number(field: &str, delimiter: u8) -> Option<f64> {
    let number = match delimiter {
        b';' => field.replacen(',', ".", 1).parse(),
        _ => field.parse(),
    };
    number.ok().filter(|number: &f64| number.is_finite())
}

/// The quoted fields of several lines, once every quote is known to close.
pub(crate) fn checked_quotes(
    path: &Path,
    text: &str,
    delimiter: u8,
) -> Result<Vec<LongCell>, DataError> {
    let found = sheet::check_quotes(text, delimiter);
    found.map_err(|problem| DataError::malformed(path, FORMAT, problem))
}

/// Refuses quoted fields of which all lines but the last, which may be cut in two, look like rows.
pub(crate) fn refuse_rows(
    path: &Path,
    text: &str,
    delimiter: u8,
    long: &[LongCell],
    is_row: impl Fn(&Vec<&str>) -> bool,
) -> Result<(), DataError> {
    let is_of_rows = |cell: &&LongCell| {
        let rows = cell.as_rows(text, delimiter);
        rows.split_last().is_some_and(|(_, rows)| !rows.is_empty() && rows.iter().all(&is_row))
    };
    match long.iter().find(is_of_rows) {
        Some(cell) => Err(DataError::malformed(path, FORMAT, cell.problem())),
        None => Ok(()),
    }
}

fn refused(path: &Path, error: &csv::Error, lines: &mut Lines<'_>) -> DataError {
    match error.kind() {
        ErrorKind::UnequalLengths { pos, expected_len, len } => DataError::RaggedRow {
            path: path.to_path_buf(),
            line: lines.at(pos.as_ref()),
            expected: *expected_len,
            found: *len,
        },
        _ => DataError::malformed(path, FORMAT, error),
    }
}

/// Counts lines. The parser's own count stands where the row before ended, be it in the middle of a CRLF
/// or in front of empty lines.
pub(crate) struct Lines<'a> {
    contents: &'a [u8],
    line: u64,
    counted: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(contents: &'a [u8]) -> Self {
        Self { contents, line: 1, counted: 0 }
    }

    /// Returns the line of the first row from `position` on, which must not go back.
    pub(crate) fn at(&mut self, position: Option<&Position>) -> u64 {
        let end = position.map_or(0, Position::byte) as usize;
        while let Some(&byte) = self.contents.get(self.counted) {
            if self.counted >= end && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(byte == b'\n');
            self.counted += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Reads columns `x` and `y` of a file of these contents.
    fn read(contents: &[u8]) -> Result<Table<2>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.csv");
        fs::write(&path, contents).unwrap();
        let place = format!("{}/", folder.path().display());
        read_columns(&path, ["x", "y"]).map_err(|error| error.to_string().replace(&place, ""))
    }

    #[test]
    fn columns_are_found_by_name_among_others_in_any_order() {
        let table = read(b"name, y ,x\r\na, 1.5,2\r\n\r\n\"b,\nc\",-3e2,4\r\nd,0,0").unwrap();
        assert_eq!(table.rows, [[2.0, 1.5], [4.0, -300.0], [0.0, 0.0]]);
        assert_eq!(table.lines, [2, 4, 6]);
    }

    #[test]
    fn byte_order_mark_is_no_part_of_the_first_column_s_name() {
        for contents in [&b"\xef\xbb\xbfx,y\r\n1,2\r\n"[..], b"\xef\xbb\xbfx;y\r1;2", b"x\ty\n1\t2"]
        {
            let table = read(contents).unwrap();
            assert_eq!((table.rows, table.lines), (vec![[1.0, 2.0]], vec![2]));
        }
        assert_eq!(read(b"x;y\n1,5;-2\n").unwrap().rows, [[1.5, -2.0]]);
        let error = read(b"\xff\xfex\0,\0").unwrap_err();
        assert!(error.contains("it is UTF-16: save it as UTF-8"), "{error}");
    }

    #[test]
    fn quotes_that_do_not_close_are_refused_with_their_line() {
        for (contents, line) in [
            ("name,x,y\na,1,2\n\"b,3,4\nc,5,6\n", 3),
            ("name,x,y\n\"a,1,2\nb,3,4\n\"c\" d,5,6\n", 4),
            ("name,x,y\n\"a,1,2\nb,3,4\nc\",5,6\n", 2),
        ] {
            let error = read(contents.as_bytes()).unwrap_err();
            let expected = format!("points.csv is not a whole CSV file: line {line}: ");
            assert!(error.starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn ragged_row_is_refused_with_its_line() {
        assert_eq!(
            read(b"x,y\r\n1,2\r\n3\r\n").unwrap_err(),
            "points.csv, line 3: 1 field where the header has 2"
        );
        assert_eq!(
            read(b"x,y\n1,2,3\n").unwrap_err(),
            "points.csv, line 2: 3 fields where the header has 2"
        );
    }

    #[test]
    fn missing_column_is_refused_with_those_that_are_there() {
        assert_eq!(
            read(b"x,z\n1,2\n").unwrap_err(),
            "points.csv has no column y: its columns are x, z"
        );
        assert_eq!(read(b"").unwrap_err(), "points.csv has no column x: its columns are none");
    }

    #[test]
    fn field_that_is_no_finite_number_is_refused_with_its_line_and_column() {
        for field in ["left", "", "NaN", "inf", "1e999", "0x10"] {
            assert_eq!(
                read(format!("x,y\n1,2\n3,{field}\n").as_bytes()).unwrap_err(),
                format!("points.csv, line 3: y is \"{field}\", not a number")
            );
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        let error = read(b"x,y\n1,\xff\xfe\n").unwrap_err();
        assert!(error.starts_with("points.csv is not a whole CSV file"), "{error}");
    }

    #[test]
    fn huge_file_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.csv");
        fs::File::create(&path).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
        let error = read_columns(&path, ["x"]).unwrap_err();
        assert!(matches!(error, DataError::TooLarge { .. }), "{error}");
    }
}
