//! The inception module (Szegedy et al., 2014, "Going deeper with convolutions"; course 4, week 2): windows of
//! several sizes and a pooling see the same maps, and what they find is put side by side.
//!
//! A convolution 1x1 before a large window leaves it fewer channels to see: the bottleneck of the lecture.

use burn::config::Config;
use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::pool::{AvgPool2d, AvgPool2dConfig, MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use crate::ConfigError;
use crate::blocks::concat;
use crate::conv_relu::{ConvRelu, ConvReluConfig, Normalization};

/// Added to the variance in batch normalisation, by torchvision and Keras alike.
const EPSILON: f64 = 1e-3;

/// Channels out of a convolution, and rows and columns of its window; both odd.
pub type Window = (usize, [usize; 2]);

/// What a branch begins with: a pooling 3x3.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// None.
    None,
    /// The largest value.
    Max,
    /// The mean, in which the zeros around the maps count.
    Mean,
    /// The mean of the pixels that are there.
    MeanInside,
}

/// Configuration of one way through an [`Inception`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct BranchConfig {
    /// Convolutions one after the other.
    pub convs: Vec<Window>,
    /// Convolutions side by side, after those.
    #[config(default = "Vec::new()")]
    pub fork: Vec<Window>,
    /// What comes before.
    #[config(default = "Pooling::None")]
    pub pooling: Pooling,
    /// Whether the branch halves the height and width: in its last convolution, or where it has none in the
    /// pooling, which then have a stride of 2 and no zeros around the maps.
    #[config(default = false)]
    pub halves: bool,
}

/// Configuration of an [`Inception`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct InceptionConfig {
    /// Channels of the maps.
    pub inputs: usize,
    /// The ways through.
    pub branches: Vec<BranchConfig>,
    /// What lies between a convolution and its ReLU. Without it the convolutions have biases.
    #[config(default = "Normalization::None")]
    pub normalization: Normalization,
}

/// An inception module.
#[derive(Module, Debug)]
pub struct Inception {
    branches: Vec<Branch>,
}

#[derive(Module, Debug)]
struct Branch {
    max: Option<MaxPool2d>,
    mean: Option<AvgPool2d>,
    convs: Vec<ConvRelu>,
    fork: Vec<ConvRelu>,
}

impl InceptionConfig {
    /// Channels of the output.
    #[must_use]
    pub fn outputs(&self) -> usize {
        let of_branch = |branch: &BranchConfig| match branch.fork.is_empty() {
            true => branch.convs.last().map_or(self.inputs, |(outputs, _)| *outputs),
            false => branch.fork.iter().map(|(outputs, _)| outputs).sum(),
        };
        self.branches.iter().map(of_branch).sum()
    }

    /// Builds the module: weights of He's normal distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or a side of a window even.
    pub fn init(&self, device: &Device) -> Result<Inception, ConfigError> {
        check_not_zero([("inputs", self.inputs), ("branches", self.branches.len())])?;
        let branches = self.branches.iter().map(|branch| self.branch(branch, device));
        Ok(Inception { branches: branches.collect::<Result<_, _>>()? })
    }

    fn branch(&self, branch: &BranchConfig, device: &Device) -> Result<Branch, ConfigError> {
        for (outputs, kernel) in branch.convs.iter().chain(&branch.fork) {
            check_not_zero([("channels of a branch", *outputs)])?;
            if let Some(even) = kernel.iter().find(|side| side.is_multiple_of(2)) {
                return Err(ConfigError::Setting {
                    name: "the side of a window",
                    expected: "an odd number".to_string(),
                    found: even.to_string(),
                });
            }
        }
        let mut inputs = self.inputs;
        let mut convs = Vec::new();
        for (index, &(outputs, kernel)) in branch.convs.iter().enumerate() {
            let halves = branch.halves && index + 1 == branch.convs.len();
            convs.push(conv([inputs, outputs], kernel, halves, self.normalization).init(device));
            inputs = outputs;
        }
        let fork = branch.fork.iter().map(|&(outputs, kernel)| {
            conv([inputs, outputs], kernel, false, self.normalization).init(device)
        });
        let halves = branch.halves && branch.convs.is_empty();
        let (stride, padding) = match halves {
            true => ([2, 2], PaddingConfig2d::Valid),
            false => ([1, 1], PaddingConfig2d::Explicit(1, 1, 1, 1)),
        };
        let max = MaxPool2dConfig::new([3, 3]).with_strides(stride).with_padding(padding.clone());
        let mean = AvgPool2dConfig::new([3, 3])
            .with_strides(stride)
            .with_padding(padding)
            .with_count_include_pad(branch.pooling == Pooling::Mean);
        let is_mean = matches!(branch.pooling, Pooling::Mean | Pooling::MeanInside);
        Ok(Branch {
            max: (branch.pooling == Pooling::Max).then(|| max.init()),
            mean: is_mean.then(|| mean.init()),
            convs,
            fork: fork.collect(),
        })
    }
}

/// A convolution with its normalisation; halved maps have no zeros around.
pub(crate) fn conv(
    channels: [usize; 2],
    kernel: [usize; 2],
    halves: bool,
    normalization: Normalization,
) -> ConvReluConfig {
    let conv = match halves {
        true => ConvReluConfig::new(channels, kernel).with_stride([2, 2]),
        false => ConvReluConfig::same(channels, kernel),
    };
    conv.with_normalization(normalization)
        .with_bias(normalization == Normalization::None)
        .with_epsilon(EPSILON)
        // Keras's own, as is a normalisation without scales.
        .with_momentum(if normalization == Normalization::Shift { 0.01 } else { 0.1 })
}

impl Inception {
    /// Runs all branches.
    ///
    /// # Shapes
    /// - `maps`: `[batch, inputs, height, width]`
    /// - output: `[batch, outputs, height, width]`, or half of height and width, rounded down, less a pixel where
    ///   they are even
    pub fn forward(&self, maps: Tensor<4>) -> Tensor<4> {
        let branches = self.branches.iter().map(|branch| branch.forward(maps.clone()));
        concat(branches.collect())
    }
}

impl Branch {
    fn forward(&self, maps: Tensor<4>) -> Tensor<4> {
        let x = match (&self.max, &self.mean) {
            (Some(pool), _) => pool.apply(maps),
            (None, Some(pool)) => pool.apply(maps),
            (None, None) => maps,
        };
        let x = self.convs.iter().fold(x, |x, conv| conv.forward(x));
        match self.fork.is_empty() {
            true => x,
            false => concat(self.fork.iter().map(|conv| conv.forward(x.clone())).collect()),
        }
    }
}
