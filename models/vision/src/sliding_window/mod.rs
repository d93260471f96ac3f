//! A classifier of small pictures slid over a large one, in one pass (Sermanet et al., 2013, "OverFeat", section 3.5;
//! course 4, week 3, "Convolutional implementation of sliding windows").
//!
//! A fully connected layer over maps is a convolution whose window is as large as they are, so that
//! [`WindowClassifier::into_convolutional`] takes the trained classifier's weights as kernels. Run over a large picture
//! it gives what the classifier says of every window, at a stride that is the product of its poolings'.
//!
//! That is exact where nothing is added around the maps ([`Padding::Valid`]); with zeros around them a window's border
//! sees them when it is cut out, and its neighbours when it is not ([`difference_map`] shows where). Batch
//! normalisation does no harm outside of training.

mod pyramid;
mod windows;

use burn::config::Config;
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use crate::blocks::{flatten, he_linear, relu};
use crate::conv_relu::{ConvRelu, ConvReluConfig, Normalization};
use crate::{Classifier, ConfigError};
pub use pyramid::{Pyramid, WindowDetector};
pub use windows::{cut_windows, difference_map, window_by_window};

/// What lies around the maps.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Nothing: windows of a convolution stay inside.
    Valid,
    /// Zeros, so that maps stay as large as they are.
    Same,
}

/// Configuration of [`WindowClassifier`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct WindowConfig {
    /// Number of output classes.
    pub num_classes: usize,
    /// Rows and columns of the pictures that are classified.
    pub window: usize,
    /// Channels and window of each convolution; after it come ReLU and max pooling 2x2.
    pub convs: Vec<[usize; 2]>,
    /// Units of the hidden layers.
    pub hidden: Vec<usize>,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// What lies around the maps of the convolutions.
    #[config(default = "Padding::Valid")]
    pub padding: Padding,
    /// Whether the convolutions are normalised by batch.
    #[config(default = false)]
    pub is_normalized: bool,
}

/// A convolution with its ReLU and max pooling 2x2.
#[derive(Module, Debug)]
struct Pooled {
    conv: ConvRelu,
    pool: MaxPool2d,
}

/// The classifier of a window, with fully connected layers. Its images have values of about -1 to 1.
#[derive(Module, Debug)]
pub struct WindowClassifier {
    convs: Vec<Pooled>,
    hidden: Vec<Linear>,
    head: Linear,
    channels: usize,
    side: usize,
    window: usize,
}

/// The same classifier without fully connected layers, for pictures of any size.
#[derive(Module, Debug)]
pub struct WindowNet {
    convs: Vec<Pooled>,
    hidden: Vec<Conv2d>,
    head: Conv2d,
    window: usize,
}

impl WindowConfig {
    /// The lecture's network, for windows of 14x14 pixels: convolution 5x5 of 16 channels, hidden layers of 400 units.
    /// With 4 classes it has 323,620 parameters.
    pub fn lecture(num_classes: usize) -> Self {
        Self::new(num_classes, 14, vec![[16, 5]], vec![400, 400])
    }

    /// A network for windows of 32x32 pixels, at a stride of 8: convolutions 5x5, 3x3 and 3x3 of 16, 32 and 64 channels,
    /// normalised, a hidden layer of 64 units.
    pub fn of_32_pixels(num_classes: usize) -> Self {
        Self::new(num_classes, 32, vec![[16, 5], [32, 3], [64, 3]], vec![64])
            .with_is_normalized(true)
    }

    /// Pixels from one window to the next: the product of the poolings' strides.
    #[must_use]
    pub fn stride(&self) -> usize {
        1 << self.convs.len()
    }

    /// Rows and columns of what the convolutions make of a window; none if it is too small for them.
    fn side(&self) -> Option<usize> {
        let side = self.convs.iter().try_fold(self.window, |side, [_, kernel]| {
            let side = match self.padding {
                Padding::Valid => (side + 1).checked_sub(*kernel)?,
                Padding::Same => side,
            };
            Some(side / 2)
        });
        side.filter(|side| *side > 0)
    }

