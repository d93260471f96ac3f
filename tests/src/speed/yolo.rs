//! The small YOLO of course 4, week 3, and its loss.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, PaddingConfig2d};
use burn::tensor::{Device, Tensor, activation};
use fireside_vision::detection::TrueBox;
use fireside_vision::detection::yolo_head::YoloHead;
use fireside_vision::detection::yolo_loss::YoloLossConfig;
use fireside_vision::yolo::YoloNetwork as _;
use fireside_vision::yolo::lite::YoloLiteConfig;

use super::{Path, Setup, Step, Work, step};

const CLASSES: usize = 6;
const ANCHORS: [[f64; 2]; 5] = [[1.4, 1.6], [1.8, 4.4], [4.0, 2.8], [6.4, 5.2], [11.0, 9.0]];
/// The side of a cell in pixels.
const CELL: usize = 4;
const SIZE: [usize; 2] = [96, 128];
/// Boxes of each picture.
const BOXES: usize = 4;
/// Channels and windows of the convolutions, and whether maps are halved before.
const BODY: [(usize, usize, bool); 10] = [
    (16, 3, false),
    (32, 3, true),
    (64, 3, true),
    (32, 1, false),
    (64, 3, false),
    (128, 3, true),
    (64, 1, false),
    (128, 3, false),
    (256, 3, true),
    (96, 1, false),
];
/// After which of them the maps are of a quarter and of an eighth of the picture's sides.
const FINE: [usize; 2] = [4, 7];

/// A convolution without bias, and its batch norm, by Burn's modules.
#[derive(Module, Debug)]
pub(super) struct Normalized {
    convolution: Conv2d,
    norm: BatchNorm,
}

impl Normalized {
    pub(super) fn new(channels: [usize; 2], kernel: usize, device: &Device) -> Self {
        let padding = kernel / 2;
        let convolution = Conv2dConfig::new(channels, [kernel, kernel])
            .with_padding(PaddingConfig2d::Explicit(padding, padding, padding, padding))
            .with_bias(false);
        Self {
            convolution: convolution.init(device),
            norm: BatchNormConfig::new(channels[1]).init(device),
        }
    }

    pub(super) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        activation::leaky_relu(self.norm.forward(self.convolution.forward(x)), 0.1)
    }
}

/// The network by Burn's modules.
#[derive(Module, Debug)]
struct PlainYolo {
    body: Vec<Normalized>,
    merged: [Normalized; 2],
    pool: MaxPool2d,
    head: Conv2d,
}

impl PlainYolo {
    fn new(device: &Device) -> Self {
        let mut inputs = 3;
        let body = BODY.into_iter().map(|(outputs, kernel, _)| {
            let layer = Normalized::new([inputs, outputs], kernel, device);
            inputs = outputs;
            layer
        });
        Self {
            body: body.collect(),
            merged: [([224, 64], 1), ([128, 96], 3)]
                .map(|(channels, kernel)| Normalized::new(channels, kernel, device)),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            head: Conv2dConfig::new([96, ANCHORS.len() * (5 + CLASSES)], [1, 1]).init(device),
        }
    }

    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let mut finer = Vec::new();
        let mut x = images;
        for (place, (layer, (_, _, is_halved))) in self.body.iter().zip(BODY).enumerate() {
            x = layer.forward(if is_halved { self.pool.forward(x) } else { x });
            if FINE.contains(&place) {
                finer.push(x.clone());
            }
        }
        for (layer, fine) in self.merged.iter().zip(finer.into_iter().rev()) {
            x = layer.forward(Tensor::cat(vec![fine, doubled(x)], 1));
        }
        self.head.forward(x)
    }
}

fn doubled(maps: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = maps.dims();
    let four: Tensor<6> = maps
        .reshape([batch, channels, height, 1, width, 1])
        .expand([batch, channels, height, 2, width, 2]);
    four.reshape([batch, channels, 2 * height, 2 * width])
}

/// Boxes of 8 to 47 pixels.
fn truths(pictures: usize) -> Vec<Vec<TrueBox>> {
    let one = |number: usize| {
        let [width, height] = [8 + number * 7 % 40, 8 + number * 11 % 40];
        let [x, y] = [number * 37 % (128 - width), number * 53 % (96 - height)];
        let bounds = [x, y, x + width, y + height].map(|edge| edge as f64);
        TrueBox { class: number % CLASSES, bounds }
    };
    let of_picture =
        |picture: usize| (0..BOXES).map(|number| one(picture * BOXES + number)).collect();
    (0..pictures).map(of_picture).collect()
}

fn head() -> YoloHead {
    YoloHead::new(ANCHORS.to_vec(), CLASSES, CELL).expect("anchors of a size")
}

fn loss(pictures: usize) -> impl Fn(Tensor<4>) -> Tensor<1> {
    let (head, truths, config) = (head(), truths(pictures), YoloLossConfig::new());
    move |logits| config.loss(&head, &logits, &truths).expect("boxes in the pictures").total()
}

/// Training with the whole loss.
pub(super) fn yolo_lite(setup: Setup) -> Step {
    let (device, batch) = (setup.device(), setup.sizes.batch);
    let [height, width] = SIZE.map(|side| side * setup.sizes.time);
    let images = setup.data([batch, 3, height, width]);
    let (optimizer, loss) = (setup.path.adam(), loss(batch));
    match setup.path {
        Path::Ours => {
            let config = YoloLiteConfig::new(CLASSES, ANCHORS.to_vec());
            let net = config.init(&device).expect("anchors of a size");
            step::of_model(setup, net, optimizer, move |net| net.forward(images.clone()), loss)
        }
        Path::Plain => {
            let net = PlainYolo::new(&device);
            step::of_model(setup, net, optimizer, move |net| net.forward(images.clone()), loss)
        }
    }
}

/// The loss and its gradient in the last layer.
pub(super) fn yolo_loss(setup: Setup) -> Step {
    let batch = setup.sizes.batch;
    let channels = ANCHORS.len() * (5 + CLASSES);
    let logits = setup.data([batch, channels, SIZE[0] / CELL, SIZE[1] / CELL]);
    let logits = if setup.work == Work::Training { logits.require_grad() } else { logits };
    let loss = loss(batch);
    step::of_operation(setup, move || loss(logits.clone()))
}
