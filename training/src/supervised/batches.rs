//! Mini-batches out of examples, in the order of each epoch.

use std::ops::Range;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{Builder, JoinHandle};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::tensor::Device;
use fireside_numpy_rng::NumpyRng;

use super::examples::Examples;
use crate::minibatch::batch_seed;

/// The batches of one set, as Burn's learner asks for them: all of one size but the last.
///
/// The examples stay on the device they are on; the model has to be on the same.
pub(super) struct Batches<D> {
    pub(super) examples: D,
    pub(super) range: Range<usize>,
    pub(super) batch_size: usize,
    pub(super) shuffle: Option<Shuffle>,
}

/// A new order for every epoch, as in the course: NumPy's permutation for the seed plus the epoch's number.
/// That makes the order of an epoch the same whether or not the training was broken off before it or within. The
/// generators of the devices, which dropout draws from, are seeded for every batch for the same reason.
#[derive(Debug)]
pub(super) struct Shuffle {
    pub(super) seed: u32,
    pub(super) devices: Vec<Device>,
    /// Epochs begun.
    pub(super) begun: AtomicUsize,
    /// Examples of the next epoch that are done already.
    pub(super) done: AtomicUsize,
}

impl<D: Clone> Batches<D> {
    fn over(&self, range: Range<usize>) -> Self {
        Self {
            examples: self.examples.clone(),
            range,
            batch_size: self.batch_size,
            shuffle: self.shuffle.as_ref().map(|shuffle| Shuffle {
                seed: shuffle.seed,
                devices: shuffle.devices.clone(),
                begun: shuffle.begun.load(Ordering::Relaxed).into(),
                done: shuffle.done.load(Ordering::Relaxed).into(),
            }),
        }
    }
}

impl<D: Examples> DataLoader<D::Batch> for Batches<D> {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<D::Batch> + 'a> {
        let Some(Shuffle { seed, devices, begun, done }) = &self.shuffle else {
            let order = self.range.clone().collect();
            return Box::new(Epoch::new(self, self.examples.clone(), order, 0, None));
        };
        let epoch = begun.fetch_add(1, Ordering::Relaxed) + 1;
        let done = done.swap(0, Ordering::Relaxed).min(self.range.len());
        let seed = seed.wrapping_add(epoch as u32);
        let order = NumpyRng::new(seed).permutation(self.range.len());
        let order = order.into_iter().map(|index| self.range.start + index).collect();
        Box::new(Epoch::new(
            self,
            self.examples.in_epoch(epoch),
            order,
            done,
            Some((seed, devices)),
        ))
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

struct Epoch<'a, D: Examples> {
    batch_size: usize,
    source: Source<D>,
    count: usize,
    done: usize,
    /// The epoch's seed, and whose generators to seed with it and the batch's number.
    seeds: Option<(u32, &'a [Device])>,
}

/// Where the batches of an epoch come from.
enum Source<D: Examples> {
    Here { examples: D, order: Vec<usize> },
    Ahead(Ahead<D::Batch>),
}

impl<'a, D: Examples> Epoch<'a, D> {
    fn new(
        batches: &'a Batches<D>,
        examples: D,
        mut order: Vec<usize>,
        done: usize,
        seeds: Option<(u32, &'a Vec<Device>)>,
    ) -> Self {
        let (count, batch_size) = (order.len(), batches.batch_size);
        let source = match examples.ahead() {
            0 => Source::Here { examples, order },
            depth => {
                order.drain(..done);
                Source::Ahead(Ahead::start(examples, order, batch_size, depth))
            }
        };
        let seeds = seeds.map(|(seed, devices)| (seed, &devices[..]));
        Self { batch_size, source, count, done, seeds }
    }
}

impl<D: Examples> Iterator for Epoch<'_, D> {
    type Item = Result<D::Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done == self.count {
            return None;
        }
        if let Some((seed, devices)) = self.seeds {
            let seed = batch_seed(seed, self.done / self.batch_size);
            devices.iter().for_each(|device| device.seed(seed));
        }
        let end = (self.done + self.batch_size).min(self.count);
        let batch = match &mut self.source {
            Source::Here { examples, order } => examples.batch(&order[self.done..end]),
            Source::Ahead(ahead) => ahead.next(),
        };
        self.done = end;
        Some(batch)
    }
}

/// Batches that a thread of their own makes, no more than a few ahead of those taken.
struct Ahead<B> {
    /// Gone when the thread is told to end.
    made: Option<Receiver<Result<B, DatasetError>>>,
    maker: Option<JoinHandle<()>>,
}

impl<B: Send + 'static> Ahead<B> {
    fn start<D>(examples: D, order: Vec<usize>, batch_size: usize, depth: usize) -> Self
    where
        D: Examples<Batch = B>,
    {
        let (sender, made) = sync_channel(depth);
        let fallback = sender.clone();
        let make = move || {
            for indices in order.chunks(batch_size) {
                // Nobody listens any more once the training is broken off.
                if sender.send(examples.batch(indices)).is_err() {
                    break;
                }
            }
        };
        let maker = match Builder::new().name("batches".to_string()).spawn(make) {
            Ok(maker) => Some(maker),
            Err(error) => {
                // The queue is empty, so that this does not block.
                let _ = fallback.send(Err(DatasetError::new(error)));
                None
            }
        };
        Self { made: Some(made), maker }
    }

    fn next(&mut self) -> Result<B, DatasetError> {
        if let Some(Ok(batch)) = self.made.as_ref().map(Receiver::recv) {
            return batch;
        }
        // It ended before its last batch, which only a panic does: that goes on here.
        match self.maker.take().map(JoinHandle::join) {
            Some(Err(reason)) => panic::resume_unwind(reason),
            _ => Err(DatasetError::new(std::io::Error::other("no more batches are made"))),
        }
    }
}

