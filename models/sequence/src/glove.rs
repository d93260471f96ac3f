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
//!
//! Threads learn side by side what touches no vector in common: words are in groups on either side of the product,
//! and while one thread has a group of words and one of contexts, no other has either (R. Gemulla, E. Nijkamp, P. Haas
//! and Y. Sismanis, "Large-Scale Matrix Factorization with Distributed Stochastic Gradient Descent", 2011). So the
//! result does not depend on their number, where the authors' program, whose threads share all vectors, leaves it to
//! chance.

use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};
use rayon::slice::ParallelSlice;

use crate::word_output::dot;

/// Groups of words, of which so many threads can learn at most.
const GROUPS: usize = 8;

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

/// What the words have on one side of the product, `w` and `b` or `w̃` and `b̃`. Word `i` is in group `i % GROUPS`,
/// which spreads frequent words over all of them.
#[derive(Debug, Clone, PartialEq)]
struct Side {
    groups: [Group; GROUPS],
    words: usize,
}

/// A row for each word: the vector with its bias behind.
#[derive(Debug, Clone, Default, PartialEq)]
struct Group {
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
            let mut groups: [Group; GROUPS] = Default::default();
            for word in 0..words {
                let entry = |_| ((uniform() - 0.5) / dimensions as f64) as f32;
                groups[word % GROUPS].entries.extend((0..=dimensions).map(entry));
            }
            groups.iter_mut().for_each(|group| group.squares = vec![1.0; group.entries.len()]);
            Side { groups, words }
        };
        Self { words: side(), contexts: side(), settings, dimensions }
    }

    /// Learns one pair. Returns its part of `J` before.
    ///
    /// # Panics
    /// When a word is outside the tables.
    pub fn learn(&mut self, meeting: Meeting) -> f64 {
        let words = &mut self.words.groups[meeting.word % GROUPS];
        let contexts = &mut self.contexts.groups[meeting.context % GROUPS];
        learn(words, contexts, self.dimensions, self.settings, meeting)
    }

    /// Learns many pairs on all threads, not in the order in which they stand, but in one that is the same on any
    /// number of threads. Returns their part of `J`, each from before its own update.
    ///
    /// # Panics
    /// When a word is outside the tables.
    pub fn learn_all(&mut self, meetings: &[Meeting]) -> f64 {
        let (dimensions, settings) = (self.dimensions, self.settings);
        let part = meetings.len().div_ceil(GROUPS).max(1);
        let parts: Vec<Vec<Vec<Meeting>>> = meetings.par_chunks(part).map(dealt).collect();
        let mut cost = 0.0;
        for turn in 0..GROUPS {
            let pairs = self.words.groups.par_iter_mut().zip(&mut self.contexts.groups);
            let costs = pairs.enumerate().map(|(group, (words, contexts))| {
                let block = group * GROUPS + (group + turn) % GROUPS;
                let meetings = parts.iter().flat_map(|part| &part[block]);
                let learn =
                    |meeting: &Meeting| learn(words, contexts, dimensions, settings, *meeting);
                meetings.map(learn).sum::<f64>()
            });
            cost += costs.collect::<Vec<f64>>().iter().sum::<f64>();
            self.contexts.groups.rotate_left(1); // the next for each group of words; in the end as they were
        }
        cost
    }

    /// All that training changes, to go on with [`Self::with_numbers`]: the entries of the words, the sums of their
    /// squared gradients, and both of the contexts; in an order of its own.
    #[must_use]
    pub fn numbers(&self) -> [Vec<f32>; 4] {
        let all = |side: &Side, of: fn(&Group) -> &Vec<f32>| -> Vec<f32> {
            side.groups.iter().flat_map(|group| of(group).iter().copied()).collect()
        };
        let [entries, squares]: [fn(&Group) -> &Vec<f32>; 2] =
            [|group| &group.entries, |group| &group.squares];
        let (words, contexts) = (&self.words, &self.contexts);
        [all(words, entries), all(words, squares), all(contexts, entries), all(contexts, squares)]
    }

    /// The model with numbers that one of the same size gave; none where they are not as many.
    #[must_use]
    pub fn with_numbers(mut self, numbers: [Vec<f32>; 4]) -> Option<Self> {
        let [words, word_squares, contexts, context_squares] = numbers;
        let sides = [
            (&mut self.words, words, word_squares),
            (&mut self.contexts, contexts, context_squares),
        ];
        for (side, entries, squares) in sides {
            let (mut entries, mut squares) = (entries.into_iter(), squares.into_iter());
            for group in &mut side.groups {
                let size = group.entries.len();
                group.entries = entries.by_ref().take(size).collect();
                group.squares = squares.by_ref().take(size).collect();
                if group.entries.len() != size || group.squares.len() != size {
                    return None;
                }
            }
            if entries.next().is_some() || squares.next().is_some() {
                return None;
            }
        }
        Some(self)
    }

    /// The sums of both vectors of each word, `[words, dimensions]`, row by row.
    #[must_use]
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
        (0..self.words).map(move |word| {
            let begin = word / GROUPS * (dimensions + 1);
            let row = &self.groups[word % GROUPS].entries[begin..=begin + dimensions];
            (&row[..dimensions], row[dimensions])
        })
    }
}

