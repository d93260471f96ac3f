//! One recurrent layer in one direction.

use burn::config::Config;
use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::{Device, Tensor};
use fireside_layers::ops::{
    self, GateActivation, GruOptions, GruWeights, LstmOptions, LstmState, LstmWeights, Reset,
    RnnOptions, RnnWeights, Scan,
};
use fireside_layers::zero_bias;

use super::state::Part;

/// What a recurrent layer is made of.
#[derive(Config, Debug, Copy, PartialEq)]
pub enum Cell {
    /// The basic cell, `tanh` (Elman, 1990).
    Rnn,
    /// The gated recurrent unit (Cho et al., 2014).
    Gru {
        /// Where the reset gate stands.
        reset: Reset,
    },
    /// Long short-term memory (Hochreiter & Schmidhuber, 1997).
    Lstm {
        /// Whether the gates see the cell (Gers & Schmidhuber, 2000).
        peepholes: bool,
        /// The gates' activation.
        gates: GateActivation,
    },
}

impl Cell {
    /// The gated recurrent unit as PyTorch and Keras have it.
    pub const GRU: Self = Self::Gru { reset: Reset::AfterProduct };
    /// Long short-term memory as PyTorch and Keras have it.
    pub const LSTM: Self = Self::Lstm { peepholes: false, gates: GateActivation::Logistic };

    fn gates(self) -> usize {
        match self {
            Self::Rnn => 1,
            Self::Gru { .. } => 3,
            Self::Lstm { .. } => 4,
        }
    }
}

/// One recurrent layer in one direction.
#[derive(Module, Debug)]
pub struct RecurrentLayer {
    /// `[features, gates * hidden]`
    input: Param<Tensor<2>>,
    /// `[hidden, gates * hidden]`
    recurrent: Param<Tensor<2>>,
    /// `[gates * hidden]`
    bias: Param<Tensor<1>>,
    /// `[3 * hidden]`; where the reset gate stands after the product alone, since elsewhere it only adds to `bias`.
    recurrent_bias: Option<Param<Tensor<1>>>,
    /// `[3, hidden]`: of the input, the forget and the output gate.
    peepholes: Option<Param<Tensor<2>>>,
    #[module(skip)]
    cell: Cell,
}

impl RecurrentLayer {
    pub(super) fn new(cell: Cell, features: usize, hidden: usize, device: &Device) -> Self {
        let columns = cell.gates() * hidden;
        let xavier = Initializer::XavierUniform { gain: 1.0 };
        let weight =
            |rows: usize| xavier.init_with([rows, columns], Some(rows), Some(hidden), device);
        let bias = match cell {
            Cell::Lstm { .. } => {
                let [zeros, ones] =
                    [Tensor::zeros([hidden], device), Tensor::ones([hidden], device)];
                let gates = vec![zeros.clone(), ones, zeros.clone(), zeros];
                Param::from_tensor(Tensor::cat(gates, 0))
            }
            Cell::Rnn | Cell::Gru { .. } => zero_bias(columns, device),
        };
        let resets_after = cell == Cell::Gru { reset: Reset::AfterProduct };
        let peeps = matches!(cell, Cell::Lstm { peepholes: true, .. });
        let tenth = Initializer::Constant { value: 0.1 };
        Self {
            input: weight(features),
            recurrent: weight(hidden),
            bias,
            recurrent_bias: resets_after.then(|| zero_bias(columns, device)),
            peepholes: peeps.then(|| tenth.init([3, hidden], device)),
            cell,
        }
    }

    /// Reads whole sequences; returns the states of all steps and the final one.
    pub(super) fn forward(
        &self,
        x: Tensor<3>,
        lengths: Option<&[usize]>,
        state: Option<Part>,
        reverse: bool,
    ) -> (Tensor<3>, Part) {
        let scan = Scan { reverse, lengths: lengths.map(<[usize]>::to_vec) };
        let (input, recurrent) = (self.input.val(), self.recurrent.val());
        let bias = Some(self.bias.val());
        match self.cell {
            Cell::Rnn => {
                let weights = RnnWeights { input, recurrent, bias };
                let options = RnnOptions { scan, ..RnnOptions::default() };
                let (output, last) = ops::rnn(x, weights, state.map(|state| state.0), &options);
                (output, (last, None))
            }
            Cell::Gru { reset } => {
                let recurrent_bias = self.recurrent_bias.as_ref().map(Param::val);
                let weights = GruWeights { input, recurrent, bias, recurrent_bias };
                let options = GruOptions { reset, scan, ..GruOptions::default() };
                let (output, last) = ops::gru(x, weights, state.map(|state| state.0), &options);
                (output, (last, None))
            }
            Cell::Lstm { gates, .. } => {
                let peepholes = self.peepholes.as_ref().map(Param::val);
                let weights = LstmWeights { input, recurrent, bias, peepholes };
                let options = LstmOptions { gates, scan };
                let (output, last) = ops::lstm(x, weights, state.map(lstm_state), &options);
                (output, (last.hidden, Some(last.cell)))
            }
        }
    }
}

fn lstm_state((hidden, cell): Part) -> LstmState {
    LstmState { cell: cell.unwrap_or_else(|| hidden.zeros_like()), hidden }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_written_as_before_layers_had_their_words() {
        let old_keras = Cell::Lstm { peepholes: false, gates: GateActivation::OLD_KERAS };
        for (cell, written) in [
            (Cell::LSTM, r#"{"Lstm":{"peepholes":false,"gates":"Logistic"}}"#),
            (old_keras, r#"{"Lstm":{"peepholes":false,"gates":"HardSigmoid"}}"#),
            (Cell::GRU, r#"{"Gru":{"reset":"AfterProduct"}}"#),
            (Cell::Gru { reset: Reset::BeforeProduct }, r#"{"Gru":{"reset":"BeforeProduct"}}"#),
        ] {
            let text = cell.to_string().replace(char::is_whitespace, "");
            assert_eq!(text, written);
            assert_eq!(Cell::load_binary(written.as_bytes()).unwrap(), cell);
        }
    }

    #[test]
    fn gates_of_any_slope_come_back() {
        let gates = GateActivation::HardSigmoid { slope: 0.25, offset: 0.5 };
        let cell = Cell::Lstm { peepholes: true, gates };
        assert_eq!(Cell::load_binary(cell.to_string().as_bytes()).unwrap(), cell);
    }
}
