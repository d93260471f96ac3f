//! YOLOv2 of course 4, week 3, on pictures of 608 pixels.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};
use fireside_vision::yolo::YoloNetwork as _;
use fireside_vision::yolo::v2::{COCO_ANCHORS, YoloV2Config};

use super::yolo::Normalized;
use super::{Path, Setup, Step, step};

const SIDE: usize = 608;
/// Channels of the body, in turns 3x3 and 1x1 from each halving on.
const STAGES: [&[usize]; 6] = [
    &[32],
    &[64],
    &[128, 64, 128],
    &[256, 128, 256],
    &[512, 256, 512, 256, 512],
    &[1024, 512, 1024, 512, 1024],
];

/// The network by Burn's modules.
#[derive(Module, Debug)]
struct PlainYolo {
    stages: Vec<Vec<Normalized>>,
    deep: [Normalized; 2],
    passthrough: Normalized,
    merged: Normalized,
    pool: MaxPool2d,
    head: Conv2d,
}

impl PlainYolo {
    fn new(classes: usize, device: &Device) -> Self {
        let conv = |channels, kernel| Normalized::new(channels, kernel, device);
        let mut inputs = 3;
        let mut stage = |widths: &[usize]| -> Vec<Normalized> {
            let layers = widths.iter().enumerate().map(|(place, &outputs)| {
                let layer = conv([inputs, outputs], if place % 2 == 0 { 3 } else { 1 });
                inputs = outputs;
                layer
            });
            layers.collect()
        };
        Self {
            stages: STAGES.map(&mut stage).to_vec(),
            deep: [conv([1024, 1024], 3), conv([1024, 1024], 3)],
            passthrough: conv([512, 64], 1),
            merged: conv([1280, 1024], 3),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            head: Conv2dConfig::new([1024, COCO_ANCHORS.len() * (5 + classes)], [1, 1])
                .init(device),
        }
    }

    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let (mut x, mut fine) = (images.clone(), images);
        for (number, stage) in self.stages.iter().enumerate() {
            if number > 0 {
                fine = x.clone();
                x = self.pool.forward(x);
            }
            x = stage.iter().fold(x, |x, layer| layer.forward(x));
        }
        let deep = self.deep.iter().fold(x, |x, layer| layer.forward(x));
        let fine = self.passthrough.forward(fine);
        let [batch, channels, height, width] = fine.dims();
        // Darknet's order: view, swap, view.
        let fine = fine
            .reshape([batch, channels * height / 4, 2, width, 2])
            .permute([0, 2, 4, 1, 3])
            .reshape([batch, channels * 4, height / 2, width / 2]);
        self.head.forward(self.merged.forward(Tensor::cat(vec![fine, deep], 1)))
    }
}

/// The network for as many classes as there are channels; in training with the mean square of its answer.
pub(super) fn yolo_v2(setup: Setup) -> Step {
    let (device, classes) = (setup.device(), setup.sizes.channels);
    let images = setup.data([setup.sizes.batch, 3, SIDE, SIDE]);
    let (optimizer, loss) = (setup.path.adam(), |x: Tensor<4>| x.square().mean());
    match setup.path {
        Path::Ours => {
            let config = YoloV2Config::new(classes, COCO_ANCHORS.to_vec());
            let net = config.init(&device).expect("a network");
            step::of_model(setup, net, optimizer, move |net| net.forward(images.clone()), loss)
        }
        Path::Plain => {
            let net = PlainYolo::new(classes, &device);
            step::of_model(setup, net, optimizer, move |net| net.forward(images.clone()), loss)
        }
    }
}
