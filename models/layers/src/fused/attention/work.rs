//! The scores of attention, block by block, forward and back.

use std::ops::Range;

use burn::backend::flex::FlexTensor;

use super::mask::Broadcast;
use super::rows::{Exponentiate, Normalize, ThroughSoftmax};
use crate::kernels::memory::sizes;
use crate::kernels::parallel;
use crate::kernels::product::{Matrix, MatrixMut, Onto, product};
use crate::kernels::real::Real;
use crate::kernels::simd::{run, vectorized};
use crate::plain::Attention;

/// Scores computed at a time: two such blocks stay in a core's own cache.
const BLOCK: usize = 32_768;

/// Queries at a time, at least: fewer make thin products.
const FEWEST_QUERIES: usize = 32;

/// Inputs: query, key, value, and perhaps a mask to add.
#[derive(Debug)]
pub(super) struct ScaledProduct {
    pub(super) heads: usize,
    scale: f64,
    causal: bool,
    hidden: Option<(Vec<bool>, Broadcast)>,
    hidden_score: f64,
}

impl ScaledProduct {
    pub(super) fn new(options: &Attention, width: usize) -> Self {
        let hidden = options.hidden.clone().map(|hidden| {
            let broadcast = Broadcast::new(hidden.dims());
            (hidden.into_data().iter::<bool>().collect(), broadcast)
        });
        Self {
            heads: options.heads,
            scale: options.scale_for(width),
            causal: options.causal,
            hidden,
            hidden_score: options.hidden_score,
        }
    }
}

/// The sizes and the memory that both passes work on.
pub(super) struct Work<'a, T> {
    operation: &'a ScaledProduct,
    query: &'a [T],
    key: &'a [T],
    value: &'a [T],
    mask: Option<(&'a [T], Broadcast)>,
    pub(super) batch: usize,
    pub(super) queries: usize,
    pub(super) keys: usize,
    /// The width of queries and keys, and of values, over all heads.
    pub(super) width: usize,
    pub(super) value_width: usize,
}

impl<'a, T: Real> Work<'a, T> {
    pub(super) fn new(operation: &'a ScaledProduct, inputs: &'a [FlexTensor]) -> Self {
        let [batch, queries, width] = sizes(&inputs[0]);
        let [_, keys, value_width] = sizes(&inputs[2]);
        let mask = inputs.get(3).map(|mask| (mask.storage(), Broadcast::new(sizes(mask))));
        Self {
            operation,
            query: inputs[0].storage(),
            key: inputs[1].storage(),
            value: inputs[2].storage(),
            mask,
            batch,
            queries,
            keys,
            width,
            value_width,
        }
    }

    /// Additions that the scores are worth.
    pub(super) fn cost(&self) -> usize {
        self.batch * self.queries * self.keys * (self.width + self.value_width) / 16
    }

    /// Parts of the queries of one example, so that no thread is idle.
    pub(super) fn parts(&self) -> Vec<Range<usize>> {
        let share = parallel::worth_sharing(self.cost()) && self.batch > 0;
        let parts = if share { parallel::threads().div_ceil(self.batch) } else { 1 };
        parallel::split(self.queries, parts.clamp(1, self.queries.max(1)))
    }

    /// Ranges of queries whose scores are computed together.
    fn blocks(&self, queries: Range<usize>) -> impl Iterator<Item = Range<usize>> + use<T> {
        let step = (BLOCK / self.keys.max(1)).max(FEWEST_QUERIES);
        let end = queries.end;
        queries.step_by(step).map(move |start| start..(start + step).min(end))
    }

    /// How many keys any of these queries sees.
    fn seen(&self, queries: &Range<usize>) -> usize {
        if self.operation.causal { self.keys.min(queries.end) } else { self.keys }
    }

