//! Files of pictures, with a class each.

use std::path::PathBuf;

use super::passed_over::PassedOver;

/// As many classes are named in a sentence.
const NAMED: usize = 10;

/// A folder of pictures, listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFolder {
    /// What the classes are called, in alphabetical order; labels are positions here.
    pub classes: Vec<String>,
    /// To train on.
    pub train: ImageFiles,
    /// To choose by; empty if the folder has no such set.
    pub validation: ImageFiles,
    /// To judge by; empty if the folder has no such set.
    pub test: ImageFiles,
    /// What of the folder is not taken.
    pub passed_over: PassedOver,
}

impl ImageFolder {
    /// The classes for a sentence: `2 classes (cat, dog)`, the first ten by name.
    pub fn describe_classes(&self) -> String {
        let count = self.classes.len();
        let named = self.classes.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        match count.saturating_sub(NAMED) {
            0 => format!("{count} classes ({named})"),
            more => format!("{count} classes ({named} and {more} more)"),
        }
    }
}

/// Files of pictures with their labels, by class and then by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageFiles {
    paths: Vec<PathBuf>,
    labels: Vec<usize>,
}

impl ImageFiles {
    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The files.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// The class of each.
    pub fn labels(&self) -> &[usize] {
        &self.labels
    }

    /// Returns the files at `indices` in that order.
    ///
    /// # Panics
    /// When there is no such file.
    pub fn subset(&self, indices: &[usize]) -> Self {
        Self {
            paths: indices.iter().map(|&index| self.paths[index].clone()).collect(),
            labels: indices.iter().map(|&index| self.labels[index]).collect(),
        }
    }

    pub(super) fn push(&mut self, path: PathBuf, label: usize) {
        self.paths.push(path);
        self.labels.push(label);
    }

    /// By class; two folders of one set may hold the same.
    pub(super) fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|&index| self.labels[index]);
        *self = self.subset(&order);
    }
}
