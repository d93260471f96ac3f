//! Finds the classes, sets and pictures of a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::files::{ImageFiles, ImageFolder};
use super::passed_over::PassedOver;
use super::sets::{SETS, look_like_sets, set_of};
use crate::DataError;
use crate::image_file::is_picture;

/// The most classes.
pub const MAX_CLASSES: usize = 10_000;
/// The most pictures of a folder.
pub const MAX_PICTURES: usize = 2_000_000;
/// The most files and folders that are looked at.
const MAX_ENTRIES: usize = 2 * MAX_PICTURES;
/// How many folders deep a class may be.
pub(super) const MAX_DEPTH: usize = 16;

/// A folder and what it is called.
type Named = (String, PathBuf);

/// Lists a folder, whichever way its sets and classes lie.
pub fn list(root: &Path) -> Result<ImageFolder, DataError> {
    let mut walk = Walk::new(root);
    let folders = walk.subfolders(root)?;
    let (sets, others): (Vec<_>, Vec<_>) =
        folders.into_iter().partition(|(name, _)| set_of(name).is_some());
    match (sets.first(), others.first()) {
        (None, None) => Err(DataError::NoClasses { path: root.to_path_buf() }),
        (None, Some(_)) => walk.classes(&others),
        (Some(_), None) => walk.sets(&sets),
        (Some((set, _)), Some((other, _))) => Err(DataError::HalfSplit {
            path: root.to_path_buf(),
            set: set.clone(),
            other: other.clone(),
        }),
    }
}

/// Everything in a folder that is not hidden or left there by a system, by path, so that the order is not the file
/// system's.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let unreadable = |source| DataError::unreadable(folder, source);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if is_visible(&path) {
            paths.push(path);
        }
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

