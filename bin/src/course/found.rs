//! Which of the course's files are there.

use std::path::{Path, PathBuf};

use fireside_datasets::source::find;

use crate::programs::{self, FileNames};

/// One of the course's files.
pub(super) struct Wanted {
    pub(super) file: &'static FileNames,
    /// The assignments that read it.
    pub(super) readers: Vec<&'static str>,
    /// Where it lies, if it was looked for and found.
    pub(super) found: Option<PathBuf>,
}

/// Every file of the course that an assignment reads, once each, looked for in a folder.
pub(super) fn wanted(folder: Option<&Path>) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    for program in programs::ALL {
        for file in program.files {
            match all.iter_mut().find(|known| known.file.names == file.names) {
                Some(known) => known.readers.push(program.name),
                None => all.push(Wanted {
                    file,
                    readers: vec![program.name],
                    found: folder.and_then(|folder| find(folder, file.topic, file.names).ok()),
                }),
            }
        }
    }
    all
}

/// What was found in a phrase, such as `7 of 12 of the course's files are in data: cats, signs; not there: dinos.txt`.
pub(super) fn summary(folder: &Path) -> String {
    let shown = folder.display();
    if !folder.is_dir() {
        return format!("{shown} is no folder");
    }
    let all = wanted(Some(folder));
    let (here, missing): (Vec<_>, Vec<_>) = all.iter().partition(|file| file.found.is_some());
    let mut topics: Vec<&str> = here.iter().map(|file| file.file.topic).collect();
    topics.dedup();
    let mut text = format!("{} of {} of the course's files are in {shown}", here.len(), all.len());
    if !topics.is_empty() {
        text += &format!(" ({})", topics.join(", "));
    }
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|file| file.file.names[0]).collect();
        text += &format!("; not there: {}", names.join(", "));
    }
    text
}
