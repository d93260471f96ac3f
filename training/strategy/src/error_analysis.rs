//! Error analysis: which kinds of mistakes there are, and how much each is worth.
//!
//! Course 3, "Carrying out error analysis" and "Cleaning up incorrectly labeled data".

use serde::{Deserialize, Serialize};

use crate::StrategyError;
use crate::document::Block;
use crate::number::{ErrorRate, fixed, or_dash, percent, plain};
use crate::table::Table;

/// Wrong labels are worth cleaning when they make up at least this share of the errors. The course's examples:
/// 0.6 of 10 points (6 %) is not the first thing to do, 0.6 of 2 points (30 %) is. From a fifth on, what the
/// labels get wrong hides differences between models that matter.
pub const WORTH_CLEANING: f64 = 0.2;

/// The column that marks wrong labels, unless another is named.
pub const WRONG_LABEL: &str = "wrong_label";

/// How to read a table of misclassified examples.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnalysisConfig {
    /// The columns of tags; those that hold marks if absent.
    pub tags: Option<Vec<String>>,
    /// The column that marks wrong labels; [`WRONG_LABEL`], where there is one, if absent.
    pub wrong_label: Option<String>,
    /// The error on the whole dev set, which makes points of shares.
    pub dev_error: Option<ErrorRate>,
}

/// Counts of an error analysis that was done elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// How many misclassified examples were looked at.
    pub examined: usize,
    /// How many of them have each tag. One example may have several.
    #[serde(default)]
    pub tags: std::collections::BTreeMap<String, usize>,
    /// How many have a wrong label, if that was looked at.
    #[serde(default)]
    pub wrong_labels: Option<usize>,
}

/// Kinds of mistakes and what each is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErrorAnalysis {
    /// How many misclassified examples were looked at.
    pub examined: usize,
    /// The error on the whole dev set, in 0..=1.
    pub dev_error: Option<f64>,
    /// The tags, the most frequent first.
    pub tags: Vec<Tag>,
    /// What is known of wrong labels.
    pub wrong_labels: Option<WrongLabels>,
    /// Columns that were taken for neither names nor tags.
    pub ignored: Vec<String>,
}

/// One kind of mistake.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tag {
    /// What it is called.
    pub name: String,
    /// How many of the examined errors have it.
    pub count: usize,
    /// Which share of them, in 0..=1. Shares need not sum to 1, for an error may have several tags or none.
    pub share: f64,
    /// The most that curing it can take off the dev error, in 0..=1; unknown without the dev error.
    pub ceiling: Option<f64>,
}

/// Errors that are none, because the label is wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WrongLabels {
    /// How many of the examined errors.
    pub count: usize,
    /// Which share of them, in 0..=1.
    pub share: f64,
    /// What they make up of the dev error; unknown without it.
    pub error: Option<f64>,
    /// What everything else makes up of it.
    pub other_error: Option<f64>,
    /// Whether `share` is at least [`WORTH_CLEANING`].
    pub worth_cleaning: bool,
}

/// Analyses a table of misclassified examples: a row for each, its name in the first column, tags in the
/// others: `x`, `1`, `y`, `yes` or `true` where the tag applies; nothing, `0`, `n`, `no`, `false` or `-` where
/// not, in any case of letters; `1` and `0` may be written as reals. Columns of other text, such as comments, are passed over, but one of which at
/// least half of the filled cells are marks must hold nothing else.
///
/// # Errors
/// When a named column is missing, or a cell of a tag is no mark.
pub fn analyse(table: &Table, config: &AnalysisConfig) -> Result<ErrorAnalysis, StrategyError> {
    let header = table.header();
    let wrong_label = match &config.wrong_label {
        Some(name) => Some(table.column(name)?),
        None => header.iter().position(|column| column == WRONG_LABEL),
    };
    let tags: Vec<usize> = match &config.tags {
        Some(names) => names.iter().map(|name| table.column(name)).collect::<Result<_, _>>()?,
        None => (1..header.len())
            .filter(|&c| table.mostly(c, |cell| mark(table, cell).is_some()))
            .collect(),
    };
    let count = |column: usize| -> Result<usize, StrategyError> {
        let mark = |cell| mark(table, cell);
        let marks = table.each(column, "no mark: write x or 1, or leave it blank", mark)?;
        Ok(marks.into_iter().filter(|&marked| marked).count())
    };
    let is_tag = |column: &usize| tags.contains(column) && Some(*column) != wrong_label;
    let counts = (0..header.len()).filter(is_tag);
    let counts = counts.map(|column| Ok((header[column].clone(), count(column)?)));
    let counts: Vec<(String, usize)> = counts.collect::<Result<_, StrategyError>>()?;
    let wrong = wrong_label.map(count).transpose()?;
    let mut analysis = from_counts(table.len(), counts, wrong, config.dev_error)?;
    let ignored = (1..header.len()).filter(|c| !tags.contains(c) && Some(*c) != wrong_label);
    analysis.ignored = ignored.map(|column| header[column].clone()).collect();
    Ok(analysis)
}

