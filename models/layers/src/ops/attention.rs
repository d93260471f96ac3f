//! Scaled dot-product attention (course 5, week 4; Vaswani et al., 2017), with a backward pass that computes
//! the scores again rather than keep them (Dao et al., 2022): memory grows with the time, not its square.

use burn::tensor::{Bool, Tensor};

#[cfg(feature = "flex")]
use crate::fused;
use crate::plain;

/// How [`attention`] attends. Without more, every query sees every key.
#[derive(Debug, Clone)]
pub struct Attention {
    /// The number of heads that the last axis holds side by side.
    pub heads: usize,
    /// What products of queries and keys are multiplied by; without, one over the root of a head's width.
    pub scale: Option<f64>,
    /// Whether a query sees no key later than itself.
    pub causal: bool,
    /// Added to the scores, `[1 or batch, 1 or heads, 1 or time_q, time_k]`. No gradient flows to it.
    pub mask: Option<Tensor<4>>,
    /// Keys that are not seen, `[1 or batch, 1 or heads, 1 or time_q, time_k]`.
    pub hidden: Option<Tensor<4, Bool>>,
    /// The score of hidden keys, minus infinity by default.
    pub hidden_score: f64,
}

impl Attention {
    /// Every query sees every key.
    pub fn new(heads: usize) -> Self {
        Self {
            heads,
            scale: None,
            causal: false,
            mask: None,
            hidden: None,
            hidden_score: f64::NEG_INFINITY,
        }
    }

    /// No query sees a key later than itself.
    pub fn causal(self) -> Self {
        Self { causal: true, ..self }
    }

    /// Products of queries and keys are multiplied by `scale`.
    pub fn with_scale(self, scale: f64) -> Self {
        Self { scale: Some(scale), ..self }
    }

    /// Adds `mask` to the scores; `[time_q, time_k]` takes the form wanted by `unsqueeze`.
    pub fn with_mask(self, mask: Tensor<4>) -> Self {
        Self { mask: Some(mask), ..self }
    }

    /// Hides keys where `hidden` is true.
    pub fn with_hidden(self, hidden: Tensor<4, Bool>) -> Self {
        Self { hidden: Some(hidden), ..self }
    }

    /// The factor of the scores for queries of this width.
    pub(crate) fn scale_for(&self, width: usize) -> f64 {
        self.scale.unwrap_or_else(|| 1.0 / ((width / self.heads) as f64).sqrt())
    }

    /// Asserts that queries, keys and masks fit each other.
    fn check(&self, query: [usize; 3], key: [usize; 3]) {
        let heads = self.heads;
        assert!(
            heads > 0 && query[2].is_multiple_of(heads) && query[2] == key[2] && query[0] == key[0],
            "attention: the query is {query:?} and the key {key:?} in {heads} heads, but one batch and one \
             width, a multiple of the heads, are wanted"
        );
        let scores = [query[0], heads, query[1], key[1]];
        for mask in [self.mask.as_ref().map(Tensor::dims), self.hidden.as_ref().map(Tensor::dims)] {
            let Some(mask) = mask else { continue };
            let fits =
                mask[..3].iter().zip(&scores).all(|(mask, score)| *mask == 1 || mask == score);
            assert!(
                fits && mask[3] == scores[3],
                "attention: the scores are {scores:?} and a mask {mask:?}, but those sizes, or 1 for the \
                 first three, are wanted"
            );
        }
    }
}

