//! Long short-term memory (course 5, week 1; Hochreiter & Schmidhuber, 1997).
//!
//! ```text
//! Γf = σ([a_prev, x] Wf + bf)        Γi = σ([a_prev, x] Wi + bi)        Γo = σ([a_prev, x] Wo + bo)
//! c̃  = tanh([a_prev, x] Wc + bc)
//! c  = Γf c_prev + Γi c̃              a  = Γo tanh(c)                    y = softmax(a Wy + by)
//!
//! dc = dc_next + da Γo (1 - tanh²(c))                                   dc_prev = dc Γf
//! dzf = dc c_prev Γf (1 - Γf)        dzi = dc c̃ Γi (1 - Γi)
//! dzc = dc Γi (1 - c̃²)               dzo = da tanh(c) Γo (1 - Γo)
//! ```
//!
//! The forget gate multiplies the old cell, `Γf c_prev`, as in the graded assignment and the papers: open at 1,
//! it keeps everything. Notes in circulation print `1 - Γf` there, carried over from the gated recurrent unit,
//! where one gate does both; an LSTM's gates are two, and their sum is not 1.
//!
//! Backward through time both `da_prev` and `dc_prev` go back from step to step. Solutions that drop one of them
//! are right in the last step alone.

use burn::tensor::Tensor;

use super::{
    Layer, at, before, check_gradient, check_sequence, predict, sigmoid, sigmoid_slope, stack,
    tanh_slope,
};

/// The parameters of the four gates, or the gradients by them. Each multiplies `[a_prev, x]`, so its weight is
/// `[n_a + n_x, n_a]`, the rows of the hidden state first.
#[derive(Debug, Clone)]
pub struct LstmGates {
    /// `Wf`, `bf`: how much of the cell stays.
    pub forget: Layer,
    /// `Wi`, `bi`: how much of the candidate gets in; the lectures' `Γu`.
    pub update: Layer,
    /// `Wc`, `bc`: what might get in.
    pub candidate: Layer,
    /// `Wo`, `bo`: how much of the cell shows.
    pub output: Layer,
}

impl LstmGates {
    fn zeros_like(&self) -> Self {
        Self {
            forget: self.forget.zeros_like(),
            update: self.update.zeros_like(),
            candidate: self.candidate.zeros_like(),
            output: self.output.zeros_like(),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            forget: self.forget.plus(other.forget),
            update: self.update.plus(other.update),
            candidate: self.candidate.plus(other.candidate),
            output: self.output.plus(other.output),
        }
    }
}

/// What one step computed, `[batch, n_a]` each.
#[derive(Debug, Clone)]
pub struct LstmCell {
    /// The hidden state.
    pub a_next: Tensor<2>,
    /// The cell.
    pub c_next: Tensor<2>,
    /// The forget gate.
    pub ft: Tensor<2>,
    /// The update gate.
    pub it: Tensor<2>,
    /// The candidate `c̃`.
    pub cct: Tensor<2>,
    /// The output gate.
    pub ot: Tensor<2>,
}

/// What [`lstm_forward`] computed.
#[derive(Debug, Clone)]
pub struct LstmForward {
    /// The hidden state after each step, `[batch, time, n_a]`.
    pub a: Tensor<3>,
    /// The prediction of each step, `[batch, time, n_y]`.
    pub y: Tensor<3>,
    /// The cell after each step, `[batch, time, n_a]`.
    pub c: Tensor<3>,
    /// Every step, for the way back.
    pub cells: Vec<LstmCell>,
}

/// The gradients of [`lstm_cell_forward`].
#[derive(Debug, Clone)]
pub struct LstmCellGradients {
    /// By the input, `[batch, n_x]`.
    pub dxt: Tensor<2>,
    /// By the hidden state before, `[batch, n_a]`.
    pub da_prev: Tensor<2>,
    /// By the cell before, `[batch, n_a]`.
    pub dc_prev: Tensor<2>,
    /// By the parameters.
    pub gates: LstmGates,
}

/// The gradients of [`lstm_forward`].
#[derive(Debug, Clone)]
pub struct LstmGradients {
    /// By the inputs, `[batch, time, n_x]`.
    pub dx: Tensor<3>,
    /// By the first hidden state, `[batch, n_a]`.
    pub da0: Tensor<2>,
    /// By the parameters, summed over time.
    pub gates: LstmGates,
}

/// Takes one step.
///
/// # Shapes
/// - `xt`: `[batch, n_x]`; `a_prev`, `c_prev`: `[batch, n_a]`
#[must_use]
pub fn lstm_cell_forward(
    xt: &Tensor<2>,
    a_prev: &Tensor<2>,
    c_prev: &Tensor<2>,
    gates: &LstmGates,
) -> LstmCell {
    let concat = Tensor::cat(vec![a_prev.clone(), xt.clone()], 1); // [batch, n_a + n_x]
    let ft = sigmoid(gates.forget.apply(concat.clone()));
    let it = sigmoid(gates.update.apply(concat.clone()));
    let cct = gates.candidate.apply(concat.clone()).tanh();
    let ot = sigmoid(gates.output.apply(concat));
    let c_next = ft.clone() * c_prev.clone() + it.clone() * cct.clone();
    let a_next = ot.clone() * c_next.clone().tanh();
    LstmCell { a_next, c_next, ft, it, cct, ot }
}

