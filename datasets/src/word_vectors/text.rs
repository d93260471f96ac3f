//! Word vectors as text, a line for each word.

use std::io::BufRead;

use super::problem::VectorProblem;
use super::reading::{Line, Reading, announced, is_blank};
use super::vectors::WordVectors;
use crate::DataError;

const SEPARATORS: [char; 2] = [' ', '\t'];

pub(super) fn read(
    reading: &Reading<'_>,
    mut reader: impl BufRead,
) -> Result<WordVectors, DataError> {
    let mut line = Line::default();
    if !reading.line(&mut reader, 1, &mut line)? {
        return Err(reading.problem("line", 1, VectorProblem::Empty));
    }
    let header = announced(&line.text);
    let dimensions = match header {
        Some((words, dimensions)) => {
            reading.check_announced(words, dimensions, 1 + 2 * dimensions as u128)?;
            dimensions
        }
        None => trimmed(&line.text).matches(SEPARATORS).count(),
    };
    let mut found = WordVectors::empty(dimensions);
    let mut number = 1;
    let mut is_there = true;
    if header.is_some() {
        number = 2;
        is_there = reading.line(&mut reader, number, &mut line)?;
    }
    while is_there && found.len() < reading.most {
        reading.check_size(found.len() + 1, dimensions)?;
        let problem = |problem| reading.problem("line", number, problem);
        if trimmed(&line.text).is_empty() && is_blank(&mut reader, reading.path)? {
            break; // empty lines at the end
        }
        let (word, numbers) = parse_line(&line.text, dimensions).map_err(problem)?;
        found.take(line.is_utf8.then_some(word), numbers.into_iter()).map_err(problem)?;
        if header.is_some_and(|(words, _)| found.words_read() > words) {
            return Err(problem(VectorProblem::Surplus { announced: found.words_read() - 1 }));
        }
        number += 1;
        is_there = reading.line(&mut reader, number, &mut line)?;
    }
    let is_short = |words: usize| found.len() < reading.most && found.words_read() < words;
    if let Some((words, _)) = header.filter(|(words, _)| is_short(*words)) {
        return Err(reading.problem("line", number, VectorProblem::Truncated { announced: words }));
    }
    found.or_empty().map_err(|problem| reading.problem("line", 1, problem))
}

/// Adds the line of a word.
pub(super) fn write(word: &str, vector: &[f32], contents: &mut Vec<u8>) {
    contents.extend(word.bytes());
    contents.extend(vector.iter().flat_map(|number| format!(" {number}").into_bytes()));
    contents.push(b'\n');
}

/// A line without its break and the space that some writers put before it.
fn trimmed(line: &str) -> &str {
    line.trim_end_matches(['\n', '\r', ' ', '\t'])
}

fn parse_line(line: &str, dimensions: usize) -> Result<(&str, Vec<f32>), VectorProblem> {
    let mut fields: Vec<&str> = trimmed(line).rsplitn(dimensions + 1, SEPARATORS).collect();
    let word = fields.pop().unwrap_or_default();
    let width = |found| VectorProblem::Width { expected: dimensions, found };
    if fields.len() < dimensions {
        return Err(width(fields.len()));
    }
    let also = word.rsplit(SEPARATORS).take_while(|field| field.parse::<f32>().is_ok()).count();
    if also > 0 && word.contains(SEPARATORS) {
        return Err(width(dimensions + also));
    }
    let number = |field: &&str| {
        field.parse().map_err(|_| VectorProblem::NotANumber {
            word: word.to_string(),
            entry: field.to_string(),
        })
    };
    let numbers = fields.iter().rev().map(number).collect::<Result<_, _>>()?;
    Ok((word, numbers))
}

#[cfg(test)]
mod tests {
    use super::super::PassedOver;
    use super::super::reading::MAX_LINE_BYTES;
    use super::super::tests::{TEXT, read};
    use super::*;

    fn text(contents: &str) -> Result<WordVectors, String> {
        read("v.txt", contents.as_bytes())
    }

    #[test]
    fn text_is_read_with_and_without_a_header() {
        let found = text(TEXT).unwrap();
        assert_eq!((found.len(), found.dimensions()), (3, 3));
        assert_eq!(found.get("CAFÉ"), Some([1.0, 2.0, 3.0].as_slice()));
        assert_eq!(found.get(". . ."), Some([4.0, 5.0, 6.0].as_slice()));
        assert_eq!(found.get("tea"), None);
        assert_eq!(text(&format!("3 3\n{TEXT}")).unwrap(), found);
        let trailing = format!("{}\n \r\n", TEXT.replace('\n', " \r\n"));
        assert_eq!(text(&trailing).unwrap(), found);
    }

