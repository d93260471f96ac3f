//! One object or none: what it is and where, or where its landmarks are (course 4, week 3, "Object localization" and
//! "Landmark detection").
//!
//! Five blocks of convolution 3x3, batch normalisation, ReLU and max pooling 2x2, of 16, 32, 64, 128 and 128 channels; a
//! hidden layer with ReLU; and a layer of as many numbers as there are to tell:
//!
//! | head | numbers |
//! | --- | --- |
//! | [`Head::Box`] | `p_c, b_x, b_y, b_h, b_w` and one for each class |
//! | [`Head::Landmarks`] | `x` and `y` of each landmark |
//!
//! Places and sizes are shares of the picture, of a box its midpoint; as in the lecture, the **height comes before the
//! width**. What the numbers of a box mean depends on the [`BoxLoss`] by which they are learnt: `p_c` is a probability or
//! a logit.

pub mod loss;
pub mod overlap;

use std::ops::Range;

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;
use fireside_layers::ops::Activation;

use crate::ConfigError;
use crate::blocks::{ConvNorm, ConvNormConfig, flatten, he_linear, relu};
use crate::detection::Detection;
pub use loss::{BoxLoss, box_target, landmark_distances};

/// Channels of the blocks.
const WIDTHS: [usize; 5] = [16, 32, 64, 128, 128];
/// Numbers of a box before the classes.
pub(crate) const BOX: usize = 5;
/// The last layer's unit for places and sizes, as a share of the picture: about how far they spread. In such units a
/// step of the optimiser is as small as it is for a logit.
const SPREAD: f64 = 0.2;

/// What is to be told of a picture.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum Head {
    /// Whether there is an object, its box and which of so many classes it is of.
    Box(usize),
    /// Where so many landmarks are.
    Landmarks(usize),
}

impl Head {
    /// Numbers that the network tells.
    #[must_use]
    pub fn outputs(self) -> usize {
        match self {
            Self::Box(classes) => BOX + classes,
            Self::Landmarks(landmarks) => 2 * landmarks,
        }
    }
}

/// Configuration of [`Localizer`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct LocalizerConfig {
    /// What is to be told of a picture.
    pub head: Head,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Rows and columns of the images.
    #[config(default = "[64, 64]")]
    pub image: [usize; 2],
    /// Units of the hidden layer.
    #[config(default = 128)]
    pub hidden: usize,
}

/// The network. Its images have values of about -1 to 1.
#[derive(Module, Debug)]
pub struct Localizer {
    blocks: Vec<ConvNorm>,
    pool: MaxPool2d,
    hidden: Linear,
    head: Linear,
    /// From which number on, and to which, the last layer gives places or sizes.
    places: [usize; 2],
}

impl LocalizerConfig {
    /// Builds the network: weights of He's normal distribution, those of the last layer a tenth as wide, so that it
    /// begins in the middle of the picture.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or the images are too small to be halved five times.
    pub fn init(&self, device: &Device) -> Result<Localizer, ConfigError> {
        let of_head = match self.head {
            Head::Box(classes) => ("classes", classes),
            Head::Landmarks(landmarks) => ("landmarks", landmarks),
        };
        check_not_zero([of_head, ("channels", self.channels), ("hidden", self.hidden)])?;
        let least = 1 << WIDTHS.len();
        let [height, width] = self.image;
        if height.min(width) < least {
            return Err(ConfigError::TooSmall { height, width, least });
        }
        let mut inputs = self.channels;
        let mut blocks = Vec::new();
        for outputs in WIDTHS {
            blocks.push(ConvNormConfig::square([inputs, outputs], 3).init(device));
            inputs = outputs;
        }
        let [rows, columns] = self.image.map(|side| side / least);
        let mut head = LinearConfig::new(self.hidden, self.head.outputs()).init(device);
        head.weight = head.weight.map(|weight| weight * 0.1);
        head.bias = head.bias.map(|bias| bias.map(|bias| bias.zeros_like()));
        Ok(Localizer {
            blocks,
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            hidden: he_linear(inputs * rows * columns, self.hidden, device),
            head,
            places: match self.head {
                Head::Box(_) => [1, BOX],
                Head::Landmarks(_) => [0, self.head.outputs()],
            },
        })
    }
}

impl Localizer {
    /// Returns the numbers of the head, without an activation: places and sizes as shares of the picture, half of it and
    /// a fifth of what the last layer gives.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, as large as configured
    /// - output: `[batch, 5 + classes]` or `[batch, 2 * landmarks]`
    #[must_use]
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let maps = self.blocks.iter().fold(images, |x, block| {
            self.pool.apply(block.forward_with(Activation::Relu, x)) // half the height and width
        });
        let numbers = self.head.apply(relu(self.hidden.apply(flatten(maps))));
        let [from, to] = self.places;
        let part = |range: Range<usize>| numbers.clone().slice_dim(1, range);
        let places = part(from..to) * SPREAD + 0.5;
        let [_, count] = numbers.dims();
        let before = (from > 0).then(|| part(0..from));
        let behind = (to < count).then(|| part(to..count));
        Tensor::cat(before.into_iter().chain([places]).chain(behind).collect(), 1)
    }
}

/// Returns the best class and the box of every picture, whether or not it is likely that there is one: the score is
/// `p_c`. Bounds are cut off at the picture's edges; a box of negative size has none.
///
/// # Shapes
/// - `outputs`: `[batch, 5 + classes]`
///
/// # Errors
/// When there is no class.
pub fn located(
    outputs: Tensor<2>,
    loss: &BoxLoss,
    [height, width]: [usize; 2],
) -> Result<Vec<Detection>, ConfigError> {
    let [_, count] = outputs.dims();
    if count <= BOX {
        return Err(ConfigError::Zero { name: "classes" });
    }
    let [height, width] = [height as f64, width as f64];
    let values: Vec<f64> = outputs.into_data().iter().collect();
    let found = values.chunks_exact(count).map(|numbers| {
        let (p_c, b_x, b_y, b_h, b_w) =
            (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        let classes = numbers[BOX..].iter().enumerate();
        let best = classes.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let [half_h, half_w] = [b_h.max(0.0) / 2.0, b_w.max(0.0) / 2.0];
        let edge = |at: f64, side: f64| at.clamp(0.0, 1.0) * side;
        Detection {
            class: best.map_or(0, |(class, _)| class),
            score: loss.probability(p_c),
            bounds: [
                edge(b_x - half_w, width),
                edge(b_y - half_h, height),
                edge(b_x + half_w, width),
                edge(b_y + half_h, height),
            ],
        }
    });
    Ok(found.collect())
}

/// Returns where the landmarks of every picture are, x first, in pixels.
///
/// # Shapes
/// - `outputs`: `[batch, 2 * landmarks]`
#[must_use]
pub fn landmarks(outputs: Tensor<2>, [height, width]: [usize; 2]) -> Vec<Vec<[f64; 2]>> {
    let [_, count] = outputs.dims();
    let values: Vec<f64> = outputs.into_data().iter().collect();
    let (points, _) = values.as_chunks::<2>();
    let in_pixels = |[x, y]: &[f64; 2]| [x * width as f64, y * height as f64];
    points.chunks((count / 2).max(1)).map(|points| points.iter().map(in_pixels).collect()).collect()
}
