//! What numbers a trained network expects for pixels.

use burn::tensor::{Tensor, TensorData};

/// The change from pixels of 0 to 1, red first, to what a network was trained on: `(x - mean) / deviation`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pixels {
    /// Taken from each channel.
    pub mean: [f64; 3],
    /// What each channel is divided by then.
    pub deviation: [f64; 3],
    /// Whether the channels come in the order blue, green, red; the others are in this order, too.
    pub blue_first: bool,
}

impl Pixels {
    /// As they are.
    pub const PLAIN: Self = Self { mean: [0.0; 3], deviation: [1.0; 3], blue_first: false };

    /// Of torchvision's networks: 0 on the mean of ImageNet, 1 in deviation.
    pub const TORCHVISION: Self =
        Self { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225], blue_first: false };

    /// Of the MobileNets and Inceptions of `keras.applications`: -1 to 1.
    pub const KERAS_SYMMETRIC: Self =
        Self { mean: [0.5; 3], deviation: [0.5; 3], blue_first: false };

    /// Of the ResNets and VGGs of `keras.applications`, which came from Caffe: 0 to 255, blue first, less the mean
    /// of ImageNet.
    pub const KERAS_CAFFE: Self = Self {
        mean: [103.939 / 255.0, 116.779 / 255.0, 123.68 / 255.0],
        deviation: [1.0 / 255.0; 3],
        blue_first: true,
    };

    /// Changes images `[batch, 3, height, width]` of 0 to 1.
    pub fn apply(&self, images: Tensor<4>) -> Tensor<4> {
        if *self == Self::PLAIN {
            return images;
        }
        let device = images.device();
        let of_channels = |values: [f64; 3]| {
            Tensor::from_data(TensorData::new(values.to_vec(), [1, 3, 1, 1]), &device)
        };
        let images = if self.blue_first { images.flip([1]) } else { images };
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
        let pixel = TensorData::new(vec![1.0, 0.0, 0.2], [1, 3, 1, 1]);
        let found = Pixels::KERAS_CAFFE.apply(Tensor::from_data(pixel, &Device::flex()));
        let found: Vec<f64> = found.into_data().iter().collect();
        for (found, expected) in found.iter().zip([51.0 - 103.939, -116.779, 255.0 - 123.68]) {
            assert!((found - expected).abs() < 1e-4, "{found}, expected {expected}");
        }
    }
}
