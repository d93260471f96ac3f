//! Convolution and its transpose.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::activation::activate;
use super::operation::{BackwardPass, Operation, Outcome, exactly};
use super::record::{apply_one, serves, with_bias};
use crate::kernels::channels::sum_of_channels;
use crate::kernels::convolution::{Finish, Geometry, forward, input_gradient, weight_gradient};
use crate::kernels::memory::{sizes, tensor};
use crate::kernels::real::Real;
use crate::plain::{self, Activation, Conv2dOptions, ConvTranspose2dOptions, Normalization};

/// See [`ops::conv2d`](crate::ops::conv2d).
pub(crate) fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &Conv2dOptions,
) -> Tensor<4> {
    if !serves(&x) {
        return plain::conv2d(x, weight, bias, options);
    }
    apply_one(Arc::new(Convolution { options: *options }), with_bias(x, weight, bias))
}

/// See [`ops::conv_transpose2d`](crate::ops::conv_transpose2d).
pub(crate) fn conv_transpose2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &ConvTranspose2dOptions,
) -> Tensor<4> {
    if !serves(&x) {
        return plain::conv_transpose2d(x, weight, bias, options);
    }
    apply_one(Arc::new(Transposed { options: *options }), with_bias(x, weight, bias))
}

/// See [`ops::conv2d_normalized`](crate::ops::conv2d_normalized). It has no backward pass: where gradients are
/// recorded, the three operations follow one another.
pub(crate) fn conv2d_normalized(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    normalization: &Normalization,
    activation: Option<Activation>,
    options: &Conv2dOptions,
) -> Tensor<4> {
    if !serves(&x) {
        return plain::conv2d_normalized(x, weight, bias, normalization, activation, options);
    }
    if x.device().is_autodiff() {
        let y = normalization.scale(conv2d(x, weight, bias, options));
        return match activation {
            Some(activation) => activate(activation, y),
            None => y,
        };
    }
    let (scale, shift) = normalization.scale_and_shift();
    let shift = match bias {
        Some(bias) => shift + bias * scale.clone(),
        None => shift,
    };
    let layer = [x.into_dispatch(), weight.into_dispatch()];
    let statistics = [scale.into_dispatch(), shift.into_dispatch()];
    let operation = Normalized { options: *options, activation };
    apply_one(Arc::new(operation), layer.into_iter().chain(statistics).collect())
}

fn geometry(options: &Conv2dOptions, x: &FlexTensor, weight: &FlexTensor) -> Geometry {
    let [batch, channels, height, width] = sizes(x);
    let [outputs, _, kernel_height, kernel_width] = sizes(weight);
    let kernel = [kernel_height, kernel_width];
    let [out_height, out_width] = options.output_size([height, width], kernel).unwrap_or_default();
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
struct Convolution {
    options: Conv2dOptions,
}

impl Operation for Convolution {
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let geometry = geometry(&self.options, &inputs[0], &inputs[1]);
        let shape = result_shape(&geometry);
        let mut y = vec![T::ZERO; shape.iter().product()];
        let finish = Finish::bias(inputs.get(2).map(FlexTensor::storage::<T>));
        forward(&mut y, &geometry, inputs[0].storage(), inputs[1].storage(), &finish);
        let saved = if training { inputs.into_iter().take(2).collect() } else { Vec::new() };
        Outcome { outputs: vec![tensor(y, shape)], saved, ..Outcome::default() }
    }

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [x, weight] = exactly(&pass.saved);
        let geometry = geometry(&self.options, x, weight);
        let dy = pass.gradient.storage::<T>();
        let dx = pass.wants(0).then(|| {
            let mut dx = vec![T::ZERO; x.layout().num_elements()];
            input_gradient(&mut dx, &geometry, dy, weight.storage());
            tensor(dx, x.layout().shape().clone())
        });
        let dweight = pass.wants(1).then(|| {
            let dweight = weight_gradient(&geometry, x.storage::<T>(), dy);
            tensor(dweight, weight.layout().shape().clone())
        });
        let dbias = pass.wants(2).then(|| {
            tensor(sum_of_channels(dy, geometry.outputs, geometry.places()), [geometry.outputs])
        });
        vec![dx, dweight, dbias]
    }
}

/// Inputs: x, weight, and the scale and the shift of each output.
#[derive(Debug)]
struct Normalized {
    options: Conv2dOptions,
    activation: Option<Activation>,
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

    fn backward<T: Real>(&self, _pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        unreachable!("run on devices that record no gradients")
    }
}

/// Inputs: x, weight, and perhaps a bias. The images of the underlying convolution are the result here.
#[derive(Debug)]
struct Transposed {
    options: ConvTranspose2dOptions,
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

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [x, weight] = exactly(&pass.saved);
        let geometry = self.geometry(x, weight);
        let dy = pass.gradient.storage::<T>();
        let dx = pass.wants(0).then(|| {
            let mut dx = vec![T::ZERO; x.layout().num_elements()];
            forward(&mut dx, &geometry, dy, weight.storage(), &Finish::bias(None));
            tensor(dx, x.layout().shape().clone())
        });
        let dweight = pass.wants(1).then(|| {
            let dweight = weight_gradient(&geometry, dy, x.storage::<T>());
            tensor(dweight, weight.layout().shape().clone())
        });
        let dbias = pass.wants(2).then(|| {
            tensor(sum_of_channels(dy, geometry.channels, geometry.pixels()), [geometry.channels])
        });
        vec![dx, dweight, dbias]
    }
}
