//! What an optimiser remembers of one parameter.

use burn::optim::{RecordState, StateSink, StateSource};
use burn::tensor::{Device, Tensor};

/// Steps taken, and the running averages of the gradient and of its square, as far as the optimiser keeps
/// them.
#[derive(Debug, Clone)]
pub struct Moments<const D: usize> {
    /// Steps taken.
    pub time: usize,
    /// Average of the gradient: the velocity `v`.
    pub first: Option<Tensor<D>>,
    /// Average of the squared gradient: `s`.
    pub second: Option<Tensor<D>>,
}

impl<const D: usize> Moments<D> {
    /// Before the first step: both averages zero.
    pub fn start() -> Self {
        Self { time: 0, first: None, second: None }
    }

    pub(super) fn moved_to(mut self, device: &Device) -> Self {
        self.first = self.first.map(|tensor| tensor.to_device(device));
        self.second = self.second.map(|tensor| tensor.to_device(device));
        self
    }
}

/// `beta * average + (1 - beta) * value`; no average yet counts as zero.
pub(super) fn decayed<const D: usize>(
    average: Option<Tensor<D>>,
    value: Tensor<D>,
    beta: f64,
) -> Tensor<D> {
    let fresh = value * (1.0 - beta);
    match average {
        Some(average) => average * beta + fresh,
        None => fresh,
    }
}

impl<const D: usize> RecordState for Moments<D> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        out.push_scalar(prefix, "time", self.time.into());
        for (leaf, tensor) in [("first", &self.first), ("second", &self.second)] {
            if let Some(tensor) = tensor {
                out.push_tensor(prefix, leaf, tensor.to_data());
            }
        }
    }

    fn state_unflatten(prefix: &str, src: &mut StateSource, device: &Device) -> Option<Self> {
        let time = src.take_scalar(prefix, "time")?.try_into().ok()?;
        let mut tensor = |leaf| {
            let data = src.take_tensor(prefix, leaf)?;
            // The device's own float type would narrow a 64-bit average.
            let kept = data.dtype();
            Some(Tensor::from_data(data, (device, kept)))
        };
        Some(Self { time, first: tensor("first"), second: tensor("second") })
    }
}
