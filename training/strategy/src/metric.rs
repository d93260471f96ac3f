//! How good a classifier is, class by class: precision, recall, F1, and the confusion matrix.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use crate::StrategyError;
use crate::document::Block;
use crate::number::{class_name, counted, fixed, or_dash};
use crate::table::Table;
use crate::warning::Warning;

/// The most classes evaluated; the confusion matrix grows with their square.
pub const MAX_CLASSES: usize = 1000;

/// The most classes whose confusion matrix is written as text.
const MAX_WRITTEN: usize = 20;

/// The columns of labels and predictions, unless others are named.
pub const LABEL: &str = "label";
/// See [`LABEL`].
pub const PREDICTION: &str = "prediction";

/// What a classifier got right and wrong (course 3, "Single number evaluation metric").
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metrics {
    /// The classes' names.
    pub classes: Vec<String>,
    /// How often each class (row) was taken for each (column).
    pub confusion: Vec<Vec<usize>>,
    /// Precision, recall and F1 of each class, in the classes' order.
    pub scores: Vec<ClassScores>,
    /// The number of examples.
    pub examples: usize,
    /// Share of examples that are right, in 0..=1.
    pub accuracy: f64,
    /// Share of the weight that lies on wrong examples, in 0..=1; absent without weights.
    pub weighted_error: Option<f64>,
    /// Mean precision over the classes that were predicted.
    pub macro_precision: Option<f64>,
    /// Mean recall over the classes that occur.
    pub macro_recall: Option<f64>,
    /// Mean F1 over the classes that occur or were predicted.
    pub macro_f1: Option<f64>,
    /// What may be wrong with the predictions, rather than with the classifier.
    pub warnings: Vec<Warning>,
}

/// Precision, recall and F1 of one class; all in 0..=1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassScores {
    /// True positives over predicted positives; undefined when the class was never predicted.
    pub precision: Option<f64>,
    /// True positives over actual positives; undefined when the class does not occur.
    pub recall: Option<f64>,
    /// `2 TP / (predicted + actual)`, which is [`f1`] wherever precision and recall are defined, and 0 for a
    /// class that occurs and is never found; undefined when it neither occurs nor was predicted.
    pub f1: Option<f64>,
    /// How many examples are of the class.
    pub support: usize,
}

impl ClassScores {
    /// Scores of a class that was predicted `predicted` times, `hits` times where it is, and is `support` times.
    #[must_use]
    pub fn of_counts(hits: usize, predicted: usize, support: usize) -> Self {
        let ratio = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        Self {
            precision: ratio(hits, predicted),
            recall: ratio(hits, support),
            f1: ratio(2 * hits, predicted + support),
            support,
        }
    }
}

/// Returns the harmonic mean of precision and recall, `2PR / (P + R)`; 0 when both are 0.
#[must_use]
pub fn f1(precision: f64, recall: f64) -> f64 {
    match precision + recall {
        0.0 => 0.0,
        sum => 2.0 * precision * recall / sum,
    }
}

/// Compares predictions with labels, given as names of classes, of which numbers are compared as numbers: `1.0` is
/// `1`. The classes are all names that occur, numbers in their order before the rest in alphabetical order.
///
/// `weights`, one for each example, say how much a mistake matters:
/// `weighted error = (sum of w over wrong examples) / (sum of w)`. The course gives pornographic pictures
/// shown as cats weight 10, others 1.
///
/// # Errors
/// When the slices differ in length or are empty, there are more than [`MAX_CLASSES`] classes, or a weight is
/// negative or not finite, or all are 0.
pub fn evaluate<'a, S: AsRef<str>>(
    labels: &'a [S],
    predictions: &'a [S],
    weights: Option<&[f64]>,
) -> Result<Metrics, StrategyError> {
    let names = |given: &'a [S]| -> Vec<Cow<'a, str>> {
        given.iter().map(|name| class_name(name.as_ref())).collect()
    };
    let [labels, predictions] = [names(labels), names(predictions)];
    let classes: BTreeSet<&str> = labels.iter().chain(&predictions).map(AsRef::as_ref).collect();
    let mut classes: Vec<&str> = classes.into_iter().collect();
    classes.sort_by(|one, other| order(one, other));
    let places: HashMap<&str, usize> = classes.iter().copied().zip(0..).collect();
    let indices = |names: &[Cow<'_, str>]| -> Vec<usize> {
        names.iter().map(|name| places[&**name]).collect()
    };
    evaluate_indices(&classes, &indices(&labels), &indices(&predictions), weights)
}

