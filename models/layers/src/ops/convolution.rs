//! Convolution, which is cross-correlation as in every library (course 4, week 1), and its transpose.

use burn::tensor::Tensor;

#[cfg(feature = "flex")]
use crate::fused;
use crate::ops::Activation;
use crate::plain;

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

/// Zeros before and after an axis of `pixels` under which a window of `window` pixels, moved by `stride`, has
/// `pixels / stride` places, rounded up: "same" padding. The odd one comes after, as in Keras.
///
/// A dilated kernel of `f` spans a window of `dilation (f - 1) + 1`.
pub fn same_padding(pixels: usize, window: usize, stride: usize) -> [usize; 2] {
    let places = pixels.div_ceil(stride);
    let total = (places.saturating_sub(1) * stride + window).saturating_sub(pixels);
    [total / 2, total - total / 2]
}

/// Two-dimensional convolution.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
/// - `weight`: `[outputs, channels / groups, kernel_height, kernel_width]`
/// - `bias`: `[outputs]`
/// - output: `[batch, outputs, out_height, out_width]`, by [`Conv2dOptions::output_size`]
///
/// # Panics
/// When the shapes do not fit.
pub fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &Conv2dOptions,
) -> Tensor<4> {
    check("conv2d", x.dims(), weight.dims(), bias.as_ref(), options);
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        let inputs = fused::with_bias(x, weight, bias);
        return fused::apply_one(kernel::Convolution { options: *options }, inputs);
    }
    plain::conv2d(x, weight, bias, options)
}

/// One-dimensional convolution: [`conv2d`] of an image of one row.
///
/// # Shapes
/// - `x`: `[batch, channels, time]`
/// - `weight`: `[outputs, channels / groups, kernel]`
/// - `bias`: `[outputs]`
/// - output: `[batch, outputs, out_time]`
///
/// # Panics
/// When the shapes do not fit.
pub fn conv1d(
    x: Tensor<3>,
    weight: Tensor<3>,
    bias: Option<Tensor<1>>,
    options: &Conv1dOptions,
) -> Tensor<3> {
    let options = Conv2dOptions {
        stride: [1, options.stride],
        padding: [0, options.padding[0], 0, options.padding[1]],
        dilation: [1, options.dilation],
        groups: options.groups,
    };
    conv2d(x.unsqueeze_dim(2), weight.unsqueeze_dim(2), bias, &options).squeeze_dim(2)
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

/// Transposed convolution: what takes the gradient of a [`conv2d`] back to its images, run forward.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
/// - `weight`: `[channels, outputs / groups, kernel_height, kernel_width]`
/// - `bias`: `[outputs]`
/// - output: `[batch, outputs, out_height, out_width]`, by [`ConvTranspose2dOptions::output_size`]
///
/// # Panics
/// When the shapes do not fit.
pub fn conv_transpose2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &ConvTranspose2dOptions,
) -> Tensor<4> {
    let (x_shape, shape) = (x.dims(), weight.dims());
    let ConvTranspose2dOptions { groups, .. } = *options;
    assert!(
        groups > 0 && x_shape[1] == shape[0] && x_shape[1].is_multiple_of(groups),
        "conv_transpose2d: x is {x_shape:?} and the weight {shape:?}, of {groups} groups, but the channels of the \
         one are the first axis of the other and a multiple of the groups"
    );
    check_bias("conv_transpose2d", shape, shape[1] * groups, bias.as_ref());
    assert!(
        options.output_size([x_shape[2], x_shape[3]], [shape[2], shape[3]]).is_some(),
        "conv_transpose2d: nothing is left of {x_shape:?} under a weight of {shape:?} and {options:?}"
    );
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        let inputs = fused::with_bias(x, weight, bias);
        return fused::apply_one(kernel::Transposed { options: *options }, inputs);
    }
    plain::conv_transpose2d(x, weight, bias, options)
}

