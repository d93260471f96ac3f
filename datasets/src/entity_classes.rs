//! The classes of entities that a file names, numbered as they come.

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
