//! The inverted residual block of MobileNetV2 (Sandler et al., 2018), which EfficientNet has with
//! [squeeze and excitation](crate::squeeze_excite) (Tan & Le, 2019, "MBConv"): wide inside, narrow at its ends.
//!
//! 1x1 to `expansion` times the channels, a depthwise convolution, perhaps squeeze and excitation, 1x1 to few
//! channels; batch normalisation after each convolution, an activation after all but the last: on few channels
//! it would lose too much. The input is added where the shape stays.

use burn::config::Config;
use burn::module::Module;
use burn::nn::Dropout;
use burn::tensor::{Device, Tensor};
use fireside_layers::config::{check_not_zero, check_share};
use fireside_layers::ops::Activation;

use crate::ConfigError;
use crate::blocks::{ConvNorm, ConvNormConfig, add, dropout_of, stochastic_depth, zero_pad_same};
use crate::squeeze_excite::{SqueezeExcite, SqueezeExciteConfig};

/// Configuration of an [`InvertedResidual`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct InvertedResidualConfig {
    /// Channels in and out.
    pub channels: [usize; 2],
    /// The depthwise convolution has so many times the channels of the input; with 1 the convolution before it
    /// is left out.
    pub expansion: usize,
    /// Rows and columns of the depthwise window, an odd number.
    #[config(default = 3)]
    pub kernel: usize,
    /// Pixels from one place of that window to the next.
    #[config(default = 1)]
    pub stride: usize,
    /// Whether the zeros for a stride are a step of their own, the odd one at the bottom and on the right, as
    /// Keras has them; else there are as many on every side.
    #[config(default = false)]
    pub pads_apart: bool,
    /// Whether the activation is the SiLU; else it is the ReLU6.
    #[config(default = false)]
    pub silu: bool,
    /// Features to which the channels are squeezed, if they are.
    pub squeezed: Option<usize>,
    /// In training, the share of the images that the block does nothing to (stochastic depth).
    #[config(default = 0.0)]
    pub drop_rate: f64,
    /// Added to the variance in batch normalisation.
    #[config(default = 1e-5)]
    pub epsilon: f64,
    /// The share of a new batch in the running statistics.
    #[config(default = 0.1)]
    pub momentum: f64,
}

/// An inverted residual block.
#[derive(Module, Debug)]
pub struct InvertedResidual {
    expand: Option<ConvNorm>,
    depthwise: ConvNorm,
    squeeze_excite: Option<SqueezeExcite>,
    project: ConvNorm,
    dropout: Option<Dropout>,
    /// Window and stride of the zeros that are a step of their own.
    pads_for: Option<[usize; 2]>,
    silu: bool,
    has_shortcut: bool,
}

impl InvertedResidualConfig {
    /// Builds the block.
    ///
    /// # Errors
    /// [`ConfigError`] when a size is 0, the window is even, or the share to drop is not below 1.
    pub fn init(&self, device: &Device) -> Result<InvertedResidual, ConfigError> {
        let [inputs, outputs] = self.channels;
        check_not_zero([
            ("channels", inputs.min(outputs)),
            ("expansion", self.expansion),
            ("stride", self.stride),
        ])?;
        check_share("drop_rate", self.drop_rate)?;
        if self.kernel.is_multiple_of(2) {
            return Err(ConfigError::Setting {
                name: "kernel",
                expected: "an odd number".to_string(),
                found: self.kernel.to_string(),
            });
        }
        let hidden = self.expansion * inputs;
        let conv = |channels, kernel| {
            ConvNormConfig::square(channels, kernel)
                .with_epsilon(self.epsilon)
                .with_momentum(self.momentum)
        };
        let pads_apart = self.pads_apart && self.stride > 1;
        let depthwise =
            conv([hidden, hidden], self.kernel).with_groups(hidden).with_stride([self.stride; 2]);
        let depthwise = if pads_apart { depthwise.without_padding() } else { depthwise };
        let squeeze = |squeezed| SqueezeExciteConfig::new(hidden, squeezed).init(device);
        let has_shortcut = self.stride == 1 && inputs == outputs;
        Ok(InvertedResidual {
            expand: (self.expansion > 1).then(|| conv([inputs, hidden], 1).init(device)),
            depthwise: depthwise.init(device),
            squeeze_excite: self.squeezed.map(squeeze).transpose()?,
            project: conv([hidden, outputs], 1).init(device),
            dropout: dropout_of(self.drop_rate).filter(|_| has_shortcut),
            pads_for: pads_apart.then_some([self.kernel, self.stride]),
            silu: self.silu,
            has_shortcut,
        })
    }
}

impl InvertedResidual {
    /// Runs the block.
    ///
    /// # Shapes
    /// - `input`: `[batch, inputs, height, width]`
    /// - output: `[batch, outputs, height / stride, width / stride]`, rounded up
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let activation = if self.silu { Activation::Silu } else { Activation::Relu6 };
        let x = match &self.expand {
            Some(expand) => expand.forward_with(activation, input.clone()),
            None => input.clone(),
        };
        let x = match self.pads_for {
            Some([kernel, stride]) => zero_pad_same(x, kernel, stride),
            None => x,
        };
        let x = self.depthwise.forward_with(activation, x);
        let x = match &self.squeeze_excite {
            Some(squeeze_excite) => squeeze_excite.forward(x),
            None => x,
        };
        let x = self.project.forward(x);
        let x = match &self.dropout {
            Some(dropout) => stochastic_depth(dropout, x),
            None => x,
        };
        if self.has_shortcut { add(x, input) } else { x }
    }
}

/// Rounds a number of channels to a multiple of 8, at least 8 and not less than nine tenths of it, as both papers'
/// networks do whenever their width is scaled.
#[must_use]
pub fn make_divisible(channels: f64) -> usize {
    let nearest = ((channels + 4.0) as usize / 8 * 8).max(8);
    if (nearest as f64) < 0.9 * channels { nearest + 8 } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_become_multiples_of_8_that_are_not_much_less() {
        let rounded = [1.0, 8.0, 11.9, 12.0, 17.6, 24.0, 35.2, 1792.0].map(make_divisible);
        assert_eq!(rounded, [8, 8, 16, 16, 16, 24, 32, 1792]);
    }
}
