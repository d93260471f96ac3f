//! The words around a word: what skip-gram and CBOW learn from.

use std::ops::Range;

use crate::word_output::{Question, WordOutput};

/// The learning rate at the beginning and at the end of an epoch, between which it falls in a line.
pub type Rates = [f64; 2];

/// What the losses of an epoch come to so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// Their sum.
    pub loss: f64,
    /// How many they are.
    pub number: usize,
}

impl Tally {
    /// The mean loss; NaN where there is none.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.loss / self.number as f64
    }
}

/// Some of all sentences, as a part of an epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch<'a> {
    /// All of them.
    pub sentences: &'a [Vec<u32>],
    /// Which of them.
    pub part: Range<usize>,
    /// The learning rates of the epoch.
    pub rates: Rates,
}

/// Word vectors that are learnt from windows over sentences: skip-gram and CBOW.
///
/// Both have a vector and the weights of a question for each word, two tables of `[words, dimensions]`, row by row.
/// They differ in what one window teaches; how an epoch goes through the windows is the same.
pub trait ByWindows: Sized {
    /// Draws vectors for `words`, each entry within `0.5 / dimensions` of 0, and sets the weights of all questions to
    /// 0. `uniform` draws from 0 to 1.
    fn new(words: usize, dimensions: usize, uniform: &mut impl FnMut() -> f64) -> Self;

    /// A model of these vectors and weights.
    fn of(vectors: Vec<f32>, weights: Vec<f32>, dimensions: usize) -> Self;

    /// The vectors of the words.
    fn vectors(&self) -> &[f32];

    /// The weights of the questions.
    fn weights(&self) -> &[f32];

    /// Learns a word and those around it, by questions that the output asks into `questions`. Returns the sum of the
    /// losses before, and how many they are.
    ///
    /// # Panics
    /// When a word is outside the tables.
    fn learn_window(
        &mut self,
        center: usize,
        around: &[usize],
        output: &WordOutput,
        questions: &mut Vec<Question>,
        learning_rate: f64,
        uniform: &mut impl FnMut() -> f64,
    ) -> (f64, usize);

    /// Goes through a part of an epoch, and adds to what the losses of the epoch come to.
    ///
    /// # Panics
    /// When a word is outside the tables, or the part reaches behind the last sentence.
    fn learn_stretch(
        &mut self,
        stretch: Stretch<'_>,
        windows: &Windows,
        output: &WordOutput,
        uniform: &mut impl FnMut() -> f64,
        tally: &mut Tally,
    ) {
        let mut questions = Vec::new();
        windows.part(stretch, uniform, tally, |center, around, rate, uniform| {
            self.learn_window(center, around, output, &mut questions, rate, uniform)
        });
    }

    /// Goes through all sentences once. Returns the mean loss; NaN where no word has any around it.
    ///
    /// # Panics
    /// When a word is outside the tables.
    fn epoch(
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
}

/// Windows over sentences.
///
/// As in the authors' program, a window reaches a number of words drawn anew for every place, 1 to `size`, so that
/// near words count more; and frequent words are left out by chance before windows are laid, so that they bring
/// others nearer (Mikolov et al., 2013).
#[derive(Debug, Clone, PartialEq)]
pub struct Windows {
    size: usize,
    /// The probability that a word stays.
    keep: Vec<f64>,
}

impl Windows {
    /// Windows that reach `size` words to both sides, in a text of words that occur so often. Words that are more
    /// than `threshold` of the text are left out with probability `1 - √(threshold / share)`; 1 leaves out none.
    pub fn new(size: usize, counts: &[u64], threshold: f64) -> Self {
        let words = counts.iter().sum::<u64>() as f64;
        let keep = |&count: &u64| (threshold * words / count as f64).sqrt().min(1.0);
        Self { size, keep: counts.iter().map(keep).collect() }
    }

    /// Goes through a stretch. Calls `learn` for each word that has words around it, with the word, those
    /// and the learning rate, which falls from sentence to sentence; it returns a sum of losses and how many there
    /// are, which go into the tally.
    fn part<U: FnMut() -> f64>(
        &self,
        Stretch { sentences, part, rates: [begin, end] }: Stretch<'_>,
        uniform: &mut U,
        tally: &mut Tally,
        mut learn: impl FnMut(usize, &[usize], f64, &mut U) -> (f64, usize),
    ) {
        let first = part.start;
        for (place, sentence) in (first..).zip(&sentences[part]) {
            let rate = begin + (end - begin) * place as f64 / sentences.len() as f64;
            self.for_each(sentence, uniform, |word, around, uniform| {
                let (losses, count) = learn(word, around, rate, uniform);
                tally.loss += losses;
                tally.number += count;
            });
        }
    }

    /// Calls `learn` for each word that has words around it, with the word and those.
    pub fn for_each<U: FnMut() -> f64>(
        &self,
        sentence: &[u32],
        uniform: &mut U,
        mut learn: impl FnMut(usize, &[usize], &mut U),
    ) {
        let mut stays = |word: &usize| self.keep.get(*word).is_none_or(|keep| uniform() < *keep);
        let words = sentence.iter().map(|&word| word as usize);
        let words: Vec<usize> = words.filter(|word| stays(word)).collect();
        let mut around = Vec::new();
        for (place, &word) in words.iter().enumerate() {
            let reach = 1 + (uniform() * self.size as f64) as usize;
            let reach = reach.min(self.size);
            around.clear();
            around.extend(&words[place.saturating_sub(reach)..place]);
            around.extend(words.iter().skip(place + 1).take(reach));
            if !around.is_empty() {
                learn(word, &around, uniform);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collected(windows: &Windows, sentence: &[u32], draw: f64) -> Vec<(usize, Vec<usize>)> {
        let mut found = Vec::new();
        let learn = |word: usize, around: &[usize], _: &mut _| found.push((word, around.to_vec()));
        windows.for_each(sentence, &mut || draw, learn);
        found
    }

    #[test]
    fn windows_reach_as_far_as_drawn_and_no_farther_than_the_sentence() {
        let windows = Windows::new(2, &[1; 5], 1.0);
        let near = collected(&windows, &[0, 1, 2], 0.0);
        assert_eq!(near, [(0, vec![1]), (1, vec![0, 2]), (2, vec![1])]);
        let far = collected(&windows, &[0, 1, 2, 3], 0.99);
        assert_eq!(far[0], (0, vec![1, 2]));
        assert_eq!(far[2], (2, vec![0, 1, 3]));
        assert_eq!(collected(&windows, &[4], 0.5), []);
        assert_eq!(collected(&windows, &[], 0.5), []);
    }

    #[test]
    fn frequent_words_are_left_out_by_chance() {
        let windows = Windows::new(1, &[75, 25], 0.25);
        assert_eq!(windows.keep, [(1.0_f64 / 3.0).sqrt(), 1.0]);
        assert_eq!(collected(&windows, &[1, 0, 1], 0.9), [(1, vec![1]), (1, vec![1])]);
    }
}
