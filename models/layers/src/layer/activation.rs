use burn::nn::activation::Activation;
use burn::tensor::Tensor;

use super::Layer;
use crate::{ops, trace};

impl<const D: usize> Layer<Tensor<D>> for Activation {
    type Output = Tensor<D>;

    fn apply(&self, input: Tensor<D>) -> Tensor<D> {
        let output = match self {
            Self::Relu(_) => ops::relu(input),
            Self::LeakyRelu(layer) if layer.negative_slope >= 0.0 => {
                ops::leaky_relu(input, layer.negative_slope)
            }
            Self::Gelu(layer) if !layer.approximate => ops::gelu(input),
            Self::Sigmoid(_) => ops::sigmoid(input),
            Self::HardSigmoid(layer) => ops::hard_sigmoid(input, layer.alpha, layer.beta),
            Self::Tanh(_) => ops::tanh(input),
            _ => self.forward(input),
        };
        trace::step("Activation", output)
    }
}
