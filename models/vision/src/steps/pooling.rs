//! Pooling by hand: each channel by itself, and nothing to learn.
//!
//! The gradient of the largest goes to the pixel that was it; of several equal ones, each gets the whole of it
//! here, as in the assignment: four equal pixels return four times what came in. Libraries choose one of them
//! (`fireside_layers::ops::max_pool2d` the first). After a ReLU, windows of zeros alone are such ties.

use burn::tensor::Tensor;

use super::sizes::output_size;
use super::{assemble, places};

/// What a window is reduced to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolMode {
    /// Its largest pixel.
    Max,
    /// The mean of its pixels.
    Average,
}

/// The window and how it moves: the course's `hparameters`. There is no padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolSettings {
    /// Rows and columns of the window.
    pub f: usize,
    /// Pixels from one place of the window to the next.
    pub stride: usize,
    /// What becomes of the window.
    pub mode: PoolMode,
}

/// Pools.
///
/// # Shapes
/// - `a_prev`: `[batch, channels, height, width]`
/// - output: `[batch, channels, n_h, n_w]`, by [`output_size`] without padding
///
/// # Panics
/// When the window does not fit.
#[must_use]
pub fn pool_forward(a_prev: &Tensor<4>, settings: PoolSettings) -> Tensor<4> {
    let PoolSettings { f, stride, mode } = settings;
    let size = check("pool_forward", a_prev, settings);
    let values = places(size, [f, f], stride).map(|place| {
        let a_slice = place.window(a_prev).flatten::<3>(2, 3); // [batch, channels, f * f]
        let value = match mode {
            PoolMode::Max => a_slice.max_dim(2),
            PoolMode::Average => a_slice.mean_dim(2),
        };
        value.squeeze_dim(2)
    });
    assemble(values.collect(), size)
}

/// Returns 1 at every entry that equals the largest of its window, else 0.
///
/// # Shapes
/// - `x`, output: `[batch, channels, f, f]`
#[must_use]
pub fn create_mask_from_window(x: &Tensor<4>) -> Tensor<4> {
    let largest = x.clone().max_dim(2).max_dim(3); // [batch, channels, 1, 1]
    x.zeros_like().mask_fill(x.clone().equal(largest.expand(x.dims())), 1.0)
}

/// Spreads a value evenly over a window.
///
/// # Shapes
/// - `dz`: `[batch, channels]`
/// - output: `[batch, channels, n_h, n_w]`, `dz / (n_h n_w)` everywhere
#[must_use]
pub fn distribute_value(dz: Tensor<2>, [n_h, n_w]: [usize; 2]) -> Tensor<4> {
    let [batch, channels] = dz.dims();
    let average = dz / (n_h * n_w) as f64;
    average.reshape([batch, channels, 1, 1]).expand([batch, channels, n_h, n_w])
}

/// Returns the gradient of [`pool_forward`] by its images.
///
/// # Shapes
/// - `da`: `[batch, channels, n_h, n_w]`, the gradient by what [`pool_forward`] returned
/// - `a_prev`, output: `[batch, channels, height, width]`
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn pool_backward(da: &Tensor<4>, a_prev: &Tensor<4>, settings: PoolSettings) -> Tensor<4> {
    let PoolSettings { f, stride, mode } = settings;
    let size = check("pool_backward", a_prev, settings);
    let [batch, channels, ..] = a_prev.dims();
    assert!(
        da.dims() == [batch, channels, size[0], size[1]],
        "pool_backward: da of {:?}, but {:?} under {settings:?} give {:?}",
        da.dims(),
        a_prev.dims(),
        [batch, channels, size[0], size[1]]
    );
    let mut da_prev = a_prev.zeros_like();
    for place in places(size, [f, f], stride) {
        let da_here = place.value(da); // [batch, channels]
        let da_slice = match mode {
            PoolMode::Max => {
                let mask = create_mask_from_window(&place.window(a_prev));
                mask * da_here.reshape([batch, channels, 1, 1])
            }
            PoolMode::Average => distribute_value(da_here, [f, f]),
        };
        da_prev = place.add(da_prev, da_slice);
    }
    da_prev
}

/// Returns rows and columns of the result.
fn check(operation: &str, a_prev: &Tensor<4>, settings: PoolSettings) -> [usize; 2] {
    let [.., height, width] = a_prev.dims();
    let size = [height, width].map(|n| output_size(n, settings.f, 0, settings.stride));
    assert!(
        size.iter().all(Option::is_some),
        "{operation}: {settings:?} does not fit a_prev of {:?}",
        a_prev.dims()
    );
    size.map(Option::unwrap_or_default)
}
