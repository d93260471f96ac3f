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
/// generator of the device that is seeded anew for each mini-batch: a resumed training drops what an uninterrupted one
/// does.
///
/// # Panics
/// When `batch_size` is 0.
pub fn epoch_of<'a, M: Module>(
    settings: &'a EpochSettings,
    count: usize,
    optimizer: &'a mut ModuleOptimizer,
    loss: impl Fn(&M, &[usize]) -> Tensor<1> + 'a,
) -> impl FnMut(M, Update) -> (M, Option<Tensor<1>>) + 'a {
    let mut order = Order::new(settings, count);
    move |model, update| learn(&mut order, optimizer, model, update, &loss)
}

/// As [`epoch_of`], for a descent whose checkpoints hold the optimiser too: both are what it changes. Under
/// [`Descent::in_parts`](crate::descent::Descent::in_parts) with [`EpochSettings::batches`] every mini-batch is an
/// update of its own, between any two of which it can be broken off.
///
/// # Panics
/// When `batch_size` is 0.
pub fn epoch_with_optimizer<'a, M: Module>(
    settings: &'a EpochSettings,
    count: usize,
    loss: impl Fn(&M, &[usize]) -> Tensor<1> + 'a,
) -> impl FnMut((M, ModuleOptimizer), Update) -> ((M, ModuleOptimizer), Option<Tensor<1>>) + 'a {
    let mut order = Order::new(settings, count);
    move |(model, mut optimizer), update| {
        let (model, cost) = learn(&mut order, &mut optimizer, model, update, &loss);
        ((model, optimizer), cost)
    }
}

impl EpochSettings {
    /// Mini-batches of an epoch.
    ///
    /// # Panics
    /// When `batch_size` is 0.
    pub fn batches(&self, count: usize) -> usize {
        count.div_ceil(self.batch_size)
    }

    fn seed_of(&self, epoch: usize) -> u32 {
        self.seed.wrapping_add(epoch as u32 + 1)
    }
}

/// The mini-batches of the epoch that is being learnt.
struct Order<'a> {
    settings: &'a EpochSettings,
    count: usize,
    epoch: Option<usize>,
    batches: Vec<Vec<usize>>,
}

impl<'a> Order<'a> {
    fn new(settings: &'a EpochSettings, count: usize) -> Self {
        Self { settings, count, epoch: None, batches: Vec::new() }
    }

    fn draw(&mut self, epoch: usize) {
        if self.epoch != Some(epoch) {
            let mut rng = NumpyRng::new(self.settings.seed_of(epoch));
            self.batches = random_mini_batches(self.count, self.settings.batch_size, &mut rng);
            self.epoch = Some(epoch);
        }
    }
}

/// Learns the mini-batches of one part of an epoch.
fn learn<M: Module>(
    order: &mut Order<'_>,
    optimizer: &mut ModuleOptimizer,
    mut model: M,
    update: Update,
    loss: &impl Fn(&M, &[usize]) -> Tensor<1>,
) -> (M, Option<Tensor<1>>) {
    let (epoch, parts) = (update.iteration, update.parts.max(1));
    order.draw(epoch);
    let Order { settings, count, batches, .. } = order;
    let (count, steps) = (*count, batches.len());
    let seed = settings.seed_of(epoch);
    let mut total: Option<Tensor<1>> = None;
    let (begin, end) = (update.part * steps / parts, (update.part + 1) * steps / parts);
    for (index, batch) in batches.iter().enumerate().take(end).skip(begin) {
        let seed = batch_seed(seed, index);
        model.devices().iter().for_each(|device| device.seed(seed));
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

/// The seed of what is drawn while a mini-batch is learnt, out of that of its epoch, so that it can be drawn again
/// from there.
pub(crate) fn batch_seed(epoch_seed: u32, batch: usize) -> u64 {
    u64::from(epoch_seed) + ((batch as u64) << 32)
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
