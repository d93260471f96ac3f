//! Edges by convolution: kernels of 3x3 whose entries add up to 0, so that an even surface gives 0, and a
//! change of brightness does not.
//!
//! As the lecture draws them: a vertical detector answers above 0 where it is bright on the left and dark on the
//! right, below 0 the other way round; a horizontal one where it is bright above. Sobel's and Scharr's weigh the
//! middle row more, which makes them less sensitive to noise and to the edge's angle.
//!
//! The images are not padded: zeros around them would be an edge of their own.

use burn::tensor::{Device, Tensor};

use super::convolution::{ConvSettings, conv_backward, conv_forward};

/// A kernel, row by row.
pub type Kernel = [[f64; 3]; 3];

/// Vertical edges.
pub const VERTICAL: Kernel = [[1.0, 0.0, -1.0], [1.0, 0.0, -1.0], [1.0, 0.0, -1.0]];
/// Horizontal edges.
pub const HORIZONTAL: Kernel = [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [-1.0, -1.0, -1.0]];
/// Vertical edges (Sobel & Feldman, 1968).
pub const SOBEL_VERTICAL: Kernel = [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]];
/// Horizontal edges (Sobel & Feldman, 1968).
pub const SOBEL_HORIZONTAL: Kernel = [[1.0, 2.0, 1.0], [0.0, 0.0, 0.0], [-1.0, -2.0, -1.0]];
/// Vertical edges (Scharr, 2000).
pub const SCHARR_VERTICAL: Kernel = [[3.0, 0.0, -3.0], [10.0, 0.0, -10.0], [3.0, 0.0, -3.0]];
/// Horizontal edges (Scharr, 2000).
pub const SCHARR_HORIZONTAL: Kernel = [[3.0, 10.0, 3.0], [0.0, 0.0, 0.0], [-3.0, -10.0, -3.0]];

/// Every detector by its name.
pub const DETECTORS: [(&str, Kernel); 6] = [
    ("vertical", VERTICAL),
    ("horizontal", HORIZONTAL),
    ("Sobel vertical", SOBEL_VERTICAL),
    ("Sobel horizontal", SOBEL_HORIZONTAL),
    ("Scharr vertical", SCHARR_VERTICAL),
    ("Scharr horizontal", SCHARR_HORIZONTAL),
];

/// Sobel's detector turned by an angle: 0 for vertical edges, 90 for horizontal ones.
#[must_use]
pub fn sobel_at(degrees: f64) -> Kernel {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let entry = |row: usize, column: usize| {
        cos * SOBEL_VERTICAL[row][column] + sin * SOBEL_HORIZONTAL[row][column]
    };
    std::array::from_fn(|row| std::array::from_fn(|column| entry(row, column)))
}

/// Returns kernels as the filters of a convolution, `[kernels, 1, 3, 3]`.
#[must_use]
pub fn filters(kernels: &[Kernel], device: &Device) -> Tensor<4> {
    let filters = kernels.iter().map(|kernel| Tensor::<2>::from_data(*kernel, device));
    Tensor::stack::<3>(filters.collect(), 0).unsqueeze_dim(1)
}

/// Returns the answer of every filter.
///
/// # Shapes
/// - `images`: `[batch, 1, height, width]`, gray
/// - `filters`: `[kernels, 1, 3, 3]`
/// - output: `[batch, kernels, height - 2, width - 2]`
///
/// # Panics
/// When the images are smaller than the kernel, or not gray.
#[must_use]
pub fn detect_edges(images: &Tensor<4>, filters: &Tensor<4>) -> Tensor<4> {
    let [kernels, ..] = filters.dims();
    let no_bias = Tensor::zeros([kernels], (&images.device(), images.dtype()));
    conv_forward(images, filters, &no_bias, VALID)
}

/// How strong an edge is, whatever its direction: `√(v² + h²)` of a vertical and a horizontal detector's answers.
///
/// # Shapes
/// - `vertical`, `horizontal`, output: `[batch, 1, height, width]`
#[must_use]
pub fn edge_strength(vertical: Tensor<4>, horizontal: Tensor<4>) -> Tensor<4> {
    (vertical.square() + horizontal.square()).sqrt()
}

/// Returns what it costs a kernel to answer otherwise than with given edges, half the mean of the squared
/// differences, and the cost's gradient by the kernel.
///
/// # Shapes
/// - `kernel`: `[1, 1, 3, 3]`
/// - `images`: `[batch, 1, height, width]`; `edges`: `[batch, 1, height - 2, width - 2]`
/// - output: `[1]`, `[1, 1, 3, 3]`
#[must_use]
pub fn cost_and_gradient(
    kernel: &Tensor<4>,
    images: &Tensor<4>,
    edges: &Tensor<4>,
) -> (Tensor<1>, Tensor<4>) {
    let difference = detect_edges(images, kernel) - edges.clone();
    let count = difference.shape().num_elements() as f64;
    let gradients = conv_backward(&(difference.clone() / count), images, kernel, VALID);
    (difference.square().mean() / 2.0, gradients.dw)
}

/// Learns a kernel from images and their edges, by `iterations` of gradient descent from zeros.
///
/// Images of mean 0 and variance 1 learn at rates up to about 0.2: the steepest direction is an even kernel, nine
/// times as steep as a single entry.
///
/// # Shapes
/// - `images`: `[batch, 1, height, width]`; `edges`: `[batch, 1, height - 2, width - 2]`
/// - output: `[1, 1, 3, 3]`
#[must_use]
pub fn learn_kernel(
    images: &Tensor<4>,
    edges: &Tensor<4>,
    iterations: usize,
    learning_rate: f64,
) -> Tensor<4> {
    let start = Tensor::zeros([1, 1, 3, 3], (&images.device(), images.dtype()));
    (0..iterations).fold(start, |kernel, _| {
        let (_, gradient) = cost_and_gradient(&kernel, images, edges);
        kernel - gradient * learning_rate
    })
}

const VALID: ConvSettings = ConvSettings { stride: 1, pad: 0 };
