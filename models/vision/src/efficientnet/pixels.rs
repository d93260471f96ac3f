use burn::module::{Module, RunningState};
use burn::tensor::{Device, Tensor};
use fireside_layers::trace::{self, Step};

use crate::ConfigError;
use crate::blocks::rescale;

/// Standard deviations of ImageNet's red, green and blue, of pixels of 0 to 1.
const IMAGENET_DEVIATIONS: [f64; 3] = [0.229, 0.224, 0.225];

/// What Keras puts before its EfficientNets: pixels of 0 to 255 become 0 to 1, less the mean of their channel,
/// divided by its deviation.
///
/// The statistics are read with the weights; a new network has mean 0 and variance 1. They count as 7 with 3
/// channels, since the number of pixels that they are of is kept with them.
///
/// In the file of Keras's ImageNet weights the deviations stand where the variances belong. Keras divides once
/// more by their roots, by constants that the file does not have; `imagenet_pixels` of the configuration does so
/// too.
#[derive(Module, Debug)]
pub struct PixelNormalization {
    mean: RunningState<Tensor<1>>,
    variance: RunningState<Tensor<1>>,
    count: RunningState<Tensor<1>>,
    divides_again: bool,
}

impl PixelNormalization {
    pub(super) fn new(
        channels: usize,
        divides_again: bool,
        device: &Device,
    ) -> Result<Self, ConfigError> {
        if divides_again && channels != IMAGENET_DEVIATIONS.len() {
            return Err(ConfigError::Setting {
                name: "channels",
                expected: format!("{} (or imagenet_pixels false)", IMAGENET_DEVIATIONS.len()),
                found: channels.to_string(),
            });
        }
        Ok(Self {
            mean: RunningState::new(Tensor::zeros([channels], device)),
            variance: RunningState::new(Tensor::ones([channels], device)),
            count: RunningState::new(Tensor::zeros([1], device)),
            divides_again,
        })
    }

    /// Normalises the pixels.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, values of 0 to 255
    /// - output: the same shape
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let device = images.device();
        let of_channels = |values: Tensor<1>| {
            let channels = values.dims()[0];
            values.to_device(&device).reshape([1, channels, 1, 1])
        };
        let (mean, variance) = (self.mean.value(), self.variance.value());
        let num_statistics = 2 * mean.dims()[0] + 1;
        let deviation = variance.sqrt().clamp_min(1e-7); // Keras's guard against channels of one value
        let x = rescale(images, 1.0 / 255.0, 0.0);
        let x = (x - of_channels(mean)) / of_channels(deviation);
        trace::note(|| Step { num_statistics, ..Step::new("Normalization", &x) });
        match self.divides_again {
            false => x,
            true => {
                let roots = Tensor::from_data(IMAGENET_DEVIATIONS.map(f64::sqrt), &device);
                trace::step("Rescaling", x / of_channels(roots))
            }
        }
    }
}
