//! Twins of the convolutions.

use burn::tensor::Tensor;
use burn::tensor::module;
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, PadMode};

use super::activation::{Activation, activate};
use super::normalization::Normalization;

/// How a two-dimensional window moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conv2dOptions {
    /// Pixels from one place of the window to the next: down, across.
    pub stride: [usize; 2],
    /// Zeros around the image: top, left, bottom, right.
    pub padding: [usize; 4],
    /// Pixels between neighbouring entries of the kernel: down, across. 1 is dense.
    pub dilation: [usize; 2],
    /// Channels are divided into so many groups, each convolved by itself; as many as channels is depthwise.
    pub groups: usize,
}

impl Default for Conv2dOptions {
    fn default() -> Self {
        Self { stride: [1, 1], padding: [0; 4], dilation: [1, 1], groups: 1 }
    }
}

impl Conv2dOptions {
    /// Rows and columns of the result on an image of `height` and `width`, by the formula of the notes:
    /// `(n + 2p - f) / s + 1`, rounded down; `None` where the window does not fit.
    pub fn output_size(
        &self,
        [height, width]: [usize; 2],
        kernel: [usize; 2],
    ) -> Option<[usize; 2]> {
        let [top, left, bottom, right] = self.padding;
        let along = |pixels: usize, padding: usize, axis: usize| {
            let window = self.dilation[axis] * kernel[axis].checked_sub(1)? + 1;
            Some((pixels + padding).checked_sub(window)? / self.stride[axis] + 1)
        };
        Some([along(height, top + bottom, 0)?, along(width, left + right, 1)?])
    }
}

/// How a one-dimensional window moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conv1dOptions {
    /// Steps from one place of the window to the next.
    pub stride: usize,
    /// Zeros before the first step and after the last. All of them before is causal.
    pub padding: [usize; 2],
    /// Steps between neighbouring entries of the kernel. 1 is dense.
    pub dilation: usize,
    /// Channels are divided into so many groups, each convolved by itself.
    pub groups: usize,
}

impl Default for Conv1dOptions {
    fn default() -> Self {
        Self { stride: 1, padding: [0; 2], dilation: 1, groups: 1 }
    }
}

/// How a transposed convolution spreads pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvTranspose2dOptions {
    /// Pixels of the result from one pixel of the image to the next: down, across.
    pub stride: [usize; 2],
    /// Rows cut off above and below, columns cut off left and right.
    pub padding: [usize; 2],
    /// Rows added below and columns added on the right; less than the stride or the dilation.
    pub output_padding: [usize; 2],
    /// Pixels between neighbouring entries of the kernel: down, across.
    pub dilation: [usize; 2],
    /// Channels are divided into so many groups, each convolved by itself.
    pub groups: usize,
}

impl Default for ConvTranspose2dOptions {
    fn default() -> Self {
        Self {
            stride: [1, 1],
            padding: [0, 0],
            output_padding: [0, 0],
            dilation: [1, 1],
            groups: 1,
        }
    }
}

impl ConvTranspose2dOptions {
    /// Rows and columns of the result: `(n - 1) stride - 2 padding + dilation (f - 1) + output_padding + 1`;
    /// `None` where nothing would be left.
    pub fn output_size(&self, image: [usize; 2], kernel: [usize; 2]) -> Option<[usize; 2]> {
        let along = |axis: usize| {
            let spread = image[axis].checked_sub(1)? * self.stride[axis];
            let window = self.dilation[axis] * kernel[axis].checked_sub(1)? + 1;
            let size = spread + window + self.output_padding[axis];
            size.checked_sub(2 * self.padding[axis]).filter(|size| *size > 0)
        };
        Some([along(0)?, along(1)?])
    }
}

/// Twin of [`ops::conv2d`](crate::ops::conv2d).
pub fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &Conv2dOptions,
) -> Tensor<4> {
    let [top, left, bottom, right] = options.padding;
    let (x, padding) = if (top, left) == (bottom, right) {
        (x, [top, left])
    } else {
        (x.pad((left, right, top, bottom), PadMode::Constant(0.0)), [0, 0])
    };
    let options = ConvOptions::new(options.stride, padding, options.dilation, options.groups);
    module::conv2d(x, weight, bias, options)
}

/// Twin of [`ops::conv_transpose2d`](crate::ops::conv_transpose2d).
pub fn conv_transpose2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &ConvTranspose2dOptions,
) -> Tensor<4> {
    let options = ConvTransposeOptions::new(
        options.stride,
        options.padding,
        options.output_padding,
        options.dilation,
        options.groups,
    );
    module::conv_transpose2d(x, weight, bias, options)
}

/// Twin of [`ops::conv2d_normalized`](crate::ops::conv2d_normalized).
pub fn conv2d_normalized(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    normalization: &Normalization,
    activation: Option<Activation>,
    options: &Conv2dOptions,
) -> Tensor<4> {
    let y = normalization.scale(conv2d(x, weight, bias, options));
    match activation {
        Some(activation) => activate(activation, y),
        None => y,
    }
}
