//! ResNet-50 (He et al., 2015; course 4, week 2) for the six signs, 64 px.
//!
//! Layers: `conv 7, stride 2 -> max pool -> 3, 4, 6 and 3 bottlenecks -> average -> 6`.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{AdaptiveAvgPool2d, AdaptiveAvgPool2dConfig, MaxPool2d, MaxPool2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::{Device, Tensor};

use super::{Path, Setup, Step, step};

/// Blocks of each stage.
const BLOCKS: [usize; 4] = [3, 4, 6, 3];
/// A block's output is that many times as wide as what it computes with.
const EXPANSION: usize = 4;
const CLASSES: usize = 6;

/// A convolution without bias, and its batch norm.
#[derive(Module, Debug)]
struct Normalized {
    convolution: Conv2d,
    norm: BatchNorm,
}

impl Normalized {
    fn new(channels: [usize; 2], kernel: usize, stride: usize, device: &Device) -> Self {
        let padding = kernel / 2;
        let convolution = Conv2dConfig::new(channels, [kernel, kernel])
            .with_stride([stride, stride])
            .with_padding(PaddingConfig2d::Explicit(padding, padding, padding, padding))
            .with_bias(false);
        Self {
            convolution: convolution.init(device),
            norm: BatchNormConfig::new(channels[1]).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>, path: Path) -> Tensor<4> {
        path.batch_norm(&self.norm, path.convolution(&self.convolution, x))
    }

    fn forward_relu(&self, x: Tensor<4>, path: Path) -> Tensor<4> {
        path.relu(self.forward(x, path))
    }
}

/// 1x1, 3x3 and 1x1, beside a shortcut.
#[derive(Module, Debug)]
struct Bottleneck {
    narrow: Normalized,
    spatial: Normalized,
    widen: Normalized,
    shortcut: Option<Normalized>,
}

impl Bottleneck {
    fn new(inputs: usize, width: usize, stride: usize, device: &Device) -> Self {
        let outputs = EXPANSION * width;
        let needs_shortcut = stride != 1 || inputs != outputs;
        Self {
            narrow: Normalized::new([inputs, width], 1, 1, device),
            spatial: Normalized::new([width, width], 3, stride, device),
            widen: Normalized::new([width, outputs], 1, 1, device),
            shortcut: needs_shortcut.then(|| Normalized::new([inputs, outputs], 1, stride, device)),
        }
    }

    fn forward(&self, x: Tensor<4>, path: Path) -> Tensor<4> {
        let shortcut = match &self.shortcut {
            Some(shortcut) => shortcut.forward(x.clone(), path),
            None => x.clone(),
        };
        let x = self.narrow.forward_relu(x, path);
        let x = self.spatial.forward_relu(x, path);
        path.relu(self.widen.forward(x, path) + shortcut)
    }
}

#[derive(Module, Debug)]
struct ResNet50 {
    stem: Normalized,
    pool: MaxPool2d,
    blocks: Vec<Bottleneck>,
    average: AdaptiveAvgPool2d,
    head: Linear,
}

impl ResNet50 {
    /// `width` is 64 in the paper.
    fn new(width: usize, device: &Device) -> Self {
        let mut inputs = width;
        let mut blocks = Vec::new();
        for (stage, count) in BLOCKS.into_iter().enumerate() {
            let width = width << stage;
            for block in 0..count {
                let stride = if stage > 0 && block == 0 { 2 } else { 1 };
                blocks.push(Bottleneck::new(inputs, width, stride, device));
                inputs = EXPANSION * width;
            }
        }
        let pool = MaxPool2dConfig::new([3, 3])
            .with_strides([2, 2])
            .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1));
        Self {
            stem: Normalized::new([3, width], 7, 2, device),
            pool: pool.init(),
            blocks,
            average: AdaptiveAvgPool2dConfig::new([1, 1]).init(),
            head: LinearConfig::new(inputs, CLASSES).init(device),
        }
    }

    fn forward(&self, images: Tensor<4>, path: Path) -> Tensor<2> {
        let x = path.max_pooling(&self.pool, self.stem.forward_relu(images, path));
        let x = self.blocks.iter().fold(x, |x, block| block.forward(x, path));
        let x = path.global_average(&self.average, x); // [batch, 32 width, 1, 1]
        path.linear(&self.head, x.flatten::<2>(1, 3))
    }
}

pub(super) fn resnet50(setup: Setup) -> Step {
    let (path, sizes) = (setup.path, setup.sizes);
    let model = ResNet50::new(sizes.channels, &setup.device());
    let images = setup.data([sizes.batch, 3, 64, 64]);
    let classes = setup.labels(sizes.batch, CLASSES);
    step::of_model(
        setup,
        model,
        path.adam(),
        move |model| model.forward(images.clone(), path),
        move |logits| path.cross_entropy(logits, classes.clone()),
    )
}
