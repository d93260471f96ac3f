//! Why weights could not be read, fitted into a model, or written.

use std::io;
use std::path::{Path, PathBuf};

use crate::Report;
use crate::format::darknet::known;

/// Why weights could not be read, fitted into a model, or written. Every message names the file or the
/// parameter, and what was expected of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file system refused.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// The file, or what it says to hold, is larger than is read.
    #[error("{what} of {} is {bytes} bytes: more than {limit} are not read", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The file itself, or the array or arrays that are too large.
        what: String,
        /// Their length.
        bytes: u64,
        /// The largest length read.
        limit: u64,
    },
    /// The file holds more arrays than are read.
    #[error("{} holds more than {limit} arrays", path.display())]
    TooMany {
        /// The file or folder.
        path: PathBuf,
        /// The largest number read.
        limit: usize,
    },
    /// The file is not of its format, or it is damaged.
    #[error("{} is not a whole {format} file: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The format it should have.
        format: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A line of Darknet's description of a network makes no sense, or asks for what is not read.
    #[error("{}, line {line}: {reason}", path.display())]
    Cfg {
        /// The description, a `.cfg` file.
        path: PathBuf,
        /// The line, from 1 on.
        line: usize,
        /// What is wrong with it, and what is wanted.
        reason: String,
    },
    /// Weights of Darknet lack the description of their network.
    #[error(
        "{} are numbers without names: {}, which describes their network, is not there",
        path.display(), cfg.display()
    )]
    NoCfg {
        /// The weights.
        path: PathBuf,
        /// The description, where it was looked for.
        cfg: PathBuf,
    },
    /// A file of Darknet has other numbers than its description asks for.
    #[error(
        "{} holds {held} numbers{}, and {} asks for {asked}{}: {reason}",
        path.display(), known(*held), cfg.display(), known(*asked)
    )]
    Count {
        /// The weights.
        path: PathBuf,
        /// Numbers after the header.
        held: u64,
        /// The description of the network.
        cfg: PathBuf,
        /// Numbers of that network.
        asked: u64,
        /// Where the file ends, or what is left over.
        reason: String,
    },
    /// What is under the name is a note of Git LFS that the file is kept elsewhere.
    #[error("{}", pointers(files))]
    Pointer {
        /// Each file, and how many bytes the note says it has.
        files: Vec<(PathBuf, u64)>,
    },
    /// What is under the name is a page of the web: the answer to a download that failed.
    #[error(
        "{} is a web page, not weights: what was saved is what a site shows about the file. Download it again",
        path.display()
    )]
    Page {
        /// The file.
        path: PathBuf,
    },
    /// Files that belong to another one are not there; all of them are listed.
    #[error("{} wants {}", path.display(), absent(files))]
    Absent {
        /// The file that they belong to.
        path: PathBuf,
        /// Each file where it was looked for, and how many bytes it must have at least, where that is known.
        files: Vec<(PathBuf, Option<u64>)>,
    },
    /// Neither contents nor name tell the format.
    #[error(
        "{} is of no known format: Keras (.h5, .keras), PyTorch (.pt, .pth), .safetensors, .npy, .npz, .csv, \
         .bpk, Darknet (.weights beside its .cfg), TensorFlow (.index or the folder of a SavedModel), \
         TensorFlow.js (.json), or a folder of .csv and .npy files is wanted",
        path.display()
    )]
    UnknownFormat {
        /// The file or folder.
        path: PathBuf,
    },
    /// A pickle asks for code to be run, or for an object other than numbers, names and tensors.
    #[error(
        "{} calls {callable}: weights alone are read from a pickle, and nothing in it is executed",
        path.display()
    )]
    Code {
        /// The file.
        path: PathBuf,
        /// The function or class that the file names.
        callable: String,
    },
    /// An array holds something other than numbers.
    #[error("{name} in {} holds {found}: real numbers or integers are wanted", path.display())]
    NotNumbers {
        /// The file.
        path: PathBuf,
        /// The array.
        name: String,
        /// The type of its values.
        found: String,
    },
    /// A pair of a table of names cannot be understood.
    #[error("{template:?} is no template of names: {reason}")]
    Template {
        /// Our or their side of the pair.
        template: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The arrays are not those of the model.
    #[error("the weights are not those of this model: {0}")]
    Differs(Box<Report>),
    /// Several places in the file hold the model.
    #[error(
        "the file holds this model {} times, each under another beginning of its names: {}",
        places.len(), places.join(", ")
    )]
    Ambiguous {
        /// What the names begin with.
        places: Vec<String>,
    },
    /// The file cannot be written.
    #[error("{} cannot be written: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl WeightsError {
    pub(crate) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable { path: path.to_path_buf(), source }
    }

    pub(crate) fn malformed(path: &Path, format: &'static str, reason: impl ToString) -> Self {
        Self::Malformed { path: path.to_path_buf(), format, reason: reason.to_string() }
    }
}

/// As many files are named in an error.
const NAMED_FILES: usize = 12;

fn listed(names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED_FILES);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

fn pointers(files: &[(PathBuf, u64)]) -> String {
    let names = files.iter().map(|(path, bytes)| format!("{} ({bytes} bytes)", path.display()));
    let (what, them) = match files.len() {
        1 => ("is a Git LFS pointer and not the file", "it"),
        _ => ("are Git LFS pointers and not the files", "them"),
    };
    format!(
        "{} {what}, whose length it gives: `git lfs pull` fetches {them}",
        listed(names.collect())
    )
}

fn absent(files: &[(PathBuf, Option<u64>)]) -> String {
    let names = files.iter().map(|(path, bytes)| match bytes {
        Some(bytes) => format!("{} ({bytes} bytes)", path.display()),
        None => path.display().to_string(),
    });
    let (what, hold) = match files.len() {
        1 => ("a file that is not there", "holds"),
        _ => ("files that are not there", "hold"),
    };
    format!("{what}: {}, which {hold} the numbers", listed(names.collect()))
}
