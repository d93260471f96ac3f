//! The classes of entities that a file names, numbered as they come, and what is passed over of it.

/// The most classes of entities.
pub const MAX_CLASSES: usize = 1000;

/// The names of classes, numbered as they come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Classes {
    names: Vec<String>,
}

impl Classes {
    /// The names, one more than are allowed where there are too many.
    pub(crate) fn into_names(self) -> Vec<String> {
        self.names
    }

    /// The number of a class; there are few enough to look through.
    pub(crate) fn number(&mut self, name: &str) -> usize {
        let known = self.names.iter().position(|known| known == name);
        known.unwrap_or_else(|| {
            // One more than are allowed is enough to refuse the file.
            if self.names.len() <= MAX_CLASSES {
                self.names.push(name.to_string());
            }
            self.names.len() - 1
        })
    }
}

/// What was passed over of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// Whether the first column counts the tokens.
    pub has_numbers: bool,
    /// Lines of comments.
    pub comments: usize,
    /// Lines that are no tokens of their own: of several together, or of none that was written.
    pub ranges: usize,
    /// Spans without a label, or of no words.
    pub unlabelled: usize,
    /// Spans that share words with one that is longer or comes first.
    pub overlapping: usize,
}

impl PassedOver {
    /// What was passed over, in sentences.
    pub fn notes(&self) -> Vec<String> {
        let counted = |count: usize, one: &str, more: &str, what: &str| match count {
            0 => None,
            1 => Some(format!("1 {one} {what} is passed over.")),
            _ => Some(format!("{count} {more} {what} are passed over.")),
        };
        let lines = |count, what| counted(count, "line", "lines", what);
        let spans = |count, what| counted(count, "span", "spans", what);
        let numbers = "The first column counts the tokens and is passed over.".to_string();
        let notes = [
            self.has_numbers.then_some(numbers),
            lines(self.comments, "of comments"),
            lines(self.ranges, "of tokens such as 1-2 or 8.1"),
            spans(self.unlabelled, "without a label or words"),
            spans(self.overlapping, "within or across others"),
        ];
        notes.into_iter().flatten().collect()
    }
}
