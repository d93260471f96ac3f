//! Models and single operations whose speed is measured, each as a step to repeat.
//!
//! A row goes two ways: [`Path::Ours`] through `fireside-layers`, [`Path::Plain`] through the `forward` of
//! Burn's modules. The parameters, the shapes and the arithmetic are the same, and the same again in
//! `tests/peers/pytorch_worker.py`. `tests/benches/layers.rs`, `tests/examples/speed.rs` and
//! `tests/examples/growth.rs` take their rows from here.

mod counting;
mod dense;
mod encoder;
mod lenet;
mod path;
mod pieces;
mod recurrent;
mod resnet;
mod step;
pub mod worker;
mod yolo;
mod yolo_v2;

use std::fmt;

use burn::tensor::{Device, Distribution, Int, Tensor};
use clap::ValueEnum;

pub use path::Path;
pub use step::Step;

/// What a step consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Work {
    /// Forward, backward and, for a model, the optimiser.
    Training,
    /// Forward alone, nothing recorded.
    Inference,
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Training => "training",
            Self::Inference => "inference",
        })
    }
}

/// What a row can be made larger in; it leaves alone what it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Examples of a step.
    pub batch: usize,
    /// Time steps or tokens of a sequence; of the small YOLO how many times as high and wide its pictures are.
    pub time: usize,
    /// Width of the hidden layers, channels of a convolution.
    pub channels: usize,
}

/// One measurement to be set up.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// What a step consists of.
    pub work: Work,
    /// Which operations run it.
    pub path: Path,
    /// How large.
    pub sizes: Sizes,
}

impl Setup {
    /// The device, which records for training.
    fn device(&self) -> Device {
        match self.work {
            Work::Training => Device::flex().autodiff(),
            Work::Inference => Device::flex(),
        }
    }

    /// Normal numbers to compute with.
    fn data<const D: usize>(&self, shape: [usize; D]) -> Tensor<D> {
        Tensor::random(shape, Distribution::Normal(0.0, 1.0), &self.device())
    }

    /// Class indices, each as often as the others.
    fn labels(&self, count: usize, classes: usize) -> Tensor<1, Int> {
        Tensor::arange(0..count as i64, &self.device()).remainder_scalar(classes as i64)
    }
}

/// A line of the tables.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// How it is asked for.
    pub name: &'static str,
    /// What it is, for the tables.
    pub title: &'static str,
    /// Its own size.
    pub sizes: Sizes,
    /// Builds it.
    pub start: fn(Setup) -> Step,
}

/// The models: training steps with their optimiser (gradient descent for the cat net, Adam for the others),
/// and inference.
pub const MODELS: [Row; 13] = [
    Row {
        name: "cat_net",
        title: "cat net 12288-20-7-5-1, batch 209",
        sizes: Sizes { batch: 209, time: 1, channels: 20 },
        start: dense::cat_net,
    },
    Row {
        name: "mlp",
        title: "MLP 784-512-512-10, batch 256",
        sizes: Sizes { batch: 256, time: 1, channels: 512 },
        start: dense::mlp,
    },
    Row {
        name: "lenet5",
        title: "LeNet-5, batch 64",
        sizes: Sizes { batch: 64, time: 1, channels: 6 },
        start: lenet::lenet5,
    },
    Row {
        name: "resnet50",
        title: "ResNet-50 64 px, batch 16",
        sizes: Sizes { batch: 16, time: 1, channels: 64 },
        start: resnet::resnet50,
    },
    Row {
        name: "lstm",
        title: "LSTM 64->128, batch 64, 40 steps",
        sizes: Sizes { batch: 64, time: 40, channels: 128 },
        start: recurrent::lstm,
    },
    Row {
        name: "gru",
        title: "GRU 64->128, batch 64, 40 steps",
        sizes: Sizes { batch: 64, time: 40, channels: 128 },
        start: recurrent::gru,
    },
    Row {
        name: "rnn",
        title: "RNN 64->128, batch 64, 40 steps",
        sizes: Sizes { batch: 64, time: 40, channels: 128 },
        start: recurrent::rnn,
    },
    Row {
        name: "lstm_long",
        title: "LSTM 64->128, batch 1, 1000 steps",
        sizes: Sizes { batch: 1, time: 1000, channels: 128 },
        start: recurrent::lstm,
    },
    Row {
        name: "gru_long",
        title: "GRU 64->128, batch 1, 1000 steps",
        sizes: Sizes { batch: 1, time: 1000, channels: 128 },
        start: recurrent::gru,
    },
    Row {
        name: "rnn_long",
        title: "RNN 64->128, batch 1, 1000 steps",
        sizes: Sizes { batch: 1, time: 1000, channels: 128 },
        start: recurrent::rnn,
    },
    Row {
        name: "encoder",
        title: "Transformer encoder, 2 layers, d 128, batch 32, 64 tokens",
        sizes: Sizes { batch: 32, time: 64, channels: 128 },
        start: encoder::encoder,
    },
    Row {
        name: "yolo_lite",
        title: "small YOLO 96x128 px with its loss, batch 16",
        sizes: Sizes { batch: 16, time: 1, channels: 16 },
        start: yolo::yolo_lite,
    },
    Row {
        name: "yolo_v2",
        title: "YOLOv2 608 px, batch 1",
        sizes: Sizes { batch: 1, time: 1, channels: 80 },
        start: yolo_v2::yolo_v2,
    },
];

