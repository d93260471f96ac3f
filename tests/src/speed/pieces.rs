//! Single operations, at the sizes that the models use them.

use burn::nn::attention::MultiHeadAttentionConfig;
use burn::nn::conv::Conv2dConfig;
use burn::nn::pool::AvgPool2dConfig;
use burn::nn::{BatchNormConfig, LinearConfig, PaddingConfig2d};
use burn::tensor::Tensor;
use fireside_layers::ops::{Region, RoiAlignOptions};

use super::encoder::HEADS;
use super::{Setup, Step, Work, step};

/// Data whose gradient is wanted in training.
fn tracked<const D: usize>(setup: Setup, shape: [usize; D]) -> Tensor<D> {
    let data = setup.data(shape);
    if setup.work == Work::Training { data.require_grad() } else { data }
}

/// After the first convolution of LeNet-5.
pub(super) fn tanh(setup: Setup) -> Step {
    let x = tracked(setup, [setup.sizes.batch, setup.sizes.channels, 28, 28]);
    step::of_operation(setup, move || setup.path.tanh(x.clone()))
}

/// A square convolution without bias of `x`, padded by half its size.
fn convolution(setup: Setup, x: Tensor<4>, outputs: usize, kernel: usize, stride: usize) -> Step {
    let padding = kernel / 2;
    let layer = Conv2dConfig::new([x.dims()[1], outputs], [kernel, kernel])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(padding, padding, padding, padding))
        .with_bias(false)
        .init(&setup.device());
    step::of_operation(setup, move || setup.path.convolution(&layer, x.clone()))
}

/// The first of a bottleneck of ResNet-50's first stage.
pub(super) fn convolution_1x1(setup: Setup) -> Step {
    let channels = setup.sizes.channels;
    let x = tracked(setup, [setup.sizes.batch, 4 * channels, 16, 16]);
    convolution(setup, x, channels, 1, 1)
}

pub(super) fn convolution_1x1_of_data(setup: Setup) -> Step {
    let channels = setup.sizes.channels;
    let x = setup.data([setup.sizes.batch, 4 * channels, 16, 16]);
    convolution(setup, x, channels, 1, 1)
}

/// The second of a bottleneck of the first stage.
pub(super) fn convolution_3x3(setup: Setup) -> Step {
    let channels = setup.sizes.channels;
    let x = tracked(setup, [setup.sizes.batch, channels, 16, 16]);
    convolution(setup, x, channels, 3, 1)
}

/// The second of a bottleneck of the last stage.
pub(super) fn convolution_3x3_deep(setup: Setup) -> Step {
    let channels = setup.sizes.channels;
    let x = tracked(setup, [setup.sizes.batch, channels, 2, 2]);
    convolution(setup, x, channels, 3, 1)
}

/// ResNet's stem.
pub(super) fn convolution_7x7(setup: Setup) -> Step {
    let x = tracked(setup, [setup.sizes.batch, 3, 64, 64]);
    convolution(setup, x, setup.sizes.channels, 7, 2)
}

pub(super) fn batch_norm(setup: Setup) -> Step {
    let channels = setup.sizes.channels;
    let layer = BatchNormConfig::new(channels).init(&setup.device());
    let x = tracked(setup, [setup.sizes.batch, channels, 16, 16]);
    step::of_operation(setup, move || setup.path.batch_norm(&layer, x.clone()))
}

/// The first of an encoder's feed-forward pair.
pub(super) fn linear(setup: Setup) -> Step {
    let sizes = setup.sizes;
    let layer = LinearConfig::new(sizes.channels, 4 * sizes.channels).init(&setup.device());
    let x = tracked(setup, [sizes.batch, sizes.time, sizes.channels]);
    step::of_operation(setup, move || setup.path.linear(&layer, x.clone()))
}

pub(super) fn attention(setup: Setup) -> Step {
    let sizes = setup.sizes;
    let layer = MultiHeadAttentionConfig::new(sizes.channels, HEADS)
        .with_dropout(0.0)
        .init(&setup.device());
    let x = tracked(setup, [sizes.batch, sizes.time, sizes.channels]);
    step::of_operation(setup, move || setup.path.attention(&layer, x.clone()))
}

/// After the first tanh of LeNet-5.
pub(super) fn average_pooling(setup: Setup) -> Step {
    let layer = AvgPool2dConfig::new([2, 2]).init();
    let x = tracked(setup, [setup.sizes.batch, setup.sizes.channels, 28, 28]);
    step::of_operation(setup, move || setup.path.average_pooling(&layer, x.clone()))
}

/// Regions of a picture of 800 px, as the head of a detector of stride 16 cuts them out; `batch` is how many.
pub(super) fn roi_align(setup: Setup) -> Step {
    let x = tracked(setup, [1, setup.sizes.channels, 50, 50]);
    let options = RoiAlignOptions::new([7, 7], 1.0 / 16.0);
    let region = |number: usize| {
        let [x1, y1, width, height] =
            [number * 37 % 600, number * 53 % 600, 40 + number * 29 % 260, 40 + number * 31 % 260];
        Region { image: 0, bounds: [x1, y1, x1 + width, y1 + height].map(|edge| edge as f64) }
    };
    let regions: Vec<Region> = (0..setup.sizes.batch).map(region).collect();
    step::of_operation(setup, move || setup.path.roi_align(x.clone(), &regions, &options))
}