    /// The part of `values`, `[batch, time, heads * features]`, that belongs to one head.
    fn head<'v>(
        &self,
        values: &'v [T],
        batch: usize,
        head: usize,
        time: usize,
        steps: Range<usize>,
    ) -> Matrix<'v, T> {
        let width = values.len() / (self.batch * time);
        let features = width / self.operation.heads;
        let start = (batch * time + steps.start) * width + head * features;
        Matrix::with_stride(&values[start.min(values.len())..], steps.len(), features, width)
    }

    /// Writes the scores of a block, masks and all, into `scores`.
    fn score(&self, scores: &mut [T], batch: usize, head: usize, queries: &Range<usize>) {
        let seen = self.seen(queries);
        let query = self.head(self.query, batch, head, self.queries, queries.clone());
        let key = self.head(self.key, batch, head, self.keys, 0..seen);
        let output = MatrixMut::new(scores, queries.len(), seen);
        let scale = T::of(self.operation.scale);
        product(output, Onto::Nothing, scale, query, key.transposed());
        if self.operation.hidden.is_none() && self.mask.is_none() && !self.operation.causal {
            return;
        }
        let hidden_score = T::of(self.operation.hidden_score);
        for (row, index) in scores.chunks_exact_mut(seen).zip(queries.clone()) {
            if let Some((hidden, broadcast)) = &self.operation.hidden {
                let hidden = broadcast.row(hidden, batch, head, index);
                vectorized!(|| replace(row, hidden, hidden_score));
            }
            if let Some((mask, broadcast)) = &self.mask {
                let mask = broadcast.row(mask, batch, head, index);
                vectorized!(|| {
                    row.iter_mut().zip(mask).for_each(|(score, mask)| *score += *mask)
                });
            }
            if self.operation.causal {
                row[(index + 1).min(seen)..].fill(-T::INFINITY);
            }
        }
    }

    /// Attends with some queries of one example. `output` holds their rows, `statistics` two numbers for
    /// each query and head.
    pub(super) fn forward(
        &self,
        output: &mut [T],
        statistics: &mut [T],
        batch: usize,
        queries: Range<usize>,
    ) {
        let heads = self.operation.heads;
        let features = self.value_width / heads;
        let first = queries.start;
        let mut buffer = Vec::new();
        for block in self.blocks(queries) {
            let seen = self.seen(&block);
            buffer.resize(block.len() * seen, T::ZERO);
            let rows = block.start - first..block.end - first;
            let output = &mut output[rows.start * self.value_width..rows.end * self.value_width];
            let statistics = &mut statistics[rows.start * heads * 2..rows.end * heads * 2];
            for head in 0..heads {
                let scores = &mut buffer[..];
                self.score(scores, batch, head, &block);
                let statistics = &mut statistics[head * 2..];
                run(Exponentiate { scores, keys: seen, statistics, stride: heads * 2 });
                let value = self.head(self.value, batch, head, self.keys, 0..seen);
                let lhs = Matrix::new(scores, block.len(), seen);
                let output = MatrixMut::with_stride(
                    &mut output[head * features..],
                    block.len(),
                    features,
                    self.value_width,
                );
                product(output, Onto::Nothing, T::ONE, lhs, value);
            }
            run(Normalize { output, statistics, features });
        }
    }

    /// The gradients through some queries of one example: `dquery` holds their rows, `dkey` and `dvalue`
    /// those of all keys.
    #[expect(clippy::too_many_arguments, reason = "three gradients to write")]
    pub(super) fn backward(
        &self,
        doutput: &[T],
        statistics: &[T],
        dquery: &mut [T],
        dkey: &mut [T],
        dvalue: &mut [T],
        batch: usize,
        queries: Range<usize>,
    ) {
        let heads = self.operation.heads;
        let (features, value_features) = (self.width / heads, self.value_width / heads);
        let first = queries.start;
        let scale = T::of(self.operation.scale);
        let (mut weights, mut gradients) = (Vec::new(), Vec::new());
        for block in self.blocks(queries) {
            let (count, seen) = (block.len(), self.seen(&block));
            weights.resize(count * seen, T::ZERO);
            gradients.resize(count * seen, T::ZERO);
            let rows = (block.start - first) * self.width..(block.end - first) * self.width;
            let dquery = &mut dquery[rows];
            for head in 0..heads {
                self.score(&mut weights, batch, head, &block);
                let doutput = self.head(doutput, batch, head, self.queries, block.clone());
                let value = self.head(self.value, batch, head, self.keys, 0..seen).transposed();
                let output = MatrixMut::new(&mut gradients, count, seen);
                product(output, Onto::Nothing, T::ONE, doutput, value);
                let at = ((batch * self.queries + block.start) * heads + head) * 2;
                run(ThroughSoftmax {
                    scores: &mut weights,
                    gradients: &mut gradients,
                    keys: seen,
                    statistics: &statistics[at..],
                    stride: heads * 2,
                });
                if let Some((hidden, broadcast)) = &self.operation.hidden {
                    for (row, index) in gradients.chunks_exact_mut(seen).zip(block.clone()) {
                        let hidden = broadcast.row(hidden, batch, head, index);
                        vectorized!(|| replace(row, hidden, T::ZERO));
                    }
                }
                let weights = Matrix::new(&weights, count, seen).transposed();
                let dvalue = &mut dvalue[head * value_features..];
                let dvalue = MatrixMut::with_stride(dvalue, seen, value_features, self.value_width);
                product(dvalue, Onto::Values, T::ONE, weights, doutput);

                let gradients = Matrix::new(&gradients, count, seen);
                let key = self.head(self.key, batch, head, self.keys, 0..seen);
                let dquery = &mut dquery[head * features..];
                let dquery = MatrixMut::with_stride(dquery, count, features, self.width);
                product(dquery, Onto::Nothing, scale, gradients, key);

                let query = self.head(self.query, batch, head, self.queries, block.clone());
                let dkey = &mut dkey[head * features..];
                let dkey = MatrixMut::with_stride(dkey, seen, features, self.width);
                product(dkey, Onto::Values, scale, gradients.transposed(), query);
            }
        }
    }
}

/// Replaces values where they are hidden.
#[inline(always)]
fn replace<T: Real>(values: &mut [T], hidden: &[bool], by: T) {
    for (value, hidden) in values.iter_mut().zip(hidden) {
        *value = if *hidden { by } else { *value };
    }
}