/// Single operations: forward and backward, and forward alone.
pub const PIECES: [Row; 15] = [
    Row {
        name: "tanh",
        title: "tanh of 301,056 numbers",
        sizes: Sizes { batch: 64, time: 1, channels: 6 },
        start: pieces::tanh,
    },
    Row {
        name: "convolution_1x1",
        title: "1x1 convolution 256->64, 16 px, batch 16",
        sizes: Sizes { batch: 16, time: 1, channels: 64 },
        start: pieces::convolution_1x1,
    },
    Row {
        name: "convolution_1x1_of_data",
        title: "the same, without the gradient of its input",
        sizes: Sizes { batch: 16, time: 1, channels: 64 },
        start: pieces::convolution_1x1_of_data,
    },
    Row {
        name: "convolution_3x3",
        title: "3x3 convolution 64->64, 16 px, batch 16",
        sizes: Sizes { batch: 16, time: 1, channels: 64 },
        start: pieces::convolution_3x3,
    },
    Row {
        name: "convolution_3x3_deep",
        title: "3x3 convolution 512->512, 2 px, batch 16",
        sizes: Sizes { batch: 16, time: 1, channels: 512 },
        start: pieces::convolution_3x3_deep,
    },
    Row {
        name: "convolution_7x7",
        title: "7x7 convolution of stride 2, 3->64, 64 px, batch 16",
        sizes: Sizes { batch: 16, time: 1, channels: 64 },
        start: pieces::convolution_7x7,
    },
    Row {
        name: "batch_norm",
        title: "batch norm of 16x256x16x16",
        sizes: Sizes { batch: 16, time: 1, channels: 256 },
        start: pieces::batch_norm,
    },
    Row {
        name: "linear",
        title: "linear 128->512 of 32x64x128",
        sizes: Sizes { batch: 32, time: 64, channels: 128 },
        start: pieces::linear,
    },
    Row {
        name: "attention",
        title: "multi-head attention of 32x64x128, 4 heads",
        sizes: Sizes { batch: 32, time: 64, channels: 128 },
        start: pieces::attention,
    },
    Row {
        name: "average_pooling",
        title: "average pooling 2x2 of 64x6x28x28",
        sizes: Sizes { batch: 64, time: 1, channels: 6 },
        start: pieces::average_pooling,
    },
    Row {
        name: "roi_align",
        title: "RoIAlign 7x7 of 300 regions of 256x50x50",
        sizes: Sizes { batch: 300, time: 1, channels: 256 },
        start: pieces::roi_align,
    },
    Row {
        name: "yolo_loss",
        title: "loss of YOLO, 16 pictures, 24x32 cells, 5 anchors, 6 classes",
        sizes: Sizes { batch: 16, time: 1, channels: 1 },
        start: yolo::yolo_loss,
    },
    Row {
        name: "nms_clustered",
        title: "suppression of 10,000 boxes, 50 on each object",
        sizes: Sizes { batch: 10_000, time: 1, channels: 1 },
        start: counting::nms_clustered,
    },
    Row {
        name: "nms_uniform",
        title: "suppression of 10,000 boxes anywhere",
        sizes: Sizes { batch: 10_000, time: 1, channels: 1 },
        start: counting::nms_uniform,
    },
    Row {
        name: "average_precision",
        title: "average precision of 5,000 pictures with 20 found boxes each",
        sizes: Sizes { batch: 5000, time: 1, channels: 6 },
        start: counting::average_precision,
    },
];

/// Returns the row of that name.
pub fn row(name: &str) -> Option<Row> {
    MODELS.into_iter().chain(PIECES).find(|row| row.name == name)
}
