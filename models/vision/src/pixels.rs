//! What numbers the networks of other libraries expect for pixels. Which of them goes with which weights is the
//! business of the configurations: nobody else names one.

use fireside_layers::pixels::{ColorOrder, Pixels};

/// Of torchvision's networks: 0 on the mean of ImageNet, 1 in deviation.
pub(crate) const STANDARD: Pixels = Pixels {
    white: 1.0,
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
    order: ColorOrder::Rgb,
};

/// Of the MobileNets and Inceptions of `keras.applications`, and of torchvision's Inceptions, whose weights came
/// from there: -1 to 1.
pub(crate) const SYMMETRIC: Pixels =
    Pixels { white: 1.0, mean: [0.5; 3], deviation: [0.5; 3], order: ColorOrder::Rgb };

/// Of the ResNets and VGGs of `keras.applications`, which came from Caffe: 0 to 255, blue first, less the mean of
/// ImageNet.
pub(crate) const CAFFE: Pixels = Pixels {
    white: 255.0,
    mean: [103.939, 116.779, 123.68],
    deviation: [1.0; 3],
    order: ColorOrder::Bgr,
};

/// Of the EfficientNets of `keras.applications`, which bring them to 0 on the mean themselves: 0 to 255.
pub(crate) const BYTES: Pixels = Pixels { white: 255.0, ..Pixels::PLAIN };
