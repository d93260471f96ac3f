//! What a training takes its batches from.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use burn::data::dataset::DatasetError;
use burn::tensor::{Int, Tensor};

use crate::minibatch::positions;

/// A set of examples that batches are made of: a tensor whose first axis counts them, a pair of such sets of
/// the same length, a [`BatchMaker`], or a type of one's own.
pub trait Examples: Clone + Send + Sync + 'static {
    /// What a model is given at a time.
    type Batch: Send + 'static;

    /// Number of examples.
    fn count(&self) -> usize;

    /// Returns the examples at `indices`, in that order.
    ///
    /// # Errors
    /// When one cannot be had, such as a file that is gone. It ends the training.
    fn batch(&self, indices: &[usize]) -> Result<Self::Batch, DatasetError>;

    /// Returns the examples as epoch `epoch` of a training, counted from 1, is to see them: a type that
    /// augments them draws its changes anew.
    fn in_epoch(&self, _epoch: usize) -> Self {
        self.clone()
    }

    /// How many batches to make ahead on a thread of their own while the model learns. Without any, each is
    /// made when its turn comes; that suits what only has to be copied.
    fn ahead(&self) -> usize {
        0
    }
}

impl<const D: usize> Examples for Tensor<D> {
    type Batch = Self;

    fn count(&self) -> usize {
        self.dims()[0]
    }

    fn batch(&self, indices: &[usize]) -> Result<Self, DatasetError> {
        Ok(self.clone().select(0, positions(indices, &self.device())))
    }
}

impl<const D: usize> Examples for Tensor<D, Int> {
    type Batch = Self;

    fn count(&self) -> usize {
        self.dims()[0]
    }

    fn batch(&self, indices: &[usize]) -> Result<Self, DatasetError> {
        Ok(self.clone().select(0, positions(indices, &self.device())))
    }
}

impl<A: Examples, B: Examples> Examples for (A, B) {
    type Batch = (A::Batch, B::Batch);

    /// The shorter of both: the other's surplus has no partner.
    fn count(&self) -> usize {
        self.0.count().min(self.1.count())
    }

    fn batch(&self, indices: &[usize]) -> Result<Self::Batch, DatasetError> {
        Ok((self.0.batch(indices)?, self.1.batch(indices)?))
    }

    fn in_epoch(&self, epoch: usize) -> Self {
        (self.0.in_epoch(epoch), self.1.in_epoch(epoch))
    }

    fn ahead(&self) -> usize {
        self.0.ahead().max(self.1.ahead())
    }
}

/// Examples whose batches a closure makes: pictures that are decoded and augmented when they are asked for, say.
///
/// It is told the epoch, counted from 1, or 0 where the examples are judged by; and the examples of the batch, in
/// their order. Batches are made on a thread of their own, no more than two of them ahead.
///
/// ```
/// use fireside_training::supervised::{BatchMaker, Examples};
///
/// let squares = BatchMaker::new(100, |_epoch, indices: &[usize]| {
///     Ok::<_, std::io::Error>(indices.iter().map(|index| index * index).collect::<Vec<_>>())
/// });
/// assert_eq!(squares.batch(&[3, 1, 2])?, [9, 1, 4]);
/// # Ok::<(), burn::data::dataset::DatasetError>(())
/// ```
pub struct BatchMaker<B> {
    count: usize,
    epoch: usize,
    ahead: usize,
    make: Arc<Make<B>>,
}

type Make<B> = dyn Fn(usize, &[usize]) -> Result<B, DatasetError> + Send + Sync;

/// While the model learns from one batch, the next is under way.
const AHEAD: usize = 2;

impl<B> BatchMaker<B> {
    /// Makes batches of `count` examples by `make`, whose error ends the training.
    pub fn new<E: Error + Send + Sync + 'static>(
        count: usize,
        make: impl Fn(usize, &[usize]) -> Result<B, E> + Send + Sync + 'static,
    ) -> Self {
        let make =
            move |epoch: usize, indices: &[usize]| make(epoch, indices).map_err(DatasetError::new);
        Self { count, epoch: 0, ahead: AHEAD, make: Arc::new(make) }
    }

    /// Makes so many batches ahead; none on a thread of its own where it is 0.
    #[must_use]
    pub fn with_ahead(self, ahead: usize) -> Self {
        Self { ahead, ..self }
    }
}

/// Without asking that batches can be copied.
impl<B> Clone for BatchMaker<B> {
    fn clone(&self) -> Self {
        Self { make: self.make.clone(), ..*self }
    }
}

impl<B> fmt::Debug for BatchMaker<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, epoch, ahead, make: _ } = self;
        write!(f, "BatchMaker of {count} examples in epoch {epoch}, {ahead} batches ahead")
    }
}

impl<B: Send + 'static> Examples for BatchMaker<B> {
    type Batch = B;

    fn count(&self) -> usize {
        self.count
    }

    fn batch(&self, indices: &[usize]) -> Result<B, DatasetError> {
        (self.make)(self.epoch, indices)
    }

    fn in_epoch(&self, epoch: usize) -> Self {
        Self { epoch, ..self.clone() }
    }

    fn ahead(&self) -> usize {
        self.ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn pairs_stay_together() {
        let labels = Tensor::<1, Int>::from_data([10, 11, 12], &Device::flex());
        let rows = Tensor::<2>::from_data([[0.0], [1.0], [2.0]], &Device::flex());
        let (x, y) = (rows, labels).batch(&[2, 0]).unwrap();
        assert_eq!(x.into_data().iter::<f64>().collect::<Vec<_>>(), [2.0, 0.0]);
        assert_eq!(y.into_data().iter::<i64>().collect::<Vec<_>>(), [12, 10]);
    }

    #[test]
    fn maker_is_told_epoch_and_indices_and_its_error_comes_through() {
        let maker = BatchMaker::new(5, |epoch, indices: &[usize]| match epoch {
            9 => Err(std::io::Error::other("photo 3 is gone")),
            _ => Ok((epoch, indices.to_vec())),
        });
        assert_eq!((maker.count(), maker.ahead(), maker.in_epoch(3).ahead()), (5, 2, 2));
        assert_eq!(maker.batch(&[4, 0]).unwrap(), (0, vec![4, 0]));
        assert_eq!(maker.in_epoch(7).batch(&[1]).unwrap(), (7, vec![1]));
        assert_eq!(maker.in_epoch(9).batch(&[1]).unwrap_err().to_string(), "photo 3 is gone");
    }
}
