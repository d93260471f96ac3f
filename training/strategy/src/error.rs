//! What can be wrong with a team's numbers.

use crate::number::counted;

/// Why nothing could be worked out. Every message names the place and what was expected there; `file` is
/// the path, or what stands in for it where the numbers came from elsewhere.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StrategyError {
    /// The file system refused, or the file is not of its format.
    #[error("{file} cannot be read: {reason}")]
    Unreadable {
        /// The file or folder.
        file: String,
        /// Why.
        reason: String,
    },
    /// The file is larger than is read.
    #[error("{file} is {bytes} bytes long: more than {limit} are not read")]
    TooLarge {
        /// The file.
        file: String,
        /// Its length.
        bytes: u64,
        /// The largest length read.
        limit: u64,
    },
    /// The file is no text.
    #[error(
        "{file} is not text: line {line}, column {column} holds a byte that is not UTF-8 or is zero"
    )]
    NotText {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Byte of the line, from 1.
        column: usize,
    },
    /// There is nothing in it.
    #[error("{file} holds no {wanted}")]
    Empty {
        /// The file or folder.
        file: String,
        /// What it should hold.
        wanted: &'static str,
    },
    /// A row is longer or shorter than the header.
    #[error("{file}, line {line}: {found} cells, but the header has {expected}; {culprit}")]
    Ragged {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Cells in the row.
        found: usize,
        /// Cells in the header.
        expected: usize,
        /// The first column that is missing, or one too many.
        culprit: String,
    },
    /// The table has no such column.
    #[error("{file}, line 1: there is no column {column}; there are {}", present.join(", "))]
    MissingColumn {
        /// The file.
        file: String,
        /// The column asked for.
        column: String,
        /// The columns there are.
        present: Vec<String>,
    },
    /// Two columns have one name.
    #[error("{file}, line 1: there are two columns {column:?}")]
    RepeatedColumn {
        /// The file.
        file: String,
        /// Their name.
        column: String,
    },
    /// A cell does not hold what its column should.
    #[error("{file}, line {line}, column {column}: {found:?} is {wanted}")]
    Cell {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// The column's name.
        column: String,
        /// The cell.
        found: String,
        /// What it is not.
        wanted: &'static str,
    },
    /// A file lies deeper or higher than the others.
    #[error("{file} is not where the other files are: {wanted}")]
    Misplaced {
        /// The file.
        file: String,
        /// The layout that is read.
        wanted: &'static str,
    },
    /// There is more than is handled.
    #[error("there are {found} {what}: at most {limit} are handled")]
    TooMany {
        /// How many there are.
        found: usize,
        /// Of what.
        what: &'static str,
        /// The largest number handled.
        limit: usize,
    },
    /// There must be as many of one as of the other.
    #[error("there are {found} {what}, but {expected} labels")]
    Lengths {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many labels there are.
        expected: usize,
    },
    /// A class number is too high.
    #[error("{index} is no class: they are numbered from 0 to {}", classes.saturating_sub(1))]
    NoClass {
        /// The number given.
        index: usize,
        /// How many classes there are.
        classes: usize,
    },
    /// Weights are negative, not numbers, or all zero.
    #[error(
        "weight {value} of example {index} cannot be used: weights are at least 0, and not all 0"
    )]
    Weight {
        /// Position of the example, from 0.
        index: usize,
        /// Its weight.
        value: f64,
    },
    /// An error rate lies outside 0..=1.
    #[error("{text:?} is no error rate: write a share from 0 to 1, or a percentage such as 8%")]
    Rate {
        /// What was given.
        text: String,
    },
    /// A limit cannot be understood.
    #[error(
        "{text:?} is no limit: write a column, <=, >=, < or >, and a number, as in latency<=10"
    )]
    Limit {
        /// What was given.
        text: String,
    },
    /// The shares of the sets are wrong.
    #[error(
        "the sets' shares {given} sum to {sum}, not to 1; each must be from 0 to 1, the first above 0"
    )]
    Ratios {
        /// The shares given.
        given: String,
        /// Their sum.
        sum: f64,
    },
    /// The train-dev set's share of the training set is wrong.
    #[error(
        "the train-dev set cannot take {0} of the training set: give a share from 0 to below 1"
    )]
    TrainDev(f64),
    /// A set that should hold examples would hold none.
    #[error("the {set} set would be empty: {share} of {} is less than one", counted(*examples, "example"))]
    EmptySet {
        /// The set.
        set: &'static str,
        /// The share asked for.
        share: f64,
        /// The examples there are to share out.
        examples: usize,
    },
    /// Too few folds to hold one out and train on the rest.
    #[error("cross-validation needs at least 2 folds, not {0}")]
    TooFewFolds(usize),
    /// More folds than examples.
    #[error("{} cannot be made of {}: each needs at least one", counted(*folds, "fold"), counted(*examples, "example"))]
    TooManyFolds {
        /// The folds asked for.
        folds: usize,
        /// The examples there are.
        examples: usize,
    },
    /// No example comes from the source that dev and test sets should be drawn from.
    #[error("no example comes from {target}: the sources are {}", present.join(", "))]
    NoTarget {
        /// The source asked for.
        target: String,
        /// The sources there are.
        present: Vec<String>,
    },
    /// More examples have a tag than were looked at.
    #[error("{tag} tags more errors than were examined: {count} of {examined}")]
    TagCount {
        /// The tag.
        tag: String,
        /// How many have it.
        count: usize,
        /// How many were examined.
        examined: usize,
    },
}
