//! Skip-gram: a word's vector names the words around it (T. Mikolov et al., "Efficient Estimation of Word
//! Representations in Vector Space", 2013; course 5, week 2).
//!
//! ```text
//! hidden = e_center        L = -Σ over the words around, over their questions, ln p(right answer)
//! ```
//!
//! A word touches its own vector and a few rows of the [output](crate::word_output), out of a hundred thousand. So
//! the updates are written by hand over flat tables: every question moves its row at once, the word's vector moves
//! when all questions about one neighbour are answered.

use crate::windows::ByWindows;
use crate::word_output::{Question, WordOutput, learn};

/// Vectors of the words, and the weights of the questions.
#[derive(Debug, Clone, PartialEq)]
pub struct SkipGram {
    pub(crate) vectors: Vec<f32>,
    pub(crate) weights: Vec<f32>,
    pub(crate) dimensions: usize,
}

impl SkipGram {
    /// Learns one neighbour of a word, by its questions. Returns the loss before.
    ///
    /// # Panics
    /// When the word or a row is outside the tables.
    pub fn learn(&mut self, center: usize, questions: &[Question], learning_rate: f64) -> f64 {
        let rate = learning_rate as f32;
        let hidden = &mut self.vectors[center * self.dimensions..(center + 1) * self.dimensions];
        let mut gradient = vec![0.0; self.dimensions];
        let loss = learn(&mut self.weights, hidden, questions, rate, &mut gradient);
        hidden.iter_mut().zip(&gradient).for_each(|(entry, slope)| *entry -= rate * slope);
        loss
    }
}

impl ByWindows for SkipGram {
    fn new(words: usize, dimensions: usize, uniform: &mut impl FnMut() -> f64) -> Self {
        let entry = |_| ((uniform() - 0.5) / dimensions as f64) as f32;
        let vectors: Vec<f32> = (0..words * dimensions).map(entry).collect();
        // A tree has one node less than there are words.
        Self { weights: vec![0.0; vectors.len()], vectors, dimensions }
    }

    fn of(vectors: Vec<f32>, weights: Vec<f32>, dimensions: usize) -> Self {
        Self { vectors, weights, dimensions }
    }

    fn vectors(&self) -> &[f32] {
        &self.vectors
    }

    fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// A loss for each neighbour.
    fn learn_window(
        &mut self,
        center: usize,
        around: &[usize],
        output: &WordOutput,
        questions: &mut Vec<Question>,
        learning_rate: f64,
        uniform: &mut impl FnMut() -> f64,
    ) -> (f64, usize) {
        let losses = around.iter().map(|&neighbour| {
            output.ask(neighbour, uniform, questions);
            self.learn(center, questions, learning_rate)
        });
        (losses.sum(), around.len())
    }
}
