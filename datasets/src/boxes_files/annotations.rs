//! What a file of boxes says, before anyone looked at the pictures.

use std::collections::HashMap;
use std::path::Path;

use super::passed_over::{PassedOver, Reason};
use super::problem::BoxesProblem;
use crate::DataError;
use crate::labelled_box::LabelledBox;

/// The most classes.
pub const MAX_CLASSES: usize = 10_000;

/// What files of boxes say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Annotations {
    /// What the classes are called.
    pub classes: Vec<String>,
    /// The pictures in the order of the file.
    pub pictures: Vec<Annotated>,
    /// What could not be used.
    pub passed_over: PassedOver,
}

/// What is said of one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotated {
    /// Its file, as it is named.
    pub name: String,
    /// Height and width, where they are told.
    pub size: Option<[usize; 2]>,
    /// Its boxes; in pixels, or in shares of the picture's sides where the form has those.
    pub boxes: Vec<LabelledBox>,
}

impl Annotated {
    /// Adds a box. Most pictures have one or two: the first takes no room for more.
    pub(super) fn add(&mut self, found: LabelledBox) {
        if self.boxes.is_empty() {
            self.boxes.reserve_exact(1);
        }
        self.boxes.push(found);
    }
}

/// A box of a file that tells nothing else of it.
pub(super) fn plain(class: usize, bounds: [f64; 4]) -> LabelledBox {
    LabelledBox { bounds, class, visibility: 1.0, difficult: false, crowd: false }
}

/// Why a box of any picture is none.
pub(super) fn refuse([x1, y1, x2, y2]: [f64; 4]) -> Option<Reason> {
    if ![x1, y1, x2, y2].into_iter().all(f64::is_finite) {
        Some(Reason::NotFinite)
    } else if x2 < x1 || y2 < y1 {
        Some(Reason::Turned)
    } else if x2 == x1 || y2 == y1 {
        Some(Reason::NoArea)
    } else {
        None
    }
}

/// The classes of files that name them: any, or those that are known already.
pub(super) struct ClassNames {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
    are_known: bool,
}

impl ClassNames {
    pub fn new(known: Option<&[String]>) -> Self {
        let names = known.unwrap_or_default().to_vec();
        let numbers = names.iter().cloned().zip(0..).collect();
        Self { names, numbers, are_known: known.is_some() }
    }

    /// The number of a class.
    pub fn number(&mut self, path: &Path, name: &str) -> Result<usize, DataError> {
        if let Some(&number) = self.numbers.get(name) {
            return Ok(number);
        }
        let problem = match self.are_known {
            true => {
                BoxesProblem::UnknownClass { found: name.to_string(), classes: self.names.clone() }
            }
            false if self.names.len() == MAX_CLASSES => {
                BoxesProblem::TooManyClasses { limit: MAX_CLASSES }
            }
            false => {
                self.names.push(name.to_string());
                self.numbers.insert(name.to_string(), self.names.len() - 1);
                return Ok(self.names.len() - 1);
            }
        };
        Err(DataError::boxes(path, problem))
    }

    /// Puts names that were found into alphabetical order, and the boxes' numbers with them.
    pub fn finish(self, pictures: &mut [Annotated]) -> Vec<String> {
        if self.are_known {
            return self.names;
        }
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_by(|&one, &other| self.names[one].cmp(&self.names[other]));
        let mut places = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, &number)| places[number] = place);
        for found in pictures.iter_mut().flat_map(|picture| &mut picture.boxes) {
            found.class = places[found.class];
        }
        order.into_iter().map(|number| self.names[number].clone()).collect()
    }
}

/// Refuses what was saved in the place of a file: a page of a web site, or a pointer of Git LFS.
pub(super) fn refuse_stand_in(path: &Path, contents: &[u8]) -> Result<(), DataError> {
    let head = &contents[..contents.len().min(256)];
    let head =
        String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    let what = if head.starts_with("version https://git-lfs.github.com/spec/") {
        let size = head.lines().find_map(|line| line.strip_prefix("size "));
        let size = size.map_or(String::new(), |size| format!(" of {} bytes", size.trim()));
        format!("a pointer of Git LFS to a file{size}")
    } else if head.starts_with("<!doctype html") || head.starts_with("<html") {
        "a page of a web site (HTML)".to_string()
    } else {
        return Ok(());
    };
    Err(DataError::boxes(path, BoxesProblem::NotItself { what }))
}