impl Counts {
    /// Works out shares and ceilings.
    ///
    /// # Errors
    /// When nothing was examined, or a tag was counted more often than that.
    pub fn analyse(&self, dev_error: Option<ErrorRate>) -> Result<ErrorAnalysis, StrategyError> {
        let tags = self.tags.iter().map(|(tag, &count)| (tag.clone(), count)).collect();
        from_counts(self.examined, tags, self.wrong_labels, dev_error)
    }
}

fn from_counts(
    examined: usize,
    tags: Vec<(String, usize)>,
    wrong_labels: Option<usize>,
    dev_error: Option<ErrorRate>,
) -> Result<ErrorAnalysis, StrategyError> {
    if examined == 0 {
        let file = "the error analysis".to_string();
        return Err(StrategyError::Empty { file, wanted: "examined examples" });
    }
    let dev_error = dev_error.map(ErrorRate::share);
    let share = |tag: &str, count: usize| match count > examined {
        true => Err(StrategyError::TagCount { tag: tag.to_string(), count, examined }),
        false => Ok(count as f64 / examined as f64),
    };
    let tags = tags.into_iter().map(|(name, count)| {
        let share = share(&name, count)?;
        Ok(Tag { name, count, share, ceiling: dev_error.map(|error| error * share) })
    });
    let mut tags: Vec<Tag> = tags.collect::<Result<_, StrategyError>>()?;
    tags.sort_by_key(|tag| std::cmp::Reverse(tag.count));
    let wrong_labels = wrong_labels.map(|count| {
        let share = share("wrong label", count)?;
        Ok(WrongLabels {
            count,
            share,
            error: dev_error.map(|error| error * share),
            other_error: dev_error.map(|error| error * (1.0 - share)),
            worth_cleaning: share >= WORTH_CLEANING,
        })
    });
    let wrong_labels = wrong_labels.transpose()?;
    Ok(ErrorAnalysis { examined, dev_error, tags, wrong_labels, ignored: Vec::new() })
}

fn mark(table: &Table, cell: &str) -> Option<bool> {
    match table.class(cell).to_ascii_lowercase().as_str() {
        "x" | "1" | "y" | "yes" | "true" => Some(true),
        "" | "0" | "n" | "no" | "false" | "-" => Some(false),
        _ => None,
    }
}

/// A share of the errors; more digits than one would claim more than some hundred errors can tell.
fn about(share: f64) -> String {
    format!("{} %", plain(100.0 * share, 1))
}

/// Points of the dev error.
fn points(error: f64) -> String {
    format!("{} %", plain(100.0 * error, 2))
}

impl WrongLabels {
    /// Whether to clean them, and how, in a sentence.
    #[must_use]
    pub fn verdict(&self) -> String {
        let share = about(self.share);
        let points = match (self.error, self.other_error) {
            (Some(error), Some(other)) => {
                format!(" ({} of the dev error; other causes {})", points(error), points(other))
            }
            _ => String::new(),
        };
        match self.worth_cleaning {
            true => format!(
                "Clean the labels: {share} of the errors are wrong labels{points}. Do the same to dev and test \
                 set, and look at examples the system got right too."
            ),
            false => format!(
                "Leave the labels for now: only {share} of the errors are wrong labels{points}."
            ),
        }
    }
}

impl ErrorAnalysis {
    /// The most promising kind of mistake, in a sentence.
    #[must_use]
    pub fn verdict(&self) -> String {
        match self.tags.first() {
            Some(tag) if tag.count > 0 => {
                let gain = match (tag.ceiling, self.dev_error) {
                    (Some(ceiling), Some(error)) => format!(
                        ", so curing all of it takes the dev error from {} to {} at best",
                        percent(error),
                        points(error - ceiling)
                    ),
                    _ => String::new(),
                };
                format!("Look at {} first: {} of the errors{gain}.", tag.name, about(tag.share))
            }
            _ => "No error has a tag: nothing stands out.".to_string(),
        }
    }

    /// A table of the tags.
    #[must_use]
    pub fn details(&self) -> Vec<Block> {
        let row = |name: &str, count: usize, share: f64, ceiling: Option<f64>| {
            vec![name.to_string(), count.to_string(), fixed(share, 1), or_dash(ceiling, points)]
        };
        let mut rows: Vec<_> =
            self.tags.iter().map(|tag| row(&tag.name, tag.count, tag.share, tag.ceiling)).collect();
        if let Some(wrong) = &self.wrong_labels {
            rows.push(row("(wrong label)", wrong.count, wrong.share, wrong.error));
        }
        let mut blocks = Vec::new();
        if !rows.is_empty() {
            blocks
                .push(Block::table(&["tag", "errors", "share", "at most off the dev error"], rows));
        }
        let mut note = match self.examined {
            1 => "1 error was looked at; it may have several tags.".to_string(),
            count => format!("{count} errors were looked at; one may have several tags."),
        };
        if !self.ignored.is_empty() {
            note += &format!(" Not taken for tags: {}.", self.ignored.join(", "));
        }
        blocks.push(Block::Paragraph(note));
        blocks
    }
}

#[cfg(test)]
mod tests;
