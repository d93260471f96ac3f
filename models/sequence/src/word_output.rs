//! How a hidden vector names a word without a softmax over all of them: by a few yes-or-no questions.
//!
//! Each question is a logistic regression with a row of weights of its own, `p = σ(row · hidden)`. There are two
//! ways to choose them, both of T. Mikolov et al., "Distributed Representations of Words and Phrases and their
//! Compositionality" (2013):
//!
//! - **Negative sampling.** Is it the word? Yes for the word itself, no for a few others drawn by how often they
//!   occur, to the power 0.75.
//! - **Hierarchical softmax.** At every node of a [`HuffmanTree`] on the way to the word: right? The probabilities of
//!   all words sum to 1, and a word takes about log₂ of their number.

use crate::huffman::HuffmanTree;

/// What the counts are raised to before words are drawn: the paper's, and the notes'.
const POWER: f64 = 0.75;

/// A row of weights and the answer it should give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Index of the row.
    pub row: usize,
    /// The answer.
    pub yes: bool,
}

/// Words drawn by how often they occur, to the power 0.75.
#[derive(Debug, Clone, PartialEq)]
pub struct NoiseDistribution {
    /// Sums of the powers up to each word.
    sums: Vec<f64>,
}

impl NoiseDistribution {
    /// The distribution of words that occur so often.
    pub fn new(counts: &[u64]) -> Self {
        let sums = counts.iter().scan(0.0, |sum, &count| {
            *sum += (count as f64).powf(POWER);
            Some(*sum)
        });
        Self { sums: sums.collect() }
    }

    /// The word at a place of 0 to 1; 0 where there is none.
    #[must_use]
    pub fn word(&self, place: f64) -> usize {
        let sought = place * self.sums.last().copied().unwrap_or(0.0);
        let word = self.sums.partition_point(|sum| *sum <= sought);
        word.min(self.sums.len().saturating_sub(1))
    }

    /// The probability of a word.
    #[must_use]
    pub fn probability(&self, word: usize) -> f64 {
        let before = word.checked_sub(1).map_or(0.0, |before| self.sums[before]);
        (self.sums[word] - before) / self.sums.last().copied().unwrap_or(1.0)
    }
}

/// Which questions are asked of a word.
#[derive(Debug, Clone, PartialEq)]
pub enum WordOutput {
    /// The word and so many others.
    NegativeSampling {
        /// Where the others are drawn from.
        noise: NoiseDistribution,
        /// How many: 5 to 20 for small texts, 2 to 5 for large ones.
        negatives: usize,
    },
    /// The turns of a tree.
    HierarchicalSoftmax(HuffmanTree),
}

impl WordOutput {
    /// Negative sampling among words that occur so often.
    pub fn negative_sampling(counts: &[u64], negatives: usize) -> Self {
        Self::NegativeSampling { noise: NoiseDistribution::new(counts), negatives }
    }

    /// Hierarchical softmax over words that occur so often.
    pub fn hierarchical_softmax(counts: &[u64]) -> Self {
        Self::HierarchicalSoftmax(HuffmanTree::new(counts))
    }

    /// Puts the questions for a word into `questions`, in place of what is there. `uniform` draws from 0 to 1; a
    /// draw of the word itself is passed over.
    pub fn ask(
        &self,
        word: usize,
        uniform: &mut impl FnMut() -> f64,
        questions: &mut Vec<Question>,
    ) {
        questions.clear();
        match self {
            Self::NegativeSampling { noise, negatives } => {
                questions.push(Question { row: word, yes: true });
                let drawn = (0..*negatives).map(|_| noise.word(uniform()));
                let others = drawn.filter(|&row| row != word);
                questions.extend(others.map(|row| Question { row, yes: false }));
            }
            Self::HierarchicalSoftmax(tree) => {
                let turns = tree.way(word).iter();
                questions.extend(turns.map(|turn| Question { row: turn.node, yes: turn.right }));
            }
        }
    }
}

/// Answers the questions, moves their rows of `weights` down the gradient of the loss, and puts the gradient by the
/// hidden vector into `gradient`. Returns the loss, `-Σ ln p` of the right answers.
///
/// Rows that two questions share take both steps, one after the other, as in the authors' program.
pub(crate) fn learn(
    weights: &mut [f32],
    hidden: &[f32],
    questions: &[Question],
    learning_rate: f32,
    gradient: &mut [f32],
) -> f64 {
    let width = hidden.len();
    gradient.fill(0.0);
    let mut loss = 0.0;
    for question in questions {
        let row = &mut weights[question.row * width..(question.row + 1) * width];
        let score = dot(row, hidden);
        let probability = 1.0 / (1.0 + (-score).exp());
        let towards = if question.yes { score } else { -score };
        loss += f64::from((-towards).max(0.0) + (-towards.abs()).exp().ln_1p()); // -ln σ(towards)
        let error = probability - f32::from(u8::from(question.yes));
        for ((weight, gradient), hidden) in row.iter_mut().zip(&mut *gradient).zip(hidden) {
            *gradient += error * *weight;
            *weight -= learning_rate * error * hidden;
        }
    }
    loss
}

/// The sum of products, in eight sums side by side, which the machine takes at once.
pub(crate) fn dot(one: &[f32], other: &[f32]) -> f32 {
    let ((ones, ones_left), (others, others_left)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (one, other) in ones.iter().zip(others) {
        for (sum, (one, other)) in sums.iter_mut().zip(one.iter().zip(other)) {
            *sum += one * other;
        }
    }
    let left: f32 = ones_left.iter().zip(others_left).map(|(one, other)| one * other).sum();
    sums.iter().sum::<f32>() + left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_the_counts_to_the_power_of_three_quarters() {
        let noise = NoiseDistribution::new(&[16, 0, 81, 1]);
        let probabilities: Vec<f64> = (0..4).map(|word| noise.probability(word)).collect();
        assert_eq!(probabilities, [8.0 / 36.0, 0.0, 27.0 / 36.0, 1.0 / 36.0]);
        assert_eq!(
            [0.0, 0.2, 0.3, 0.97, 0.98, 1.0].map(|place| noise.word(place)),
            [0, 0, 2, 2, 3, 3]
        );
    }

    /// With a tree, the probabilities of all words sum to 1, whatever the weights.
    #[test]
    fn hierarchical_softmax_is_a_distribution() {
        let output = WordOutput::hierarchical_softmax(&[5, 1, 4, 1, 9, 2, 6]);
        let weights: Vec<f32> = (0..18).map(|k| ((7 * k % 11) as f32 - 5.0) / 4.0).collect();
        let hidden = [0.3, -1.2, 0.8];
        let mut questions = Vec::new();
        let probability = |word| {
            output.ask(word, &mut || 0.0, &mut questions);
            (-learn(&mut weights.clone(), &hidden, &questions, 0.0, &mut [0.0; 3])).exp()
        };
        let sum: f64 = (0..7).map(probability).sum();
        assert!((sum - 1.0).abs() < 1e-6, "{sum}");
    }

    #[test]
    fn word_itself_is_no_negative() {
        let output = WordOutput::negative_sampling(&[1, 1], 3);
        let mut places = [0.1, 0.9, 0.2].into_iter();
        let mut questions = Vec::new();
        output.ask(0, &mut || places.next().unwrap(), &mut questions);
        let expected = [Question { row: 0, yes: true }, Question { row: 1, yes: false }];
        assert_eq!(questions, expected);
    }
}
