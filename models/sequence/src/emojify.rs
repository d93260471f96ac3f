//! An emoji for a sentence that heeds the order of its words: two LSTMs on word vectors (course 5, week 2).
//!
//! | layer | output | parameters, of 400,000 words in 50 dimensions |
//! | --- | --- | --- |
//! | embedding, not trained | `[time, 50]` | 20,000,050 |
//! | LSTM | `[time, 128]` | 91,648 |
//! | dropout 0.5 | `[time, 128]` | |
//! | LSTM, its last output | `[128]` | 131,584 |
//! | dropout 0.5 | `[128]` | |
//! | fully connected | `[5]` | 645 |
//!
//! A gate has one bias, as in Keras. As in the assignment, padding is a word like any other, with a vector of zeros:
//! the LSTMs go on over it, and no mask stops them.

use burn::config::Config;
use burn::module::{Module, Param};
use burn::nn::{
    Dropout, DropoutConfig, Embedding, GateController, Initializer, Linear, LinearConfig, Lstm,
    LstmConfig,
};
use burn::tensor::{Device, Int, Tensor};
use fireside_layers::config::{check_not_zero, check_share};
use fireside_layers::trace::{self, Step};
use fireside_layers::{Layer as _, zero_bias};

use crate::ConfigError;

/// A table that does not fit the network.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EmojifyError {
    /// The vectors are of another shape than the embedding.
    #[error("the vectors are {found:?}, the embedding is {expected:?}: rows, then dimensions")]
    Vectors {
        /// Rows and dimensions of the embedding.
        expected: [usize; 2],
        /// Those of the vectors.
        found: [usize; 2],
    },
}

/// Configuration of [`EmojifyV2`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct EmojifyV2Config {
    /// Words of the vocabulary; the embedding has a row more, of zeros, for padding.
    pub num_words: usize,
    /// Dimensions of the word vectors.
    pub emb_dim: usize,
    /// Units of each LSTM.
    #[config(default = 128)]
    pub hidden: usize,
    /// Share of the outputs that dropout takes away in training.
    #[config(default = 0.5)]
    pub dropout: f64,
    /// Number of output classes.
    #[config(default = 5)]
    pub num_classes: usize,
}

/// Two LSTMs on word vectors that are not trained.
#[derive(Module, Debug)]
pub struct EmojifyV2 {
    embedding: Embedding,
    lstm1: Lstm,
    lstm2: Lstm,
    dropout: Dropout,
    head: Linear,
}

impl EmojifyV2Config {
    /// Builds the network: weights of Glorot's uniform distribution, biases and word vectors 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or the dropout is not in 0..1.
    pub fn init(&self, device: &Device) -> Result<EmojifyV2, ConfigError> {
        check_not_zero([
            ("num_words", self.num_words),
            ("emb_dim", self.emb_dim),
            ("hidden", self.hidden),
            ("num_classes", self.num_classes),
        ])?;
        check_share("dropout", self.dropout)?;
        let glorot = Initializer::XavierUniform { gain: 1.0 };
        let head = LinearConfig::new(self.hidden, self.num_classes);
        let mut head = head.with_initializer(glorot).init(device);
        head.bias = Some(zero_bias(self.num_classes, device));
        let vectors = Tensor::zeros([self.num_words + 1, self.emb_dim], device);
        Ok(EmojifyV2 {
            embedding: frozen(vectors),
            lstm1: lstm([self.emb_dim, self.hidden], device),
            lstm2: lstm([self.hidden, self.hidden], device),
            dropout: DropoutConfig::new(self.dropout).init(),
            head,
        })
    }
}

impl EmojifyV2 {
    /// Gives the words their vectors, `[num_words + 1, emb_dim]`, which training leaves as they are.
    ///
    /// # Errors
    /// [`EmojifyError::Vectors`] when the shape is another.
    pub fn with_vectors(mut self, vectors: Tensor<2>) -> Result<Self, EmojifyError> {
        let (expected, found) = (self.embedding.weight.shape().dims(), vectors.dims());
        if found != expected {
            return Err(EmojifyError::Vectors { expected, found });
        }
        self.embedding = frozen(vectors);
        Ok(self)
    }

    /// The vectors of the words, `[num_words + 1, emb_dim]`.
    pub fn vectors(&self) -> Tensor<2> {
        self.embedding.weight.val()
    }

    /// Returns class logits. Dropout acts on an autodiff device alone.
    ///
    /// # Shapes
    /// - `sentences`: `[batch, time]`, rows of the embedding
    /// - output: `[batch, num_classes]`
    pub fn forward(&self, sentences: Tensor<2, Int>) -> Tensor<2> {
        let x = self.embedding.forward(sentences); // [batch, time, emb_dim]
        note("Embedding", &self.embedding, &x);
        let (x, _) = self.lstm1.apply((x, None)); // [batch, time, hidden]
        note("Lstm", &self.lstm1, &x);
        let x = trace::step("Dropout", self.dropout.forward(x));
        let (_, last) = self.lstm2.apply((x, None));
        let x = last.hidden; // [batch, hidden]
        note("Lstm", &self.lstm2, &x);
        self.head.apply(trace::step("Dropout", self.dropout.forward(x)))
    }
}

fn frozen(vectors: Tensor<2>) -> Embedding {
    Embedding { weight: Param::from_tensor(vectors) }.no_grad()
}

/// An LSTM of `[inputs, units]` with one bias for each gate.
fn lstm([inputs, units]: [usize; 2], device: &Device) -> Lstm {
    let glorot = Initializer::XavierUniform { gain: 1.0 };
    let mut lstm = LstmConfig::new(inputs, units, true).with_initializer(glorot).init(device);
    let one_bias = |gate: &mut GateController| {
        gate.input_transform.bias = Some(zero_bias(units, device));
        gate.hidden_transform.bias = None;
    };
    for gate in [&mut lstm.input_gate, &mut lstm.cell_gate, &mut lstm.output_gate] {
        one_bias(gate);
    }
    lstm.forget_gate.iter_mut().for_each(one_bias);
    lstm
}

/// Writes a layer down for a table of layers.
fn note<M: Module, const D: usize>(kind: &'static str, layer: &M, output: &Tensor<D>) {
    let parameters = || layer.num_params();
    trace::note(|| Step { num_parameters: parameters(), ..Step::new(kind, output) });
}
