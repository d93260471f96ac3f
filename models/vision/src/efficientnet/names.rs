//! What other libraries call the layers of an [`EfficientNet`](super::EfficientNet).

use crate::Renames;

/// Of torchvision's `efficientnet_b0` to `efficientnet_b7`. The blocks of the first stage have no expansion, and
/// so other numbers.
pub const TORCHVISION: Renames = &[
    ("stem.conv", "features.0.0"),
    ("stem.norm", "features.0.1"),
    ("stages.0.{b}.depthwise.conv", "features.1.{b}.block.0.0"),
    ("stages.0.{b}.depthwise.norm", "features.1.{b}.block.0.1"),
    ("stages.0.{b}.squeeze_excite.reduce", "features.1.{b}.block.1.fc1"),
    ("stages.0.{b}.squeeze_excite.expand", "features.1.{b}.block.1.fc2"),
    ("stages.0.{b}.project.conv", "features.1.{b}.block.2.0"),
    ("stages.0.{b}.project.norm", "features.1.{b}.block.2.1"),
    ("stages.{s}.{b}.expand.conv", "features.{s+1}.{b}.block.0.0"),
    ("stages.{s}.{b}.expand.norm", "features.{s+1}.{b}.block.0.1"),
    ("stages.{s}.{b}.depthwise.conv", "features.{s+1}.{b}.block.1.0"),
    ("stages.{s}.{b}.depthwise.norm", "features.{s+1}.{b}.block.1.1"),
    ("stages.{s}.{b}.squeeze_excite.reduce", "features.{s+1}.{b}.block.2.fc1"),
    ("stages.{s}.{b}.squeeze_excite.expand", "features.{s+1}.{b}.block.2.fc2"),
    ("stages.{s}.{b}.project.conv", "features.{s+1}.{b}.block.3.0"),
    ("stages.{s}.{b}.project.norm", "features.{s+1}.{b}.block.3.1"),
    ("top.conv", "features.8.0"),
    ("top.norm", "features.8.1"),
    ("head", "classifier.1"),
];

/// Of `EfficientNetB0` to `EfficientNetB7` of `keras.applications`.
pub const KERAS: Renames = &[
    ("pixels", "normalization"),
    ("stem.conv", "stem_conv"),
    ("stem.norm", "stem_bn"),
    ("stages.{s}.{b}.expand.conv", "block{s+1}{b:a}_expand_conv"),
    ("stages.{s}.{b}.expand.norm", "block{s+1}{b:a}_expand_bn"),
    ("stages.{s}.{b}.depthwise.conv", "block{s+1}{b:a}_dwconv"),
    ("stages.{s}.{b}.depthwise.norm", "block{s+1}{b:a}_bn"),
    ("stages.{s}.{b}.squeeze_excite.reduce", "block{s+1}{b:a}_se_reduce"),
    ("stages.{s}.{b}.squeeze_excite.expand", "block{s+1}{b:a}_se_expand"),
    ("stages.{s}.{b}.project.conv", "block{s+1}{b:a}_project_conv"),
    ("stages.{s}.{b}.project.norm", "block{s+1}{b:a}_project_bn"),
    ("top.conv", "top_conv"),
    ("top.norm", "top_bn"),
    ("head", "predictions"),
];
