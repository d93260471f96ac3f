//! Text in the columns of the CoNLL-2003 task: a token a line, first the token, last its tag, a blank line behind
//! each sentence. Lines that begin with `-DOCSTART-` stand between documents.
//!
//! GermEval and CoNLL-U put a column before that which counts the tokens. It is passed over where it counts in every
//! sentence; such files have comments too, which begin with `#`, and lines of several tokens together, `1-2`, or of none
//! that was written, `8.1`.

use std::path::Path;

use crate::DataError;
use crate::entity_classes::{Classes, PassedOver};
use crate::source::text_of;
use crate::tagged_text::{OUTSIDE, TaggedText, beginning, entities, going_on};

pub(crate) const FORMAT: &str = "CoNLL";

/// The sentences of a file; classes are numbered as they come.
pub(crate) fn read(
    path: &Path,
    contents: &[u8],
    classes: &mut Classes,
) -> Result<(Vec<TaggedText>, PassedOver), DataError> {
    let text = text_of(path, FORMAT, contents)?;
    let mut passed =
        PassedOver { has_numbers: counts_tokens(path, &text)?, ..PassedOver::default() };
    let mut sentences = Vec::new();
    let (mut words, mut tags): (Vec<String>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut end_sentence = |words: &mut Vec<String>, tags: &mut Vec<usize>| {
        if !words.is_empty() {
            let entities = entities(tags);
            tags.clear();
            let words = std::mem::take(words);
            sentences.push(TaggedText { words, entities, line_ends: Vec::new() });
        }
    };
    for (number, line) in (1..).zip(text.lines()) {
        let mut columns = columns(line);
        let mut word = columns.next();
        if passed.has_numbers && word.is_some() {
            match word.and_then(Count::of) {
                Some(Count::Token(_)) => word = columns.next(),
                Some(Count::Other) => {
                    passed.ranges += 1;
                    continue;
                }
                None if line.starts_with('#') => {
                    passed.comments += 1;
                    continue;
                }
                None => (), // the mark of a document
            }
        }
        let Some(word) = word.filter(|word| *word != DOCUMENT) else {
            end_sentence(&mut words, &mut tags);
            continue;
        };
        let found = columns.next_back().unwrap_or_default();
        let tag = match found.split_once('-') {
            None if found == "O" => Some(OUTSIDE),
            Some(("B", class)) if !class.is_empty() => Some(beginning(classes.number(class))),
            Some(("I", class)) if !class.is_empty() => Some(going_on(classes.number(class))),
            _ => None,
        };
        if tag.is_none() && word == "#" {
            passed.comments += 1;
            continue;
        }
        tags.push(tag.ok_or_else(|| DataError::Field {
            path: path.to_path_buf(),
            line: number,
            column: "the tag".to_string(),
            found: found.to_string(),
            expected: "O, B-CLASS or I-CLASS",
        })?);
        words.push(word.to_string());
    }
    end_sentence(&mut words, &mut tags);
    Ok((sentences, passed))
}

const DOCUMENT: &str = "-DOCSTART-";

/// The columns of a line; none of a line of white space alone, of whatever kind.
fn columns(line: &str) -> impl DoubleEndedIterator<Item = &str> {
    let line = if line.trim().is_empty() { "" } else { line };
    line.split([' ', '\t']).filter(|column| !column.is_empty())
}

/// What may stand in a column that counts tokens.
enum Count {
    /// A token.
    Token(u64),
    /// Several together, `1-2`, or one that was not written, `8.1`.
    Other,
}

impl Count {
    fn of(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse() {
            return text
                .starts_with(|first: char| first.is_ascii_digit())
                .then_some(Self::Token(number));
        }
        let (first, second) = text.split_once(['-', '.'])?;
        let is_number =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        (is_number(first) && is_number(second)).then_some(Self::Other)
    }
}

/// Whether the first of three columns or more counts the tokens in every sentence: on from 0 or 1, or from where the
/// sentence before ended. In a single sentence of one token it may be a token as well.
///
/// # Errors
/// When it counts in more than half of the sentences but not in all of them.
fn counts_tokens(path: &Path, text: &str) -> Result<bool, DataError> {
    // Of sentences of two tokens or more: those that count, and all.
    let (mut counting, mut all) = (0_usize, 0_usize);
    let mut odd: Option<(u64, String)> = None;
    let (mut last, mut length, mut counts) = (None, 0_usize, true);
    let lines = (1..).zip(text.lines()).chain([(0, "")]);
    for (number, line) in lines {
        let mut fields = columns(line);
        let first = fields.next().filter(|word| *word != DOCUMENT);
        let Some(first) = first else {
            if length > 1 {
                all += 1;
                counting += usize::from(counts);
            }
            (length, counts) = (0, true);
            continue;
        };
        let next = match Count::of(first) {
            Some(Count::Other) => continue,
            Some(Count::Token(number)) => Some(number),
            None if line.starts_with('#') => continue,
            None => None,
        };
        let has_word = fields.count() > 1;
        let goes_on = match (next, last) {
            _ if !has_word => false,
            (Some(next), Some(last)) if next == last + 1 => true,
            (Some(0 | 1), _) => length == 0,
            _ => false,
        };
        if !goes_on && odd.is_none() {
            odd = Some((number, first.to_string()));
        }
        counts &= goes_on;
        length += 1;
        last = next;
    }
    match odd {
        None => Ok(all > 0),
        Some((line, found)) if 2 * counting > all => Err(DataError::Field {
            path: path.to_path_buf(),
            line,
            column: "the first column, which counts the tokens elsewhere,".to_string(),
            found,
            expected: "the next number: let it count everywhere, or put the word first",
        }),
        Some(_) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Words = Vec<Vec<String>>;

    fn words(contents: &str) -> Result<(Words, PassedOver), String> {
        let read = read(Path::new("n.conll"), contents.as_bytes(), &mut Classes::default());
        let read = read.map_err(|error| error.to_string())?;
        Ok((read.0.into_iter().map(|text| text.words).collect(), read.1))
    }

    const PLAIN: &str = "Ann NNP B-PER\nLi NNP I-PER\n\nin IN O\n1 CD O\nday NN O\n";

    #[test]
    fn first_column_that_counts_the_tokens_is_passed_over() {
        let plain = words(PLAIN).unwrap();
        assert_eq!(plain.1, PassedOver::default());
        for numbered in [
            "1 Ann NNP B-PER\n2 Li NNP I-PER\n\n1 in IN O\n2 1 CD O\n3 day NN O\n",
            "0\tAnn\tNNP\tB-PER\r\n1\tLi\tNNP\tI-PER\r\n\r\n0\tin\tIN\tO\r\n1\t1\tCD\tO\r\n2\tday\tNN\tO\r\n",
            "\u{feff}1 Ann NNP B-PER\r2 Li NNP I-PER\r\r3 in IN O\r4 1 CD O\r5 day NN O\r",
            "-DOCSTART- -X- O\n\n1 Ann NNP B-PER\n2 Li NNP I-PER\n\u{a0}\n1 in IN O\n2 1 CD O\n3 day NN O",
        ] {
            let (found, passed) = words(numbered).unwrap();
            assert_eq!(found, plain.0, "{numbered:?}");
            assert_eq!(passed.notes(), ["The first column counts the tokens and is passed over."]);
        }
    }

    #[test]
    fn comments_and_tokens_of_several_words_of_counted_files_are_passed_over() {
        let text = "# sent_id = 1\n# text = Vámonos O\n1-2\tVámonos\t_\n1\tVamos\tO\n2\tnos\tO\n2.1\tmar\tO\n3\tRío\tB-LOC\n";
        let (found, passed) = words(text).unwrap();
        assert_eq!(found, [["Vamos", "nos", "Río"]]);
        assert_eq!(passed, PassedOver { has_numbers: true, comments: 2, ranges: 2, ..passed });
        assert_eq!(passed.notes().len(), 3);
        let (found, passed) = words("#\thttp://example.org\nRío\tB-LOC\n# NN O\n").unwrap();
        assert_eq!((found, passed.comments), (vec![vec!["Río".to_string(), "#".to_string()]], 1));
    }

    #[test]
    fn first_column_that_does_not_count_everywhere_is_refused_with_its_line() {
        let text = "1 Ann B-PER\n2 Li I-PER\n\n1 in O\n2 Rio B-LOC\n\n1 in O\n3 Rio B-LOC\n";
        let expected = "n.conll, line 8: the first column, which counts the tokens elsewhere, is \"3\", not the next \
                        number: let it count everywhere, or put the word first";
        assert_eq!(words(text).unwrap_err(), expected);
    }

    #[test]
    fn numbers_that_are_words_stay() {
        for text in [
            "1 O\n2 O\n\nRio B-LOC\n",
            "1 CD O\n\nRio NNP B-LOC\n",
            "1 CD O\n2 CD O\n\n7 CD O\nRio NNP B-LOC\n",
        ] {
            let (found, passed) = words(text).unwrap();
            assert_eq!(found[0][0], "1");
            assert!(!passed.has_numbers, "{text:?}");
        }
    }
}