/// Batch normalisation with fixed statistics: `gamma (x - mean) / sqrt(variance + epsilon) + beta`.
#[derive(Debug, Clone)]
pub struct Normalization {
    /// Scale of each channel.
    pub gamma: Tensor<1>,
    /// Shift of each channel.
    pub beta: Tensor<1>,
    /// Running mean of each channel.
    pub mean: Tensor<1>,
    /// Running variance of each channel.
    pub variance: Tensor<1>,
    /// Added to the variance.
    pub epsilon: f64,
}

impl Normalization {
    /// The same as `scale x + shift`.
    pub(crate) fn scale_and_shift(&self) -> (Tensor<1>, Tensor<1>) {
        let scale = self.gamma.clone() / (self.variance.clone() + self.epsilon).sqrt();
        (scale.clone(), self.beta.clone() - self.mean.clone() * scale)
    }
}

/// [`conv2d`], batch normalisation with fixed statistics and perhaps an activation, in one pass: for evaluation.
///
/// On a device that records gradients it is the three operations one after the other.
///
/// # Shapes
/// As [`conv2d`]; the statistics are `[outputs]`.
///
/// # Panics
/// When the shapes do not fit.
pub fn conv2d_normalized(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    normalization: &Normalization,
    activation: Option<Activation>,
    options: &Conv2dOptions,
) -> Tensor<4> {
    check("conv2d_normalized", x.dims(), weight.dims(), bias.as_ref(), options);
    let (scale, shift) = normalization.scale_and_shift();
    assert!(
        scale.dims() == [weight.dims()[0]],
        "conv2d_normalized: the weight is {:?} and the statistics {:?}, but one for each output is wanted",
        weight.dims(),
        scale.dims()
    );
    #[cfg(feature = "flex")]
    if fused::serves(&x) && !x.device().is_autodiff() {
        let shift = match bias {
            Some(bias) => shift + bias * scale.clone(),
            None => shift,
        };
        let inputs = [
            x.into_dispatch(),
            weight.into_dispatch(),
            scale.into_dispatch(),
            shift.into_dispatch(),
        ];
        let operation = kernel::Normalized { options: *options, activation };
        return fused::apply_one(operation, inputs.into());
    }
    let y = conv2d(x, weight, bias, options);
    let channels = [1, scale.dims()[0], 1, 1];
    let y = y * scale.reshape(channels) + shift.reshape(channels);
    match activation {
        Some(activation) => activation.apply(y),
        None => y,
    }
}

fn check(
    operation: &str,
    x: [usize; 4],
    weight: [usize; 4],
    bias: Option<&Tensor<1>>,
    options: &Conv2dOptions,
) {
    let groups = options.groups;
    assert!(
        groups > 0 && x[1] == weight[1] * groups && weight[0].is_multiple_of(groups),
        "{operation}: x is {x:?} and the weight {weight:?}, of {groups} groups, but the channels of the one are the \
         second axis of the other times the groups, and the outputs a multiple of them"
    );
    check_bias(operation, weight, weight[0], bias);
    assert!(
        options.stride.iter().all(|stride| *stride > 0)
            && options.output_size([x[2], x[3]], [weight[2], weight[3]]).is_some(),
        "{operation}: a weight of {weight:?} does not fit x of {x:?} under {options:?}"
    );
}

fn check_bias(operation: &str, weight: [usize; 4], outputs: usize, bias: Option<&Tensor<1>>) {
    if let Some(bias) = bias {
        assert!(
            bias.dims() == [outputs],
            "{operation}: the weight is {weight:?} and the bias {:?}, but one bias for each output is wanted",
            bias.dims()
        );
    }
}

#[cfg(feature = "flex")]
mod kernel {
    use burn::backend::flex::FlexTensor;

