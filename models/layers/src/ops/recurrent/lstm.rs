//! Long short-term memory (course 5, week 1; Hochreiter & Schmidhuber, 1997; peepholes: Gers & Schmidhuber,
//! 2000).

use burn::tensor::Tensor;

use super::check::{Sizes, check, sizes};
use crate::fused;
use crate::plain::{LstmOptions, LstmState, LstmWeights};

/// A long short-term memory over whole sequences.
///
/// ```text
/// i = σ(x W_i + h U_i + b_i + p_i c)        f = σ(x W_f + h U_f + b_f + p_f c)
/// g = tanh(x W_g + h U_g + b_g)
/// c' = f c + i g
/// o = σ(x W_o + h U_o + b_o + p_o c')       h' = o tanh(c')
/// ```
///
/// Returns the hidden states of all steps and the final state. Without an `initial` state both begin at 0.
///
/// # Shapes
/// - `x`: `[batch, time, features]`
/// - output: `[batch, time, hidden]`
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn lstm(
    x: Tensor<3>,
    weights: LstmWeights,
    initial: Option<LstmState>,
    options: &LstmOptions,
) -> (Tensor<3>, LstmState) {
    let LstmWeights { input, recurrent, bias, peepholes } = &weights;
    let Sizes { batch, hidden, columns } = sizes("lstm", 4, &x, input, recurrent, &options.scan);
    check("lstm", &x, "bias", bias.as_ref(), [columns]);
    check("lstm", &x, "peepholes", peepholes.as_ref(), [3, hidden]);
    if let Some(state) = &initial {
        check("lstm", &x, "hidden state", Some(&state.hidden), [batch, hidden]);
        check("lstm", &x, "cell", Some(&state.cell), [batch, hidden]);
    }
    fused::lstm(x, weights, initial, options)
}
