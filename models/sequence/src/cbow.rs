//! CBOW, the continuous bag of words: the mean of the vectors around a word names the word (T. Mikolov et al.,
//! "Efficient Estimation of Word Representations in Vector Space", 2013; course 5, week 2).
//!
//! ```text
//! hidden = mean of e_around        L = -Σ over the word's questions, ln p(right answer)
//! ```
//!
//! Each of the `n` words around takes the gradient divided by `n`, which is the gradient of that loss; the authors'
//! program gives each of them all of it, as if the hidden vector were the sum.

use crate::skip_gram::SkipGram;
use crate::windows::ByWindows;
use crate::word_output::{Question, WordOutput, learn};

/// Vectors of the words, and the weights of the questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Cbow {
    tables: SkipGram,
}

impl Cbow {
    /// Learns a word, by its questions, from those around it. Returns the loss before.
    ///
    /// # Panics
    /// When a word or a row is outside the tables.
    pub fn learn(&mut self, around: &[usize], questions: &[Question], learning_rate: f64) -> f64 {
        let SkipGram { vectors, weights, dimensions } = &mut self.tables;
        let width = *dimensions;
        let share = 1.0 / around.len().max(1) as f32;
        let mut hidden = vec![0.0; width];
        for &word in around {
            let row = &vectors[word * width..(word + 1) * width];
            hidden.iter_mut().zip(row).for_each(|(hidden, entry)| *hidden += share * entry);
        }
        let mut gradient = vec![0.0; width];
        let loss = learn(weights, &hidden, questions, learning_rate as f32, &mut gradient);
        let step = learning_rate as f32 * share;
        for &word in around {
            let row = &mut vectors[word * width..(word + 1) * width];
            row.iter_mut().zip(&gradient).for_each(|(entry, slope)| *entry -= step * slope);
        }
        loss
    }
}

impl ByWindows for Cbow {
    fn new(words: usize, dimensions: usize, uniform: &mut impl FnMut() -> f64) -> Self {
        Self { tables: SkipGram::new(words, dimensions, uniform) }
    }

    fn of(vectors: Vec<f32>, weights: Vec<f32>, dimensions: usize) -> Self {
        Self { tables: SkipGram::of(vectors, weights, dimensions) }
    }

    fn vectors(&self) -> &[f32] {
        self.tables.vectors()
    }

    fn weights(&self) -> &[f32] {
        self.tables.weights()
    }

    /// One loss for the word.
    fn learn_window(
        &mut self,
        center: usize,
        around: &[usize],
        output: &WordOutput,
        questions: &mut Vec<Question>,
        learning_rate: f64,
        uniform: &mut impl FnMut() -> f64,
    ) -> (f64, usize) {
        output.ask(center, uniform, questions);
        (self.learn(around, questions, learning_rate), 1)
    }
}
