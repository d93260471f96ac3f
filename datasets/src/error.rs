//! Why data could not be had.

use std::io;
use std::path::{Path, PathBuf};

use crate::boxes_files::BoxesProblem;
use crate::jazz::TuneProblem;
use crate::word_vectors::VectorProblem;

/// Why data could not be had. Every message names the file and what was expected of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// No file of any accepted name is there.
    #[error("no {} in {}", names.join(" or "), list(folders))]
    Missing {
        /// The names it may have.
        names: Vec<String>,
        /// The folders looked in.
        folders: Vec<PathBuf>,
    },
    /// The file system refused.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// The file is larger than anything of its kind.
    #[error("{} is {bytes} bytes long: more than {limit} are not read", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
        /// The largest length read.
        limit: u64,
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
    /// The file has no such data set.
    #[error("{} holds no data set {name}", path.display())]
    NoDataset {
        /// The file.
        path: PathBuf,
        /// The data set asked for.
        name: String,
    },
    /// A data set has another shape or type than it should.
    #[error("{name} in {} is {found}, not {expected}", path.display())]
    Unexpected {
        /// The file.
        path: PathBuf,
        /// The data set.
        name: String,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A label names no class.
    #[error("{name} in {} has label {value} at {index}: labels are 0 to {}", path.display(), num_classes.saturating_sub(1))]
    Label {
        /// The file.
        path: PathBuf,
        /// The data set.
        name: String,
        /// Position of the label.
        index: usize,
        /// The label found, as it is written.
        value: String,
        /// How many classes there are, at least one.
        num_classes: usize,
    },
    /// A table lacks a column.
    #[error("{} has no column {column}: its columns are {}", path.display(), names(found))]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column asked for.
        column: String,
        /// The columns of its header.
        found: Vec<String>,
    },
    /// A row of a table has another length than its header.
    #[error(
        "{}, line {line}: {found} field{} where the header has {expected}",
        path.display(), if *found == 1 { "" } else { "s" }
    )]
    RaggedRow {
        /// The file.
        path: PathBuf,
        /// Line of the row, the first being 1.
        line: u64,
        /// Fields of the header.
        expected: u64,
        /// Fields of the row.
        found: u64,
    },
    /// A field of a table is not what its column holds.
    #[error("{}, line {line}: {column} is {found:?}, not {expected}", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// Line of the row, the first being 1.
        line: u64,
        /// The column.
        column: String,
        /// What the field says.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A file of word vectors is not as it should be.
    #[error("{}, {unit} {number}: {problem}", path.display())]
    WordVector {
        /// The file.
        path: PathBuf,
        /// What is counted: lines, or the words of a binary file.
        unit: &'static str,
        /// Which of them, the first being 1.
        number: u64,
        /// What is wrong with it.
        problem: VectorProblem,
    },
    /// A tune has no solo.
    #[error("{}: {problem}", path.display())]
    Tune {
        /// The file.
        path: PathBuf,
        /// What it lacks.
        problem: TuneProblem,
    },
    /// A file or folder of boxes is not as it should be.
    #[error("{}: {problem}", path.display())]
    Boxes {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: BoxesProblem,
    },
    /// A folder should hold pictures.
    #[error("{} holds no pictures to train on", path.display())]
    NoPictures {
        /// The folder.
        path: PathBuf,
    },
    /// A folder should hold a folder of pictures for each class.
    #[error("{} holds no folders: the pictures of each class belong in a folder of its name", path.display())]
    NoClasses {
        /// The folder.
        path: PathBuf,
    },
    /// With one class there is nothing to tell apart.
    #[error("{} holds one class, {class}: it must hold at least two", path.display())]
    OneClass {
        /// The folder.
        path: PathBuf,
        /// The class.
        class: String,
    },
    /// A class that the training set does not have.
    #[error("{} is none of the classes to train on, {}", path.display(), names(classes))]
    UnknownClass {
        /// The folder of the class.
        path: PathBuf,
        /// The classes to train on.
        classes: Vec<String>,
    },
    /// Pictures that belong to a set lie beside such that belong to none.
    #[error(
        "{} holds sets, such as {set}, beside something else, {other}: all pictures must be in sets (train, val, test and the like), or none",
        path.display()
    )]
    HalfSplit {
        /// The folder.
        path: PathBuf,
        /// A set in it.
        set: String,
        /// A folder or file in it that is in no set.
        other: String,
    },
    /// Folders that would be classes look like sets.
    #[error(
        "{} holds {}{}, which looks like sets: sets are called train, val and test (training_set, valid, dev, eval \
         and the like will do), and hold a folder for each class",
        path.display(), names(folders), each_holding(each_holds)
    )]
    LookLikeSets {
        /// The folder.
        path: PathBuf,
        /// The folders in it.
        folders: Vec<String>,
        /// Folders that lie in each of them; none if their names alone look like sets.
        each_holds: Vec<String>,
    },
    /// A folder holds more than is read.
    #[error("{} holds more than {limit} {what}", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
        /// What it holds.
        what: &'static str,
        /// The most that is read.
        limit: usize,
    },
    /// Word vectors are more than are held in memory.
    #[error("{} holds more than {limit} numbers: its first {words} words can be read", path.display())]
    TooManyNumbers {
        /// The file.
        path: PathBuf,
        /// The most numbers that are read.
        limit: usize,
        /// A number of words that can be read of it.
        words: usize,
    },
    /// A setting of a reader is out of its range.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The system gave no threads.
    #[error("no threads to decode pictures on: {reason}")]
    NoThreads {
        /// What the system reported.
        reason: String,
    },
}

impl DataError {
    pub(crate) fn no_pictures(path: &Path) -> Self {
        Self::NoPictures { path: path.to_path_buf() }
    }

    pub(crate) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable { path: path.to_path_buf(), source }
    }

    pub(crate) fn boxes(path: &Path, problem: BoxesProblem) -> Self {
        Self::Boxes { path: path.to_path_buf(), problem }
    }

    pub(crate) fn malformed(path: &Path, format: &'static str, reason: impl ToString) -> Self {
        Self::Malformed { path: path.to_path_buf(), format, reason: reason.to_string() }
    }
}

fn names(columns: &[String]) -> String {
    match columns {
        [] => "none".to_string(),
        _ => columns.join(", "),
    }
}

fn each_holding(folders: &[String]) -> String {
    match folders {
        [] => String::new(),
        _ => format!(", each with {}", names(folders)),
    }
}

fn list(folders: &[PathBuf]) -> String {
    let folders: Vec<_> = folders.iter().map(|f| f.display().to_string()).collect();
    folders.join(" or ")
}

/// A setting with which nothing can be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{setting} is {value}: it must be {expected}")]
pub struct SettingError {
    /// What is set.
    pub setting: &'static str,
    /// The value given.
    pub value: f64,
    /// What it must be.
    pub expected: &'static str,
}