/// Numbers in their order before other names in theirs.
fn order(one: &str, other: &str) -> Ordering {
    let number = |name: &str| name.parse().ok().filter(|number: &f64| number.is_finite());
    match (number(one), number(other)) {
        (Some(first), Some(second)) => first.total_cmp(&second),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => one.cmp(other),
    }
}

/// The same as [`evaluate`] for numbers of classes, counted from 0 in the order of `classes`.
///
/// # Errors
/// As for [`evaluate`], and when a number is not below that of classes.
pub fn evaluate_indices<S: AsRef<str>>(
    classes: &[S],
    labels: &[usize],
    predictions: &[usize],
    weights: Option<&[f64]>,
) -> Result<Metrics, StrategyError> {
    let count = classes.len();
    check(count, labels, predictions, weights)?;
    let mut confusion = vec![vec![0; count]; count];
    for (&label, &prediction) in labels.iter().zip(predictions) {
        confusion[label][prediction] += 1;
    }
    let scores: Vec<ClassScores> = (0..count)
        .map(|class| {
            let hits = confusion[class][class];
            let support = confusion[class].iter().sum();
            let predicted = confusion.iter().map(|row| row[class]).sum();
            ClassScores::of_counts(hits, predicted, support)
        })
        .collect();
    let right: usize = (0..count).map(|class| confusion[class][class]).sum();
    let mean = |score: fn(&ClassScores) -> Option<f64>| {
        let defined: Vec<f64> = scores.iter().filter_map(score).collect();
        (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64)
    };
    let classes: Vec<String> = classes.iter().map(|class| class.as_ref().to_string()).collect();
    Ok(Metrics {
        warnings: no_shared_class(&classes, &confusion).into_iter().collect(),
        classes,
        examples: labels.len(),
        accuracy: right as f64 / labels.len() as f64,
        weighted_error: weights.map(|weights| weighted_error(labels, predictions, weights)),
        macro_precision: mean(|score| score.precision),
        macro_recall: mean(|score| score.recall),
        macro_f1: mean(|score| score.f1),
        confusion,
        scores,
    })
}

/// The same as [`evaluate`] for the columns of a table.
///
/// # Errors
/// As for [`evaluate`], and when a column is missing, a class is blank or a weight no number.
pub fn evaluate_table(
    table: &Table,
    label: &str,
    prediction: &str,
    weight: Option<&str>,
) -> Result<Metrics, StrategyError> {
    let names = |column: &str| table.classes(table.column(column)?);
    let usable = |cell: &str| table.number(cell).filter(|weight| *weight >= 0.0);
    let weights = weight.map(|column| {
        table.each(table.column(column)?, "no weight: write a number from 0", usable)
    });
    evaluate(&names(label)?, &names(prediction)?, weights.transpose()?.as_deref())
}

