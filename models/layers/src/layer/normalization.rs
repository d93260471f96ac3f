use std::borrow::Cow;

use burn::module::{Flag, Module, Param, RunningState};
use burn::nn::BatchNorm;
use burn::tensor::{Device, Tensor};

use super::Layer;
use crate::ops::{self, Normalization};
use crate::trace::{self, Step};

/// Batch normalisation of channels, with scales or without: Burn's, and [`ShiftNorm`].
pub trait ChannelNorm: Layer<Tensor<4>, Output = Tensor<4>> {
    /// It as Burn's module, which shares its statistics.
    fn as_batch_norm(&self) -> Cow<'_, BatchNorm>;

    /// What it is in a layer table.
    fn step<const D: usize>(&self, output: &Tensor<D>) -> Step;
}

impl<const D: usize> Layer<Tensor<D>> for BatchNorm {
    type Output = Tensor<D>;

    /// As Burn's: with the batch's statistics, which it adds to the running ones, on a device that records
    /// gradients; with the running ones elsewhere, and where the layer is frozen.
    fn apply(&self, input: Tensor<D>) -> Tensor<D> {
        trace::note(|| self.step(&input));
        normalize(self, input)
    }
}

impl ChannelNorm for BatchNorm {
    fn as_batch_norm(&self) -> Cow<'_, BatchNorm> {
        Cow::Borrowed(self)
    }

    fn step<const D: usize>(&self, output: &Tensor<D>) -> Step {
        let channels = self.gamma.shape().num_elements();
        Step {
            parameter: Some(self.gamma.id),
            num_parameters: 2 * channels,
            num_statistics: 2 * channels,
            ..Step::new("BatchNorm", output)
        }
    }
}

/// Batch normalisation that shifts and does not scale, as Keras has it under `scale=False`: before a ReLU the
/// weights of the next layer can scale as well.
#[derive(Module, Debug)]
pub struct ShiftNorm {
    /// The shift of each channel, learnt.
    pub beta: Param<Tensor<1>>,
    /// Whether the layer takes part in training.
    pub training: Param<Flag>,
    /// The running mean.
    pub running_mean: RunningState<Tensor<1>>,
    /// The running variance.
    pub running_var: RunningState<Tensor<1>>,
    /// The share of a new batch in the running statistics.
    pub momentum: f64,
    /// Added to the variance.
    pub epsilon: f64,
}

impl From<BatchNorm> for ShiftNorm {
    /// Leaves the scales out.
    fn from(norm: BatchNorm) -> Self {
        let BatchNorm { beta, training, running_mean, running_var, momentum, epsilon, .. } = norm;
        Self { beta, training, running_mean, running_var, momentum, epsilon }
    }
}

impl<const D: usize> Layer<Tensor<D>> for ShiftNorm {
    type Output = Tensor<D>;

    /// As [`BatchNorm`] with scales of 1.
    fn apply(&self, input: Tensor<D>) -> Tensor<D> {
        trace::note(|| self.step(&input));
        normalize(&self.as_batch_norm(), input)
    }
}

impl ChannelNorm for ShiftNorm {
    fn as_batch_norm(&self) -> Cow<'_, BatchNorm> {
        let beta = self.beta.val();
        let ones = Tensor::ones(beta.dims(), &beta.device()).set_require_grad(false);
        Cow::Owned(BatchNorm {
            gamma: Param::from_tensor(ones).set_require_grad(false),
            beta: self.beta.clone(),
            training: self.training.clone(),
            running_mean: self.running_mean.clone(),
            running_var: self.running_var.clone(),
            momentum: self.momentum,
            epsilon: self.epsilon,
        })
    }

    fn step<const D: usize>(&self, output: &Tensor<D>) -> Step {
        let channels = self.beta.shape().num_elements();
        Step {
            parameter: Some(self.beta.id),
            num_parameters: channels,
            num_statistics: 2 * channels,
            ..Step::new("BatchNorm", output)
        }
    }
}

fn normalize<const D: usize>(norm: &BatchNorm, input: Tensor<D>) -> Tensor<D> {
    let device = input.device();
    if !is_training(norm, &input) {
        return ops::batch_norm_fixed(input, &fixed(norm, &device));
    }
    let (output, batch) = ops::batch_norm(input, norm.gamma.val(), norm.beta.val(), norm.epsilon);
    for (running, of_batch) in
        [(&norm.running_mean, batch.mean), (&norm.running_var, batch.variance)]
    {
        let old = running.value_sync().to_device(&device);
        let new = old * (1.0 - norm.momentum) + of_batch.detach() * norm.momentum;
        running.update(new.detach());
    }
    output
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
