//! Cross-entropy of classes.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::{Int, Tensor};

use crate::fused::operation::{BackwardPass, Operation, Outcome, exactly};
use crate::fused::record::{apply_one, serves};
use crate::kernels::elementwise::Cost;
use crate::kernels::memory::{sizes, tensor};
use crate::kernels::parallel;
use crate::kernels::real::Real;
use crate::kernels::simd::{Kernel, largest, run, sum_of, sum_of_powers};
use crate::plain::{self, CrossEntropy};

/// See [`ops::cross_entropy`](crate::ops::cross_entropy).
pub(crate) fn cross_entropy(
    logits: Tensor<2>,
    classes: Tensor<1, Int>,
    options: &CrossEntropy,
) -> Tensor<1> {
    if !serves(&logits) {
        return plain::cross_entropy(logits, classes, options);
    }
    let operation = Classification::new(classes, logits.dims()[1], options);
    apply_one(Arc::new(operation), vec![logits.into_dispatch()])
}

/// Cross-entropy to given classes. Input: logits.
#[derive(Debug)]
struct Classification {
    /// The class of every row, none where it is ignored.
    classes: Vec<Option<usize>>,
    smoothing: f64,
}

impl Classification {
    fn new(classes: Tensor<1, Int>, count: usize, options: &CrossEntropy) -> Self {
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
        let logits = inputs.swap_remove(0);
        let [rows, width] = sizes(&logits);
        let values = logits.storage::<T>();
        let mut statistics = vec![T::ZERO; rows * 2];
        let ranges = parallel::ranges(rows, rows * width * Cost::EXP.0);
        let parts = parallel::cut(&mut statistics, 2, &ranges).into_iter().zip(ranges.clone());
        let sums = parallel::map(parts.collect(), |(statistics, range)| {
            let classes = &self.classes[range.clone()];
            let logits = &values[range.start * width..range.end * width];
            run(SumOfLosses { statistics, logits, classes, smoothing: self.smoothing })
        });
        let mean = sums.into_iter().sum::<f64>() / self.counted().max(1) as f64;
        let outputs = vec![tensor(vec![T::of(mean)], [1])];
        let saved = if training { vec![logits, tensor(statistics, [rows, 2])] } else { Vec::new() };
        Outcome { outputs, saved, ..Outcome::default() }
    }

    /// `dz = (softmax(z) - t) / count`.
    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [logits, statistics] = exactly(&pass.saved);
        let [rows, width] = sizes(logits);
        let (values, statistics) = (logits.storage::<T>(), statistics.storage::<T>());
        let scale = pass.gradient.storage::<T>()[0] / T::of(self.counted().max(1) as f64);
        let spread = scale * T::of(self.smoothing / width.max(1) as f64);
        let of_class = scale * T::of(1.0 - self.smoothing);
        let mut dlogits = vec![T::ZERO; rows * width];
        let ranges = parallel::ranges(rows, rows * width * Cost::EXP.0);
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