    #[test]
    fn lines_that_cannot_be_are_refused_by_number() {
        for (contents, expected) in [
            ("", "v.txt, line 1: no word vector is there"),
            ("\n\n", "v.txt, line 1: no word vector is there"),
            ("a 1 2\nb 1\n", "v.txt, line 2: 1 numbers where 2 are expected"),
            ("a 1 2\nb 1 2 3\n", "v.txt, line 2: 3 numbers where 2 are expected"),
            ("a 1 2\n\nb 1 2\n", "v.txt, line 2: 0 numbers where 2 are expected"),
            ("a 1 2\nb 1 x\n", "v.txt, line 2: \"x\" in the vector of \"b\" is no finite number"),
            (
                "a 1 2\nb nan 2\n",
                "v.txt, line 2: \"NaN\" in the vector of \"b\" is no finite number",
            ),
            ("a 1 1e99\n", "v.txt, line 1: \"inf\" in the vector of \"a\" is no finite number"),
            (" 1 2\n", "v.txt, line 1: \"\" is no word"),
            (
                "3 1\na 1\nb 2\n",
                "v.txt, line 4: the file ends where the next of 3 words should begin or go on",
            ),
            ("1 1\na 1\nb 2\n", "v.txt, line 3: the file goes on after the 1 words announced"),
            ("1 2\na 1 2 3\n", "v.txt, line 2: 3 numbers where 2 are expected"),
            ("0 1\n", "v.txt, line 1: no word vector is there"),
        ] {
            assert_eq!(text(contents).unwrap_err(), expected, "{contents:?}");
        }
        assert_eq!(
            read("v.txt", b"a\xff 1\n\xff 2\n").unwrap_err(),
            "v.txt, line 1: no word is there whose letters are UTF-8"
        );
        assert_eq!(
            read("v.txt", b"a 1\n\xff 2 3\n").unwrap_err(),
            "v.txt, line 2: 2 numbers where 1 are expected"
        );
        let utf_16 = read("v.txt", b"\xff\xfea\0 \x001\0\n\0").unwrap_err();
        assert!(utf_16.starts_with("v.txt, line 1: it is UTF-16: save it as UTF-8"), "{utf_16}");
        let endless = vec![b'a'; MAX_LINE_BYTES as usize + 2];
        assert_eq!(
            read("v.txt", &endless).unwrap_err(),
            "v.txt, line 1: it is longer than 1048576 bytes"
        );
    }
    /// One word of millions does not stop a file: the first vector is kept, and what is passed over counted.
    #[test]
    fn repeated_words_and_words_that_are_not_utf8_are_passed_over_and_counted() {
        for header in ["", "5 1\n"] {
            let contents = [header.as_bytes(), b"a 1\nb\xc3 2\na 3\nB 4\n\xff 5\n"].concat();
            let found = read("v.txt", &contents).unwrap();
            assert_eq!(found.vocabulary().words().collect::<Vec<_>>(), ["a", "B"]);
            assert_eq!(found.vectors(), [1.0, 4.0]);
            assert_eq!(found.passed_over(), PassedOver { not_utf8: 2, repeated: 1 });
            let expected = "2 words that are not UTF-8, 1 word that has a vector already";
            assert_eq!(found.passed_over().to_string(), expected);
        }
    }

    #[test]
    fn text_is_the_same_with_a_byte_order_mark_with_tabs_and_any_line_ends() {
        for header in ["", "3 3\n"] {
            let whole = format!("{header}{TEXT}");
            let found = text(&whole).unwrap();
            for other in [
                format!("\u{feff}{whole}"),
                format!("\u{feff}{}", whole.replace('\n', "\r\n")),
                whole.replace('\n', "\r"),
                whole.replace(' ', "\t").replace(".\t.\t.", ". . ."),
            ] {
                assert_eq!(text(&other).unwrap(), found, "{other:?}");
            }
        }
    }

    #[test]
    fn capitals_are_looked_up_as_they_are_written() {
        let found = text("Paris 1\nUS 2\nus 3\n").unwrap();
        let found = ["Paris", "paris", "US", "us", "us!"].map(|word| found.get(word).map(|v| v[0]));
        assert_eq!(found, [Some(1.0), Some(1.0), Some(2.0), Some(3.0), Some(3.0)]);
    }
}
