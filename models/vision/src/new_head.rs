//! A trained network's features under a head for another task: transfer learning (course 3, week 2; course 4,
//! week 2).

use burn::module::{Module, ModuleDisplay};
use burn::nn::{Dropout, DropoutConfig, Linear};
use burn::tensor::Tensor;
use fireside_layers::Layer as _;

use crate::Classifier;
use crate::blocks::global_average_pool;

/// Another network's features, the mean of every channel, dropout, and one fully connected layer.
#[derive(Module, Debug)]
pub struct NewHead<M: Module + ModuleDisplay> {
    base: M,
    dropout: Dropout,
    head: Linear,
}

impl<M: Classifier> NewHead<M> {
    /// Joins a network, whose own head is not used any more, and a new head. `dropout` is the share of the
    /// features that is dropped in training; the assignment drops 0.2.
    pub fn new(base: M, head: Linear, dropout: f64) -> Self {
        Self { base, dropout: DropoutConfig::new(dropout).init(), head }
    }
}

impl<M: Classifier> Classifier for NewHead<M> {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        self.base.features(images)
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        self.head.apply(self.dropout.forward(global_average_pool(features)))
    }
}
