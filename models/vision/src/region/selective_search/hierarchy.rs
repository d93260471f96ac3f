//! Regions that become one region, pair by pair.

use std::collections::BinaryHeap;

use super::description::{Description, Measures};
use super::segmentation::Segments;

/// All regions from the segments to the whole picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Hierarchy {
    segments: Segments,
    /// Boxes of the segments, then of the joined regions in the order in which they came to be.
    bounds: Vec<[usize; 4]>,
    /// The two of which each joined region was made.
    joined: Vec<[usize; 2]>,
}

/// Two regions that touch, as one number: the most alike are the largest, then those of small numbers. The likeness
/// stands as its bits, which of numbers that are not negative are in the order of the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair(u128);

impl Pair {
    fn new(likeness: f32, [one, other]: [usize; 2]) -> Self {
        let likeness = u128::from(likeness.max(0.0).to_bits());
        Self(likeness << 64 | u128::from(!(one as u32)) << 32 | u128::from(!(other as u32)))
    }

    fn regions(self) -> [usize; 2] {
        [!((self.0 >> 32) as u32) as usize, !(self.0 as u32) as usize]
    }
}

impl Hierarchy {
    /// Joins the two neighbours that are most alike until one region is left.
    pub(super) fn group(
        segments: &Segments,
        mut regions: Vec<Description>,
        measures: Measures,
    ) -> Self {
        let pixels = segments.labels.len();
        let pair = |regions: &[Description], one: usize, other: usize| {
            Pair::new(regions[one].likeness(&regions[other], measures, pixels), [one, other])
        };
        let mut neighbours = vec![Vec::new(); regions.len()];
        let mut pairs = BinaryHeap::new();
        for [one, other] in segments.neighbours() {
            neighbours[one].push(other);
            neighbours[other].push(one);
            pairs.push(pair(&regions, one, other));
        }
        let mut is_whole = vec![true; regions.len()];
        let mut joined = Vec::new();
        while let Some([one, other]) = pairs.pop().map(Pair::regions) {
            if !(is_whole[one] && is_whole[other]) {
                continue;
            }
            let new = regions.len();
            regions.push(regions[one].joined(&regions[other]));
            joined.push([one, other]);
            (is_whole[one], is_whole[other]) = (false, false);
            is_whole.push(true);
            let mut around = std::mem::take(&mut neighbours[one]);
            around.append(&mut neighbours[other]);
            around.retain(|&region| is_whole[region]);
            around.sort_unstable();
            around.dedup();
            for &region in &around {
                neighbours[region].push(new);
                pairs.push(pair(&regions, region, new));
            }
            neighbours.push(around);
        }
        let bounds = regions.iter().map(|region| region.bounds).collect();
        Self { segments: segments.clone(), bounds, joined }
    }

    /// The boxes of all regions, `[x1, y1, x2, y2]` in whole pixels: the segments first, the whole picture last.
    pub fn boxes(&self) -> impl DoubleEndedIterator<Item = [usize; 4]> {
        self.bounds.iter().copied()
    }

    /// Regions before any were joined.
    #[must_use]
    pub fn segments(&self) -> &Segments {
        &self.segments
    }

    /// The picture when so many regions were left, or as few as it began with.
    #[must_use]
    pub fn level(&self, regions: usize) -> Segments {
        let count = self.segments.count;
        let joined = count.saturating_sub(regions.max(1));
        let mut parents: Vec<usize> = (0..self.bounds.len()).collect();
        for (place, [one, other]) in self.joined[..joined].iter().enumerate() {
            (parents[*one], parents[*other]) = (count + place, count + place);
        }
        // A region's parent has a larger number, so that the last ones know theirs already.
        for region in (0..parents.len()).rev() {
            parents[region] = parents[parents[region]];
        }
        let mut numbers = vec![u32::MAX; parents.len()];
        let mut next = 0;
        let mut number = |segment: &u32| {
            let number = &mut numbers[parents[*segment as usize]];
            if *number == u32::MAX {
                *number = next;
                next += 1;
            }
            *number
        };
        let labels = self.segments.labels.iter().map(&mut number).collect();
        Segments { labels, count: next as usize, size: self.segments.size }
    }
}
