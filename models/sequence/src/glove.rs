//! GloVe: vectors whose products are the logarithms of how often words meet (J. Pennington, R. Socher and
//! C. Manning, "GloVe: Global Vectors for Word Representation", 2014; course 5, week 2).
//!
//! ```text
//! J = ½ Σ f(X_ij) (w_i · w̃_j + b_i + b̃_j - ln X_ij)²        f(x) = min(1, (x / x_max)^0.75)
//! ```
//!
//! `X_ij` is how often word `j` stands near word `i`, nearer ones counted more. The notes write `θ` and `e` for `w`
//! and `w̃`, and leave the half away, which only doubles the gradient. The sum is over pairs that meet: `f(0)` is 0,
//! so `ln 0` never comes up. Each pair is an update by AdaGrad, by hand over flat tables, as it touches two vectors
//! out of all. Both sets of vectors are alike but for their first values, and their sum is what is kept.

use crate::word_output::dot;

/// What the weighting raises to; the authors'.
const POWER: f64 = 0.75;

/// How often a word stands near another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meeting {
    /// The word `i`.
    pub word: usize,
    /// The word near it, `j`.
    pub context: usize,
    /// `X_ij`, above 0.
    pub count: f64,
}

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GloveSettings {
    /// The first learning rate of AdaGrad, which falls by itself.
    pub learning_rate: f64,
    /// The count from which on pairs weigh the same.
    pub x_max: f64,
}

impl Default for GloveSettings {
    /// The authors' 0.05 and 100.
    fn default() -> Self {
        Self { learning_rate: 0.05, x_max: 100.0 }
    }
}

/// Two vectors and two biases for each word, with the sums of their squared gradients.
#[derive(Debug, Clone, PartialEq)]
pub struct Glove {
    words: Side,
    contexts: Side,
    settings: GloveSettings,
    dimensions: usize,
}

/// What a word has on one side of the product, `w` and `b` or `w̃` and `b̃`: rows of the vector with its bias behind.
#[derive(Debug, Clone, PartialEq)]
struct Side {
    entries: Vec<f32>,
    squares: Vec<f32>,
}

impl Glove {
    /// Draws vectors and biases for `words`, each entry within `0.5 / dimensions` of 0. `uniform` draws from 0 to 1.
    pub fn new(
        words: usize,
        dimensions: usize,
        settings: GloveSettings,
        uniform: &mut impl FnMut() -> f64,
    ) -> Self {
        let mut side = || {
            let entry = |_| ((uniform() - 0.5) / dimensions as f64) as f32;
            let entries: Vec<f32> = (0..words * (dimensions + 1)).map(entry).collect();
            Side { squares: vec![1.0; entries.len()], entries }
        };
        Self { words: side(), contexts: side(), settings, dimensions }
    }

    /// Learns one pair. Returns its part of `J` before.
    ///
    /// # Panics
    /// When a word is outside the tables.
    pub fn learn(&mut self, meeting: Meeting) -> f64 {
        let Meeting { word, context, count } = meeting;
        let width = self.dimensions + 1;
        let (at, there) =
            (word * width..(word + 1) * width, context * width..(context + 1) * width);
        let (row, other) =
            (&mut self.words.entries[at.clone()], &mut self.contexts.entries[there.clone()]);
        let product = dot(&row[..self.dimensions], &other[..self.dimensions]);
        let error = f64::from(product + row[self.dimensions] + other[self.dimensions]) - count.ln();
        let weight = (count / self.settings.x_max).min(1.0).powf(POWER);
        let slope = (weight * error) as f32;
        let rate = self.settings.learning_rate as f32;
        let (squares, other_squares) =
            (&mut self.words.squares[at], &mut self.contexts.squares[there]);
        for index in 0..self.dimensions {
            let (by_row, by_other) = (slope * other[index], slope * row[index]);
            step(&mut row[index], &mut squares[index], by_row, rate);
            step(&mut other[index], &mut other_squares[index], by_other, rate);
        }
        step(&mut row[self.dimensions], &mut squares[self.dimensions], slope, rate);
        step(&mut other[self.dimensions], &mut other_squares[self.dimensions], slope, rate);
        0.5 * weight * error * error
    }

    /// The sums of both vectors of each word, `[words, dimensions]`, row by row.
    pub fn vectors(&self) -> Vec<f32> {
        let (words, contexts) = (self.words(), self.contexts());
        words.zip(contexts).flat_map(|(word, context)| sum(word.0, context.0)).collect()
    }

    /// `w` and `b` of each word.
    pub fn words(&self) -> impl Iterator<Item = (&[f32], f32)> {
        self.words.rows(self.dimensions)
    }

    /// `w̃` and `b̃` of each word.
    pub fn contexts(&self) -> impl Iterator<Item = (&[f32], f32)> {
        self.contexts.rows(self.dimensions)
    }
}

impl Side {
    fn rows(&self, dimensions: usize) -> impl Iterator<Item = (&[f32], f32)> {
        self.entries.chunks(dimensions + 1).map(move |row| (&row[..dimensions], row[dimensions]))
    }
}

/// AdaGrad: the step is divided by the root of the squared gradients so far, to which 1 was added at the beginning;
/// this one counts from the next step on, as in the authors' program.
fn step(entry: &mut f32, squares: &mut f32, gradient: f32, rate: f32) {
    *entry -= rate * gradient / squares.sqrt();
    *squares += gradient * gradient;
}

fn sum(one: &[f32], other: &[f32]) -> Vec<f32> {
    one.iter().zip(other).map(|(one, other)| one + other).collect()
}
