//! Attention. The backward pass computes the scores again, so that memory grows with the time, not its square.

mod mask;
mod rows;
mod work;

use std::ops::Range;
use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use self::work::{ScaledProduct, Work};
use super::operation::{BackwardPass, Operation, Outcome};
use super::record::{apply_one, serves};
use crate::kernels::memory::tensor;
use crate::kernels::parallel;
use crate::kernels::real::Real;
use crate::plain::{self, Attention};

/// See [`ops::attention`](crate::ops::attention).
pub(crate) fn attention(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    options: &Attention,
) -> Tensor<3> {
    if !serves(&query) {
        return plain::attention(query, key, value, options);
    }
    let mask = options.mask.clone().map(|mask| mask.detach().cast(query.dtype()));
    let operation = ScaledProduct::new(options, query.dims()[2]);
    let tensors = [query, key, value].into_iter().map(Tensor::into_dispatch);
    apply_one(Arc::new(operation), tensors.chain(mask.map(Tensor::into_dispatch)).collect())
}

impl Operation for ScaledProduct {
    /// Keeps two numbers for each query and head, the largest score and one over the sum of the powers.
    /// Their logarithm would be one number, but it loses the sum where a mask shifts all scores by -1e9.
    fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
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
    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [inputs @ .., statistics] = &pass.saved[..] else { unreachable!("what forward saved") };
        let (dout, statistics) = (pass.gradient.storage::<T>(), statistics.storage::<T>());
        let work = Work::<T>::new(self, inputs);
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
        vec![
            Some(tensor(dquery, [batch, queries, width])),
            Some(tensor(dkey, [batch, keys, width])),
            Some(tensor(dvalue, [batch, keys, value_width])),
        ]
    }
}

/// The rows of each task, counted over the batch: the parts of every example.
fn tasks(batch: usize, queries: usize, parts: &[Range<usize>]) -> Vec<Range<usize>> {
    let of_example = |example: usize| {
        parts.iter().map(move |part| example * queries + part.start..example * queries + part.end)
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
