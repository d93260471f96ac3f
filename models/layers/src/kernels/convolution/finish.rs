//! What is done to the result at the end: a factor, a shift and an activation, while it is in cache.

use crate::kernels::real::Real;
use crate::kernels::simd::vectorized;

/// What happens to each output channel at the end.
#[derive(Debug)]
pub(crate) struct Finish<'a, T, F> {
    /// Factor of each output channel, if any.
    pub(crate) scale: Option<&'a [T]>,
    /// Added to each output channel, if anything.
    pub(crate) shift: Option<&'a [T]>,
    /// Applied last, if anything.
    pub(crate) activation: Option<F>,
}

impl<T> Finish<'_, T, fn(T) -> T> {
    /// Leaves the products as they are, but for a bias.
    pub(crate) fn bias(bias: Option<&[T]>) -> Finish<'_, T, fn(T) -> T> {
        Finish { scale: None, shift: bias, activation: None }
    }
}

impl<T: Real, F: Fn(T) -> T + Copy + Sync> Finish<'_, T, F> {
    /// Finishes the channels of one image, of which the first is `first`.
    pub(super) fn apply(&self, image: &mut [T], places: usize, first: usize) {
        if self.scale.is_none() && self.shift.is_none() && self.activation.is_none() {
            return;
        }
        vectorized!(|| {
            for (index, values) in image.chunks_exact_mut(places.max(1)).enumerate() {
                let scale = self.scale.map_or(T::ONE, |scale| scale[first + index]);
                let shift = self.shift.map_or(T::ZERO, |shift| shift[first + index]);
                match self.activation {
                    Some(activation) => values
                        .iter_mut()
                        .for_each(|value| *value = activation(value.mul_add(scale, shift))),
                    None => {
                        values.iter_mut().for_each(|value| *value = value.mul_add(scale, shift))
                    }
                }
            }
        });
    }
}
