//! Which box that was found is which that is there: greedily, the surest first, each truth once.

use super::{Detection, Picture, Truth, overlap};

/// The boxes of one class in one picture.
pub(super) struct Boxes<'a> {
    /// In the order of the picture.
    pub(super) truths: Vec<&'a Truth>,
    /// By falling score; equal ones in the order of the picture.
    pub(super) found: Vec<&'a Detection>,
    /// Of each found box with each true one, a row for each found box.
    overlaps: Vec<f64>,
}

/// What became of a found box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// A truth that counts.
    Hit,
    /// Nothing is there.
    Miss,
    /// It neither counts nor harms.
    Ignored,
}

impl<'a> Boxes<'a> {
    /// Sorts the boxes of each class out of a picture, at most `most` found ones of each, the surest.
    pub(super) fn by_class(picture: &'a Picture, classes: usize, most: usize) -> Vec<Self> {
        let mut truths = vec![Vec::new(); classes];
        let mut found = vec![Vec::new(); classes];
        picture.truths.iter().for_each(|truth| truths[truth.class].push(truth));
        picture.detections.iter().for_each(|detection| found[detection.class].push(detection));
        truths
            .into_iter()
            .zip(found)
            .map(|(truths, found)| Self::new(truths, found, most))
            .collect()
    }

    fn new(truths: Vec<&'a Truth>, mut found: Vec<&'a Detection>, most: usize) -> Self {
        found.sort_by(|one, other| other.score.total_cmp(&one.score));
        found.truncate(most);
        let overlaps = found.iter().flat_map(|found| {
            truths.iter().map(|truth| overlap(found.bounds, truth.bounds, truth.ignored))
        });
        Self { overlaps: overlaps.collect(), truths, found }
    }

    /// Whether there is nothing to count.
    pub(super) fn is_empty(&self) -> bool {
        self.truths.is_empty() && self.found.is_empty()
    }

    /// What becomes of each found box: it takes the truth that it overlaps most, by at least `threshold`, of those
    /// that nobody took and `counts` lets count; of the others where none of these fits. What fits nothing is
    /// ignored where `harms` says so. A truth that is ignored for itself can be taken more than once.
    pub(super) fn fates(
        &self,
        threshold: f64,
        counts: &[bool],
        harms: impl Fn(&Detection) -> bool,
    ) -> Vec<Fate> {
        let mut taken = vec![false; self.truths.len()];
        let fate = |(row, found): (usize, &&Detection)| {
            let overlaps = &self.overlaps[row * self.truths.len()..][..self.truths.len()];
            let best = [true, false].into_iter().find_map(|wanted| {
                let free = |&truth: &usize| {
                    counts[truth] == wanted && (!taken[truth] || self.truths[truth].ignored)
                };
                let fits = (0..self.truths.len()).filter(free);
                let fits = fits.filter(|&truth| overlaps[truth] >= threshold);
                fits.max_by(|&one, &other| overlaps[one].total_cmp(&overlaps[other]))
            });
            match best {
                Some(truth) => {
                    taken[truth] = true;
                    if counts[truth] { Fate::Hit } else { Fate::Ignored }
                }
                None if harms(found) => Fate::Miss,
                None => Fate::Ignored,
            }
        };
        self.found.iter().enumerate().map(fate).collect()
    }
}
