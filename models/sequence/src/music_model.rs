//! The model of the jazz assignment (course 5, week 1): which value comes next, and a tune out of its own answers,
//! one to many.
//!
//! | layer | output | parameters, of 90 values and 64 units |
//! | --- | --- | --- |
//! | LSTM on one-hot values | `[time, 64]` | 39,680 |
//! | fully connected, shared over the steps | `[time, 90]` | 5,850 |
//!
//! 45,530 parameters. The notebook builds one model to train and one to play, of the same layers.

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Int, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use crate::ConfigError;
use crate::recurrent::{Cell, Recurrent, RecurrentConfig, RecurrentState};
use crate::tokens::one_hot;

/// Configuration of [`MusicModel`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct MusicModelConfig {
    /// Values there are: notes and chords with their durations.
    #[config(default = 90)]
    pub num_values: usize,
    /// Units of the LSTM.
    #[config(default = 64)]
    pub hidden: usize,
}

/// The jazz model.
#[derive(Module, Debug)]
pub struct MusicModel {
    recurrent: Recurrent,
    head: Linear,
}

/// What [`MusicModel::generate`] played.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The logits that each value was chosen by, `[batch, length, num_values]`.
    pub logits: Tensor<3>,
    /// The values, `[batch, length]`.
    pub values: Tensor<2, Int>,
}

impl MusicModelConfig {
    /// Builds the model.
    ///
    /// # Errors
    /// [`ConfigError`] when there is no value or unit.
    pub fn init(&self, device: &Device) -> Result<MusicModel, ConfigError> {
        check_not_zero([("num_values", self.num_values)])?;
        Ok(MusicModel {
            recurrent: RecurrentConfig::new(Cell::LSTM, self.num_values, self.hidden)
                .init(device)?,
            head: LinearConfig::new(self.hidden, self.num_values).init(device),
        })
    }
}

impl MusicModel {
    /// Returns the logits of each next value, and the state after the last.
    ///
    /// # Shapes
    /// - `x`: `[batch, time, num_values]`, one-hot, zeros for the first step of a tune
    /// - output: `[batch, time, num_values]`
    ///
    /// # Panics
    /// When the shapes do not fit.
    pub fn forward(
        &self,
        x: Tensor<3>,
        state: Option<RecurrentState>,
    ) -> (Tensor<3>, RecurrentState) {
        let (states, last) = self.recurrent.forward(x, None, state);
        (self.head.apply(states), last)
    }

    /// Plays `length` values, each chosen by `choose` from the logits of its step, `[batch, num_values]` to
    /// `[batch]`, and read one-hot at the next: [`most_likely`], as the notebook has it, or a draw.
    ///
    /// # Shapes
    /// - `start`: `[batch, num_values]`, what the first step reads: zeros in the notebook
    ///
    /// # Panics
    /// When the shapes do not fit, or `length` is 0.
    pub fn generate(
        &self,
        start: Tensor<2>,
        state: Option<RecurrentState>,
        length: usize,
        mut choose: impl FnMut(&Tensor<2>) -> Tensor<1, Int>,
    ) -> Generated {
        let [_, num_values] = start.dims();
        let (mut x, mut state) = (start, state);
        let (mut all_logits, mut values) = (Vec::with_capacity(length), Vec::with_capacity(length));
        for _ in 0..length {
            let (output, after) = self.recurrent.step(x, state);
            let logits = self.head.apply(output);
            let value = choose(&logits);
            x = one_hot(value.clone().unsqueeze_dim(1), num_values).squeeze_dim(1);
            state = Some(after);
            all_logits.push(logits);
            values.push(value);
        }
        Generated { logits: Tensor::stack(all_logits, 1), values: Tensor::stack(values, 1) }
    }
}

/// The value of the largest logit, `[batch, num_values]` to `[batch]`.
#[must_use]
pub fn most_likely(logits: &Tensor<2>) -> Tensor<1, Int> {
    logits.clone().argmax(1).squeeze_dim(1)
}
