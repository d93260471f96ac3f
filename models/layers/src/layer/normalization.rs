use burn::nn::BatchNorm;
use burn::tensor::{Device, Tensor};

use super::Layer;
use crate::ops::{self, Normalization};
use crate::trace::{self, Step};

impl<const D: usize> Layer<Tensor<D>> for BatchNorm {
    type Output = Tensor<D>;

    /// As Burn's: with the batch's statistics, which it adds to the running ones, on a device that records
    /// gradients; with the running ones elsewhere, and where the layer is frozen.
    fn apply(&self, input: Tensor<D>) -> Tensor<D> {
        trace::note(|| step(self, &input));
        let device = input.device();
        if !is_training(self, &input) {
            return ops::batch_norm_fixed(input, &fixed(self, &device));
        }
        let (output, batch) =
            ops::batch_norm(input, self.gamma.val(), self.beta.val(), self.epsilon);
        for (running, of_batch) in
            [(&self.running_mean, batch.mean), (&self.running_var, batch.variance)]
        {
            let old = running.value_sync().to_device(&device);
            let new = old * (1.0 - self.momentum) + of_batch.detach() * self.momentum;
            running.update(new.detach());
        }
        output
    }
}

pub(super) fn step<const D: usize>(norm: &BatchNorm, output: &Tensor<D>) -> Step {
    let channels = norm.gamma.shape().num_elements();
    Step {
        parameter: Some(norm.gamma.id),
        num_parameters: 2 * channels,
        num_statistics: 2 * channels,
        ..Step::new("BatchNorm", output)
    }
}

fn is_training<const D: usize>(norm: &BatchNorm, input: &Tensor<D>) -> bool {
    input.device().is_autodiff() && norm.training.is_enabled()
}

/// The running statistics.
pub(super) fn fixed(norm: &BatchNorm, device: &Device) -> Normalization {
    Normalization {
        gamma: norm.gamma.val(),
        beta: norm.beta.val(),
        mean: norm.running_mean.value().to_device(device),
        variance: norm.running_var.value().to_device(device),
        epsilon: norm.epsilon,
    }
}
