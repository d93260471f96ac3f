//! Course 1, week 2: Python basics with NumPy.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::basics::{self, basic_sigmoid};

use super::array::scalar;
use super::{Array, Notebook, Step};
use crate::RecipeError;
use crate::basics::{PIXELS, ROWS, SCORES, X, Y, YHAT};

/// Python basics with NumPy.
pub const NOTEBOOK: Notebook = Notebook { name: "c1w2a1", steps };

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let x = Array::list(X).of_integers();
    let (yhat, y) = (Array::list(YHAT), Array::list(Y).of_integers());
    let image = Tensor::<3>::from_data(PIXELS, device);
    let (rows, scores) = (Array::matrix(&ROWS), Array::matrix(&SCORES).of_integers());
    Ok(vec![
        Step::new("basic_sigmoid", "1 / (1 + e^-x) of one number")
            .input("x", 1.0)
            .output("s", basic_sigmoid(1.0)),
        Step::new("sigmoid", "1 / (1 + e^-x), element by element")
            .input("x", &x)
            .output("s", Array::of(basics::sigmoid(x.tensor::<1>(device)))?),
        Step::new("sigmoid_derivative", "s (1 - s) with s = sigmoid(x)")
            .input("x", &x)
            .output("ds", Array::of(basics::sigmoid_derivative(x.tensor::<1>(device)))?),
        Step::new("image2vector", "(height, width, depth) laid out as one column, row by row")
            .input("image", Array::of(image.clone())?)
            .output("v", Array::features_first(basics::image2vector(image))?),
        Step::new("normalize_rows", "each row divided by its length")
            .input("x", &rows)
            .output("x_normalized", Array::of(basics::normalize_rows(rows.tensor(device)))?),
        Step::new("softmax", "e^x of each row divided by the row's sum")
            .input("x", &scores)
            .output("s", Array::of(basics::softmax(scores.tensor(device)))?),
        Step::new("L1", "the sum of |y - yhat|")
            .input("yhat", &yhat)
            .input("y", &y)
            .output("loss", scalar(basics::l1(yhat.tensor(device), y.tensor(device)))?),
        Step::new("L2", "the sum of (y - yhat)^2")
            .input("yhat", &yhat)
            .input("y", &y)
            .output("loss", scalar(basics::l2(yhat.tensor(device), y.tensor(device)))?),
    ])
}
