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

use crate::windows::{Rates, Stretch, Tally, Windows};
use crate::word_output::{Question, WordOutput, learn};

/// Vectors of the words, and the weights of the questions.
#[derive(Debug, Clone, PartialEq)]
pub struct SkipGram {
    pub(crate) vectors: Vec<f32>,
    pub(crate) weights: Vec<f32>,
    pub(crate) dimensions: usize,
}

impl SkipGram {
    /// Draws vectors for `words`, each entry within `0.5 / dimensions` of 0, and sets the weights of all questions to
    /// 0. `uniform` draws from 0 to 1.
    pub fn new(words: usize, dimensions: usize, uniform: &mut impl FnMut() -> f64) -> Self {
        let entry = |_| ((uniform() - 0.5) / dimensions as f64) as f32;
        let vectors: Vec<f32> = (0..words * dimensions).map(entry).collect();
        // A tree has one node less than there are words.
        Self { weights: vec![0.0; vectors.len()], vectors, dimensions }
    }

    /// A model of these vectors and weights, `[words, dimensions]` both, row by row.
    pub fn of(vectors: Vec<f32>, weights: Vec<f32>, dimensions: usize) -> Self {
        Self { vectors, weights, dimensions }
    }

    /// The vectors of the words, `[words, dimensions]`, row by row.
    #[must_use]
    pub fn vectors(&self) -> &[f32] {
        &self.vectors
    }

    /// The weights of the questions, `[words, dimensions]`, row by row.
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

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

    /// Goes through all sentences once. Returns the mean loss of a neighbour; NaN where no word has any.
    ///
    /// # Panics
    /// When a word is outside the tables.
    pub fn epoch(
        &mut self,
        sentences: &[Vec<u32>],
        windows: &Windows,
        output: &WordOutput,
        rates: Rates,
        uniform: &mut impl FnMut() -> f64,
    ) -> f64 {
        let mut tally = Tally::default();
        let all = Stretch { sentences, part: 0..sentences.len(), rates };
        self.learn_stretch(all, windows, output, uniform, &mut tally);
        tally.mean()
    }

    /// Goes through a part of an epoch, and adds to what the losses of the epoch come to.
    ///
    /// # Panics
    /// When a word is outside the tables, or the part reaches behind the last sentence.
    pub fn learn_stretch(
        &mut self,
        stretch: Stretch<'_>,
        windows: &Windows,
        output: &WordOutput,
        uniform: &mut impl FnMut() -> f64,
        tally: &mut Tally,
    ) {
        let mut questions = Vec::new();
        windows.part(stretch, uniform, tally, |center, around, rate, uniform| {
            let losses = around.iter().map(|&neighbour| {
                output.ask(neighbour, uniform, &mut questions);
                self.learn(center, &questions, rate)
            });
            (losses.sum(), around.len())
        });
    }
}