/// `softmax(scale query keyᵗ + mask) value`, head by head.
///
/// A query that sees nothing, all its scores being minus infinity, gets zeros.
///
/// # Shapes
/// - `query`: `[batch, time_q, heads * features]`
/// - `key`: `[batch, time_k, heads * features]`
/// - `value`: `[batch, time_k, heads * value_features]`
/// - output: `[batch, time_q, heads * value_features]`
///
/// # Panics
/// When the shapes do not fit.
pub fn attention(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    options: &Attention,
) -> Tensor<3> {
    options.check(query.dims(), key.dims());
    let [batch, time, width] = value.dims();
    assert!(
        [batch, time] == key.dims()[..2] && width.is_multiple_of(options.heads),
        "attention: the key is {:?} and the value {:?} in {} heads, but one batch, one time and a width that \
         is a multiple of the heads are wanted",
        key.dims(),
        value.dims(),
        options.heads
    );
    #[cfg(feature = "flex")]
    if fused::serves(&query) {
        let mask = options.mask.clone().map(|mask| mask.detach().cast(query.dtype()));
        let operation = kernel::ScaledProduct::new(options, query.dims()[2]);
        let tensors = [Some(query), Some(key), Some(value)].map(|x| x.map(Tensor::into_dispatch));
        let mask = mask.map(Tensor::into_dispatch);
        return fused::apply_one(operation, tensors.into_iter().chain([mask]).flatten().collect());
    }
    plain::attention(query, key, value, options)
}

/// The weights of [`attention`], for those who want to look at them; made of Burn's operations.
///
/// # Shapes
/// - `query`: `[batch, time_q, heads * features]`
/// - `key`: `[batch, time_k, heads * features]`
/// - output: `[batch, heads, time_q, time_k]`
///
/// # Panics
/// When the shapes do not fit.
pub fn attention_weights(query: Tensor<3>, key: Tensor<3>, options: &Attention) -> Tensor<4> {
    options.check(query.dims(), key.dims());
    plain::attention_weights(query, key, options)
}

#[cfg(feature = "flex")]
mod kernel {
    use std::ops::Range;

    use burn::backend::flex::FlexTensor;

    use super::Attention;
    use crate::fused::{Operation, Outcome};
    use crate::kernels::memory::{contiguous, sizes, tensor};
    use crate::kernels::parallel;
    use crate::kernels::product::{Matrix, MatrixMut, Onto, product};
    use crate::kernels::real::Real;
    use crate::kernels::simd::{Kernel, dot, exponentiate, largest, run, sum_of, vectorized};

    /// Scores computed at a time: two such blocks stay in a core's own cache.
    const BLOCK: usize = 32_768;

    /// Queries at a time, at least: fewer make thin products.
    const FEWEST_QUERIES: usize = 32;

    /// Inputs: query, key, value, and perhaps a mask to add.
    #[derive(Debug)]
    pub(super) struct ScaledProduct {
        heads: usize,
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

    /// Where the rows of a mask lie of which any of the first three axes may be 1.
    #[derive(Debug, Clone, Copy)]
    struct Broadcast {
        strides: [usize; 3],
        width: usize,
    }

    impl Broadcast {
        fn new([batch, heads, queries, keys]: [usize; 4]) -> Self {
            let stride = |size: usize, stride: usize| if size == 1 { 0 } else { stride };
            let strides = [
                stride(batch, heads * queries * keys),
                stride(heads, queries * keys),
                stride(queries, keys),
            ];
            Self { strides, width: keys }
        }

