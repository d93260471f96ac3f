//! Finds the pictures of a folder by what files of boxes call them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::DataError;
use crate::image_file::is_picture;
use crate::image_folder::is_visible;

/// The most files and folders that are looked at.
const MAX_ENTRIES: usize = 4_000_000;
/// How many folders may lie within each other.
const MAX_DEPTH: usize = 16;

/// The files of a folder and those within it, by path.
pub(crate) fn files_of(root: &Path) -> Result<Vec<PathBuf>, DataError> {
    let too_many = |what, limit| DataError::TooMany { path: root.to_path_buf(), what, limit };
    let mut found = Vec::new();
    let mut open = vec![(root.to_path_buf(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let unreadable = |source| DataError::unreadable(&folder, source);
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if !is_visible(&path) {
                continue;
            }
            if path.is_dir() {
                // Links to folders may go in circles.
                if path.is_symlink() {
                    continue;
                }
                if depth == MAX_DEPTH {
                    return Err(too_many("folders within each other", MAX_DEPTH));
                }
                open.push((path, depth + 1));
            } else {
                found.push(path);
            }
            if found.len() + open.len() > MAX_ENTRIES {
                return Err(too_many("files and folders", MAX_ENTRIES));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What is found under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    None,
    One(usize),
    Many,
}

/// The pictures of a folder.
pub(crate) struct Pictures {
    pub paths: Vec<PathBuf>,
    /// Each by its path below the folder.
    names: Vec<String>,
    by_path: HashMap<String, usize>,
    /// By the path below the folder without an ending.
    by_stem: HashMap<String, Match>,
    /// By the last name alone, with its ending and without.
    by_last: HashMap<String, Match>,
    by_last_stem: HashMap<String, Match>,
}

impl Pictures {
    pub fn list(root: &Path) -> Result<Self, DataError> {
        let mut paths = files_of(root)?;
        paths.retain(|path| is_picture(path));
        let mut found = Self {
            names: Vec::with_capacity(paths.len()),
            by_path: HashMap::new(),
            by_stem: HashMap::new(),
            by_last: HashMap::new(),
            by_last_stem: HashMap::new(),
            paths: Vec::new(),
        };
        for (number, path) in paths.iter().enumerate() {
            let below = path.strip_prefix(root).unwrap_or(path);
            let name = plain(&below.to_string_lossy());
            found.by_path.insert(name.clone(), number);
            found.names.push(name);
            note(&mut found.by_stem, &plain(&below.with_extension("").to_string_lossy()), number);
            let last = path.file_name().unwrap_or_default().to_string_lossy();
            note(&mut found.by_last, &last, number);
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            note(&mut found.by_last_stem, &stem, number);
        }
        Ok(Self { paths, ..found })
    }

    /// The path of a picture below the folder.
    pub fn name(&self, number: usize) -> String {
        self.names[number].clone()
    }

    /// By its path below the folder, or else by its name alone.
    pub fn named(&self, name: &str) -> Match {
        let name = plain(name);
        if let Some(&number) = self.by_path.get(&name) {
            return Match::One(number);
        }
        match self.by_last.get(last_of(&name)) {
            Some(&found) => found,
            None => self.stem(&name),
        }
    }

    /// By the path of its file of boxes below its folder, without an ending; or else by the last name alone.
    pub fn stem(&self, stem: &str) -> Match {
        let stem = plain(stem);
        let found = self.by_stem.get(&stem).or_else(|| self.by_last_stem.get(last_of(&stem)));
        found.copied().unwrap_or(Match::None)
    }
}

fn last_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn note(places: &mut HashMap<String, Match>, name: &str, number: usize) {
    places
        .entry(name.to_string())
        .and_modify(|found| *found = Match::Many)
        .or_insert(Match::One(number));
}

/// A path with `/` and without a beginning of `./`.
fn plain(name: &str) -> String {
    let name = name.replace('\\', "/");
    name.trim_start_matches("./").to_string()
}