/// Whether a file or folder is neither hidden nor left there by a system.
pub fn is_visible(path: &Path) -> bool {
    const OF_SYSTEMS: [&str; 3] = ["__MACOSX", "Thumbs.db", "desktop.ini"];
    let name = name(path);
    !name.starts_with('.') && !OF_SYSTEMS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The first folder on the way from a class to one of its pictures.
fn first_below(class: &Path, picture: &Path) -> Option<String> {
    let below = picture.strip_prefix(class).ok()?.parent()?;
    below.iter().next().map(|first| first.to_string_lossy().into_owned())
}

/// A walk through a folder that counts what it meets.
struct Walk<'a> {
    root: &'a Path,
    entries: usize,
    pictures: usize,
    passed_over: PassedOver,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Path) -> Self {
        Self { root, entries: 0, pictures: 0, passed_over: PassedOver::default() }
    }

    /// Lists classes, in which there may be sets.
    fn classes(mut self, classes: &[Named]) -> Result<ImageFolder, DataError> {
        let mut found: [ImageFiles; 3] = Default::default();
        let mut can_be_learnt = vec![false; classes.len()];
        let (mut in_set, mut in_none) = (None, None);
        let mut shape = Shape::default();
        for (label, (name, folder)) in classes.iter().enumerate() {
            let pictures = self.pictures(folder)?;
            let mut below: Vec<Option<String>> = Vec::new();
            for path in pictures {
                let first = first_below(folder, &path);
                let set = first.as_deref().and_then(set_of);
                let (place, example) = match set {
                    Some(set) => (set, &mut in_set),
                    None => (0, &mut in_none),
                };
                if example.is_none() {
                    let first =
                        first.as_ref().map_or_else(String::new, |first| format!("/{first}"));
                    *example = Some(format!("{name}{first}"));
                }
                can_be_learnt[label] |= place == 0;
                found[place].push(path, label);
                if below.last() != Some(&first) {
                    below.push(first);
                }
            }
            shape.add(below);
        }
        if let (Some(set), Some(other)) = (&in_set, in_none) {
            let (path, set) = (self.root.to_path_buf(), set.clone());
            return Err(DataError::HalfSplit { path, set, other });
        }
        let names = || classes.iter().map(|(name, _)| name);
        let shared = if in_set.is_none() { shape.shared() } else { Vec::new() };
        if shared.len() > 1 || look_like_sets(names().map(String::as_str)) {
            let folders = names().cloned().collect();
            let path = self.root.to_path_buf();
            return Err(DataError::LookLikeSets { path, folders, each_holds: shared });
        }
        if let Some(empty) = can_be_learnt.iter().position(|can_be| !can_be) {
            return Err(DataError::no_pictures(&classes[empty].1));
        }
        let [train, validation, test] = found;
        let classes = names().cloned().collect();
        Ok(ImageFolder { classes, train, validation, test, passed_over: self.passed_over })
    }

    /// Lists sets, in which there are classes.
    fn sets(mut self, sets: &[Named]) -> Result<ImageFolder, DataError> {
        let mut by_set: [Vec<(PathBuf, Vec<Named>)>; 3] = Default::default();
        for (name, folder) in sets {
            if let Some(set) = set_of(name) {
                by_set[set].push(self.within(folder, set)?);
            }
        }
        let [train, ..] = &by_set;
        let Some((first, _)) = train.first() else {
            return Err(DataError::Missing {
                names: SETS[0].iter().map(ToString::to_string).collect(),
                folders: vec![self.root.to_path_buf()],
            });
        };
        let mut classes: Vec<String> =
            train.iter().flat_map(|(_, folders)| folders).map(|(name, _)| name.clone()).collect();
        classes.sort();
        classes.dedup();
        if classes.is_empty() {
            return Err(DataError::NoClasses { path: first.clone() });
        }
        let mut found: [ImageFiles; 3] = Default::default();
        for (set, (name, folder)) in by_set
            .into_iter()
            .enumerate()
            .flat_map(|(set, of)| of.into_iter().flat_map(|(_, of)| of).map(move |it| (set, it)))
        {
            let pictures = self.pictures(&folder)?;
            let Ok(label) = classes.binary_search(&name) else {
                return Err(DataError::UnknownClass { path: folder, classes });
            };
            if set == 0 && pictures.is_empty() {
                return Err(DataError::no_pictures(&folder));
            }
            pictures.into_iter().for_each(|path| found[set].push(path, label));
        }
        found.iter_mut().for_each(ImageFiles::sort);
        let [train, validation, test] = found;
        Ok(ImageFolder { classes, train, validation, test, passed_over: self.passed_over })
    }

    /// The classes of a set. Archives often hold a set in a folder of its own name: `test_set/test_set/cats`.
    fn within(&mut self, folder: &Path, set: usize) -> Result<(PathBuf, Vec<Named>), DataError> {
        let mut folder = folder.to_path_buf();
        for _ in 0..MAX_DEPTH {
            let folders = self.subfolders(&folder)?;
            match &folders[..] {
                [(name, inner)] if set_of(name) == Some(set) => folder = inner.clone(),
                _ => return Ok((folder, folders)),
            }
        }
        Err(too_many(self.root, "folders within each other", MAX_DEPTH))
    }

    /// The folders in a folder, by name; files in it are passed over.
    fn subfolders(&mut self, folder: &Path) -> Result<Vec<Named>, DataError> {
        let mut found = Vec::new();
        for path in entries(folder)? {
            // A class may be a link to a folder elsewhere.
            if path.is_dir() {
                found.push((name(&path), path));
            } else if is_picture(&path) {
                self.passed_over.in_no_class += 1;
            } else {
                self.passed_over.count(&path);
            }
            if found.len() > MAX_CLASSES {
                return Err(too_many(folder, "folders", MAX_CLASSES));
            }
        }
        Ok(found)
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
                    if path.is_symlink() {
                        self.passed_over.links += 1;
                        continue;
                    }
                    if depth == MAX_DEPTH {
                        return Err(too_many(self.root, "folders within each other", MAX_DEPTH));
                    }
                    open.push((path, depth + 1));
                } else if kind.map_or(true, |kind| kind.is_file()) && is_picture(&path) {
                    self.pictures += 1;
                    if self.pictures > MAX_PICTURES {
                        return Err(too_many(self.root, "pictures", MAX_PICTURES));
                    }
                    found.push(path);
                } else {
                    self.passed_over.count(&path);
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// Whether the folders taken for classes hold classes themselves: all pictures of each lie in folders of the same
/// names.
#[derive(Default)]
struct Shape {
    shared: Option<BTreeSet<String>>,
    folders: usize,
}

impl Shape {
    /// Adds a class by the folders in it that hold pictures; none is the class itself.
    fn add(&mut self, below: Vec<Option<String>>) {
        let names = below.into_iter().collect::<Option<BTreeSet<String>>>().unwrap_or_default();
        self.shared = Some(match self.shared.take() {
            None => names,
            Some(before) => before.intersection(&names).cloned().collect(),
        });
        self.folders += 1;
    }

    /// The names of the folders that every class holds, where there are several classes.
    fn shared(self) -> Vec<String> {
        match self.folders {
            0 | 1 => Vec::new(),
            _ => self.shared.unwrap_or_default().into_iter().collect(),
        }
    }
}
