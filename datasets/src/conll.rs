//! Text in the columns of the CoNLL-2003 task: a token a line, first the token, last its tag, a blank line behind
//! each sentence. Lines that begin with `-DOCSTART-` stand between documents.

use std::path::Path;

use crate::DataError;
use crate::entity_classes::Classes;
use crate::source::text_of;
use crate::tagged_text::{OUTSIDE, TaggedText, beginning, entities, going_on};

pub(crate) const FORMAT: &str = "CoNLL";

/// The sentences of a file; classes are numbered as they come.
pub(crate) fn read(
    path: &Path,
    contents: &[u8],
    classes: &mut Classes,
) -> Result<Vec<TaggedText>, DataError> {
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
    for (number, line) in (1..).zip(text_of(path, FORMAT, contents)?.lines()) {
        let mut columns = line.split([' ', '\t']).filter(|column| !column.is_empty());
        let Some(word) = columns.next().filter(|word| *word != "-DOCSTART-") else {
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
    Ok(sentences)
}
