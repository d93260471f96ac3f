//! CSV as people and spreadsheets write it: what divides its cells, and quotes that do not close.
//!
//! A reader of CSV takes any text: a quote that begins a cell and does not close swallows the rows up to the next
//! quote, be it thousands of lines away, and nothing is said. [`check_quotes`] refuses what no program writes, and
//! tells of quoted cells of several lines, for the reader to judge whether they look like rows.

use std::ops::Range;

use crate::text::ends_line;

/// What divides cells: a comma, a semicolon where a comma is the decimal sign, or a tab.
pub const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// What is wrong with the quotes of a CSV file. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuoteProblem {
    /// A quote that begins a cell has no end.
    #[error("line {line}: the quote that begins a cell does not close: {ADVICE}", ADVICE = ADVICE)]
    Open {
        /// The line of the quote.
        line: usize,
    },
    /// More than white space stands between the end of a quoted cell and the next cell.
    #[error("line {line}: {rest:?} follows the quote that closes a cell{}: {ADVICE}", since(*opened, *line), ADVICE = ADVICE)]
    Followed {
        /// The line on which the cell begins.
        opened: usize,
        /// The line on which it ends.
        line: usize,
        /// What follows.
        rest: String,
    },
    /// The lines of a quoted cell look like rows.
    #[error(
        "line {line}: the quote that begins a cell closes on line {last}, and the lines between look like rows: \
         {ADVICE}",
        ADVICE = ADVICE
    )]
    Rows {
        /// The line on which the cell begins.
        line: usize,
        /// The line on which it ends.
        last: usize,
    },
}

const ADVICE: &str =
    "within a quoted cell a quote is written twice, and no other cell begins with one";

fn since(opened: usize, line: usize) -> String {
    match opened == line {
        true => String::new(),
        false => format!(", which begins on line {opened}"),
    }
}

/// A quoted cell of several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongCell {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// The line on which it ends.
    pub last: usize,
    /// Which cell of its row, from 0.
    pub column: usize,
    /// The bytes of its row.
    row: Range<usize>,
}

impl LongCell {
    /// The lines of its row as the rows that they would be without the quote: cells without blanks and quotes around
    /// them.
    #[must_use]
    pub fn as_rows<'a>(&self, text: &'a str, delimiter: u8) -> Vec<Vec<&'a str>> {
        let cell = |cell: &'a str| cell.trim().trim_matches('"').trim();
        let lines = text[self.row.clone()].split(['\n', '\r']).filter(|line| !line.is_empty());
        lines.map(|line| line.split(char::from(delimiter)).map(cell).collect()).collect()
    }

    /// That its lines are rows.
    #[must_use]
    pub fn problem(&self) -> QuoteProblem {
        QuoteProblem::Rows { line: self.line, last: self.last }
    }
}