    use super::{Activation, Conv2dOptions, ConvTranspose2dOptions};
    use crate::fused::{Operation, Outcome};
    use crate::kernels::convolution::{
        Finish, Geometry, forward, input_gradient, sum_of_channels, weight_gradient,
    };
    use crate::kernels::memory::{contiguous, sizes, tensor};
    use crate::kernels::real::Real;

    fn geometry(options: &Conv2dOptions, x: &FlexTensor, weight: &FlexTensor) -> Geometry {
        let [batch, channels, height, width] = sizes(x);
        let [outputs, _, kernel_height, kernel_width] = sizes(weight);
        let kernel = [kernel_height, kernel_width];
        let [out_height, out_width] =
            options.output_size([height, width], kernel).unwrap_or_default();
        Geometry {
            batch,
            groups: options.groups,
            channels,
            height,
            width,
            outputs,
            out_height,
            out_width,
            kernel,
            stride: options.stride,
            padding: [options.padding[0], options.padding[1]],
            dilation: options.dilation,
        }
    }

    fn result_shape(geometry: &Geometry) -> [usize; 4] {
        [geometry.batch, geometry.outputs, geometry.out_height, geometry.out_width]
    }

    /// Inputs: x, weight, and perhaps a bias.
    #[derive(Debug)]
    pub(super) struct Convolution {
        pub(super) options: Conv2dOptions,
    }

    impl Operation for Convolution {
        fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let inputs: Vec<_> = inputs.into_iter().map(contiguous::<T>).collect();
            let geometry = geometry(&self.options, &inputs[0], &inputs[1]);
            let shape = result_shape(&geometry);
            let mut y = vec![T::ZERO; shape.iter().product()];
            let finish = Finish::bias(inputs.get(2).map(FlexTensor::storage::<T>));
            forward(&mut y, &geometry, inputs[0].storage(), inputs[1].storage(), &finish);
            let saved = if training { inputs.into_iter().take(2).collect() } else { Vec::new() };
            Outcome { outputs: vec![tensor(y, shape)], saved, ..Outcome::default() }
        }