impl<B> Drop for Ahead<B> {
    fn drop(&mut self) {
        self.made = None;
        if let Some(maker) = self.maker.take() {
            // What it panicked with concerns a batch that nobody asked for.
            let _ = maker.join();
        }
    }
}

impl<D: Examples> DataLoaderIterator<D::Batch> for Epoch<'_, D> {
    fn progress(&self) -> Progress {
        Progress::new(self.done, self.count, Some("items".to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Int, Tensor};

    fn batches(shuffle: Option<Shuffle>) -> Batches<Tensor<1, Int>> {
        let examples = Tensor::<1, Int>::from_data([0, 1, 2, 3, 4, 5, 6], &Device::flex());
        Batches { examples, range: 0..7, batch_size: 3, shuffle }
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
        let shuffled = batches(Some(Shuffle {
            seed: 3,
            devices: Vec::new(),
            begun: 0.into(),
            done: 0.into(),
        }));
        assert_eq!(epoch(&shuffled).concat(), expected(1));
        assert_eq!(epoch(&shuffled).concat(), expected(2));
        assert_ne!(expected(1), expected(2));
        // A training that resumes after one epoch.
        let resumed = batches(Some(Shuffle {
            seed: 3,
            devices: Vec::new(),
            begun: 1.into(),
            done: 0.into(),
        }));
        assert_eq!(epoch(&resumed).concat(), expected(2));
        // One that resumes within an epoch: the rest of it, then whole ones.
        let within = batches(Some(Shuffle {
            seed: 3,
            devices: Vec::new(),
            begun: 0.into(),
            done: 3.into(),
        }));
        assert_eq!(epoch(&within).concat(), expected(1)[3..]);
        assert_eq!(epoch(&within).concat(), expected(2));
    }

    /// Numbers that are made ahead: each batch is told its epoch.
    #[derive(Clone)]
    struct Made {
        epoch: usize,
        begun: Arc<AtomicUsize>,
        breaks_at: usize,
    }

    impl Examples for Made {
        type Batch = (usize, Vec<usize>);

        fn count(&self) -> usize {
            20
        }

        fn batch(&self, indices: &[usize]) -> Result<Self::Batch, DatasetError> {
            let begun = self.begun.fetch_add(1, Ordering::SeqCst);
            assert!(indices[0] != self.breaks_at || self.breaks_at > 15, "broken at its place");
            match indices[0] == self.breaks_at {
                true => Err(DatasetError::new(std::io::Error::other(format!("batch {begun}")))),
                false => Ok((self.epoch, indices.to_vec())),
            }
        }

        fn in_epoch(&self, epoch: usize) -> Self {
            Self { epoch, ..self.clone() }
        }

        fn ahead(&self) -> usize {
            2
        }
    }

    fn made(breaks_at: usize, shuffle: Option<Shuffle>) -> Batches<Made> {
        let examples = Made { epoch: 0, begun: Arc::default(), breaks_at };
        Batches { examples, range: 0..20, batch_size: 3, shuffle }
    }

    #[test]
    fn batches_made_ahead_are_the_same_in_the_same_order() {
        let shuffled = made(
            99,
            Some(Shuffle { seed: 3, devices: Vec::new(), begun: 4.into(), done: 6.into() }),
        );
        // The first of them goes on after two batches.
        for (epoch, done) in [(5, 2), (6, 0)] {
            let order = NumpyRng::new(3 + epoch as u32).permutation(20);
            let chunks = order.chunks(3).skip(done);
            let expected: Vec<_> = chunks.map(|chunk| (epoch, chunk.to_vec())).collect();
            let found: Vec<_> = shuffled.iter().map(Result::unwrap).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn no_more_batches_are_made_than_the_queue_holds() {
        let batches = made(99, None);
        let begun = batches.examples.begun.clone();
        let mut epoch = batches.iter();
        epoch.next();
        std::thread::sleep(std::time::Duration::from_millis(50));
        // One taken, two in the queue, one waiting to enter it.
        assert!(begun.load(Ordering::SeqCst) <= 4);
        drop(epoch); // ends the thread, though nobody took the rest
        assert!(begun.load(Ordering::SeqCst) <= 5);
    }

    #[test]
    fn failure_of_a_batch_made_ahead_comes_in_its_place() {
        let found: Vec<_> = made(18, None).iter().collect();
        assert!(found[..6].iter().all(Result::is_ok));
        assert_eq!(found[6].as_ref().unwrap_err().to_string(), "batch 6");
    }

    #[test]
    #[should_panic(expected = "broken at its place")]
    fn panic_of_a_batch_made_ahead_is_not_lost() {
        made(6, None).iter().for_each(drop);
    }

    #[test]
    fn slices_hold_their_part_alone() {
        let part = batches(None).slice(2, 4);
        assert_eq!((part.num_items(), epoch(part.as_ref())), (2, vec![vec![2, 3]]));
    }
}
