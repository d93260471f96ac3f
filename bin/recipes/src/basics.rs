//! The functions that everything after is made of, on the inputs that the assignment tries them on.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::basics;

use crate::RecipeError;
use crate::by_hand::entries;

/// Three numbers.
pub(crate) const X: [f64; 3] = [1.0, 2.0, 3.0];

/// An image, `[height, width, channels]`.
pub(crate) const PIXELS: [[[f64; 2]; 3]; 3] = [
    [[0.67826139, 0.29380381], [0.90714982, 0.52835647], [0.4215251, 0.45017551]],
    [[0.92814219, 0.96677647], [0.85304703, 0.52351845], [0.19981397, 0.27417313]],
    [[0.60659855, 0.00533165], [0.10820313, 0.49978937], [0.34144279, 0.94630077]],
];

/// Rows to normalise.
pub(crate) const ROWS: [[f64; 3]; 2] = [[0.0, 3.0, 4.0], [1.0, 6.0, 4.0]];

/// Rows to take the softmax of.
pub(crate) const SCORES: [[f64; 5]; 2] = [[9.0, 2.0, 5.0, 0.0, 0.0], [7.0, 5.0, 0.0, 0.0, 0.0]];

/// Predictions.
pub(crate) const YHAT: [f64; 5] = [0.9, 0.2, 0.1, 0.4, 0.9];

/// The labels that were to be predicted.
pub(crate) const Y: [f64; 5] = [1.0, 0.0, 0.0, 1.0, 1.0];

/// What a function gives.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Which function.
    pub function: &'static str,
    /// The shape of what it gives.
    pub shape: Vec<usize>,
    /// Its entries, row by row.
    pub values: Vec<f64>,
}

/// Every function on its inputs.
///
/// # Errors
/// When the device fails.
pub fn show(device: &Device) -> Result<[Shown; 7], RecipeError> {
    let x = || Tensor::<1>::from_data(X, device);
    let yhat = || Tensor::<1>::from_data(YHAT, device);
    let y = || Tensor::<1>::from_data(Y, device);
    Ok([
        shown("sigmoid", basics::sigmoid(x()))?,
        shown("sigmoid_derivative", basics::sigmoid_derivative(x()))?,
        shown("image2vector", basics::image2vector(Tensor::from_data(PIXELS, device)))?,
        shown("normalize_rows", basics::normalize_rows(Tensor::from_data(ROWS, device)))?,
        shown("softmax", basics::softmax(Tensor::from_data(SCORES, device)))?,
        shown("L1", basics::l1(yhat(), y()))?,
        shown("L2", basics::l2(yhat(), y()))?,
    ])
}

fn shown<const D: usize>(function: &'static str, result: Tensor<D>) -> Result<Shown, RecipeError> {
    Ok(Shown { function, shape: result.dims().to_vec(), values: entries(result)? })
}