        fn backward<T: Real>(
            &self,
            saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(Some(dy)), [x, weight]) = (gradients.into_iter().next(), &saved[..]) else {
                return vec![None; wanted.len()];
            };
            let dy = contiguous::<T>(dy);
            let geometry = geometry(&self.options, x, weight);
            let dy = dy.storage::<T>();
            let dx = wanted[0].then(|| {
                let mut dx = vec![T::ZERO; x.layout().num_elements()];
                input_gradient(&mut dx, &geometry, dy, weight.storage());
                tensor(dx, x.layout().shape().clone())
            });
            let dweight = wanted[1].then(|| {
                let dweight = weight_gradient(&geometry, x.storage::<T>(), dy);
                tensor(dweight, weight.layout().shape().clone())
            });
            let dbias = (wanted.get(2) == Some(&true)).then(|| {
                tensor(sum_of_channels(dy, geometry.outputs, geometry.places()), [geometry.outputs])
            });
            vec![dx, dweight, dbias]
        }
    }

    /// Inputs: x, weight, and the scale and the shift of each output.
    #[derive(Debug)]
    pub(super) struct Normalized {
        pub(super) options: Conv2dOptions,
        pub(super) activation: Option<Activation>,
    }

    impl Normalized {
        fn run<T: Real, F: Fn(T) -> T + Copy + Sync + Send>(
            &self,
            inputs: &[FlexTensor],
            activation: Option<F>,
        ) -> FlexTensor {
            let geometry = geometry(&self.options, &inputs[0], &inputs[1]);
            let shape = result_shape(&geometry);
            let mut y = vec![T::ZERO; shape.iter().product()];
            let finish = Finish {
                scale: Some(inputs[2].storage()),
                shift: Some(inputs[3].storage()),
                activation,
            };
            forward(&mut y, &geometry, inputs[0].storage(), inputs[1].storage(), &finish);
            tensor(y, shape)
        }
    }

    impl Operation for Normalized {
        fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, _training: bool) -> Outcome {
            let inputs: Vec<_> = inputs.into_iter().map(contiguous::<T>).collect();
            let y = match self.activation {
                None => self.run::<T, fn(T) -> T>(&inputs, None),
                Some(Activation::Relu) => {
                    self.run(&inputs, Some(|x: T| if x < T::ZERO { T::ZERO } else { x }))
                }
                Some(Activation::Silu) => self.run(&inputs, Some(|x: T| x * x.sigmoid())),
                Some(other) => {
                    let y = self.run::<T, fn(T) -> T>(&inputs, None);
                    return Operation::forward::<T>(&other, vec![y], false);
                }
            };
            Outcome { outputs: vec![y], ..Outcome::default() }
        }

        fn backward<T: Real>(
            &self,
            _saved: Vec<FlexTensor>,
            _gradients: Vec<Option<FlexTensor>>,
            _wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            unreachable!("run on devices that record no gradients")
        }
    }

    /// Inputs: x, weight, and perhaps a bias. The images of the underlying convolution are the result here.
    #[derive(Debug)]
    pub(super) struct Transposed {
        pub(super) options: ConvTranspose2dOptions,
    }

    impl Transposed {
        fn geometry(&self, x: &FlexTensor, weight: &FlexTensor) -> Geometry {
            let [batch, outputs, out_height, out_width] = sizes(x);
            let [_, group_channels, kernel_height, kernel_width] = sizes(weight);
            let kernel = [kernel_height, kernel_width];
            let [height, width] =
                self.options.output_size([out_height, out_width], kernel).unwrap_or_default();
            Geometry {
                batch,
                groups: self.options.groups,
                channels: group_channels * self.options.groups,
                height,
                width,
                outputs,
                out_height,
                out_width,
                kernel,
                stride: self.options.stride,
                padding: self.options.padding,
                dilation: self.options.dilation,
            }
        }
    }

    impl Operation for Transposed {
        fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let inputs: Vec<_> = inputs.into_iter().map(contiguous::<T>).collect();
            let geometry = self.geometry(&inputs[0], &inputs[1]);
            let shape = [geometry.batch, geometry.channels, geometry.height, geometry.width];
            let mut y = vec![T::ZERO; shape.iter().product()];
            input_gradient(&mut y, &geometry, inputs[0].storage(), inputs[1].storage());
            if let Some(bias) = inputs.get(2) {
                let planes = y.chunks_exact_mut(geometry.pixels().max(1));
                for (plane, bias) in planes.zip(bias.storage::<T>().iter().cycle()) {
                    plane.iter_mut().for_each(|value| *value += *bias);
                }
            }
            let saved = if training { inputs.into_iter().take(2).collect() } else { Vec::new() };
            Outcome { outputs: vec![tensor(y, shape)], saved, ..Outcome::default() }
        }

        fn backward<T: Real>(
            &self,
            saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(Some(dy)), [x, weight]) = (gradients.into_iter().next(), &saved[..]) else {
                return vec![None; wanted.len()];
            };
            let dy = contiguous::<T>(dy);
            let geometry = self.geometry(x, weight);
            let dy = dy.storage::<T>();
            let dx = wanted[0].then(|| {
                let mut dx = vec![T::ZERO; x.layout().num_elements()];
                forward(&mut dx, &geometry, dy, weight.storage(), &Finish::bias(None));
                tensor(dx, x.layout().shape().clone())
            });
            let dweight = wanted[1].then(|| {
                let dweight = weight_gradient(&geometry, dy, x.storage::<T>());
                tensor(dweight, weight.layout().shape().clone())
            });
            let dbias = (wanted.get(2) == Some(&true)).then(|| {
                tensor(
                    sum_of_channels(dy, geometry.channels, geometry.pixels()),
                    [geometry.channels],
                )
            });
            vec![dx, dweight, dbias]
        }
    }
}
