//! Losses on logits, the mean over the batch (courses 1 and 2; Szegedy et al., 2015, for label smoothing).
//!
//! Each is one operation that goes from logits to the loss, so that nothing saturates and no probabilities
//! are kept.

use burn::tensor::{Int, Tensor};

#[cfg(feature = "flex")]
use crate::fused;
use crate::plain;

/// Mean binary cross-entropy: `mean((1 - y) z - ln σ(z))`.
///
/// No gradient flows to the targets.
///
/// # Shapes
/// - `logits`, `targets`: of one shape, targets in 0..=1
/// - output: `[1]`
///
/// # Panics
/// When the shapes differ.
pub fn binary_cross_entropy<const D: usize>(logits: Tensor<D>, targets: Tensor<D>) -> Tensor<1> {
    assert!(
        logits.dims() == targets.dims(),
        "binary_cross_entropy: the logits are {:?} and the targets {:?}, but one shape is wanted",
        logits.dims(),
        targets.dims()
    );
    #[cfg(feature = "flex")]
    if fused::serves(&logits) {
        let targets = targets.detach().cast(logits.dtype());
        let tensors = vec![logits.into_dispatch(), targets.into_dispatch()];
        return fused::apply_one(kernel::BinaryCrossEntropy, tensors);
    }
    plain::binary_cross_entropy(logits, targets)
}

/// What [`cross_entropy`] leaves out and smooths; by default nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CrossEntropy {
    /// The share of the label that is spread evenly over all classes, in 0..=1.
    pub label_smoothing: f64,
    /// Rows of this class take no part, neither in the sum nor in the count.
    pub ignored: Option<i64>,
}

/// Mean softmax cross-entropy: `mean(-sum_c t_c ln softmax(z)_c)` over the rows that are not ignored, with
/// the targets `t = (1 - e) [c = class] + e / classes` of the label smoothing `e`.
///
/// Where every row is ignored it is 0, and so is the gradient.
///
/// # Shapes
/// - `logits`: `[rows, classes]`
/// - `classes`: `[rows]`, indices
/// - output: `[1]`
///
/// # Panics
/// When the numbers of rows differ, the smoothing is not in 0..=1, or, on Burn's CPU backend, a class that is
/// not ignored is out of range.
pub fn cross_entropy(
    logits: Tensor<2>,
    classes: Tensor<1, Int>,
    options: &CrossEntropy,
) -> Tensor<1> {
    assert!(
        logits.dims()[0] == classes.dims()[0],
        "cross_entropy: the logits are {:?} and the classes {:?}, but one class for each row is wanted",
        logits.dims(),
        classes.dims()
    );
    assert!(
        (0.0..=1.0).contains(&options.label_smoothing),
        "cross_entropy: the label smoothing is {}, but 0 to 1 is wanted",
        options.label_smoothing
    );
    #[cfg(feature = "flex")]
    if fused::serves(&logits) {
        let operation = kernel::Classification::new(classes, logits.dims()[1], options);
        return fused::apply_one(operation, vec![logits.into_dispatch()]);
    }
    plain::cross_entropy(logits, classes, options)
}

#[cfg(feature = "flex")]
mod kernel {
    use burn::backend::flex::FlexTensor;
    use burn::tensor::{Int, Tensor};

    use super::CrossEntropy;
    use crate::fused::{Operation, Outcome};
    use crate::kernels::elementwise::Cost;
    use crate::kernels::memory::{contiguous, sizes, tensor};
    use crate::kernels::parallel;
    use crate::kernels::real::Real;
    use crate::kernels::simd::{Kernel, largest, run, sum_of, sum_of_powers};

    /// An `exp` and a few more.
    const COST: Cost = Cost(8);

    /// Elements that are summed in their own type before they join a sum in 64 bits.
    const BLOCK: usize = 256;

    /// Inputs: logits and targets.
    #[derive(Debug)]
    pub(super) struct BinaryCrossEntropy;

    impl Operation for BinaryCrossEntropy {
        fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let inputs: Vec<_> = inputs.into_iter().map(contiguous::<T>).collect();
            let (logits, targets) = (inputs[0].storage::<T>(), inputs[1].storage::<T>());
            let ranges = parallel::ranges(logits.len(), logits.len() * COST.0);
            let sums = parallel::map(ranges, |range| {
                run(SumOfBinaryLosses { logits: &logits[range.clone()], targets: &targets[range] })
            });
            let mean = sums.into_iter().sum::<f64>() / logits.len() as f64;
            let output = tensor(vec![T::of(mean)], [1]);
            let saved = if training { inputs } else { Vec::new() };
            Outcome { outputs: vec![output], saved, ..Outcome::default() }
        }

