//! Mini-batches (course 2, week 2).
//!
//! An epoch goes through all examples once: shuffled, then cut into consecutive pieces of `batch_size`, the
//! last one smaller if they do not divide. A `batch_size` of all examples is batch gradient descent, of 1
//! stochastic.

use burn::module::Module;
use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::descent::Update;
use crate::schedule::Decay;
use fireside_numpy_rng::NumpyRng;

/// Returns the positions of each mini-batch's examples, in the order of `np.random.permutation(count)`: with
/// the course's seed, the course's batches.
///
/// # Panics
/// When `batch_size` is 0.
pub fn random_mini_batches(count: usize, batch_size: usize, rng: &mut NumpyRng) -> Vec<Vec<usize>> {
    partition(&rng.permutation(count), batch_size)
}

/// Cuts an order of examples into mini-batches, the last one smaller.
///
/// # Panics
/// When `batch_size` is 0.
pub fn partition(order: &[usize], batch_size: usize) -> Vec<Vec<usize>> {
    order.chunks(batch_size).map(<[usize]>::to_vec).collect()
}

/// Picks the rows of `examples` at the positions of a batch.
///
/// # Shapes
/// - `examples`: `[count, features]`
/// - output: `[batch, features]`
pub fn select(examples: &Tensor<2>, batch: &[usize]) -> Tensor<2> {
    examples.clone().select(0, positions(batch, &examples.device()))
}

/// How an epoch shuffles, cuts and steps.
#[derive(Debug, Clone, PartialEq)]
pub struct EpochSettings {
    /// Examples in each mini-batch but perhaps the last.
    pub batch_size: usize,
    /// Epoch `e`, from 0, shuffles with this and `e + 1` more, as the course does from 10.
    pub seed: u32,
    /// How the learning rate falls. As in the course, the rate of epoch number `e` holds in epoch `e + 1`,
    /// after the first, which has the initial one.
    pub decay: Decay,
}

/// Returns the update that goes through all mini-batches of `x` and `y` once, as [`epoch_of`].
///
/// The module and the tensors live on an autodiff device; `loss` returns the mean loss of a mini-batch.
///
/// # Shapes
/// - `x`: `[count, inputs]`, `y`: `[count, outputs]`
///
/// # Panics
/// When `batch_size` is 0.
pub fn epoch<'a, M: Module>(
    settings: &'a EpochSettings,
    x: &'a Tensor<2>,
    y: &'a Tensor<2>,
    optimizer: &'a mut ModuleOptimizer,
    loss: impl Fn(&M, Tensor<2>, Tensor<2>) -> Tensor<1> + 'a,
) -> impl FnMut(M, Update) -> (M, Option<Tensor<1>>) + 'a {
    let [count, _] = x.dims();
    epoch_of(settings, count, optimizer, move |model: &M, batch| {
        loss(model, select(x, batch), select(y, batch))
    })
}

/// Returns the update that goes through all mini-batches of `count` examples once, for
/// [`crate::descent::Descent::run`].
///
/// The module lives on an autodiff device; `loss` returns the mean loss of the examples at these positions. The
/// cost of an epoch is the mean over its examples, each from before its mini-batch's step. Dropout draws from a
/// generator of the device that is seeded anew for each epoch: a resumed training drops what an uninterrupted one does.
///
/// # Panics
/// When `batch_size` is 0.
pub fn epoch_of<'a, M: Module>(
    settings: &'a EpochSettings,
    count: usize,
    optimizer: &'a mut ModuleOptimizer,
    loss: impl Fn(&M, &[usize]) -> Tensor<1> + 'a,
) -> impl FnMut(M, Update) -> (M, Option<Tensor<1>>) + 'a {
    let steps = count.div_ceil(settings.batch_size);
    move |mut model, update| {
        let epoch = update.iteration;
        let seed = settings.seed.wrapping_add(epoch as u32 + 1);
        model.devices().iter().for_each(|device| device.seed(u64::from(seed)));
        let mut rng = NumpyRng::new(seed);
        let mut total = None;
        let batches = random_mini_batches(count, settings.batch_size, &mut rng);
        for (index, batch) in batches.iter().enumerate() {
            let cost = loss(&model, batch);
            if update.cost_wanted {
                let share = cost.clone().without_autodiff() * (batch.len() as f64 / count as f64);
                total = Some(match total {
                    Some(total) => total + share,
                    None => share,
                });
            }
            let gradients = GradientsParams::from_grads(cost.backward(), &model);
            let step = epoch * steps + index + 1;
            let rate = settings.decay.rate(update.learning_rate, epoch.saturating_sub(1), step);
            model = optimizer.step(rate, model, gradients);
        }
        (model, total)
    }
}

pub(crate) fn positions(batch: &[usize], device: &Device) -> Tensor<1, Int> {
    let positions: Vec<i64> = batch.iter().map(|&position| position as i64).collect();
    Tensor::from_data(TensorData::new(positions, [batch.len()]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_comes_once_and_only_the_last_batch_is_smaller() {
        for (count, size, sizes) in [
            (148, 64, vec![64, 64, 20]),
            (128, 64, vec![64, 64]),
            (3, 8, vec![3]),
            (4, 1, vec![1; 4]),
        ] {
            let batches = random_mini_batches(count, size, &mut NumpyRng::new(0));
            assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
            let mut all = batches.concat();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..count));
        }
    }

    #[test]
    fn rows_are_picked_in_the_order_of_the_batch() {
        let device = Device::flex();
        let rows = Tensor::<2>::from_data([[0.0, 0.5], [1.0, 1.5], [2.0, 2.5]], &device);
        let picked: Vec<f32> = select(&rows, &[2, 0]).into_data().iter().collect();
        assert_eq!(picked, [2.0, 2.5, 0.0, 0.5]);
    }
}
