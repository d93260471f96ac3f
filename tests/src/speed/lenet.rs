//! LeNet-5 (LeCun et al., 1998; course 4, week 2) with tanh and average pooling.
//!
//! Layers: `[1, 32, 32] -> conv 5 -> [6, 28, 28] -> pool -> conv 5 -> [16, 10, 10] -> pool -> 120 -> 84 -> 10`.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{AvgPool2d, AvgPool2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

use super::{Path, Setup, Step, step};

#[derive(Module, Debug)]
struct LeNet5 {
    convolution1: Conv2d,
    convolution2: Conv2d,
    pool: AvgPool2d,
    linear1: Linear,
    linear2: Linear,
    linear3: Linear,
}

impl LeNet5 {
    /// `channels` is 6 in the paper.
    fn new(channels: usize, device: &Device) -> Self {
        Self {
            convolution1: Conv2dConfig::new([1, channels], [5, 5]).init(device),
            convolution2: Conv2dConfig::new([channels, 16], [5, 5]).init(device),
            pool: AvgPool2dConfig::new([2, 2]).init(),
            linear1: LinearConfig::new(400, 120).init(device),
            linear2: LinearConfig::new(120, 84).init(device),
            linear3: LinearConfig::new(84, 10).init(device),
        }
    }

    fn forward(&self, images: Tensor<4>, path: Path) -> Tensor<2> {
        let x = path.tanh(path.convolution(&self.convolution1, images));
        let x = path.average_pooling(&self.pool, x); // [batch, channels, 14, 14]
        let x = path.tanh(path.convolution(&self.convolution2, x));
        let x = path.average_pooling(&self.pool, x); // [batch, 16, 5, 5]
        let x = path.tanh(path.linear(&self.linear1, x.flatten::<2>(1, 3)));
        let x = path.tanh(path.linear(&self.linear2, x));
        path.linear(&self.linear3, x)
    }
}

pub(super) fn lenet5(setup: Setup) -> Step {
    let (path, sizes) = (setup.path, setup.sizes);
    let model = LeNet5::new(sizes.channels, &setup.device());
    let (images, classes) = (setup.data([sizes.batch, 1, 32, 32]), setup.labels(sizes.batch, 10));
    step::of_model(
        setup,
        model,
        path.adam(),
        move |model| model.forward(images.clone(), path),
        move |logits| path.cross_entropy(logits, classes.clone()),
    )
}