        fn backward<T: Real>(
            &self,
            mut saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            _wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(targets), Some(logits)) = (saved.pop(), saved.pop()) else {
                return vec![None, None];
            };
            let shape = logits.layout().shape().clone();
            let (logits, targets) = (logits.storage::<T>(), targets.storage::<T>());
            let scale = of_loss::<T>(&gradients) / T::of(logits.len() as f64);
            let mut dlogits = vec![T::ZERO; logits.len()];
            let ranges = parallel::ranges(logits.len(), logits.len() * COST.0);
            let parts = parallel::cut(&mut dlogits, 1, &ranges).into_iter().zip(ranges.clone());
            parallel::for_each(parts.collect(), |(gradient, range)| {
                let (logits, targets) = (&logits[range.clone()], &targets[range]);
                run(ThroughBinaryLosses { gradient, logits, targets, scale });
            });
            vec![Some(tensor(dlogits, shape)), None]
        }
    }

    struct SumOfBinaryLosses<'a, T> {
        logits: &'a [T],
        targets: &'a [T],
    }

    impl<T: Real> Kernel for SumOfBinaryLosses<'_, T> {
        type Output = f64;

        #[inline(always)]
        fn run(self) -> f64 {
            let mut losses = [T::ZERO; BLOCK];
            let mut sum = 0.0;
            for (logits, targets) in self.logits.chunks(BLOCK).zip(self.targets.chunks(BLOCK)) {
                let losses = &mut losses[..logits.len()];
                for ((loss, z), y) in losses.iter_mut().zip(logits).zip(targets) {
                    *loss = binary_loss(*z, *y);
                }
                sum += sum_of(losses, |loss| loss).to_f64();
            }
            sum
        }
    }

    /// `dz = scale (σ(z) - y)`
    struct ThroughBinaryLosses<'a, T> {
        gradient: &'a mut [T],
        logits: &'a [T],
        targets: &'a [T],
        scale: T,
    }

    impl<T: Real> Kernel for ThroughBinaryLosses<'_, T> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            let Self { gradient, logits, targets, scale } = self;
            for ((gradient, z), y) in gradient.iter_mut().zip(logits).zip(targets) {
                *gradient = scale * (z.sigmoid() - *y);
            }
        }
    }

    /// `(1 - y) z - ln σ(z)`, where `-ln σ(z) = max(-z, 0) + ln(1 + e^-|z|)`.
    #[inline(always)]
    fn binary_loss<T: Real>(z: T, y: T) -> T {
        (T::ONE - y) * z + (-z).max(T::ZERO) + (-z.abs()).exp().ln_1p()
    }

    /// Cross-entropy to given classes. Input: logits.
    #[derive(Debug)]
    pub(super) struct Classification {
        /// The class of every row, none where it is ignored.
        classes: Vec<Option<usize>>,
        smoothing: f64,
    }

    impl Classification {
        pub(super) fn new(classes: Tensor<1, Int>, count: usize, options: &CrossEntropy) -> Self {
            let known = |class: i64| {
                if options.ignored == Some(class) {
                    return None;
                }
                let index = usize::try_from(class).ok().filter(|class| *class < count);
                assert!(index.is_some(), "cross_entropy: class {class} of {count} classes");
                index
            };
            let classes = classes.into_data().iter::<i64>().map(known).collect();
            Self { classes, smoothing: options.label_smoothing }
        }

        /// Rows that take part.
        fn counted(&self) -> usize {
            self.classes.iter().flatten().count()
        }
    }

    impl Operation for Classification {
        /// Keeps the largest logit of every row, and one over the sum of the powers after its subtraction:
        /// the logarithm of the sum alone would lose digits where logits are large.
        fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let logits = contiguous::<T>(inputs.swap_remove(0));
            let [rows, width] = sizes(&logits);
            let values = logits.storage::<T>();
            let mut statistics = vec![T::ZERO; rows * 2];
            let ranges = parallel::ranges(rows, rows * width * COST.0);
            let parts = parallel::cut(&mut statistics, 2, &ranges).into_iter().zip(ranges.clone());
            let sums = parallel::map(parts.collect(), |(statistics, range)| {
                let classes = &self.classes[range.clone()];
                let logits = &values[range.start * width..range.end * width];
                run(SumOfLosses { statistics, logits, classes, smoothing: self.smoothing })
            });
            let mean = sums.into_iter().sum::<f64>() / self.counted().max(1) as f64;
            let outputs = vec![tensor(vec![T::of(mean)], [1])];
            let saved =
                if training { vec![logits, tensor(statistics, [rows, 2])] } else { Vec::new() };
            Outcome { outputs, saved, ..Outcome::default() }
        }

        /// `dz = (softmax(z) - t) / count`.
        fn backward<T: Real>(
            &self,
            saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            _wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let [logits, statistics] = &saved[..] else { return vec![None] };
            let [rows, width] = sizes(logits);
            let (values, statistics) = (logits.storage::<T>(), statistics.storage::<T>());
            let scale = of_loss::<T>(&gradients) / T::of(self.counted().max(1) as f64);
            let spread = scale * T::of(self.smoothing / width.max(1) as f64);
            let of_class = scale * T::of(1.0 - self.smoothing);
            let mut dlogits = vec![T::ZERO; rows * width];
            let ranges = parallel::ranges(rows, rows * width * COST.0);
            let parts = parallel::cut(&mut dlogits, width, &ranges).into_iter().zip(ranges.clone());
            parallel::for_each(parts.collect(), |(gradient, range)| {
                run(ThroughLosses {
                    gradient,
                    logits: &values[range.start * width..range.end * width],
                    statistics: &statistics[range.start * 2..range.end * 2],
                    classes: &self.classes[range],
                    scale,
                    spread,
                    of_class,
                });
            });
            vec![Some(tensor(dlogits, [rows, width]))]
        }
    }

    /// The sum of the losses of some rows, and what the backward pass wants to know of each.
    struct SumOfLosses<'a, T> {
        statistics: &'a mut [T],
        logits: &'a [T],
        classes: &'a [Option<usize>],
        smoothing: f64,
    }

    impl<T: Real> Kernel for SumOfLosses<'_, T> {
        type Output = f64;

        #[inline(always)]
        fn run(self) -> f64 {
            let Self { statistics, logits, classes, smoothing } = self;
            let width = logits.len() / classes.len().max(1);
            let mut sum = 0.0;
            for (index, class) in classes.iter().enumerate() {
                let Some(class) = *class else { continue };
                let row = &logits[index * width..(index + 1) * width];
                let largest = largest(row);
                let total = sum_of_powers(row, largest);
                let log_total = total.to_f64().ln();
                sum += (1.0 - smoothing) * (log_total - (row[class] - largest).to_f64());
                if smoothing > 0.0 {
                    let below = sum_of(row, |z| z - largest).to_f64();
                    sum += smoothing * (log_total - below / width as f64);
                }
                statistics[index * 2] = largest;
                statistics[index * 2 + 1] = T::ONE / total;
            }
            sum
        }
    }

    /// `dz = scale softmax(z) - spread - of_class [c = class]`
    struct ThroughLosses<'a, T> {
        gradient: &'a mut [T],
        logits: &'a [T],
        statistics: &'a [T],
        classes: &'a [Option<usize>],
        scale: T,
        spread: T,
        of_class: T,
    }

    impl<T: Real> Kernel for ThroughLosses<'_, T> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            let width = self.logits.len() / self.classes.len().max(1);
            for (index, class) in self.classes.iter().enumerate() {
                let Some(class) = *class else { continue };
                let row = index * width..(index + 1) * width;
                let (gradient, logits) = (&mut self.gradient[row.clone()], &self.logits[row]);
                let largest = self.statistics[index * 2];
                let scale = self.scale * self.statistics[index * 2 + 1];
                for (gradient, z) in gradient.iter_mut().zip(logits) {
                    *gradient = (*z - largest).exp() * scale - self.spread;
                }
                gradient[class] -= self.of_class;
            }
        }
    }

    /// The gradient of the loss, one number.
    fn of_loss<T: Real>(gradients: &[Option<FlexTensor>]) -> T {
        let first = gradients.first().and_then(Option::as_ref).cloned().map(contiguous::<T>);
        first.map_or(T::ONE, |gradient| gradient.storage::<T>()[0])
    }
}
