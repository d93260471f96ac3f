//! The gated recurrent unit in full, as the lectures have it (course 5, week 1; Cho et al., 2014).
//!
//! ```text
//! Γu = σ([c_prev, x] Wu + bu)        Γr = σ([c_prev, x] Wr + br)
//! c̃  = tanh([Γr c_prev, x] Wc + bc)
//! c  = Γu c̃ + (1 - Γu) c_prev        a = c
//!
//! dzc = dc Γu (1 - c̃²)               dzu = dc (c̃ - c_prev) Γu (1 - Γu)
//! dzr = (dzc Wcᵀ)[state] c_prev Γr (1 - Γr)
//! ```
//!
//! Here an open update gate lets the new state in. In PyTorch, Keras and `fireside_layers::ops::gru` it keeps the
//! old one: weights and bias of that gate have the opposite sign there.

use burn::tensor::Tensor;

use super::{
    Layer, at, before, check_gradient, check_sequence, sigmoid, sigmoid_slope, stack, tanh_slope,
};

/// The parameters of the gates, or the gradients by them. Weights are `[n_c + n_x, n_c]`, the rows of the state
/// first.
#[derive(Debug, Clone)]
pub struct GruGates {
    /// `Wu`, `bu`: how much of the candidate replaces the state.
    pub update: Layer,
    /// `Wr`, `br`: how much of the state the candidate sees.
    pub reset: Layer,
    /// `Wc`, `bc`: what might become the state.
    pub candidate: Layer,
}

impl GruGates {
    fn zeros_like(&self) -> Self {
        Self {
            update: self.update.zeros_like(),
            reset: self.reset.zeros_like(),
            candidate: self.candidate.zeros_like(),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            update: self.update.plus(other.update),
            reset: self.reset.plus(other.reset),
            candidate: self.candidate.plus(other.candidate),
        }
    }
}

/// What one step computed, `[batch, n_c]` each.
#[derive(Debug, Clone)]
pub struct GruCell {
    /// The state.
    pub c_next: Tensor<2>,
    /// The update gate.
    pub gamma_u: Tensor<2>,
    /// The reset gate.
    pub gamma_r: Tensor<2>,
    /// The candidate `c̃`.
    pub c_tilde: Tensor<2>,
}

/// What [`gru_forward`] computed.
#[derive(Debug, Clone)]
pub struct GruForward {
    /// The state after each step, `[batch, time, n_c]`. [`predict`](super::predict) makes a prediction of one.
    pub c: Tensor<3>,
    /// Every step, for the way back.
    pub cells: Vec<GruCell>,
}

/// The gradients of [`gru_cell_forward`].
#[derive(Debug, Clone)]
pub struct GruCellGradients {
    /// By the input, `[batch, n_x]`.
    pub dxt: Tensor<2>,
    /// By the state before, `[batch, n_c]`.
    pub dc_prev: Tensor<2>,
    /// By the parameters.
    pub gates: GruGates,
}

/// The gradients of [`gru_forward`].
#[derive(Debug, Clone)]
pub struct GruGradients {
    /// By the inputs, `[batch, time, n_x]`.
    pub dx: Tensor<3>,
    /// By the first state, `[batch, n_c]`.
    pub dc0: Tensor<2>,
    /// By the parameters, summed over time.
    pub gates: GruGates,
}

/// Takes one step.
///
/// # Shapes
/// - `xt`: `[batch, n_x]`, `c_prev`: `[batch, n_c]`
#[must_use]
pub fn gru_cell_forward(xt: &Tensor<2>, c_prev: &Tensor<2>, gates: &GruGates) -> GruCell {
    let concat = Tensor::cat(vec![c_prev.clone(), xt.clone()], 1); // [batch, n_c + n_x]
    let gamma_u = sigmoid(gates.update.apply(concat.clone()));
    let gamma_r = sigmoid(gates.reset.apply(concat));
    let scaled = Tensor::cat(vec![gamma_r.clone() * c_prev.clone(), xt.clone()], 1);
    let c_tilde = gates.candidate.apply(scaled).tanh();
    let kept = (1.0 - gamma_u.clone()) * c_prev.clone();
    let c_next = gamma_u.clone() * c_tilde.clone() + kept;
    GruCell { c_next, gamma_u, gamma_r, c_tilde }
}

