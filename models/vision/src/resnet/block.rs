//! The residual block: convolutions, each with batch normalisation, around which a shortcut leads.
//!
//! `a = relu(F(x) + shortcut(x))`, with a ReLU after every convolution of `F` but the last. The course's
//! `identity_block` is the one whose shortcut changes nothing, its `convolutional_block` the one with a
//! projection.

use burn::config::Config;
use burn::module::Module;
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Tensor};
use fireside_layers::config::check_not_zero;
use fireside_layers::ops::{self, Activation, Pool2dOptions};
use fireside_layers::trace;

use crate::ConfigError;
use crate::blocks::{ConvNorm, ConvNormConfig, add, relu};

/// What leads around a block.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// The input; where the shape changes, a 1x1 convolution of it with batch normalisation (option B).
    Projection,
    /// The input; where the shape changes, every `stride`-th pixel of it, and zeros for the new channels
    /// (option A): no parameters.
    Zeros,
    /// Nothing: a plain network.
    None,
}

/// Configuration of a [`Block`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct BlockConfig {
    /// Channels of the input.
    pub inputs: usize,
    /// Channels after each convolution.
    pub filters: Vec<usize>,
    /// Rows and columns of the window of each.
    pub kernels: Vec<usize>,
    /// Pixels from one place of the window to the next.
    #[config(default = 1)]
    pub stride: usize,
    /// The convolution that has the stride, counted from 0.
    #[config(default = 0)]
    pub strided: usize,
    /// What leads around.
    #[config(default = "Shortcut::Projection")]
    pub shortcut: Shortcut,
    /// Whether to project even where the shape does not change.
    #[config(default = false)]
    pub always_projects: bool,
    /// Whether the convolutions have a bias.
    #[config(default = false)]
    pub bias: bool,
    /// Added to the variance in batch normalisation.
    #[config(default = 1e-5)]
    pub epsilon: f64,
}

/// A residual block.
#[derive(Module, Debug)]
pub struct Block {
    convs: Vec<ConvNorm>,
    projection: Option<ConvNorm>,
    stride: usize,
    outputs: usize,
    is_plain: bool,
}

impl BlockConfig {
    /// Two convolutions 3x3.
    pub fn basic(inputs: usize, width: usize) -> Self {
        Self::new(inputs, vec![width; 2], vec![3; 2])
    }

    /// 1x1, `kernel` by `kernel`, and 1x1.
    pub fn bottleneck(inputs: usize, filters: [usize; 3], kernel: usize) -> Self {
        Self::new(inputs, filters.to_vec(), vec![1, kernel, 1])
    }

    /// Channels of the output.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.filters.last().copied().unwrap_or(self.inputs)
    }

    /// Builds the block.
    ///
    /// # Errors
    /// [`ConfigError`] when a size is 0, or there is not a window for each convolution.
    pub fn init(&self, device: &Device) -> Result<Block, ConfigError> {
        check_not_zero([
            ("inputs", self.inputs),
            ("filters", self.filters.iter().copied().min().unwrap_or(0)),
            ("kernels", self.kernels.iter().copied().min().unwrap_or(0)),
            ("stride", self.stride),
        ])?;
        if self.filters.len() != self.kernels.len() {
            return Err(ConfigError::Setting {
                name: "the number of kernels",
                expected: self.filters.len().to_string(),
                found: self.kernels.len().to_string(),
            });
        }
        let stride = [self.stride; 2];
        let with = |config: ConvNormConfig| config.with_bias(self.bias).with_epsilon(self.epsilon);
        let mut inputs = self.inputs;
        let mut convs = Vec::new();
        for (index, (&outputs, &kernel)) in self.filters.iter().zip(&self.kernels).enumerate() {
            let conv = with(ConvNormConfig::square([inputs, outputs], kernel));
            let conv = if index == self.strided { conv.with_stride(stride) } else { conv };
            convs.push(conv.init(device));
            inputs = outputs;
        }
        let changes = self.inputs != inputs || self.stride != 1;
        let projects = self.shortcut == Shortcut::Projection && (changes || self.always_projects);
        let projection = ConvNormConfig::new([self.inputs, inputs], [1, 1]).with_stride(stride);
        Ok(Block {
            convs,
            projection: projects.then(|| with(projection).init(device)),
            stride: self.stride,
            outputs: inputs,
            is_plain: self.shortcut == Shortcut::None,
        })
    }
}

impl Block {
    /// Runs the block.
    ///
    /// # Shapes
    /// - `input`: `[batch, inputs, height, width]`
    /// - output: `[batch, outputs, height / stride, width / stride]`, rounded up
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let mut x = input.clone();
        for (index, conv) in self.convs.iter().enumerate() {
            let is_last = index + 1 == self.convs.len();
            x = if is_last { conv.forward(x) } else { conv.forward_with(Activation::Relu, x) };
        }
        match &self.projection {
            _ if self.is_plain => relu(x),
            Some(projection) => relu(add(x, projection.forward(input))),
            None => relu(add(x, self.with_zeros(input))),
        }
    }

    /// Every `stride`-th pixel, and zeros for the channels that are not there.
    fn with_zeros(&self, input: Tensor<4>) -> Tensor<4> {
        let new_channels = self.outputs - input.dims()[1];
        if self.stride == 1 && new_channels == 0 {
            return input;
        }
        let every = Pool2dOptions { kernel: [1; 2], stride: [self.stride; 2], padding: [0; 4] };
        let pixels = ops::avg_pool2d(input, &every, true);
        let zeros = [(0, 0), (0, new_channels), (0, 0), (0, 0)];
        trace::step("ZeroShortcut", pixels.pad(zeros, PadMode::Constant(0.0)))
    }
}
