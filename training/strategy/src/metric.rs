//! How good a classifier is, class by class: precision, recall, F1, and the confusion matrix.

use serde::Serialize;

use crate::StrategyError;
use crate::document::Block;
use crate::number::{self, fixed, or_dash};
use crate::table::Table;

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

/// Compares predictions with labels, given as names of classes. The classes are all names that occur,
/// numbers in their order before the rest in alphabetical order.
///
/// `weights`, one for each example, say how much a mistake matters:
/// `weighted error = (sum of w over wrong examples) / (sum of w)`. The course gives pornographic pictures
/// shown as cats weight 10, others 1.
///
/// # Errors
/// When the slices differ in length or are empty, there are more than [`MAX_CLASSES`] classes, or a weight is
/// negative or not finite, or all are 0.
pub fn evaluate<S: AsRef<str>>(
    labels: &[S],
    predictions: &[S],
    weights: Option<&[f64]>,
) -> Result<Metrics, StrategyError> {
    let mut classes: Vec<&str> = labels.iter().chain(predictions).map(S::as_ref).collect();
    let key = |name: &str| name.parse::<u64>().unwrap_or(u64::MAX);
    classes.sort_unstable_by(|a, b| (key(a), a).cmp(&(key(b), b)));
    classes.dedup();
    let index = |name: &S| {
        let name = name.as_ref();
        classes.partition_point(|class| (key(class), *class) < (key(name), name))
    };
    let indices = |names: &[S]| -> Vec<usize> { names.iter().map(index).collect() };
    evaluate_indices(&classes, &indices(labels), &indices(predictions), weights)
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
    Ok(Metrics {
        classes: classes.iter().map(|class| class.as_ref().to_string()).collect(),
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
    let names = |column: &str| table.names(table.column(column)?);
    let usable = |cell: &str| number::parse(cell).filter(|weight| *weight >= 0.0);
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

fn weighted_error(labels: &[usize], predictions: &[usize], weights: &[f64]) -> f64 {
    let largest = weights.iter().copied().fold(0.0, f64::max); // keeps the sum finite
    let share = |index: usize| weights[index] / largest;
    let wrong = (0..labels.len()).filter(|&index| labels[index] != predictions[index]);
    wrong.map(share).sum::<f64>() / (0..labels.len()).map(share).sum::<f64>()
}

impl Metrics {
    /// A table of the classes, their averages, and, for at most 20 classes, the confusion matrix.
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
            "Accuracy {}, error {}, of {} examples.",
            fixed(self.accuracy, 1),
            fixed(1.0 - self.accuracy, 1),
            self.examples
        );
        if let Some(error) = self.weighted_error {
            sentence += &format!(" Weighted error {}.", fixed(error, 1));
        }
        let header = ["class", "precision", "recall", "F1", "examples"];
        let mut blocks = vec![Block::Paragraph(sentence), Block::table(&header, rows)];
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
mod tests {
    use super::*;

    /// The notes' table: A 95 % and 90 % give about 0.924, B 98 % and 85 % about 0.910.
    #[test]
    fn f1_of_the_course_s_two_classifiers() {
        assert!((f1(0.95, 0.90) - 0.924).abs() < 5e-4, "{}", f1(0.95, 0.90));
        assert!((f1(0.98, 0.85) - 0.910).abs() < 5e-4, "{}", f1(0.98, 0.85));
        assert_eq!(f1(0.0, 0.0), 0.0);
    }

    /// Counted by hand: cats 3 of 4 found, one bird taken for a cat, the dog for a bird.
    #[test]
    fn scores_of_each_class_follow_from_the_confusion_matrix() {
        let labels = ["cat", "cat", "cat", "cat", "bird", "bird", "dog"];
        let predictions = ["cat", "cat", "cat", "bird", "bird", "cat", "bird"];
        let metrics = evaluate(&labels, &predictions, None).unwrap();
        assert_eq!(metrics.classes, ["bird", "cat", "dog"]);
        assert_eq!(metrics.confusion, [[1, 1, 0], [1, 3, 0], [1, 0, 0]]);
        let [bird, cat, dog] = metrics.scores[..] else { unreachable!() };
        assert_eq!((bird.precision, bird.recall, bird.f1), (Some(1.0 / 3.0), Some(0.5), Some(0.4)));
        assert_eq!((cat.precision, cat.recall, cat.f1), (Some(0.75), Some(0.75), Some(0.75)));
        assert_eq!((dog.precision, dog.recall, dog.f1), (None, Some(0.0), Some(0.0)));
        assert_eq!((bird.support, cat.support, dog.support), (2, 4, 1));
        assert_eq!(metrics.accuracy, 4.0 / 7.0);
        assert_eq!(metrics.macro_precision, Some((1.0 / 3.0 + 0.75) / 2.0));
        assert_eq!(metrics.macro_recall, Some(1.25 / 3.0));
        assert_eq!(metrics.macro_f1, Some((0.4 + 0.75) / 3.0));
    }

    #[test]
    fn f1_by_counts_is_the_harmonic_mean() {
        let metrics = evaluate_indices(&["a", "b"], &[0, 0, 0, 1, 1], &[0, 0, 1, 0, 1], None);
        let scores = metrics.unwrap().scores[0];
        let harmonic = f1(scores.precision.unwrap(), scores.recall.unwrap());
        assert!((scores.f1.unwrap() - harmonic).abs() < 1e-15);
    }

    #[test]
    fn undefined_score_is_a_dash_and_never_nan() {
        let metrics = evaluate_indices(&["no", "yes", "maybe"], &[0, 1], &[0, 0], None).unwrap();
        assert_eq!(metrics.scores[1].precision, None);
        assert_eq!(metrics.scores[2].f1, None);
        let text = crate::document::text(&metrics.report());
        assert!(text.contains("yes                          -    0.0 %   0.0 %"), "{text}");
        assert!(!text.contains("NaN"), "{text}");
        assert!(!serde_json::to_string(&metrics).unwrap().contains("NaN"));
    }

    /// Ten pictures, two wrong, one of them pornographic: 2 of 10 without weights, (1 + 10) / (8 + 2 · 10) with.
    #[test]
    fn weights_make_one_kind_of_mistake_matter_more() {
        let labels = ["cat", "cat", "cat", "cat", "cat", "cat", "cat", "cat", "porn", "porn"];
        let mut predictions = labels;
        predictions[0] = "porn";
        predictions[9] = "cat";
        let weights = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 10.0, 10.0];
        let metrics = evaluate(&labels, &predictions, Some(&weights)).unwrap();
        assert_eq!(metrics.accuracy, 0.8);
        assert!((metrics.weighted_error.unwrap() - 11.0 / 28.0).abs() < 1e-15);
    }

    #[test]
    fn numbered_classes_stand_in_the_order_of_their_numbers() {
        let metrics = evaluate(&["10", "9", "other"], &["9", "9", "other"], None).unwrap();
        assert_eq!(metrics.classes, ["9", "10", "other"]);
        assert_eq!(metrics.confusion, [[1, 0, 0], [1, 0, 0], [0, 0, 1]]);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        fn refused(
            labels: &[&str],
            predictions: &[&str],
            weights: Option<&[f64]>,
        ) -> StrategyError {
            evaluate(labels, predictions, weights).unwrap_err()
        }
        let lengths = StrategyError::Lengths { what: "predictions", found: 1, expected: 2 };
        assert_eq!(refused(&["a", "b"], &["a"], None), lengths);
        assert!(matches!(refused(&[], &[], None), StrategyError::Empty { .. }));
        for weights in [[1.0, -1.0], [1.0, f64::NAN], [f64::INFINITY, 1.0], [0.0, 0.0]] {
            let error = refused(&["a", "b"], &["a", "b"], Some(&weights));
            assert!(matches!(error, StrategyError::Weight { .. }), "{error}");
        }
        let error = evaluate_indices(&["a", "b"], &[0, 2], &[0, 0], None).unwrap_err();
        assert_eq!(error, StrategyError::NoClass { index: 2, classes: 2 });
        let names: Vec<String> = (0..=MAX_CLASSES).map(|name| name.to_string()).collect();
        assert!(matches!(evaluate(&names, &names, None), Err(StrategyError::TooMany { .. })));
    }
}