/// Reads whole sequences; the cell begins at 0.
///
/// # Shapes
/// - `x`: `[batch, time, n_x]`, `a0`: `[batch, n_a]`
///
/// # Panics
/// When the shapes do not fit, or there is no step.
#[must_use]
pub fn lstm_forward(
    x: &Tensor<3>,
    a0: &Tensor<2>,
    gates: &LstmGates,
    prediction: &Layer,
) -> LstmForward {
    check("lstm_forward", x, a0, gates);
    let mut cells: Vec<LstmCell> = Vec::new();
    let (mut a_prev, mut c_prev) = (a0.clone(), a0.zeros_like());
    for t in 0..x.dims()[1] {
        let cell = lstm_cell_forward(&at(x, t), &a_prev, &c_prev, gates);
        (a_prev, c_prev) = (cell.a_next.clone(), cell.c_next.clone());
        cells.push(cell);
    }
    LstmForward {
        a: stack(cells.iter().map(|cell| cell.a_next.clone()).collect()),
        y: stack(cells.iter().map(|cell| predict(&cell.a_next, prediction)).collect()),
        c: stack(cells.iter().map(|cell| cell.c_next.clone()).collect()),
        cells,
    }
}

/// Returns the gradients of one step.
///
/// # Shapes
/// - `da_next`, `dc_next`: `[batch, n_a]`, the gradients by `a_next` and by `c_next`, the latter without what
///   comes through `a_next`
/// - `cell`: what [`lstm_cell_forward`] returned; the others as given to it
#[must_use]
pub fn lstm_cell_backward(
    da_next: &Tensor<2>,
    dc_next: &Tensor<2>,
    cell: &LstmCell,
    xt: &Tensor<2>,
    a_prev: &Tensor<2>,
    c_prev: &Tensor<2>,
    gates: &LstmGates,
) -> LstmCellGradients {
    let LstmCell { c_next, ft, it, cct, ot, .. } = cell;
    let tanh_c = c_next.clone().tanh();
    let dc = dc_next.clone() + da_next.clone() * ot.clone() * tanh_slope(&tanh_c);
    let dzf = dc.clone() * c_prev.clone() * sigmoid_slope(ft);
    let dzi = dc.clone() * cct.clone() * sigmoid_slope(it);
    let dzc = dc.clone() * it.clone() * tanh_slope(cct);
    let dzo = da_next.clone() * tanh_c * sigmoid_slope(ot);

    let concat = Tensor::cat(vec![a_prev.clone(), xt.clone()], 1);
    let (forget, by_forget) = gates.forget.backward(&concat, &dzf);
    let (update, by_update) = gates.update.backward(&concat, &dzi);
    let (candidate, by_candidate) = gates.candidate.backward(&concat, &dzc);
    let (output, by_output) = gates.output.backward(&concat, &dzo);
    let dconcat = by_forget + by_update + by_candidate + by_output;
    let ([_, n_a], [_, n_x]) = (a_prev.dims(), xt.dims());
    LstmCellGradients {
        dxt: dconcat.clone().narrow(1, n_a, n_x),
        da_prev: dconcat.narrow(1, 0, n_a),
        dc_prev: dc * ft.clone(),
        gates: LstmGates { forget, update, candidate, output },
    }
}

/// Returns the gradients of a whole sequence, from its last step to its first.
///
/// # Shapes
/// - `da`: `[batch, time, n_a]`, the gradient of each step's own loss by its hidden state
/// - `forward`: what [`lstm_forward`] returned; the others as given to it
///
/// # Panics
/// When the shapes do not fit, or there is no step.
#[must_use]
pub fn lstm_backward(
    da: &Tensor<3>,
    forward: &LstmForward,
    x: &Tensor<3>,
    a0: &Tensor<2>,
    gates: &LstmGates,
) -> LstmGradients {
    check("lstm_backward", x, a0, gates);
    check_gradient("lstm_backward", da, x, a0.dims()[1]);
    let c0 = a0.zeros_like();
    let (mut da_prev, mut dc_prev) = (a0.zeros_like(), a0.zeros_like());
    let (mut dx, mut sum) = (Vec::new(), gates.zeros_like());
    for (t, cell) in forward.cells.iter().enumerate().rev() {
        let da_next = at(da, t) + da_prev;
        let (a_before, c_before) = (before(&forward.a, a0, t), before(&forward.c, &c0, t));
        let step =
            lstm_cell_backward(&da_next, &dc_prev, cell, &at(x, t), &a_before, &c_before, gates);
        (da_prev, dc_prev) = (step.da_prev, step.dc_prev);
        dx.push(step.dxt);
        sum = sum.plus(step.gates);
    }
    dx.reverse();
    LstmGradients { dx: stack(dx), da0: da_prev, gates: sum }
}

fn check(operation: &str, x: &Tensor<3>, a0: &Tensor<2>, gates: &LstmGates) {
    let rows = a0.dims()[1] + x.dims()[2];
    check_sequence(operation, x, a0, rows, gates.forget.weight.dims());
}
