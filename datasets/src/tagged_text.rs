//! Texts word by word, and the entities that the words belong to.
//!
//! A tagger gives every word one tag, as in the CoNLL-2003 task (Tjong Kim Sang & De Meulder, 2003) in its IOB2 form:
//! a word is outside of all entities, begins one of a class, or goes on with one. As numbers: 0 outside, and for
//! class `c`, counted from 0, `2c + 1` where an entity begins and `2c + 2` where it goes on.

use std::ops::Range;

/// The tag of a word outside of all entities.
pub const OUTSIDE: usize = 0;

/// The number of tags for so many classes.
pub fn tag_count(classes: usize) -> usize {
    2 * classes + 1
}

/// The tag of a word that begins an entity.
pub fn beginning(class: usize) -> usize {
    2 * class + 1
}

/// The tag of a word that goes on with an entity.
pub fn going_on(class: usize) -> usize {
    2 * class + 2
}

/// The class of a tag; none outside of all entities.
pub fn class_of(tag: usize) -> Option<usize> {
    tag.checked_sub(1).map(|rest| rest / 2)
}

/// Words that name something, and of which class it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entity {
    /// Which words of the text.
    pub words: Range<usize>,
    /// What kind of thing they name.
    pub class: usize,
}

/// The entities that tags tell of, in their order.
///
/// A tag that goes on with an entity where none of its class was begins one, as the task's own scorer has it; with
/// that rule, tags of the older form IOB1, which marks a beginning only right behind another entity of the same
/// class, give the same entities as those of IOB2.
pub fn entities(tags: &[usize]) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    for (place, &tag) in tags.iter().enumerate() {
        let Some(class) = class_of(tag) else { continue };
        match found.last_mut() {
            Some(last)
                if tag == going_on(class) && last.class == class && last.words.end == place =>
            {
                last.words.end += 1;
            }
            _ => found.push(Entity { words: place..place + 1, class }),
        }
    }
    found
}

/// A text with its entities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaggedText {
    /// The words as they are written.
    pub words: Vec<String>,
    /// What they name: in the order of the words, no word in two of them.
    pub entities: Vec<Entity>,
    /// The number of words up to the end of each line, in rising order; none where the lines are not known.
    pub line_ends: Vec<usize>,
}

impl TaggedText {
    /// One tag for each word.
    pub fn tags(&self) -> Vec<usize> {
        let mut tags = vec![OUTSIDE; self.words.len()];
        for Entity { words, class } in &self.entities {
            tags[words.clone()].fill(going_on(*class));
            tags[words.start] = beginning(*class);
        }
        tags
    }

    /// The text in pieces of at most `most` words, cut at the ends of lines where a line is not longer than that.
    /// An entity across a cut becomes one on each side.
    ///
    /// # Panics
    /// When `most` is 0.
    pub fn pieces(&self, most: usize) -> Vec<Self> {
        assert!(most > 0, "pieces of 0 words never come to an end");
        let mut pieces = Vec::new();
        let mut start = 0;
        while start < self.words.len() {
            let furthest = start.saturating_add(most).min(self.words.len());
            let lines = self.line_ends.partition_point(|end| *end <= furthest);
            let line_end = self.line_ends[..lines].last().filter(|end| **end > start);
            let end = match line_end {
                Some(end) if furthest < self.words.len() => *end,
                _ => furthest,
            };
            pieces.push(self.piece(start..end));
            start = end;
        }
        pieces
    }

    fn piece(&self, range: Range<usize>) -> Self {
        let within = |entity: &Entity| {
            let words = &entity.words;
            let kept = words.start.max(range.start)..words.end.min(range.end);
            let words =
                kept.start.saturating_sub(range.start)..kept.end.saturating_sub(range.start);
            (!kept.is_empty()).then_some(Entity { words, class: entity.class })
        };
        Self {
            entities: self.entities.iter().filter_map(within).collect(),
            words: self.words[range].to_vec(),
            line_ends: Vec::new(),
        }
    }
}

/// Words with some entities marked in brackets: `he met [person Teddy Roosevelt] yesterday`.
///
/// # Panics
/// When an entity reaches beyond the words or is of no class there is.
pub fn marked(words: &[String], entities: &[Entity], classes: &[String]) -> String {
    let mut parts = Vec::new();
    let mut done = 0;
    for Entity { words: range, class } in entities {
        parts.extend(words[done..range.start].iter().cloned());
        parts.push(format!("[{} {}]", classes[*class], words[range.clone()].join(" ")));
        done = range.end;
    }
    parts.extend(words[done..].iter().cloned());
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(words: Range<usize>, class: usize) -> Entity {
        Entity { words, class }
    }

    fn text(words: &str, entities: Vec<Entity>, line_ends: &[usize]) -> TaggedText {
        let words = words.split(' ').map(str::to_string).collect();
        TaggedText { words, entities, line_ends: line_ends.to_vec() }
    }

    #[test]
    fn tags_and_entities_tell_the_same() {
        let text =
            text("a b c d e f", vec![entity(0..2, 1), entity(2..3, 1), entity(4..6, 0)], &[]);
        assert_eq!(text.tags(), [3, 4, 3, 0, 1, 2]);
        assert_eq!(entities(&text.tags()), text.entities);
        assert_eq!(tag_count(2), 5);
        assert_eq!([0, 1, 2, 3, 4].map(class_of), [None, Some(0), Some(0), Some(1), Some(1)]);
    }

    #[test]
    fn stray_tags_begin_entities() {
        let found = entities(&[2, 2, 4, 0, 4, 1, 2]);
        let expected = [entity(0..2, 0), entity(2..3, 1), entity(4..5, 1), entity(5..7, 0)];
        assert_eq!(found, expected);
        assert_eq!(entities(&[]), []);
    }

    #[test]
    fn pieces_end_with_lines_and_long_lines_are_cut() {
        let text = text("a b c d e f g h i", vec![entity(1..6, 0)], &[2, 3, 8, 9]);
        let words = |most| -> Vec<usize> {
            text.pieces(most).iter().map(|piece| piece.words.len()).collect()
        };
        assert_eq!(words(4), [3, 4, 2]);
        assert_eq!(words(5), [3, 5, 1]);
        assert_eq!(words(100), [9]);
        assert_eq!(words(1), [1; 9]);
        let pieces = text.pieces(4);
        let entities: Vec<_> = pieces.iter().map(|piece| piece.entities.clone()).collect();
        assert_eq!(entities, [vec![entity(1..3, 0)], vec![entity(0..3, 0)], vec![]]);
        assert_eq!(TaggedText::default().pieces(3), []);
    }

    #[test]
    fn entities_are_marked_in_brackets() {
        let text = text("é b c d", vec![entity(0..1, 0), entity(2..4, 1)], &[]);
        let classes = ["place", "person"].map(str::to_string);
        assert_eq!(marked(&text.words, &text.entities, &classes), "[place é] b [person c d]");
    }
}
