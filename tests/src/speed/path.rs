//! The two ways through every layer.

use burn::nn::attention::{MhaInput, MultiHeadAttention};
use burn::nn::conv::Conv2d;
use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::pool::{AdaptiveAvgPool2d, AvgPool2d, MaxPool2d};
use burn::nn::transformer::{TransformerEncoder, TransformerEncoderInput};
use burn::nn::{BatchNorm, Gru, Linear, Lstm, Rnn};
use burn::optim::{AdamConfig, ModuleOptimizer};
use burn::tensor::{Int, Tensor};
use clap::ValueEnum;
use fireside_layers::ops::{Activation, CrossEntropy, Region, RoiAlignOptions};
use fireside_layers::{Layer, conv_norm, ops, plain};
use fireside_training::optimizer::OptimizerConfig;

/// Which operations run a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Path {
    /// Those of `fireside-layers`.
    Ours,
    /// Those of Burn's modules.
    Plain,
}

impl Path {
    pub(super) fn tanh<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Ours => ops::tanh(x),
            Self::Plain => plain::tanh(x),
        }
    }

    pub(super) fn relu<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Ours => ops::relu(x),
            Self::Plain => plain::relu(x),
        }
    }

    pub(super) fn roi_align(
        self,
        x: Tensor<4>,
        regions: &[Region],
        options: &RoiAlignOptions,
    ) -> Tensor<4> {
        match self {
            Self::Ours => ops::roi_align(x, regions, options),
            Self::Plain => plain::roi_align(x, regions, options),
        }
    }

    pub(super) fn linear<const D: usize>(self, layer: &Linear, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Ours => layer.apply(x),
            Self::Plain => layer.forward(x),
        }
    }

    pub(super) fn convolution(self, layer: &Conv2d, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Ours => layer.apply(x),
            Self::Plain => layer.forward(x),
        }
    }

    pub(super) fn batch_norm(self, layer: &BatchNorm, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Ours => layer.apply(x),
            Self::Plain => layer.forward(x),
        }
    }

    /// Convolution, batch norm and perhaps ReLU.
    pub(super) fn convolution_norm(
        self,
        convolution: &Conv2d,
        norm: &BatchNorm,
        relu: bool,
        x: Tensor<4>,
    ) -> Tensor<4> {
        match self {
            Self::Ours => conv_norm(convolution, norm, relu.then_some(Activation::Relu), x),
            Self::Plain => {
                let x = norm.forward(convolution.forward(x));
                if relu { plain::relu(x) } else { x }
            }
        }
    }

    pub(super) fn average_pooling(self, layer: &AvgPool2d, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Ours => layer.apply(x),
            Self::Plain => layer.forward(x),
        }
    }

    pub(super) fn max_pooling(self, layer: &MaxPool2d, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Ours => layer.apply(x),
            Self::Plain => layer.forward(x),
        }
    }

    pub(super) fn global_average(self, layer: &AdaptiveAvgPool2d, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Ours => layer.apply(x),
            Self::Plain => layer.forward(x),
        }
    }

    pub(super) fn lstm(self, layer: &Lstm, x: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Ours => layer.apply((x, None)).0,
            Self::Plain => layer.forward(x, None).0,
        }
    }

    pub(super) fn gru(self, layer: &Gru, x: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Ours => layer.apply((x, None)),
            Self::Plain => layer.forward(x, None),
        }
    }

    pub(super) fn rnn(self, layer: &Rnn, x: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Ours => layer.apply((x, None)).0,
            Self::Plain => layer.forward(x, None).0,
        }
    }

    pub(super) fn attention(self, layer: &MultiHeadAttention, x: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Ours => layer.apply(x),
            Self::Plain => layer.forward(MhaInput::self_attn(x)).context,
        }
    }

    pub(super) fn encoder(self, layer: &TransformerEncoder, x: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Ours => layer.apply(x),
            Self::Plain => layer.forward(TransformerEncoderInput::new(x)),
        }
    }

    pub(super) fn cross_entropy(self, logits: Tensor<2>, classes: Tensor<1, Int>) -> Tensor<1> {
        match self {
            Self::Ours => ops::cross_entropy(logits, classes, &CrossEntropy::default()),
            Self::Plain => {
                CrossEntropyLossConfig::new().init(&logits.device()).forward(logits, classes)
            }
        }
    }

    pub(super) fn mean_squared_error<const D: usize>(
        self,
        output: Tensor<D>,
        target: Tensor<D>,
    ) -> Tensor<1> {
        MseLoss::new().forward(output, target, Reduction::Mean)
    }

    pub(super) fn adam(self) -> ModuleOptimizer {
        match self {
            Self::Ours => OptimizerConfig::adam().init().expect("the course's settings"),
            Self::Plain => AdamConfig::new().with_epsilon(1e-8).init(),
        }
    }
}
