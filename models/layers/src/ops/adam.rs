//! One step of Adam (Kingma & Ba, 2015; course 2, week 2).
//!
//! Not differentiable, but next to the products it is what a step of a large network is made of: four numbers
//! are read and three written for every parameter, in one pass and in place.

use burn::tensor::Tensor;

#[cfg(feature = "flex")]
use crate::fused;
use crate::plain;

/// The numbers of one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamOptions {
    /// Step size α.
    pub learning_rate: f64,
    /// Weight β₁ of the past gradients, in 0..1.
    pub beta1: f64,
    /// Weight β₂ of the past squares, in 0..1.
    pub beta2: f64,
    /// Keeps the division finite: ε, outside the root.
    pub epsilon: f64,
    /// Steps taken, this one included: `t`, from 1.
    pub time: usize,
}

impl AdamOptions {
    /// What the averages of the gradients and of the squares are divided by: the weight that the steps so far
    /// have in them.
    pub(crate) fn corrections(&self) -> [f64; 2] {
        [self.beta1, self.beta2].map(|beta| 1.0 - beta.powf(self.time as f64))
    }
}

/// A parameter and its running averages.
#[derive(Debug, Clone)]
pub struct AdamState<const D: usize> {
    /// The parameter.
    pub parameter: Tensor<D>,
    /// Average of the gradients, `v`; zeros before the first step.
    pub first: Tensor<D>,
    /// Average of the squared gradients, `s`; zeros before the first step.
    pub second: Tensor<D>,
}

/// Takes one step.
///
/// ```text
/// v = β₁ v + (1 - β₁) g     s = β₂ s + (1 - β₂) g²     p := p - α v / (1 - β₁ᵗ) / (√(s / (1 - β₂ᵗ)) + ε)
/// ```
///
/// # Panics
/// When the four shapes differ.
pub fn adam_step<const D: usize>(
    state: AdamState<D>,
    gradient: Tensor<D>,
    options: &AdamOptions,
) -> AdamState<D> {
    let shape = state.parameter.dims();
    for other in [&state.first, &state.second, &gradient] {
        assert!(
            other.dims() == shape,
            "adam_step: the parameter is {shape:?} and its gradient or average {:?}",
            other.dims()
        );
    }
    #[cfg(feature = "flex")]
    if fused::serves(&state.parameter) {
        let AdamState { parameter, first, second } = state;
        let inputs = [parameter, first, second, gradient].map(Tensor::into_dispatch);
        let outputs = fused::apply(kernel::Adam(*options), inputs.into());
        if let Ok(outputs) = <[_; 3]>::try_from(outputs) {
            let [parameter, first, second] = outputs.map(Tensor::from_dispatch);
            return AdamState { parameter, first, second };
        }
        unreachable!("a step of Adam has three outputs");
    }
    plain::adam_step(state, gradient, options)
}

#[cfg(feature = "flex")]
mod kernel {
    use burn::backend::flex::FlexTensor;

    use super::AdamOptions;
    use crate::fused::{Operation, Outcome};
    use crate::kernels::memory::contiguous;
    use crate::kernels::parallel;
    use crate::kernels::real::Real;
    use crate::kernels::simd::vectorized;

    /// Inputs: parameter, first and second average, gradient.
    #[derive(Debug)]
    pub(super) struct Adam(pub(super) AdamOptions);

    impl Operation for Adam {
        fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, _training: bool) -> Outcome {
            let mut inputs: Vec<_> = inputs.into_iter().map(contiguous::<T>).collect();
            let [of_first, of_second] = self.0.corrections();
            let (beta1, beta2) = (T::of(self.0.beta1), T::of(self.0.beta2));
            let (fresh1, fresh2) = (T::of(1.0 - self.0.beta1), T::of(1.0 - self.0.beta2));
            let (rate, root_scale) =
                (T::of(self.0.learning_rate / of_first), T::of(1.0 / of_second));
            let epsilon = T::of(self.0.epsilon);
            if let [parameter, first, second, gradient] = &mut inputs[..] {
                let gradient = gradient.storage::<T>();
                // In place where nobody else holds the tensor: `storage_mut` copies it first where one does.
                let written =
                    [parameter.storage_mut::<T>(), first.storage_mut(), second.storage_mut()];
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

        fn backward<T: Real>(
            &self,
            _saved: Vec<FlexTensor>,
            _gradients: Vec<Option<FlexTensor>>,
            wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            vec![None; wanted.len()]
        }
    }
}
