//! What other libraries call the layers of a [`ResNet`](super::ResNet).

use crate::Renames;

/// Of torchvision's `resnet18` to `resnet152`.
pub const TORCHVISION: Renames = &[
    ("stem.conv", "conv1"),
    ("stem.norm", "bn1"),
    ("stages.{s}.{b}.convs.{c}.conv", "layer{s+1}.{b}.conv{c+1}"),
    ("stages.{s}.{b}.convs.{c}.norm", "layer{s+1}.{b}.bn{c+1}"),
    ("stages.{s}.{b}.projection.conv", "layer{s+1}.{b}.downsample.0"),
    ("stages.{s}.{b}.projection.norm", "layer{s+1}.{b}.downsample.1"),
    ("head", "fc"),
];

/// Of `ResNet50`, `ResNet101` and `ResNet152` of `keras.applications`.
pub const KERAS: Renames = &[
    ("stem.conv", "conv1_conv"),
    ("stem.norm", "conv1_bn"),
    ("stages.{s}.{b}.convs.{c}.conv", "conv{s+2}_block{b+1}_{c+1}_conv"),
    ("stages.{s}.{b}.convs.{c}.norm", "conv{s+2}_block{b+1}_{c+1}_bn"),
    ("stages.{s}.{b}.projection.conv", "conv{s+2}_block{b+1}_0_conv"),
    ("stages.{s}.{b}.projection.norm", "conv{s+2}_block{b+1}_0_bn"),
    ("head", "predictions"),
];

/// Of the assignment's ResNet-50, in whose head the 2048 maps lie side by side; its six classes are the fingers that a
/// hand shows.
pub const COURSE: Renames = &[
    ("stem.conv", "conv1"),
    ("stem.norm", "bn_conv1"),
    ("stages.{s}.{b}.convs.{c}.conv", "res{s+2}{b:a}_branch2{c:a}"),
    ("stages.{s}.{b}.convs.{c}.norm", "bn{s+2}{b:a}_branch2{c:a}"),
    ("stages.{s}.{b}.projection.conv", "res{s+2}{b:a}_branch1"),
    ("stages.{s}.{b}.projection.norm", "bn{s+2}{b:a}_branch1"),
    ("head", "fc6@2048"),
];
