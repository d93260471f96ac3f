//! Recurrent networks of any cell, stacked, one way or both ways (course 5, week 1).
//!
//! | cell | columns of the weights | parameters, `n` features into `h` units |
//! | --- | --- | --- |
//! | [`Cell::Rnn`] | one | `h (n + h + 1)` |
//! | [`Cell::Gru`] | reset, update, new | `3 h (n + h + 1)`, and `3 h` with the reset after the product |
//! | [`Cell::Lstm`] | input, forget, candidate, output | `4 h (n + h + 1)`, and `3 h` with peepholes |
//!
//! A layer after the first reads the states of the one before it; both ways (Schuster & Paliwal, 1997), those of
//! both directions side by side. Between layers, in training, dropout takes entries away (Zaremba et al., 2014).
//!
//! Sequences of different lengths stand in one batch with padding behind the shorter ones: what the padding holds
//! changes nothing, and each sequence gives what it gives alone.

mod layer;
mod state;

pub use fireside_layers::ops::{GateActivation, Reset};
pub use layer::{Cell, RecurrentLayer};
pub use state::{RecurrentState, truncated};

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Dropout, DropoutConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::config::{check_not_zero, check_share};

use crate::ConfigError;

/// Configuration of [`Recurrent`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct RecurrentConfig {
    /// What the layers are made of.
    pub cell: Cell,
    /// Features of each step of the input.
    pub features: usize,
    /// Units of each layer and direction.
    pub hidden: usize,
    /// Layers, one on top of the other.
    #[config(default = 1)]
    pub layers: usize,
    /// Whether each layer reads the sequences from their end as well.
    #[config(default = false)]
    pub bidirectional: bool,
    /// Share of the states between two layers that dropout takes away in training.
    #[config(default = 0.0)]
    pub dropout: f64,
}

/// Recurrent layers. Nothing differs between training and evaluation but the dropout.
#[derive(Module, Debug)]
pub struct Recurrent {
    /// The layers that read from the first step to the last, the lowest first.
    forward: Vec<RecurrentLayer>,
    /// Those that read from the last to the first; none where the network goes one way.
    backward: Vec<RecurrentLayer>,
    dropout: Dropout,
}

impl RecurrentConfig {
    /// Builds the network: weights of Xavier's uniform distribution, gate by gate; biases 0, but 1 for the LSTM's
    /// forget gate (Jozefowicz et al., 2015); peepholes 0.1.
    ///
    /// # Errors
    /// [`ConfigError`] when there is no feature, unit or layer, or the share to drop is not at least 0 and below 1.
    pub fn init(&self, device: &Device) -> Result<Recurrent, ConfigError> {
        check_not_zero([
            ("features", self.features),
            ("hidden", self.hidden),
            ("layers", self.layers),
        ])?;
        check_share("dropout", self.dropout)?;
        let directions = if self.bidirectional { 2 } else { 1 };
        let layers = || {
            let features =
                |layer| if layer == 0 { self.features } else { self.hidden * directions };
            let layer =
                |layer| RecurrentLayer::new(self.cell, features(layer), self.hidden, device);
            (0..self.layers).map(layer).collect::<Vec<_>>()
        };
        Ok(Recurrent {
            forward: layers(),
            backward: if self.bidirectional { layers() } else { Vec::new() },
            dropout: DropoutConfig::new(self.dropout).init(),
        })
    }

    /// Features of each step of the output.
    #[must_use]
    pub fn output_features(&self) -> usize {
        if self.bidirectional { 2 * self.hidden } else { self.hidden }
    }
}

impl Recurrent {
    /// Reads whole sequences: returns the last layer's states at every step, 0 at padding, and the final state of
    /// every layer and direction.
    ///
    /// Without a `state` all layers begin at 0, without `lengths` all sequences are `time` long. The final state is
    /// that after a sequence's own last step, or, of the way back, after its first.
    ///
    /// # Shapes
    /// - `x`: `[batch, time, features]`
    /// - output: `[batch, time, hidden]`, or twice as wide both ways
    ///
    /// # Panics
    /// When the shapes do not fit, or there is not one length of at most `time` for each sequence.
    pub fn forward(
        &self,
        x: Tensor<3>,
        lengths: Option<&[usize]>,
        state: Option<RecurrentState>,
    ) -> (Tensor<3>, RecurrentState) {
        let directions = if self.backward.is_empty() { 1 } else { 2 };
        let count = directions * self.forward.len();
        let mut initial = RecurrentState::into_parts(state, count).into_iter();
        let mut last = Vec::with_capacity(count);
        let mut x = x;
        for (index, there) in self.forward.iter().enumerate() {
            if index > 0 {
                x = self.dropout.forward(x);
            }
            let back = self.backward.get(index);
            let ways = std::iter::once((there, false)).chain(back.map(|layer| (layer, true)));
            let mut outputs = Vec::with_capacity(directions);
            for (layer, reverse) in ways {
                let start = initial.next().flatten();
                let (output, end) = layer.forward(x.clone(), lengths, start, reverse);
                outputs.push(output);
                last.push(end);
            }
            x = Tensor::cat(outputs, 2);
        }
        (x, RecurrentState::from_parts(last))
    }

    /// Takes one step: what [`Recurrent::forward`] gives for a sequence, given one step after the other together
    /// with the state that the step before returned.
    ///
    /// # Shapes
    /// - `x`: `[batch, features]`
    /// - output: `[batch, hidden]`
    ///
    /// # Panics
    /// When the shapes do not fit, or the network reads both ways: then a step depends on those after it.
    pub fn step(&self, x: Tensor<2>, state: Option<RecurrentState>) -> (Tensor<2>, RecurrentState) {
        assert!(
            self.backward.is_empty(),
            "step: a network that reads both ways has no single steps"
        );
        let (output, state) = self.forward(x.unsqueeze_dim(1), None, state);
        (output.squeeze_dim(1), state)
    }

    /// The last layer's final hidden state, both directions side by side: what a sequence comes down to.
    ///
    /// # Shapes
    /// - output: `[batch, hidden]`, or twice as wide both ways
    pub fn summary(&self, state: &RecurrentState) -> Tensor<2> {
        let directions = if self.backward.is_empty() { 1 } else { 2 };
        let first = state.hidden.len().saturating_sub(directions);
        Tensor::cat(state.hidden[first..].to_vec(), 1)
    }
}
