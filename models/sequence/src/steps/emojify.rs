//! An emoji for a sentence, by hand: the mean of its words' vectors, and a softmax on it (course 5, week 2).
//!
//! ```text
//! z = W avg + b        a = softmax(z)        L = -Σ y ln a        dz = a - y
//! ```
//!
//! Sentences come as the rows of their words in a table of vectors; words without a vector are not among them. The
//! network that follows in the assignment, of two LSTMs, is [`emojify`](crate::emojify).

use crate::word_vectors::Rows;

/// Short codes of the five classes: heart, baseball, smile, disappointed, fork and knife.
pub const EMOJI: [&str; 5] =
    ["\u{2764}\u{fe0f}", ":baseball:", ":smile:", ":disappointed:", ":fork_and_knife:"];

/// The short code of a label; none for one outside the classes.
#[must_use]
pub fn label_to_emoji(label: usize) -> Option<&'static str> {
    EMOJI.get(label).copied()
}

/// The mean of the words' vectors; zeros where there are no words.
///
/// # Panics
/// When a word has no row.
#[must_use]
pub fn sentence_to_avg<T: Copy + Into<f64>>(sentence: &[usize], vectors: Rows<'_, T>) -> Vec<f64> {
    let mut avg = vec![0.0; vectors.dimensions()];
    for &word in sentence {
        avg.iter_mut().zip(vectors.row(word)).for_each(|(avg, entry)| *avg += entry);
    }
    let count = sentence.len().max(1) as f64;
    avg.iter_mut().for_each(|avg| *avg /= count);
    avg
}

/// The words of each sentence from the left, and `padding` after them up to `max_len`, `[sentences, max_len]`.
///
/// The assignment pads with 0, and its words count from 1. Of a longer sentence, for which it has no room, the first
/// `max_len` words are taken.
#[must_use]
pub fn sentences_to_indices(
    sentences: &[Vec<usize>],
    max_len: usize,
    padding: usize,
) -> Vec<Vec<usize>> {
    let padded = |sentence: &Vec<usize>| {
        let padding = std::iter::repeat(padding);
        sentence.iter().copied().chain(padding).take(max_len).collect()
    };
    sentences.iter().map(padded).collect()
}

/// A row for each label, with a one at the label, `[labels, classes]`; a label outside the classes has none.
#[must_use]
pub fn convert_to_one_hot(labels: &[usize], classes: usize) -> Vec<Vec<f64>> {
    let row = |label: &usize| (0..classes).map(|class| f64::from(class == *label)).collect();
    labels.iter().map(row).collect()
}

/// The table of an embedding layer, `[rows, dimensions]` row by row: row `indices[word]` holds the vector of that
/// word, every other one zeros. The assignment's has a row more than there are words.
///
/// # Panics
/// When an index is outside the table.
#[must_use]
pub fn pretrained_embedding_layer<T: Copy + Into<f64>>(
    vectors: Rows<'_, T>,
    indices: &[usize],
    rows: usize,
) -> Vec<f64> {
    let width = vectors.dimensions();
    let mut table = vec![0.0; rows * width];
    for (vector, &index) in vectors.rows().zip(indices) {
        table[index * width..(index + 1) * width].copy_from_slice(&vector);
    }
    table
}

