//! Finds the classes, sets and pictures of a folder by their names.

use std::fs;
use std::path::{Path, PathBuf};

use super::files::{ImageFiles, ImageFolder};
use crate::DataError;
use crate::image_file::picture_name;

/// The most classes.
pub const MAX_CLASSES: usize = 10_000;
/// The most pictures of a folder.
pub const MAX_PICTURES: usize = 2_000_000;
/// The most files and folders that are looked at.
const MAX_ENTRIES: usize = 2 * MAX_PICTURES;
/// How many folders deep a class may be.
pub(super) const MAX_DEPTH: usize = 16;

/// Names of the folders of each set, in small letters: to train on, to choose by, to judge by.
const SETS: [&[&str]; 3] =
    [&["train", "training"], &["val", "valid", "validation", "dev"], &["test", "testing"]];

/// Lists a folder, whichever way its sets and classes lie.
pub fn list(root: &Path) -> Result<ImageFolder, DataError> {
    let folders = subfolders(root)?;
    let (sets, others): (Vec<_>, Vec<_>) =
        folders.into_iter().partition(|(name, _)| set_of(name).is_some());
    match (sets.first(), others.first()) {
        (None, None) => Err(DataError::NoClasses { path: root.to_path_buf() }),
        (None, Some(_)) => list_classes(root, &others),
        (Some(_), None) => list_sets(root, &sets),
        (Some((set, _)), Some((other, _))) => Err(DataError::HalfSplit {
            path: root.to_path_buf(),
            set: set.clone(),
            other: other.clone(),
        }),
    }
}

/// Which of the sets a folder of this name is.
fn set_of(name: &str) -> Option<usize> {
    let name = name.to_lowercase();
    SETS.iter().position(|names| names.contains(&name.as_str()))
}

/// The folders in a folder that are not hidden, by name.
fn subfolders(folder: &Path) -> Result<Vec<(String, PathBuf)>, DataError> {
    let mut found = Vec::new();
    for entry in entries(folder)? {
        // A class may be a link to a folder elsewhere.
        if !entry.is_dir() {
            continue;
        }
        let Some(name) = visible_name(&entry) else { continue };
        found.push((name, entry));
        if found.len() > MAX_CLASSES {
            return Err(too_many(folder, "folders", MAX_CLASSES));
        }
    }
    Ok(found)
}

/// Everything in a folder, by path, so that the order is not the file system's.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let unreadable = |source| DataError::unreadable(folder, source);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
        if paths.len() > MAX_ENTRIES {
            return Err(too_many(folder, "files", MAX_ENTRIES));
        }
    }
    paths.sort();
    Ok(paths)
}

fn too_many(folder: &Path, what: &'static str, limit: usize) -> DataError {
    DataError::TooMany { path: folder.to_path_buf(), what, limit }
}

/// What a file or folder is called, unless it is hidden or left there by a system.
fn visible_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    (!name.starts_with('.') && name != "__MACOSX").then_some(name)
}

/// Lists classes, in which there may be sets.
fn list_classes(root: &Path, classes: &[(String, PathBuf)]) -> Result<ImageFolder, DataError> {
    let mut found: [ImageFiles; 3] = Default::default();
    let mut can_be_learnt = vec![false; classes.len()];
    let (mut in_set, mut in_none) = (None, None);
    let mut walk = Walk::new(root);
    for (label, (name, folder)) in classes.iter().enumerate() {
        for path in walk.pictures(folder)? {
            let below =
                path.strip_prefix(folder).ok().and_then(|path| path.parent()?.iter().next());
            let set = below.and_then(|first| set_of(&first.to_string_lossy()));
            let (place, example) = match set {
                Some(set) => (set, &mut in_set),
                None => (0, &mut in_none),
            };
            if example.is_none() {
                let first = below.map_or_else(String::new, |first| format!("/{}", first.display()));
                *example = Some(format!("{name}{first}"));
            }
            can_be_learnt[label] |= place == 0;
            found[place].push(path, label);
        }
    }
    if let (Some(set), Some(other)) = (in_set, in_none) {
        return Err(DataError::HalfSplit { path: root.to_path_buf(), set, other });
    }
    if let Some(empty) = can_be_learnt.iter().position(|can_be| !can_be) {
        return Err(DataError::no_pictures(&classes[empty].1));
    }
    let [train, validation, test] = found;
    let classes = classes.iter().map(|(name, _)| name.clone()).collect();
    Ok(ImageFolder { classes, train, validation, test })
}

/// Lists sets, in which there are classes.
fn list_sets(root: &Path, sets: &[(String, PathBuf)]) -> Result<ImageFolder, DataError> {
    let mut by_set: [Vec<&PathBuf>; 3] = Default::default();
    for (name, folder) in sets {
        if let Some(set) = set_of(name) {
            by_set[set].push(folder);
        }
    }
    let [train, ..] = &by_set;
    let Some(first) = train.first() else {
        return Err(DataError::Missing {
            names: SETS[0].iter().map(ToString::to_string).collect(),
            folders: vec![root.to_path_buf()],
        });
    };
    let mut classes = Vec::new();
    for folder in train {
        classes.extend(subfolders(folder)?.into_iter().map(|(name, _)| name));
    }
    classes.sort();
    classes.dedup();
    if classes.is_empty() {
        return Err(DataError::NoClasses { path: first.to_path_buf() });
    }
    let mut found: [ImageFiles; 3] = Default::default();
    let mut walk = Walk::new(root);
    for (set, folders) in by_set.iter().enumerate() {
        for folder in folders {
            for (name, folder) in subfolders(folder)? {
                let pictures = walk.pictures(&folder)?;
                let Ok(label) = classes.binary_search(&name) else {
                    return Err(DataError::UnknownClass { path: folder, classes });
                };
                if set == 0 && pictures.is_empty() {
                    return Err(DataError::no_pictures(&folder));
                }
                pictures.into_iter().for_each(|path| found[set].push(path, label));
            }
        }
    }
    found.iter_mut().for_each(ImageFiles::sort);
    let [train, validation, test] = found;
    Ok(ImageFolder { classes, train, validation, test })
}

/// A walk through the folders of classes that counts what it meets.
struct Walk<'a> {
    root: &'a Path,
    entries: usize,
    pictures: usize,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Path) -> Self {
        Self { root, entries: 0, pictures: 0 }
    }

    /// The pictures in a folder and below, by path.
    fn pictures(&mut self, folder: &Path) -> Result<Vec<PathBuf>, DataError> {
        let mut found = Vec::new();
        let mut open = vec![(folder.to_path_buf(), 0)];
        while let Some((folder, depth)) = open.pop() {
            for path in entries(&folder)? {
                self.entries += 1;
                if self.entries > MAX_ENTRIES {
                    return Err(too_many(self.root, "files and folders", MAX_ENTRIES));
                }
                // A link that leads nowhere is left to whoever reads it, who says so.
                let kind = fs::metadata(&path);
                if kind.as_ref().is_ok_and(fs::Metadata::is_dir) {
                    if path.is_symlink() || visible_name(&path).is_none() {
                        continue;
                    }
                    if depth == MAX_DEPTH {
                        return Err(too_many(self.root, "folders within each other", MAX_DEPTH));
                    }
                    open.push((path, depth + 1));
                } else if kind.map_or(true, |kind| kind.is_file()) && picture_name(&path).is_some()
                {
                    self.pictures += 1;
                    if self.pictures > MAX_PICTURES {
                        return Err(too_many(self.root, "pictures", MAX_PICTURES));
                    }
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }
}
