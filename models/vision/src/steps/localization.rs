//! The lecture's loss of object localisation by hand (course 4, week 3, "Object localization").
//!
//! ```text
//! L(ŷ, y) = Σ_i (ŷ_i - y_i)²    if p_c = 1, over all numbers of y = (p_c, b_x, b_y, b_h, b_w, c_1, ..)
//!         = (ŷ_1 - y_1)²        if p_c = 0: nobody cares for the others
//! ```
//!
//! The lecture has it for one picture; the cost of several is the mean.

use burn::tensor::{Tensor, s};

/// `ŷ - y` where it counts, 0 where nobody cares.
fn errors(y_hat: &Tensor<2>, y: &Tensor<2>) -> Tensor<2> {
    let p_c = y.clone().slice(s![.., 0..1]);
    let nobody_cares = p_c.equal_scalar(0.0).expand(y.dims());
    let all = y_hat.clone() - y.clone();
    let first = all.clone().slice(s![.., 0..1]);
    all.mask_fill(nobody_cares, 0.0).slice_assign(s![.., 0..1], first)
}

/// Returns the cost.
///
/// # Shapes
/// - `y_hat`, `y`: `[batch, 5 + classes]`
/// - output: `[1]`
#[must_use]
pub fn localization_cost(y_hat: &Tensor<2>, y: &Tensor<2>) -> Tensor<1> {
    let [batch, _] = y.dims();
    errors(y_hat, y).square().sum() / batch as f64
}

/// Returns the gradient of the cost by `y_hat`: twice the errors over the number of pictures.
///
/// # Shapes
/// - `y_hat`, `y`, output: `[batch, 5 + classes]`
#[must_use]
pub fn localization_gradient(y_hat: &Tensor<2>, y: &Tensor<2>) -> Tensor<2> {
    let [batch, _] = y.dims();
    errors(y_hat, y) * (2.0 / batch as f64)
}
