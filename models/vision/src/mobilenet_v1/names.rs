//! What other libraries call the layers of a [`MobileNetV1`](super::MobileNetV1).

use crate::Renames;

/// Of `MobileNet` of `keras.applications`.
pub const KERAS: Renames = &[
    ("stem.conv", "conv1"),
    ("stem.norm", "conv1_bn"),
    ("blocks.{b}.depthwise.conv", "conv_dw_{b+1}"),
    ("blocks.{b}.depthwise.norm", "conv_dw_{b+1}_bn"),
    ("blocks.{b}.pointwise.conv", "conv_pw_{b+1}"),
    ("blocks.{b}.pointwise.norm", "conv_pw_{b+1}_bn"),
    ("head", "conv_preds"),
];