/// Softmax of one vector; the largest entry is subtracted first, so that nothing overflows.
#[must_use]
pub fn softmax(x: &[f64]) -> Vec<f64> {
    let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = x.iter().map(|x| (x - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// Softmax regression on the mean of a sentence's vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct EmojifyV1 {
    /// `W`, a row for each class, `[classes][dimensions]`.
    pub weight: Vec<Vec<f64>>,
    /// `b`, `[classes]`.
    pub bias: Vec<f64>,
}

/// What [`model`] learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The parameters after the last update.
    pub model: EmojifyV1,
    /// The loss, summed over the sentences, of epochs 0, 100, 200 and so on.
    pub costs: Vec<f64>,
    /// The classes that the parameters after the last of those epochs give to the sentences; empty without one.
    pub predictions: Vec<usize>,
}

impl EmojifyV1 {
    /// A regression of this weight, and zeros for biases. The assignment draws `W` as `randn / √dimensions`.
    pub fn new(weight: Vec<Vec<f64>>) -> Self {
        Self { bias: vec![0.0; weight.len()], weight }
    }

    /// The probability of each class for the mean of a sentence.
    #[must_use]
    pub fn probabilities(&self, avg: &[f64]) -> Vec<f64> {
        let product = |row: &[f64]| row.iter().zip(avg).map(|(w, x)| w * x).sum::<f64>();
        let logits = self.weight.iter().zip(&self.bias).map(|(row, bias)| product(row) + bias);
        softmax(&logits.collect::<Vec<_>>())
    }

    /// The likeliest class, the first of several; 0 where there are none.
    #[must_use]
    pub fn predict(&self, avg: &[f64]) -> usize {
        let probabilities = self.probabilities(avg);
        let better = |best: usize, class: usize| match probabilities[class] > probabilities[best] {
            true => class,
            false => best,
        };
        (0..probabilities.len()).reduce(better).unwrap_or(0)
    }

    fn step(&mut self, gradient: &Self, learning_rate: f64) {
        for (row, gradients) in self.weight.iter_mut().zip(&gradient.weight) {
            row.iter_mut().zip(gradients).for_each(|(w, dw)| *w -= learning_rate * dw);
        }
        self.bias.iter_mut().zip(&gradient.bias).for_each(|(b, db)| *b -= learning_rate * db);
    }
}

/// Trains on the means of sentences, `num_iterations` times through all of them, an update for each.
///
/// As graded: `dW` and `db` are added up over an epoch, and every update takes the sum so far, not the sentence's
/// own gradient. It is not what the notebook's formulas say, it makes the first epochs jump, and it is what its
/// printed costs come from.
///
/// # Panics
/// When a label has no class, or there are fewer labels than sentences.
#[must_use]
pub fn model(
    start: EmojifyV1,
    sentences: &[Vec<f64>],
    labels: &[usize],
    learning_rate: f64,
    num_iterations: usize,
) -> Trained {
    let mut trained = Trained { model: start, costs: Vec::new(), predictions: Vec::new() };
    for epoch in 0..num_iterations {
        let model = &mut trained.model;
        let mut cost = 0.0;
        let mut sum = EmojifyV1::new(model.weight.iter().map(|row| vec![0.0; row.len()]).collect());
        for (avg, &label) in sentences.iter().zip(labels) {
            let mut dz = model.probabilities(avg);
            cost -= dz[label].ln();
            dz[label] -= 1.0;
            for ((row, bias), dz) in sum.weight.iter_mut().zip(&mut sum.bias).zip(dz) {
                row.iter_mut().zip(avg).for_each(|(dw, x)| *dw += dz * x);
                *bias += dz;
            }
            model.step(&sum, learning_rate);
        }
        if epoch.is_multiple_of(100) {
            trained.costs.push(cost);
            trained.predictions = sentences.iter().map(|avg| trained.model.predict(avg)).collect();
        }
    }
    trained
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentence_without_words_is_zeros_and_one_of_ten_thousand_a_mean() {
        let vectors = Rows::new(&[1.0, 2.0, 3.0, -2.0], 2);
        assert_eq!(sentence_to_avg(&[], vectors), [0.0, 0.0]);
        let long: Vec<usize> = (0..10_000).map(|place| place % 2).collect();
        assert_eq!(sentence_to_avg(&long, vectors), [2.0, 0.0]);
        assert_eq!(sentences_to_indices(&[long, vec![]], 3, 9), [[0, 1, 0], [9, 9, 9]]);
    }

    #[test]
    fn softmax_of_large_numbers_does_not_overflow() {
        assert_eq!(softmax(&[1e4, 1e4]), [0.5, 0.5]);
        assert_eq!(softmax(&[-1e4, 1e4]), [0.0, 1.0]);
    }

    #[test]
    fn labels_outside_the_classes_have_no_emoji() {
        assert_eq!(label_to_emoji(4), Some(":fork_and_knife:"));
        assert_eq!(label_to_emoji(5), None);
    }

    #[test]
    fn first_update_is_that_of_the_sentence_s_own_gradient() {
        let start = EmojifyV1::new(vec![vec![0.0, 0.0]; 2]);
        let trained = model(start, &[vec![1.0, 2.0]], &[0], 0.1, 1);
        assert_eq!(trained.model.weight, [[0.05, 0.1], [-0.05, -0.1]]);
        assert_eq!(trained.model.bias, [0.05, -0.05]);
        assert_eq!((trained.costs, trained.predictions), (vec![2.0_f64.ln()], vec![0]));
    }
}