/// What divides the cells of a text: the one that the first line has most of outside of quotes.
#[must_use]
pub fn delimiter(text: &str) -> u8 {
    let first = text.trim_start_matches(['\n', '\r']);
    let mut is_quoted = false;
    let mut counts = [0; DELIMITERS.len()];
    for byte in first.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if is_quoted => (),
            _ => {
                let place = DELIMITERS.iter().position(|&delimiter| delimiter == byte);
                place.into_iter().for_each(|place| counts[place] += 1);
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    DELIMITERS
        .into_iter()
        .zip(counts)
        .find(|(_, count)| *count == most)
        .map_or(b',', |found| found.0)
}

/// Checks that every quoted cell closes and ends with its quote, and returns those of several lines.
///
/// # Errors
/// [`QuoteProblem`] for the first cell that does not.
pub fn check_quotes(text: &str, delimiter: u8) -> Result<Vec<LongCell>, QuoteProblem> {
    let bytes = text.as_bytes();
    let mut found: Vec<LongCell> = Vec::new();
    if !bytes.contains(&b'"') {
        return Ok(found);
    }
    let (mut line, mut place, mut row, mut column) = (1, 0, 0, 0);
    while place < bytes.len() {
        let (opened, is_quoted) = (line, bytes[place] == b'"');
        if is_quoted {
            let end = closing(bytes, place + 1).ok_or(QuoteProblem::Open { line })?;
            line += (place..end).filter(|&place| ends_line(bytes, place)).count();
            place = end + 1;
        }
        let is_end = |byte: &u8| *byte == delimiter || matches!(byte, b'\n' | b'\r');
        let rest = bytes[place..].iter().position(is_end).unwrap_or(bytes.len() - place);
        let follows = text[place..place + rest].trim();
        if is_quoted && !follows.is_empty() {
            let rest = follows.chars().take(30).collect();
            return Err(QuoteProblem::Followed { opened, line, rest });
        }
        if line > opened {
            found.push(LongCell { line: opened, last: line, column, row: row..bytes.len() });
        }
        place += rest;
        if bytes.get(place) == Some(&delimiter) {
            column += 1;
        } else {
            let of_row = found.iter_mut().rev().take_while(|cell| cell.row.start == row);
            of_row.for_each(|cell| cell.row.end = place);
            line += usize::from(ends_line(bytes, place));
            (row, column) = (place + 1, 0);
        }
        place += 1;
    }
    Ok(found)
}

/// Where the quote is that closes a cell, whose letters begin at `place`.
fn closing(bytes: &[u8], mut place: usize) -> Option<usize> {
    loop {
        place += bytes.get(place..)?.iter().position(|&byte| byte == b'"')?;
        if bytes.get(place + 1) != Some(&b'"') {
            return Some(place);
        }
        place += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        check_quotes(text, b',').unwrap_err().to_string().split(": w").next().unwrap().to_string()
    }

    #[test]
    fn cells_are_divided_by_what_the_first_line_has_most_of() {
        for (text, expected) in [
            ("a,b\n1;2;3", b','),
            ("\r\na;b\r\n1,5;2", b';'),
            ("a\tb", b'\t'),
            ("\"a;b;c\",d", b','),
            ("a", b','),
            ("", b','),
        ] {
            assert_eq!(delimiter(text), expected, "{text:?}");
        }
    }

    #[test]
    fn quote_that_does_not_close_is_refused_with_its_line() {
        assert_eq!(
            problem("a,b\r\nc,\"d\r\n"),
            "line 2: the quote that begins a cell does not close"
        );
        assert_eq!(
            problem("a\r\r\"b\"\"\r"),
            "line 3: the quote that begins a cell does not close"
        );
    }

    #[test]
    fn letters_behind_a_closing_quote_are_refused_with_both_lines() {
        assert_eq!(
            problem("a\n\"so good he said,1\nb,0\n\"never again\" she said,0"),
            "line 4: \"never again\\\" she said\" follows the quote that closes a cell, which begins on line 2"
        );
        assert_eq!(problem("\"a\" b,c"), "line 1: \"b\" follows the quote that closes a cell");
    }

    #[test]
    fn cells_that_are_quoted_as_they_should_pass() {
        for text in [
            "\"a \"\"b\"\" c\",d",
            "\"\",\"\"\n",
            "a \"b\" c,5\"\n",
            "\"a\" ,b",
            "",
            "\"\"\"a\"\"\"",
        ] {
            assert_eq!(check_quotes(text, b','), Ok(Vec::new()), "{text:?}");
        }
    }

    #[test]
    fn cells_of_several_lines_are_told_with_their_lines() {
        let text = "n,x\r\n1,\"so, \r\nhe said,\"\r\n2,\"a\rb\"";
        let found = check_quotes(text, b',').unwrap();
        let places: Vec<_> = found.iter().map(|cell| (cell.line, cell.last, cell.column)).collect();
        assert_eq!(places, [(2, 3, 1), (4, 5, 1)]);
        assert_eq!(found[0].as_rows(text, b','), [vec!["1", "so", ""], vec!["he said", ""]]);
        assert_eq!(found[1].as_rows(text, b','), [vec!["2", "a"], vec!["b"]]);
    }
}
