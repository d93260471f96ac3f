use burn::nn::Linear;
use burn::tensor::Tensor;

use super::Layer;
use crate::ops;

impl<const D: usize> Layer<Tensor<D>> for Linear {
    type Output = Tensor<D>;

    fn apply(&self, input: Tensor<D>) -> Tensor<D> {
        ops::linear(input, self.weight.val(), self.bias.as_ref().map(|bias| bias.val()))
    }
}
