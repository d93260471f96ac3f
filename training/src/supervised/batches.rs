//! Mini-batches out of examples in memory.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::{Device, Int, Tensor};

use crate::minibatch::positions;
use crate::rng::NumpyRng;

/// A set of examples that batches are made of: a tensor whose first axis counts them, a pair of such sets of
/// the same length, or a type of one's own that decodes or augments what is asked for.
pub trait Examples: Clone + Send + Sync + 'static {
    /// What a model is given at a time.
    type Batch: Send + 'static;

    /// Number of examples.
    fn count(&self) -> usize;

    /// Returns the examples at `indices`, in that order.
    fn batch(&self, indices: &[usize]) -> Self::Batch;
}

impl<const D: usize> Examples for Tensor<D> {
    type Batch = Self;

    fn count(&self) -> usize {
        self.dims()[0]
    }

    fn batch(&self, indices: &[usize]) -> Self {
        self.clone().select(0, positions(indices, &self.device()))
    }
}

impl<const D: usize> Examples for Tensor<D, Int> {
    type Batch = Self;

    fn count(&self) -> usize {
        self.dims()[0]
    }

    fn batch(&self, indices: &[usize]) -> Self {
        self.clone().select(0, positions(indices, &self.device()))
    }
}

impl<A: Examples, B: Examples> Examples for (A, B) {
    type Batch = (A::Batch, B::Batch);

    /// The shorter of both: the other's surplus has no partner.
    fn count(&self) -> usize {
        self.0.count().min(self.1.count())
    }

    fn batch(&self, indices: &[usize]) -> Self::Batch {
        (self.0.batch(indices), self.1.batch(indices))
    }
}

/// Called before each training batch with the examples done in this epoch.
pub(super) type Pulse = Arc<dyn Fn(usize) + Send + Sync>;

/// The batches of one set, as Burn's learner asks for them: all of one size but the last.
///
/// The examples stay on the device they are on; the model has to be on the same.
pub(super) struct Batches<D> {
    pub(super) examples: D,
    pub(super) range: Range<usize>,
    pub(super) batch_size: usize,
    pub(super) shuffle: Option<Shuffle>,
    pub(super) pulse: Option<Pulse>,
}

/// A new order for every epoch, as in the course: NumPy's permutation for the seed plus the epoch's number.
/// That makes the order of an epoch the same whether or not the training was broken off before it.
#[derive(Debug)]
pub(super) struct Shuffle {
    pub(super) seed: u32,
    /// Epochs begun.
    pub(super) begun: AtomicUsize,
}

impl<D: Clone> Batches<D> {
    fn over(&self, range: Range<usize>) -> Self {
        Self {
            examples: self.examples.clone(),
            range,
            batch_size: self.batch_size,
            shuffle: self.shuffle.as_ref().map(|shuffle| Shuffle {
                seed: shuffle.seed,
                begun: shuffle.begun.load(Ordering::Relaxed).into(),
            }),
            pulse: self.pulse.clone(),
        }
    }
}

impl<D: Examples> DataLoader<D::Batch> for Batches<D> {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<D::Batch> + 'a> {
        let order = match &self.shuffle {
            None => self.range.clone().collect(),
            Some(Shuffle { seed, begun }) => {
                let epoch = begun.fetch_add(1, Ordering::Relaxed) + 1;
                let order = NumpyRng::new(seed.wrapping_add(epoch as u32));
                let order = { order }.permutation(self.range.len());
                order.into_iter().map(|index| self.range.start + index).collect()
            }
        };
        Box::new(Epoch { batches: self, order, done: 0 })
    }

    fn num_items(&self) -> usize {
        self.range.len()
    }

    fn to_device(&self, _device: &Device) -> Arc<dyn DataLoader<D::Batch>> {
        Arc::new(self.over(self.range.clone()))
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<D::Batch>> {
        let first = self.range.start;
        Arc::new(self.over(first + start..(first + end).min(self.range.end)))
    }
}

struct Epoch<'a, D> {
    batches: &'a Batches<D>,
    order: Vec<usize>,
    done: usize,
}

impl<D: Examples> Iterator for Epoch<'_, D> {
    type Item = Result<D::Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done == self.order.len() {
            return None;
        }
        if let Some(pulse) = &self.batches.pulse {
            pulse(self.done);
        }
        let end = (self.done + self.batches.batch_size).min(self.order.len());
        let batch = self.batches.examples.batch(&self.order[self.done..end]);
        self.done = end;
        Some(Ok(batch))
    }
}

impl<D: Examples> DataLoaderIterator<D::Batch> for Epoch<'_, D> {
    fn progress(&self) -> Progress {
        Progress::new(self.done, self.order.len(), Some("items".to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(shuffle: Option<Shuffle>) -> Batches<Tensor<1, Int>> {
        let examples = Tensor::<1, Int>::from_data([0, 1, 2, 3, 4, 5, 6], &Device::flex());
        Batches { examples, range: 0..7, batch_size: 3, shuffle, pulse: None }
    }

    fn epoch(batches: &dyn DataLoader<Tensor<1, Int>>) -> Vec<Vec<i64>> {
        let read = |batch: Tensor<1, Int>| batch.into_data().iter::<i64>().collect();
        batches.iter().map(|batch| read(batch.unwrap())).collect()
    }

    #[test]
    fn batches_are_full_but_the_last() {
        let found = epoch(&batches(None));
        assert_eq!(found, [vec![0, 1, 2], vec![3, 4, 5], vec![6]]);
    }

    /// `np.random.seed(3 + epoch); np.random.permutation(7)` for epochs 1 and 2.
    #[test]
    fn each_epoch_is_shuffled_as_numpy_shuffles_with_the_seed_plus_its_number() {
        let expected = |epoch: u32| -> Vec<i64> {
            NumpyRng::new(3 + epoch).permutation(7).into_iter().map(|i| i as i64).collect()
        };
        let shuffled = batches(Some(Shuffle { seed: 3, begun: 0.into() }));
        assert_eq!(epoch(&shuffled).concat(), expected(1));
        assert_eq!(epoch(&shuffled).concat(), expected(2));
        assert_ne!(expected(1), expected(2));
        // A training that resumes after one epoch.
        let resumed = batches(Some(Shuffle { seed: 3, begun: 1.into() }));
        assert_eq!(epoch(&resumed).concat(), expected(2));
    }

    #[test]
    fn pairs_stay_together() {
        let labels = Tensor::<1, Int>::from_data([10, 11, 12], &Device::flex());
        let rows = Tensor::<2>::from_data([[0.0], [1.0], [2.0]], &Device::flex());
        let (x, y) = (rows, labels).batch(&[2, 0]);
        assert_eq!(x.into_data().iter::<f64>().collect::<Vec<_>>(), [2.0, 0.0]);
        assert_eq!(y.into_data().iter::<i64>().collect::<Vec<_>>(), [12, 10]);
    }

    #[test]
    fn slices_hold_their_part_alone() {
        let part = batches(None).slice(2, 4);
        assert_eq!((part.num_items(), epoch(part.as_ref())), (2, vec![vec![2, 3]]));
    }
}