    /// Builds the classifier: weights of He's normal distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, a window of a convolution is even with zeros around, or the window is too
    /// small for the convolutions.
    pub fn init(&self, device: &Device) -> Result<WindowClassifier, ConfigError> {
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("convs", self.convs.as_flattened().iter().copied().min().unwrap_or(1)),
            ("hidden", self.hidden.iter().copied().min().unwrap_or(1)),
        ])?;
        let has_even = self.convs.iter().any(|[_, kernel]| kernel.is_multiple_of(2));
        if self.padding == Padding::Same && has_even {
            return Err(ConfigError::Setting {
                name: "the window of a convolution",
                expected: "an odd number".to_string(),
                found: "even".to_string(),
            });
        }
        let Some(side) = self.side() else {
            return Err(ConfigError::Setting {
                name: "window",
                expected: "as many pixels as the convolutions need".to_string(),
                found: self.window.to_string(),
            });
        };
        let mut channels = self.channels;
        let mut convs = Vec::new();
        for &[outputs, kernel] in &self.convs {
            let shape = ([channels, outputs], [kernel; 2]);
            let conv = match self.padding {
                Padding::Valid => ConvReluConfig::new(shape.0, shape.1),
                Padding::Same => ConvReluConfig::same(shape.0, shape.1),
            };
            let conv = match self.is_normalized {
                true => conv.with_normalization(Normalization::Batch).with_bias(false),
                false => conv,
            };
            let pool = MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init();
            convs.push(Pooled { conv: conv.init(device), pool });
            channels = outputs;
        }
        let mut inputs = channels * side * side;
        let mut hidden = Vec::new();
        for &units in &self.hidden {
            hidden.push(he_linear(inputs, units, device));
            inputs = units;
        }
        let head = he_linear(inputs, self.num_classes, device);
        Ok(WindowClassifier { convs, hidden, head, channels, side, window: self.window })
    }
}

fn features(convs: &[Pooled], images: Tensor<4>) -> Tensor<4> {
    convs.iter().fold(images, |x, block| block.pool.apply(block.conv.forward(x)))
}

impl Classifier for WindowClassifier {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        features(&self.convs, images)
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        let hidden = self.hidden.iter().fold(flatten(features), |x, layer| relu(layer.apply(x)));
        self.head.apply(hidden)
    }
}

impl WindowClassifier {
    /// Rows and columns of the pictures that are classified.
    #[must_use]
    pub fn window(&self) -> usize {
        self.window
    }

    /// Pixels from one window to the next.
    #[must_use]
    pub fn stride(&self) -> usize {
        1 << self.convs.len()
    }

    /// Turns fully connected layers into convolutions: the first sees maps of `[channels, side, side]`, which
    /// were made one row channel by channel, and its weights are laid out again in that order; the others see one pixel.
    #[must_use]
    pub fn into_convolutional(self) -> WindowNet {
        let mut seen = [self.channels, self.side];
        let mut convolution = |layer: Linear| {
            let conv = as_convolution(layer, seen);
            seen = [conv.weight.dims()[0], 1];
            conv
        };
        WindowNet {
            hidden: self.hidden.into_iter().map(&mut convolution).collect(),
            head: convolution(self.head),
            convs: self.convs,
            window: self.window,
        }
    }
}

/// A layer over maps of so many channels and of this side as a convolution.
fn as_convolution(layer: Linear, [channels, side]: [usize; 2]) -> Conv2d {
    let weight = layer.weight.val().detach(); // [channels * side * side, outputs]
    let [_, outputs] = weight.dims();
    let kernel = weight.transpose().reshape([outputs, channels, side, side]);
    let config = Conv2dConfig::new([channels, outputs], [side, side]).with_bias(false);
    let mut conv = config.init(&kernel.device());
    conv.weight = Param::from_tensor(kernel);
    conv.bias = layer.bias;
    conv
}

impl WindowNet {
    /// Rows and columns of a window.
    #[must_use]
    pub fn window(&self) -> usize {
        self.window
    }

    /// Pixels from one window to the next.
    #[must_use]
    pub fn stride(&self) -> usize {
        1 << self.convs.len()
    }

    /// Returns the logits of every window.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, not smaller than a window
    /// - output: `[batch, num_classes, rows, columns]`: `(height - window) / stride + 1` rows, rounded down, and so the
    ///   columns
    #[must_use]
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let maps = features(&self.convs, images);
        let hidden = self.hidden.iter().fold(maps, |x, layer| relu(layer.apply(x)));
        self.head.apply(hidden)
    }
}
