//! Week 2's warm-up: the functions that everything after is made of.

use burn::tensor::{Tensor, activation};

/// `1 / (1 + e^-x)` of one number.
#[must_use]
pub fn basic_sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// `1 / (1 + e^-x)`, element by element.
#[must_use]
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation::sigmoid(x)
}

/// The derivative of [`sigmoid`] at `x`: `s (1 - s)` with `s = sigmoid(x)`.
#[must_use]
pub fn sigmoid_derivative<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let s = sigmoid(x);
    s.clone() * (1.0 - s)
}

/// Lays one image out as a row.
///
/// # Shapes
/// - `image`: `[height, width, channels]`
/// - output: `[1, height * width * channels]`, row-major, as the course orders it
#[must_use]
pub fn image2vector(image: Tensor<3>) -> Tensor<2> {
    image.reshape([1, -1])
}

/// Lays every image out as a row of its own.
///
/// # Shapes
/// - `images`: `[batch, height, width, channels]`
/// - output: `[batch, height * width * channels]`
#[must_use]
pub fn flatten_images(images: Tensor<4>) -> Tensor<2> {
    images.flatten(1, 3)
}

/// Divides each row by its Euclidean norm. A row of zeros gives NaN: the course has no guard either.
///
/// # Shapes
/// - `x`, output: `[rows, columns]`
#[must_use]
pub fn normalize_rows(x: Tensor<2>) -> Tensor<2> {
    let norm = x.clone().square().sum_dim(1).sqrt(); // [rows, 1]
    x / norm
}

/// `e^x` divided by its sum over the row.
///
/// The course subtracts no maximum, so entries above about 700 (f64) overflow;
/// [`burn::tensor::activation::softmax`] is the one to use outside the lesson.
///
/// # Shapes
/// - `x`, output: `[batch, classes]`
#[must_use]
pub fn softmax(x: Tensor<2>) -> Tensor<2> {
    let e = x.exp();
    e.clone() / e.sum_dim(1)
}

/// Sum of the absolute differences.
///
/// # Shapes
/// - `yhat`, `y`: `[batch]`
/// - output: `[1]`
#[must_use]
pub fn l1(yhat: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
    (y - yhat).abs().sum()
}

/// Sum of the squared differences.
///
/// # Shapes
/// - `yhat`, `y`: `[batch]`
/// - output: `[1]`
#[must_use]
pub fn l2(yhat: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
    (y - yhat).square().sum()
}
