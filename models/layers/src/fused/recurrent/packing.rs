//! Where the steps of sequences of different lengths lie in memory.

use std::ops::Range;

use crate::plain::Scan;

/// Rows that are taken through a product at once: their gates stay in the second-level cache until the
/// loop over time comes to them.
const ROWS_AT_ONCE: usize = 128;

/// The sequences of one thread, packed: the rows of the first step, those of the second and so on, the longest
/// sequence first within each. So those that still run at a step are the first rows of the step before.
///
/// Steps count from where reading begins: in reverse, step 0 is a sequence's last.
#[derive(Debug)]
pub(super) struct Packing {
    time: usize,
    reverse: bool,
    /// The first sequence's index in the batch.
    first: usize,
    /// Index after that and length of each sequence, the longest first.
    sequences: Vec<(usize, usize)>,
    /// Where the rows of each step begin, and where the last ones end.
    starts: Vec<usize>,
}

impl Packing {
    /// Packs a range of a batch's sequences.
    pub(super) fn new(batch: &Range<usize>, time: usize, scan: &Scan) -> Self {
        let length = |index| scan.lengths.as_ref().map_or(time, |lengths| lengths[index]);
        let mut sequences: Vec<_> =
            batch.clone().map(|index| (index - batch.start, length(index))).collect();
        sequences.sort_by_key(|&(_, length)| std::cmp::Reverse(length));
        let mut starts = vec![0];
        let mut running = sequences.len();
        let mut rows = 0;
        for step in 0..sequences.first().map_or(0, |&(_, length)| length) {
            while sequences[running - 1].1 <= step {
                running -= 1;
            }
            rows += running;
            starts.push(rows);
        }
        Self { time, reverse: scan.reverse, first: batch.start, sequences, starts }
    }

    /// The rows of some steps.
    pub(super) fn rows(&self, steps: &Range<usize>) -> Range<usize> {
        self.starts[steps.start]..self.starts[steps.end]
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    /// The steps in groups of about [`ROWS_AT_ONCE`] rows.
    pub(super) fn groups(&self) -> Vec<Range<usize>> {
        let (mut groups, mut start) = (Vec::new(), 0);
        for end in 1..self.starts.len() {
            if self.starts[end] - self.starts[start] >= ROWS_AT_ONCE || end + 1 == self.starts.len()
            {
                groups.push(start..end);
                start = end;
            }
        }
        groups
    }

    /// For each row of a step its place among the part's sequences: `index * time + t`.
    pub(super) fn places(&self, step: usize) -> impl Iterator<Item = usize> {
        let running = self.starts[step + 1] - self.starts[step];
        self.sequences[..running].iter().map(move |&(index, length)| {
            index * self.time + if self.reverse { length - 1 - step } else { step }
        })
    }

    /// Puts the rows of some steps of `values`, `[sequences, time, width]`, into `rows`.
    pub(super) fn gather<T: Copy>(
        &self,
        steps: &Range<usize>,
        values: &[T],
        width: usize,
        rows: &mut Vec<T>,
    ) {
        rows.clear();
        for place in steps.clone().flat_map(|step| self.places(step)) {
            rows.extend_from_slice(&values[place * width..][..width]);
        }
    }

    /// Puts the rows of some steps back into `values`, `[sequences, time, width]`.
    pub(super) fn scatter<T: Copy>(
        &self,
        steps: &Range<usize>,
        rows: &[T],
        width: usize,
        values: &mut [T],
    ) {
        let places = steps.clone().flat_map(|step| self.places(step));
        for (place, row) in places.zip(rows.chunks_exact(width.max(1))) {
            values[place * width..][..width].copy_from_slice(row);
        }
    }

    /// Puts states of the whole batch, `[batch, width]` each, side by side: a row for each sequence.
    pub(super) fn gather_states<T: Copy>(&self, states: &[&[T]], width: usize) -> Vec<T> {
        let mut rows = Vec::with_capacity(self.sequences.len() * states.len() * width);
        for &(index, _) in &self.sequences {
            for state in states {
                rows.extend_from_slice(&state[(self.first + index) * width..][..width]);
            }
        }
        rows
    }

    /// The inverse of [`gather_states`](Self::gather_states).
    pub(super) fn scatter_states<T: Copy>(&self, rows: &[T], width: usize, states: &mut [Vec<T>]) {
        let row_width = (states.len() * width).max(1);
        for (&(index, _), row) in self.sequences.iter().zip(rows.chunks_exact(row_width)) {
            for (state, values) in states.iter_mut().zip(row.chunks_exact(width.max(1))) {
                state[(self.first + index) * width..][..width].copy_from_slice(values);
            }
        }
    }
}
