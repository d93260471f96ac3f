//! A trained network's features under a head for another task: transfer learning (course 3, week 2; course 4,
//! week 2).

use burn::module::{Module, ModuleDisplay};
use burn::nn::{Dropout, DropoutConfig, Linear};
use burn::tensor::Tensor;
use fireside_layers::{Layer as _, Pixels};

use crate::Classifier;
use crate::blocks::global_average_pool;

/// Another network's features, the mean of every channel, dropout, and one fully connected layer.
#[derive(Module, Debug)]
pub struct NewHead<M: Module + ModuleDisplay> {
    base: M,
    #[module(skip)]
    pixels: Pixels,
    dropout: Dropout,
    head: Linear,
}

impl<M: Classifier> NewHead<M> {
    /// Joins a network, whose own head is not used any more, and a new head. `pixels` is what the network was
    /// trained on; `dropout` is the share of the features that is dropped in training, 0.2 in the assignment.
    pub fn new(base: M, pixels: Pixels, head: Linear, dropout: f64) -> Self {
        Self { base, pixels, dropout: DropoutConfig::new(dropout).init(), head }
    }
}

/// Returns what a new head sees: the mean of every channel of the features.
///
/// # Shapes
/// - `images`: `[batch, channels, height, width]`, values of 0 to 1
/// - output: `[batch, feature channels]`
#[must_use]
pub fn pooled_features<M: Classifier>(base: &M, pixels: Pixels, images: Tensor<4>) -> Tensor<2> {
    global_average_pool(base.features(pixels.apply(images)))
}

impl<M: Classifier> Classifier for NewHead<M> {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        self.base.features(self.pixels.apply(images))
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        self.head.apply(self.dropout.forward(global_average_pool(features)))
    }
}
