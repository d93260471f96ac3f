//! What other libraries call the layers of a [`MobileNetV2`](super::MobileNetV2).

use crate::Renames;

/// Of torchvision's `mobilenet_v2`. The first block has no expansion, and so other numbers.
pub const TORCHVISION: Renames = &[
    ("stem.conv", "features.0.0"),
    ("stem.norm", "features.0.1"),
    ("blocks.0.depthwise.conv", "features.1.conv.0.0"),
    ("blocks.0.depthwise.norm", "features.1.conv.0.1"),
    ("blocks.0.project.conv", "features.1.conv.1"),
    ("blocks.0.project.norm", "features.1.conv.2"),
    ("blocks.{b}.expand.conv", "features.{b+1}.conv.0.0"),
    ("blocks.{b}.expand.norm", "features.{b+1}.conv.0.1"),
    ("blocks.{b}.depthwise.conv", "features.{b+1}.conv.1.0"),
    ("blocks.{b}.depthwise.norm", "features.{b+1}.conv.1.1"),
    ("blocks.{b}.project.conv", "features.{b+1}.conv.2"),
    ("blocks.{b}.project.norm", "features.{b+1}.conv.3"),
    ("top.conv", "features.18.0"),
    ("top.norm", "features.18.1"),
    ("head", "classifier.1"),
];

/// Of `MobileNetV2` of `keras.applications`.
pub const KERAS: Renames = &[
    ("stem.conv", "Conv1"),
    ("stem.norm", "bn_Conv1"),
    ("blocks.0.depthwise.conv", "expanded_conv_depthwise"),
    ("blocks.0.depthwise.norm", "expanded_conv_depthwise_BN"),
    ("blocks.0.project.conv", "expanded_conv_project"),
    ("blocks.0.project.norm", "expanded_conv_project_BN"),
    ("blocks.{b}.expand.conv", "block_{b}_expand"),
    ("blocks.{b}.expand.norm", "block_{b}_expand_BN"),
    ("blocks.{b}.depthwise.conv", "block_{b}_depthwise"),
    ("blocks.{b}.depthwise.norm", "block_{b}_depthwise_BN"),
    ("blocks.{b}.project.conv", "block_{b}_project"),
    ("blocks.{b}.project.norm", "block_{b}_project_BN"),
    ("top.conv", "Conv_1"),
    ("top.norm", "Conv_1_bn"),
    ("head", "predictions"),
];