/// Reads whole sequences.
///
/// # Shapes
/// - `x`: `[batch, time, n_x]`, `c0`: `[batch, n_c]`
///
/// # Panics
/// When the shapes do not fit, or there is no step.
#[must_use]
pub fn gru_forward(x: &Tensor<3>, c0: &Tensor<2>, gates: &GruGates) -> GruForward {
    check("gru_forward", x, c0, gates);
    let mut cells: Vec<GruCell> = Vec::new();
    let mut c_prev = c0.clone();
    for t in 0..x.dims()[1] {
        let cell = gru_cell_forward(&at(x, t), &c_prev, gates);
        c_prev = cell.c_next.clone();
        cells.push(cell);
    }
    GruForward { c: stack(cells.iter().map(|cell| cell.c_next.clone()).collect()), cells }
}

/// Returns the gradients of one step.
///
/// # Shapes
/// - `dc_next`: `[batch, n_c]`, the gradient by `c_next`
/// - `cell`: what [`gru_cell_forward`] returned; the others as given to it
#[must_use]
pub fn gru_cell_backward(
    dc_next: &Tensor<2>,
    cell: &GruCell,
    xt: &Tensor<2>,
    c_prev: &Tensor<2>,
    gates: &GruGates,
) -> GruCellGradients {
    let GruCell { gamma_u, gamma_r, c_tilde, .. } = cell;
    let ([_, n_c], [_, n_x]) = (c_prev.dims(), xt.dims());
    let dzc = dc_next.clone() * gamma_u.clone() * tanh_slope(c_tilde);
    let dzu = dc_next.clone() * (c_tilde.clone() - c_prev.clone()) * sigmoid_slope(gamma_u);

    let scaled = Tensor::cat(vec![gamma_r.clone() * c_prev.clone(), xt.clone()], 1);
    let (candidate, by_candidate) = gates.candidate.backward(&scaled, &dzc);
    let by_scaled = by_candidate.clone().narrow(1, 0, n_c); // by Γr c_prev
    let dzr = by_scaled.clone() * c_prev.clone() * sigmoid_slope(gamma_r);

    let concat = Tensor::cat(vec![c_prev.clone(), xt.clone()], 1);
    let (update, by_update) = gates.update.backward(&concat, &dzu);
    let (reset, by_reset) = gates.reset.backward(&concat, &dzr);
    let dconcat = by_update + by_reset;
    let kept = dc_next.clone() * (1.0 - gamma_u.clone());
    GruCellGradients {
        dxt: by_candidate.narrow(1, n_c, n_x) + dconcat.clone().narrow(1, n_c, n_x),
        dc_prev: kept + by_scaled * gamma_r.clone() + dconcat.narrow(1, 0, n_c),
        gates: GruGates { update, reset, candidate },
    }
}

/// Returns the gradients of a whole sequence, from its last step to its first.
///
/// # Shapes
/// - `dc`: `[batch, time, n_c]`, the gradient of each step's own loss by its state
/// - `forward`: what [`gru_forward`] returned; the others as given to it
///
/// # Panics
/// When the shapes do not fit, or there is no step.
#[must_use]
pub fn gru_backward(
    dc: &Tensor<3>,
    forward: &GruForward,
    x: &Tensor<3>,
    c0: &Tensor<2>,
    gates: &GruGates,
) -> GruGradients {
    check("gru_backward", x, c0, gates);
    check_gradient("gru_backward", dc, x, c0.dims()[1]);
    let (mut dx, mut sum, mut dc_prev) = (Vec::new(), gates.zeros_like(), c0.zeros_like());
    for (t, cell) in forward.cells.iter().enumerate().rev() {
        let dc_next = at(dc, t) + dc_prev;
        let c_before = before(&forward.c, c0, t);
        let step = gru_cell_backward(&dc_next, cell, &at(x, t), &c_before, gates);
        dc_prev = step.dc_prev;
        dx.push(step.dxt);
        sum = sum.plus(step.gates);
    }
    dx.reverse();
    GruGradients { dx: stack(dx), dc0: dc_prev, gates: sum }
}

fn check(operation: &str, x: &Tensor<3>, c0: &Tensor<2>, gates: &GruGates) {
    let rows = c0.dims()[1] + x.dims()[2];
    check_sequence(operation, x, c0, rows, gates.update.weight.dims());
}
