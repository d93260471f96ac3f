//! One step of Adam, in place.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::operation::{AnyFloat, BackwardPass, Operation, Outcome};
use super::record::{apply, serves};
use crate::kernels::parallel;
use crate::kernels::real::Real;
use crate::kernels::simd::vectorized;
use crate::plain::{self, AdamOptions, AdamState};

/// See [`ops::adam_step`](crate::ops::adam_step).
pub(crate) fn adam_step<const D: usize>(
    state: AdamState<D>,
    gradient: Tensor<D>,
    options: &AdamOptions,
) -> AdamState<D> {
    if !serves(&state.parameter) {
        return plain::adam_step(state, gradient, options);
    }
    let AdamState { parameter, first, second } = state;
    let inputs = [parameter, first, second, gradient].map(Tensor::into_dispatch);
    let [parameter, first, second] =
        apply(recorded(*options), inputs.into()).map(Tensor::from_dispatch);
    AdamState { parameter, first, second }
}

#[inline(never)]
fn recorded(options: AdamOptions) -> Arc<dyn AnyFloat> {
    Arc::new(Adam(options))
}

/// Inputs: parameter, first and second average, gradient.
#[derive(Debug)]
struct Adam(AdamOptions);

impl Operation for Adam {
    fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, _training: bool) -> Outcome {
        let [of_first, of_second] = self.0.corrections();
        let (beta1, beta2) = (T::of(self.0.beta1), T::of(self.0.beta2));
        let (fresh1, fresh2) = (T::of(1.0 - self.0.beta1), T::of(1.0 - self.0.beta2));
        let (rate, root_scale) = (T::of(self.0.learning_rate / of_first), T::of(1.0 / of_second));
        let epsilon = T::of(self.0.epsilon);
        if let [parameter, first, second, gradient] = &mut inputs[..] {
            let gradient = gradient.storage::<T>();
            // In place where nobody else holds the tensor: `storage_mut` copies it first where one does.
            let written = [parameter.storage_mut::<T>(), first.storage_mut(), second.storage_mut()];
            let ranges = parallel::ranges(gradient.len(), 4 * gradient.len());
            let [parameters, firsts, seconds] =
                written.map(|values| parallel::cut(values, 1, &ranges));
            let parts = parameters.into_iter().zip(firsts).zip(seconds).zip(&ranges).collect();
            parallel::for_each(parts, |(((parameter, first), second), range)| {
                let gradient = &gradient[range.clone()];
                vectorized!(|| {
                    let averages = first.iter_mut().zip(second.iter_mut());
                    for ((parameter, gradient), (first, second)) in
                        parameter.iter_mut().zip(gradient).zip(averages)
                    {
                        let gradient = *gradient;
                        *first = beta1 * *first + fresh1 * gradient;
                        *second = beta2 * *second + fresh2 * (gradient * gradient);
                        *parameter -= rate * *first / ((*second * root_scale).sqrt() + epsilon);
                    }
                });
            });
        }
        inputs.truncate(3);
        Outcome { outputs: inputs, ..Outcome::default() }
    }

    /// None: it is a step, not a function to go back through.
    fn backward<T: Real>(&self, _pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        Vec::new()
    }
}