        fn row<'a, V>(&self, values: &'a [V], batch: usize, head: usize, query: usize) -> &'a [V] {
            let [of_batch, of_head, of_query] = self.strides;
            let start = batch * of_batch + head * of_head + query * of_query;
            &values[start..start + self.width]
        }
    }

    /// The sizes and the memory that both passes work on.
    struct Work<'a, T> {
        operation: &'a ScaledProduct,
        query: &'a [T],
        key: &'a [T],
        value: &'a [T],
        mask: Option<(&'a [T], Broadcast)>,
        batch: usize,
        queries: usize,
        keys: usize,
        /// The width of queries and keys, and of values, over all heads.
        width: usize,
        value_width: usize,
    }

    impl<'a, T: Real> Work<'a, T> {
        fn new(operation: &'a ScaledProduct, inputs: &'a [FlexTensor]) -> Self {
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
        fn cost(&self) -> usize {
            self.batch * self.queries * self.keys * (self.width + self.value_width) / 16
        }

        /// Parts of the queries of one example, so that no thread is idle.
        fn parts(&self) -> Vec<Range<usize>> {
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
        fn forward(
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
                let output =
                    &mut output[rows.start * self.value_width..rows.end * self.value_width];
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
        fn backward(
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
                    let dvalue =
                        MatrixMut::with_stride(dvalue, seen, value_features, self.value_width);
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

    impl Operation for ScaledProduct {
        /// Keeps two numbers for each query and head, the largest score and one over the sum of the powers.
        /// Their logarithm would be one number, but it loses the sum where a mask shifts all scores by -1e9.
        fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let mut inputs: Vec<_> = inputs.into_iter().map(contiguous::<T>).collect();
            let work = Work::<T>::new(self, &inputs);
            let (batch, queries, width) = (work.batch, work.queries, work.value_width);
            let mut output = vec![T::ZERO; batch * queries * width];
            let mut statistics = vec![T::ZERO; batch * queries * self.heads * 2];
            if work.keys > 0 && !output.is_empty() && work.width > 0 {
                let tasks = tasks(batch, queries, &work.parts());
                let outputs = parallel::cut(&mut output, width, &tasks);
                let statistics = parallel::cut(&mut statistics, self.heads * 2, &tasks);
                let items = outputs.into_iter().zip(statistics).zip(tasks);
                share(items.collect(), work.cost(), |((output, statistics), rows)| {
                    let batch = rows.start / queries;
                    let first = batch * queries;
                    work.forward(output, statistics, batch, rows.start - first..rows.end - first);
                });
            }
            let output = tensor(output, [batch, queries, width]);
            if training {
                inputs.push(tensor(statistics, [batch, queries, self.heads, 2]));
            } else {
                inputs.clear();
            }
            Outcome { outputs: vec![output], saved: inputs, ..Outcome::default() }
        }

        /// With the weights `w`, computed again: `dvalue = wᵗ dout`, `dw = dout valueᵗ`,
        /// `ds = scale w (dw - sum(w dw))`, `dquery = ds key`, `dkey = dsᵗ query`.
        fn backward<T: Real>(
            &self,
            mut saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(Some(dout)), Some(statistics)) = (gradients.into_iter().next(), saved.pop())
            else {
                return vec![None; wanted.len()];
            };
            let dout = contiguous::<T>(dout);
            let (dout, statistics) = (dout.storage::<T>(), statistics.storage::<T>());
            let work = Work::<T>::new(self, &saved);
            let (batch, queries, keys) = (work.batch, work.queries, work.keys);
            let (width, value_width) = (work.width, work.value_width);
            let parts = work.parts();
            let tasks = tasks(batch, queries, &parts);
            // Threads that share an example each sum up the gradients of its keys and values on their own.
            let copies = parts.len();
            let mut dquery = vec![T::ZERO; batch * queries * width];
            let mut dkey = vec![T::ZERO; batch * copies * keys * width];
            let mut dvalue = vec![T::ZERO; batch * copies * keys * value_width];
            if !dout.is_empty() && keys > 0 && width > 0 {
                let dqueries = parallel::cut(&mut dquery, width, &tasks);
                let dkeys = dkey.chunks_exact_mut(keys * width);
                let dvalues = dvalue.chunks_exact_mut(keys * value_width);
                let items = dqueries.into_iter().zip(dkeys).zip(dvalues).zip(tasks);
                share(items.collect(), work.cost(), |(((dquery, dkey), dvalue), rows)| {
                    let batch = rows.start / queries;
                    let first = batch * queries;
                    let queries = rows.start - first..rows.end - first;
                    work.backward(dout, statistics, dquery, dkey, dvalue, batch, queries);
                });
            }
            let dkey = sum_of_copies(dkey, copies, keys * width);
            let dvalue = sum_of_copies(dvalue, copies, keys * value_width);
            let mut found = vec![
                Some(tensor(dquery, [batch, queries, width])),
                Some(tensor(dkey, [batch, keys, width])),
                Some(tensor(dvalue, [batch, keys, value_width])),
            ];
            found.resize(wanted.len(), None);
            found
        }
    }

    /// The rows of each task, counted over the batch: the parts of every example.
    fn tasks(batch: usize, queries: usize, parts: &[Range<usize>]) -> Vec<Range<usize>> {
        let of_example = |example: usize| {
            parts
                .iter()
                .map(move |part| example * queries + part.start..example * queries + part.end)
        };
        (0..batch).flat_map(of_example).collect()
    }

    /// Calls `body` with every item, on all threads where that pays.
    fn share<I: Send>(items: Vec<I>, cost: usize, body: impl Fn(I) + Send + Sync) {
        if parallel::worth_sharing(cost) {
            parallel::for_each(items, body);
        } else {
            items.into_iter().for_each(body);
        }
    }

    /// Adds up the copies of each example's gradient.
    fn sum_of_copies<T: Real>(mut values: Vec<T>, copies: usize, len: usize) -> Vec<T> {
        if copies == 1 || len == 0 {
            return values;
        }
        let examples = values.len() / (copies * len);
        for example in 0..examples {
            let (target, start) = (example * len, example * copies * len);
            values.copy_within(start..start + len, target);
            for copy in 1..copies {
                let (sum, rest) = values.split_at_mut(start + copy * len);
                for (sum, value) in sum[target..target + len].iter_mut().zip(&rest[..len]) {
                    *sum += *value;
                }
            }
        }
        values.truncate(examples * len);
        values
    }

    /// Replaces values where they are hidden.
    #[inline(always)]
    fn replace<T: Real>(values: &mut [T], hidden: &[bool], by: T) {
        for (value, hidden) in values.iter_mut().zip(hidden) {
            *value = if *hidden { by } else { *value };
        }
    }

    /// Turns rows of scores into powers of e, and notes the score that was subtracted and one over the sum.
    struct Exponentiate<'a, T> {
        scores: &'a mut [T],
        keys: usize,
        /// Two numbers for each row, `stride` apart.
        statistics: &'a mut [T],
        stride: usize,
    }

    impl<T: Real> Kernel for Exponentiate<'_, T> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            for (index, row) in self.scores.chunks_exact_mut(self.keys).enumerate() {
                let largest = largest(row);
                // Where nothing is seen, so that the powers are zeros and not NaN.
                let shift = if largest == -T::INFINITY { T::ZERO } else { largest };
                exponentiate(row, shift);
                let sum = sum_of(row, |power| power);
                self.statistics[index * self.stride] = shift;
                self.statistics[index * self.stride + 1] =
                    if sum == T::ZERO { T::ZERO } else { T::ONE / sum };
            }
        }
    }

    /// Divides the rows of every head by the sum of its powers.
    struct Normalize<'a, T> {
        output: &'a mut [T],
        statistics: &'a [T],
        features: usize,
    }

    impl<T: Real> Kernel for Normalize<'_, T> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            let heads = self.output.chunks_exact_mut(self.features.max(1));
            for (values, statistics) in heads.zip(self.statistics.chunks_exact(2)) {
                let scale = statistics[1];
                values.iter_mut().for_each(|value| *value *= scale);
            }
        }
    }

    /// Turns rows of scores into weights, and the gradients of those into the gradients of the scores.
    struct ThroughSoftmax<'a, T> {
        scores: &'a mut [T],
        gradients: &'a mut [T],
        keys: usize,
        statistics: &'a [T],
        stride: usize,
    }

    impl<T: Real> Kernel for ThroughSoftmax<'_, T> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            let rows = self.scores.chunks_exact_mut(self.keys);
            let rows = rows.zip(self.gradients.chunks_exact_mut(self.keys));
            for (index, (weights, gradients)) in rows.enumerate() {
                let at = index * self.stride;
                let [shift, scale] = [self.statistics[at], self.statistics[at + 1]];
                exponentiate(weights, shift);
                weights.iter_mut().for_each(|weight| *weight *= scale);
                let shared = dot(gradients, weights);
                for (gradient, weight) in gradients.iter_mut().zip(&*weights) {
                    *gradient = *weight * (*gradient - shared);
                }
            }
        }
    }
}