fn check(
    classes: usize,
    labels: &[usize],
    predictions: &[usize],
    weights: Option<&[f64]>,
) -> Result<(), StrategyError> {
    if classes > MAX_CLASSES {
        let (found, limit) = (classes, MAX_CLASSES);
        return Err(StrategyError::TooMany { found, what: "classes", limit });
    }
    let expected = labels.len();
    if expected == 0 {
        return Err(StrategyError::Empty { file: "the set".to_string(), wanted: "labels" });
    }
    let weighed = weights.map_or(expected, <[f64]>::len);
    for (what, found) in [("predictions", predictions.len()), ("weights", weighed)] {
        if found != expected {
            return Err(StrategyError::Lengths { what, found, expected });
        }
    }
    if let Some(&index) = labels.iter().chain(predictions).find(|&&index| index >= classes) {
        return Err(StrategyError::NoClass { index, classes });
    }
    let weights = weights.unwrap_or(&[1.0]);
    let unusable = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0));
    let unusable = unusable.or_else(|| weights.iter().all(|&weight| weight == 0.0).then_some(0));
    match unusable {
        Some(index) => Err(StrategyError::Weight { index, value: weights[index] }),
        None => Ok(()),
    }
}

/// Warns when no class that was predicted is one that occurs.
fn no_shared_class(classes: &[String], confusion: &[Vec<usize>]) -> Option<Warning> {
    let of = |occurs: &dyn Fn(usize) -> bool| -> Vec<String> {
        let places = (0..classes.len()).filter(|&class| occurs(class));
        places.map(|class| classes[class].clone()).collect()
    };
    let labels = of(&|class| confusion[class].iter().any(|&count| count > 0));
    let predictions = of(&|class| confusion.iter().any(|row| row[class] > 0));
    let is_shared = predictions.iter().any(|class| labels.contains(class));
    (!is_shared).then_some(Warning::NoSharedClass { labels, predictions })
}

fn weighted_error(labels: &[usize], predictions: &[usize], weights: &[f64]) -> f64 {
    let largest = weights.iter().copied().fold(0.0, f64::max); // keeps the sum finite
    let share = |index: usize| weights[index] / largest;
    let wrong = (0..labels.len()).filter(|&index| labels[index] != predictions[index]);
    wrong.map(share).sum::<f64>() / (0..labels.len()).map(share).sum::<f64>()
}

impl Metrics {
    /// The warnings, a table of the classes, their averages, and, for at most 20 classes, the confusion matrix.
    #[must_use]
    pub fn report(&self) -> Vec<Block> {
        let row = |name: &str, [precision, recall, f1]: [Option<f64>; 3], support: usize| {
            let cell = |value| or_dash(value, |share| fixed(share, 1));
            vec![name.to_string(), cell(precision), cell(recall), cell(f1), support.to_string()]
        };
        let classes = self.classes.iter().zip(&self.scores);
        let mut rows: Vec<_> = classes
            .map(|(class, of)| row(class, [of.precision, of.recall, of.f1], of.support))
            .collect();
        let means = [self.macro_precision, self.macro_recall, self.macro_f1];
        rows.push(row("mean of the classes", means, self.examples));
        let mut sentence = format!(
            "Accuracy {}, error {}, of {}.",
            fixed(self.accuracy, 1),
            fixed(1.0 - self.accuracy, 1),
            counted(self.examples, "example")
        );
        if let Some(error) = self.weighted_error {
            sentence += &format!(" Weighted error {}.", fixed(error, 1));
        }
        let header = ["class", "precision", "recall", "F1", "examples"];
        let mut blocks = vec![Block::Paragraph(sentence), Block::table(&header, rows)];
        if !self.warnings.is_empty() {
            let warnings = self.warnings.iter().map(|warning| format!("Warning: {warning}."));
            blocks.insert(1, Block::List(warnings.collect()));
        }
        if self.classes.len() <= MAX_WRITTEN {
            let mut header = vec!["label \\ prediction"];
            header.extend(self.classes.iter().map(String::as_str));
            let rows = self.classes.iter().zip(&self.confusion).map(|(class, counts)| {
                let counts = counts.iter().map(ToString::to_string);
                std::iter::once(class.clone()).chain(counts).collect()
            });
            blocks.push(Block::table(&header, rows.collect()));
        }
        blocks
    }
}

#[cfg(test)]
mod tests;
