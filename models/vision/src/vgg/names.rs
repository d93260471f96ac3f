//! What other libraries call the layers of a [`Vgg`](super::Vgg).
//!
//! torchvision counts convolutions, normalisations, ReLUs and poolings in one sequence, so that every depth has
//! numbers of its own.

use crate::Renames;

/// Of `VGG16` and `VGG19` of `keras.applications`. Their first fully connected layer sees 512 maps as one row,
/// channels last.
pub const KERAS: Renames =
    &[("stages.{s}.{c}.conv", "block{s+1}_conv{c+1}"), ("fc1", "fc1@512"), ("head", "predictions")];

/// Of torchvision's `vgg11`.
pub const TORCHVISION_11: Renames = &[
    ("stages.0.{c}.conv", "features.{c*2}"),
    ("stages.1.{c}.conv", "features.{c*2+3}"),
    ("stages.2.{c}.conv", "features.{c*2+6}"),
    ("stages.3.{c}.conv", "features.{c*2+11}"),
    ("stages.4.{c}.conv", "features.{c*2+16}"),
    ("fc1", "classifier.0"),
    ("fc2", "classifier.3"),
    ("head", "classifier.6"),
];

/// Of torchvision's `vgg11_bn`.
pub const TORCHVISION_11_BN: Renames = &[
    ("stages.0.{c}.conv", "features.{c*3}"),
    ("stages.0.{c}.norm", "features.{c*3+1}"),
    ("stages.1.{c}.conv", "features.{c*3+4}"),
    ("stages.1.{c}.norm", "features.{c*3+5}"),
    ("stages.2.{c}.conv", "features.{c*3+8}"),
    ("stages.2.{c}.norm", "features.{c*3+9}"),
    ("stages.3.{c}.conv", "features.{c*3+15}"),
    ("stages.3.{c}.norm", "features.{c*3+16}"),
    ("stages.4.{c}.conv", "features.{c*3+22}"),
    ("stages.4.{c}.norm", "features.{c*3+23}"),
    ("fc1", "classifier.0"),
    ("fc2", "classifier.3"),
    ("head", "classifier.6"),
];

/// Of torchvision's `vgg13`.
pub const TORCHVISION_13: Renames = &[
    ("stages.0.{c}.conv", "features.{c*2}"),
    ("stages.1.{c}.conv", "features.{c*2+5}"),
    ("stages.2.{c}.conv", "features.{c*2+10}"),
    ("stages.3.{c}.conv", "features.{c*2+15}"),
    ("stages.4.{c}.conv", "features.{c*2+20}"),
    ("fc1", "classifier.0"),
    ("fc2", "classifier.3"),
    ("head", "classifier.6"),
];

/// Of torchvision's `vgg13_bn`.
pub const TORCHVISION_13_BN: Renames = &[
    ("stages.0.{c}.conv", "features.{c*3}"),
    ("stages.0.{c}.norm", "features.{c*3+1}"),
    ("stages.1.{c}.conv", "features.{c*3+7}"),
    ("stages.1.{c}.norm", "features.{c*3+8}"),
    ("stages.2.{c}.conv", "features.{c*3+14}"),
    ("stages.2.{c}.norm", "features.{c*3+15}"),
    ("stages.3.{c}.conv", "features.{c*3+21}"),
    ("stages.3.{c}.norm", "features.{c*3+22}"),
    ("stages.4.{c}.conv", "features.{c*3+28}"),
    ("stages.4.{c}.norm", "features.{c*3+29}"),
    ("fc1", "classifier.0"),
    ("fc2", "classifier.3"),
    ("head", "classifier.6"),
];

/// Of torchvision's `vgg16`.
pub const TORCHVISION_16: Renames = &[
    ("stages.0.{c}.conv", "features.{c*2}"),
    ("stages.1.{c}.conv", "features.{c*2+5}"),
    ("stages.2.{c}.conv", "features.{c*2+10}"),
    ("stages.3.{c}.conv", "features.{c*2+17}"),
    ("stages.4.{c}.conv", "features.{c*2+24}"),
    ("fc1", "classifier.0"),
    ("fc2", "classifier.3"),
    ("head", "classifier.6"),
];

/// Of torchvision's `vgg16_bn`.
pub const TORCHVISION_16_BN: Renames = &[
    ("stages.0.{c}.conv", "features.{c*3}"),
    ("stages.0.{c}.norm", "features.{c*3+1}"),
    ("stages.1.{c}.conv", "features.{c*3+7}"),
    ("stages.1.{c}.norm", "features.{c*3+8}"),
    ("stages.2.{c}.conv", "features.{c*3+14}"),
    ("stages.2.{c}.norm", "features.{c*3+15}"),
    ("stages.3.{c}.conv", "features.{c*3+24}"),
    ("stages.3.{c}.norm", "features.{c*3+25}"),
    ("stages.4.{c}.conv", "features.{c*3+34}"),
    ("stages.4.{c}.norm", "features.{c*3+35}"),
    ("fc1", "classifier.0"),
    ("fc2", "classifier.3"),
    ("head", "classifier.6"),
];

/// Of torchvision's `vgg19`.
pub const TORCHVISION_19: Renames = &[
    ("stages.0.{c}.conv", "features.{c*2}"),
    ("stages.1.{c}.conv", "features.{c*2+5}"),
    ("stages.2.{c}.conv", "features.{c*2+10}"),
    ("stages.3.{c}.conv", "features.{c*2+19}"),
    ("stages.4.{c}.conv", "features.{c*2+28}"),
    ("fc1", "classifier.0"),
    ("fc2", "classifier.3"),
    ("head", "classifier.6"),
];

/// Of torchvision's `vgg19_bn`.
pub const TORCHVISION_19_BN: Renames = &[
    ("stages.0.{c}.conv", "features.{c*3}"),
    ("stages.0.{c}.norm", "features.{c*3+1}"),
    ("stages.1.{c}.conv", "features.{c*3+7}"),
    ("stages.1.{c}.norm", "features.{c*3+8}"),
    ("stages.2.{c}.conv", "features.{c*3+14}"),
    ("stages.2.{c}.norm", "features.{c*3+15}"),
    ("stages.3.{c}.conv", "features.{c*3+27}"),
    ("stages.3.{c}.norm", "features.{c*3+28}"),
    ("stages.4.{c}.conv", "features.{c*3+40}"),
    ("stages.4.{c}.norm", "features.{c*3+41}"),
    ("fc1", "classifier.0"),
    ("fc2", "classifier.3"),
    ("head", "classifier.6"),
];
