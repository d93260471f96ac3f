use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::Tensor;

use super::Layer;
use crate::ops;
use crate::trace::{self, Step};

impl<const D: usize> Layer<Tensor<D>> for Linear {
    type Output = Tensor<D>;

    fn apply(&self, input: Tensor<D>) -> Tensor<D> {
        let output =
            ops::linear(input, self.weight.val(), self.bias.as_ref().map(|bias| bias.val()));
        trace::note(|| {
            let [inputs, outputs] = self.weight.shape().dims();
            let rows = output.shape().num_elements() / outputs.max(1);
            Step {
                parameter: Some(self.weight.id),
                num_parameters: self.num_params(),
                multiply_adds: (rows * inputs * outputs) as u64,
                ..Step::new("Linear", &output)
            }
        });
        output
    }
}
