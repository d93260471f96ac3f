//! Binary cross-entropy.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use crate::fused::operation::{AnyFloat, BackwardPass, Operation, Outcome, exactly};
use crate::fused::record::{apply_one, serves};
use crate::kernels::elementwise::Cost;
use crate::kernels::memory::tensor;
use crate::kernels::parallel;
use crate::kernels::real::Real;
use crate::kernels::simd::{Kernel, run, sum_of};
use crate::plain;

/// Elements that are summed in their own type before they join a sum in 64 bits.
const BLOCK: usize = 256;

/// See [`ops::binary_cross_entropy`](crate::ops::binary_cross_entropy).
pub(crate) fn binary_cross_entropy<const D: usize>(
    logits: Tensor<D>,
    targets: Tensor<D>,
) -> Tensor<1> {
    if !serves(&logits) {
        return plain::binary_cross_entropy(logits, targets);
    }
    let targets = targets.detach().cast(logits.dtype());
    apply_one(recorded(), vec![logits.into_dispatch(), targets.into_dispatch()])
}

#[inline(never)]
fn recorded() -> Arc<dyn AnyFloat> {
    Arc::new(BinaryCrossEntropy)
}

/// Inputs: logits and targets.
#[derive(Debug)]
struct BinaryCrossEntropy;

impl Operation for BinaryCrossEntropy {
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let (logits, targets) = (inputs[0].storage::<T>(), inputs[1].storage::<T>());
        let ranges = parallel::ranges(logits.len(), logits.len() * Cost::EXP.0);
        let sums = parallel::map(ranges, |range| {
            run(SumOfBinaryLosses { logits: &logits[range.clone()], targets: &targets[range] })
        });
        let mean = sums.into_iter().sum::<f64>() / logits.len() as f64;
        let output = tensor(vec![T::of(mean)], [1]);
        let saved = if training { inputs } else { Vec::new() };
        Outcome { outputs: vec![output], saved, ..Outcome::default() }
    }

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [logits, targets] = exactly(&pass.saved);
        let shape = logits.layout().shape().clone();
        let (logits, targets) = (logits.storage::<T>(), targets.storage::<T>());
        let scale = pass.gradient.storage::<T>()[0] / T::of(logits.len() as f64);
        let mut dlogits = vec![T::ZERO; logits.len()];
        let ranges = parallel::ranges(logits.len(), logits.len() * Cost::EXP.0);
        let parts = parallel::cut(&mut dlogits, 1, &ranges).into_iter().zip(ranges.clone());
        parallel::for_each(parts.collect(), |(gradient, range)| {
            let (logits, targets) = (&logits[range.clone()], &targets[range]);
            run(ThroughBinaryLosses { gradient, logits, targets, scale });
        });
        vec![Some(tensor(dlogits, shape))]
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
