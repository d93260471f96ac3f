//! Every window cut out and classified by itself, to hold the one pass against.

use burn::tensor::{Tensor, s};

use super::{WindowClassifier, WindowNet};
use crate::Classifier as _;

/// Returns the windows of pictures as pictures, row by row.
///
/// # Shapes
/// - `images`: `[batch, channels, height, width]`
/// - output: `[batch * rows * columns, channels, window, window]`
///
/// # Panics
/// When the images are smaller than a window, or the stride is 0.
#[must_use]
pub fn cut_windows(images: &Tensor<4>, window: usize, stride: usize) -> Tensor<4> {
    let [batch, channels, height, width] = images.dims();
    assert!(
        window > 0 && stride > 0 && height.min(width) >= window,
        "cut_windows: images of {height}x{width} have no windows of {window} at a stride of {stride}"
    );
    let starts = |side: usize| (0..=side - window).step_by(stride);
    let at = |top: usize, left: usize| {
        images.clone().slice(s![.., .., top..top + window, left..left + window])
    };
    let windows: Vec<Tensor<4>> =
        starts(height).flat_map(|top| starts(width).map(move |left| at(top, left))).collect();
    let count = windows.len();
    let windows: Tensor<5> = Tensor::stack(windows, 1); // [batch, windows, channels, window, window]
    windows.reshape([batch * count, channels, window, window])
}

/// Returns what the classifier says of every window, each cut out: what [`WindowNet::forward`] says in one pass.
///
/// # Shapes
/// - `images`: `[batch, channels, height, width]`
/// - output: `[batch, num_classes, rows, columns]`
///
/// # Panics
/// When the images are smaller than a window.
#[must_use]
pub fn window_by_window(net: &WindowClassifier, images: &Tensor<4>) -> Tensor<4> {
    let [batch, _, height, width] = images.dims();
    let (window, stride) = (net.window(), net.stride());
    let logits = net.forward(cut_windows(images, window, stride));
    let [rows, columns] = [height, width].map(|side| (side - window) / stride + 1);
    let [_, classes] = logits.dims();
    logits.reshape([batch, rows, columns, classes]).permute([0, 3, 1, 2])
}

/// Returns how far apart the one pass and the windows by themselves are, the largest difference of a class: 0 but for
/// rounding where nothing lies around the maps, and more with zeros around them.
///
/// # Shapes
/// - `images`: `[batch, channels, height, width]`
/// - output: `[batch, rows, columns]`
///
/// # Panics
/// When the images are smaller than a window.
#[must_use]
pub fn difference_map(net: &WindowClassifier, images: &Tensor<4>) -> Tensor<3> {
    let one_pass: WindowNet = net.clone().into_convolutional();
    let apart = (one_pass.forward(images.clone()) - window_by_window(net, images)).abs();
    apart.max_dim(1).squeeze_dim(1)
}