/// The pairs for each group of words with each of contexts.
fn dealt(meetings: &[Meeting]) -> Vec<Vec<Meeting>> {
    let mut dealt = vec![Vec::new(); GROUPS * GROUPS];
    for meeting in meetings {
        dealt[meeting.word % GROUPS * GROUPS + meeting.context % GROUPS].push(*meeting);
    }
    dealt
}

/// Learns a pair of the groups that its words are in.
fn learn(
    words: &mut Group,
    contexts: &mut Group,
    dimensions: usize,
    settings: GloveSettings,
    Meeting { word, context, count }: Meeting,
) -> f64 {
    let (row, squares) = words.row(word, dimensions);
    let (other, other_squares) = contexts.row(context, dimensions);
    let product = dot(&row[..dimensions], &other[..dimensions]);
    let error = f64::from(product + row[dimensions] + other[dimensions]) - count.ln();
    let weight = weight(count / settings.x_max);
    let (slope, rate) = ((weight * error) as f32, settings.learning_rate as f32);
    let ((row, bias), (other, other_bias)) =
        (row.split_at_mut(dimensions), other.split_at_mut(dimensions));
    let ((squares, bias_squares), (other_squares, other_bias_squares)) =
        (squares.split_at_mut(dimensions), other_squares.split_at_mut(dimensions));
    step_both(row, squares, other, other_squares, slope, rate);
    step(&mut bias[0], &mut bias_squares[0], slope, rate);
    step(&mut other_bias[0], &mut other_bias_squares[0], slope, rate);
    0.5 * weight * error * error
}

impl Group {
    /// The row of a word and its squares.
    fn row(&mut self, word: usize, dimensions: usize) -> (&mut [f32], &mut [f32]) {
        let begin = word / GROUPS * (dimensions + 1);
        let row = begin..=begin + dimensions;
        (&mut self.entries[row.clone()], &mut self.squares[row])
    }
}

/// `min(1, x)` to the power of three quarters, by roots, which are quicker.
fn weight(x: f64) -> f64 {
    let root = x.min(1.0).sqrt();
    root * root.sqrt()
}

/// Steps of a row and of the other, each down the slope times the other as it was.
fn step_both(
    row: &mut [f32],
    squares: &mut [f32],
    other: &mut [f32],
    other_squares: &mut [f32],
    slope: f32,
    rate: f32,
) {
    let (row, other) = (row.iter_mut().zip(squares), other.iter_mut().zip(other_squares));
    for ((entry, squares), (other, other_squares)) in row.zip(other) {
        let (by_entry, by_other) = (slope * *other, slope * *entry);
        step(entry, squares, by_entry, rate);
        step(other, other_squares, by_other, rate);
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

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: usize = 37;

    fn model() -> Glove {
        let mut draws = (0_u32..).map(|k| f64::from(7 * k % 101) / 101.0);
        Glove::new(WORDS, 10, GloveSettings::default(), &mut || draws.next().unwrap())
    }

    fn meetings() -> Vec<Meeting> {
        let meeting = |k: usize| {
            let (word, context) = (k * k % WORDS, (5 * k + k / 7) % WORDS);
            Meeting { word, context, count: 0.5 + (k % 150) as f64 }
        };
        (0..5000).map(meeting).collect()
    }

    #[test]
    fn weight_is_the_three_quarter_power_up_to_one() {
        for x in [1e-3, 0.3, 1.0, 7.0_f64] {
            assert!((weight(x) - x.min(1.0).powf(0.75)).abs() < 1e-15, "{x}");
        }
    }

    #[test]
    fn learning_on_all_threads_is_learning_one_pair_after_the_other() {
        let (mut together, mut alone) = (model(), model());
        let meetings = meetings();
        let cost = together.learn_all(&meetings);
        let mut expected = 0.0;
        for turn in 0..GROUPS {
            for group in 0..GROUPS {
                let groups = (group, (group + turn) % GROUPS);
                let of_groups = meetings
                    .iter()
                    .filter(|meeting| (meeting.word % GROUPS, meeting.context % GROUPS) == groups);
                expected += of_groups.map(|meeting| alone.learn(*meeting)).sum::<f64>();
            }
        }
        assert_eq!(together, alone);
        assert!((cost - expected).abs() < 1e-9 * expected, "{cost} {expected}");
    }

    #[test]
    fn numbers_of_a_model_make_the_same_model() {
        let mut learnt = model();
        learnt.learn_all(&meetings());
        assert_eq!(model().with_numbers(learnt.numbers()), Some(learnt.clone()));
        let mut few = learnt.numbers();
        few[3].pop();
        assert_eq!(model().with_numbers(few), None);
    }

    #[test]
    fn learning_does_not_depend_on_the_number_of_threads() {
        let on = |threads| {
            let mut model = model();
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let cost = pool.install(|| model.learn_all(&meetings()));
            (model, cost)
        };
        let one = on(1);
        for threads in [2, 5] {
            assert_eq!(on(threads), one, "{threads} threads");
        }
        let mut untouched = model();
        assert_eq!(untouched.learn_all(&[]), 0.0);
        assert_eq!(untouched, model());
    }
}
