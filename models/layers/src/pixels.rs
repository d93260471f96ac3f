//! What numbers a trained network expects for pixels.

use burn::tensor::{Tensor, TensorData};

/// The change from pixels of 0 to 1, red first, to what a network was trained on:
/// `(white x - mean) / deviation`, channel by channel.
///
/// Whoever publishes weights decides on it, and the weights are worth nothing with other pixels: ask the
/// configuration of the network for those that go with its names of layers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pixels {
    /// What the brightest pixel is before the mean is taken: 1 or 255. The darkest is 0.
    pub white: f64,
    /// Taken from each channel, in the order of the network's channels.
    pub mean: [f64; 3],
    /// What each channel is divided by then, in the same order.
    pub deviation: [f64; 3],
    /// The order of the channels.
    pub order: ColorOrder,
}

/// The order of the channels of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorOrder {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
}

impl Pixels {
    /// As they are: 0 to 1, red first.
    pub const PLAIN: Self =
        Self { white: 1.0, mean: [0.0; 3], deviation: [1.0; 3], order: ColorOrder::Rgb };

    /// The least and the largest value of each channel after the change.
    #[must_use]
    pub fn range(&self) -> [[f64; 2]; 3] {
        [0, 1, 2].map(|channel| {
            [0.0, self.white].map(|x| (x - self.mean[channel]) / self.deviation[channel])
        })
    }

    /// Changes images.
    ///
    /// # Shapes
    /// - `images`: `[batch, 3, height, width]`, values of 0 to 1, red first
    /// - output: the same shape
    #[must_use]
    pub fn apply(&self, images: Tensor<4>) -> Tensor<4> {
        if *self == Self::PLAIN {
            return images;
        }
        let device = images.device();
        let of_channels = |values: [f64; 3]| {
            Tensor::from_data(TensorData::new(values.to_vec(), [1, 3, 1, 1]), &device)
        };
        let images = match self.order {
            ColorOrder::Rgb => images,
            ColorOrder::Bgr => images.flip([1]),
        };
        let images = if self.white == 1.0 { images } else { images * self.white };
        (images - of_channels(self.mean)) / of_channels(self.deviation)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    /// Red 255, green 0, blue 51 of 255.
    #[test]
    fn caffe_s_pixels_are_bytes_less_the_mean_blue_first() {
        let caffe = Pixels {
            white: 255.0,
            mean: [103.939, 116.779, 123.68],
            deviation: [1.0; 3],
            order: ColorOrder::Bgr,
        };
        let pixel = TensorData::new(vec![1.0, 0.0, 0.2], [1, 3, 1, 1]);
        let found = caffe.apply(Tensor::from_data(pixel, &Device::default()));
        let found: Vec<f64> = found.into_data().iter().collect();
        for (found, expected) in found.iter().zip([51.0 - 103.939, -116.779, 255.0 - 123.68]) {
            assert!((found - expected).abs() < 1e-4, "{found}, expected {expected}");
        }
        assert_eq!(caffe.range()[1], [-116.779, 255.0 - 116.779]);
    }
}
