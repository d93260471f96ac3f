//! Texts with spans marked in them, a JSON object a line, as the course's `ner.json` has resumes.
//!
//! ```json
//! {"content": "Jo Li\nCook", "annotation": [{"label": ["Name"], "points": [{"start": 0, "end": 4, "text": "Jo Li"}]}]}
//! ```
//!
//! `start` and `end`, which is the last character itself, count Unicode characters of `content` with `&amp;`, `&lt;`
//! and `&gt;` in it turned back into `&`, `<` and `>`; what stands there must be `text`. Further fields are passed
//! over. From spans to tagged words:
//!
//! 1. Words are those of [`words`](crate::words). One belongs to a span when a letter or digit of it does: white
//!    space at a span's ends and a comma behind it make no difference.
//! 2. Of spans that share a word the one of more words is kept, of equally long ones the first. The course's file
//!    has some spans twice, and companies within lists of skills.
//! 3. A span with no label, or with the label `UNKNOWN`, names nothing.

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;

use crate::DataError;
use crate::entity_classes::{Classes, PassedOver};
use crate::source::text_of;
use crate::tagged_text::{Entity, TaggedText};

pub(crate) const FORMAT: &str = "JSON lines";

#[derive(Deserialize)]
struct Document {
    content: String,
    annotation: Option<Vec<Annotation>>,
}

#[derive(Deserialize)]
struct Annotation {
    label: Vec<String>,
    points: Vec<Point>,
}

#[derive(Deserialize)]
struct Point {
    start: usize,
    end: usize,
    text: String,
}

/// The texts of a file, those of no words left out; classes are numbered as they come.
pub(crate) fn read(
    path: &Path,
    contents: &[u8],
    classes: &mut Classes,
) -> Result<(Vec<TaggedText>, PassedOver), DataError> {
    let (mut texts, mut passed) = (Vec::new(), PassedOver::default());
    for (number, line) in (1..).zip(text_of(path, FORMAT, contents)?.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let malformed =
            |reason: &str| DataError::malformed(path, FORMAT, format!("line {number}: {reason}"));
        let document: Document = serde_json::from_str(line).map_err(|error| {
            let reason = error.to_string();
            // Each line is a document of its own, so that its number there is always 1.
            let reason = reason.split(" at line 1").next().unwrap_or_default();
            malformed(&format!("{reason}, at column {}", error.column()))
        })?;
        let text = tagged(&document, classes, &mut passed);
        let text = text.map_err(|reason| malformed(&reason))?;
        if !text.words.is_empty() {
            texts.push(text);
        }
    }
    Ok((texts, passed))
}

fn tagged(
    document: &Document,
    classes: &mut Classes,
    passed: &mut PassedOver,
) -> Result<TaggedText, String> {
    let content = document.content.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let content: Vec<char> = content.chars().collect();
    let Words { places, line_ends } = Words::of(&content);
    let mut found = Vec::new();
    for Annotation { label, points } in document.annotation.iter().flatten() {
        for Point { start, end, text } in points {
            let there: Option<String> =
                content.get(*start..=*end).map(|span| span.iter().collect());
            if there.as_ref() != Some(text) {
                return Err(format!(
                    "characters {start} to {end} are {}, not {:?} as marked",
                    there.map_or("beyond the text".to_string(), |there| format!(
                        "{:?}",
                        short(&there)
                    )),
                    short(text)
                ));
            }
            let words = words_within(&content, &places, *start..*end + 1);
            match label.first().filter(|label| *label != "UNKNOWN" && !words.is_empty()) {
                Some(label) => found.push(Entity { words, class: classes.number(label) }),
                None => passed.unlabelled += 1,
            }
        }
    }
    found.sort_by_key(|entity| std::cmp::Reverse(entity.words.len()));
    let mut taken = vec![false; places.len()];
    found.retain(|entity| {
        let is_free = !taken[entity.words.clone()].contains(&true);
        if is_free {
            taken[entity.words.clone()].fill(true);
        }
        passed.overlapping += usize::from(!is_free);
        is_free
    });
    found.sort_by_key(|entity| entity.words.start);
    let words = places.into_iter().map(|place| content[place].iter().collect()).collect();
    Ok(TaggedText { words, entities: found, line_ends })
}

/// Where the words of a text stand, and how many there are up to the end of each line.
struct Words {
    places: Vec<Range<usize>>,
    line_ends: Vec<usize>,
}

impl Words {
    fn of(content: &[char]) -> Self {
        let mut words = Self { places: Vec::new(), line_ends: Vec::new() };
        let mut begun = None;
        for (place, character) in content.iter().enumerate() {
            match (character.is_whitespace(), begun) {
                (false, None) => begun = Some(place),
                (true, Some(begin)) => {
                    words.places.push(begin..place);
                    begun = None;
                }
                _ => (),
            }
            if *character == '\n' {
                words.line_ends.push(words.places.len());
            }
        }
        words.places.extend(begun.map(|begin| begin..content.len()));
        words
    }
}

/// The words of which a letter or digit is in a span of characters.
fn words_within(content: &[char], places: &[Range<usize>], span: Range<usize>) -> Range<usize> {
    let belongs = |place: &Range<usize>| {
        let both = place.start.max(span.start)..place.end.min(span.end);
        content[both].iter().any(|character| character.is_alphanumeric())
    };
    let first = places.partition_point(|place| place.end <= span.start);
    let behind = places.partition_point(|place| place.start < span.end);
    let touched = &places[first..behind.max(first)];
    let begin = touched.iter().position(belongs).unwrap_or(touched.len());
    let end = touched.iter().rposition(belongs).map_or(begin, |last| last + 1);
    first + begin..first + end
}

/// The first characters of a text, for a message.
fn short(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_string(),
    }
}
