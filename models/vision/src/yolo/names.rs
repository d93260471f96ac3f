//! What other libraries call the layers of the networks here.
//!
//! Darknet's layers have no names but an order: `conv_3` is the third `[convolutional]` section of the network's `.cfg`,
//! and `bn_3` its normalisation.

use crate::Renames;

/// [Darknet-19](crate::darknet19) of Darknet.
pub const DARKNET_19: Renames = &[
    ("body.convs.{i}.conv", "conv_{i+1}"),
    ("body.convs.{i}.norm", "bn_{i+1}"),
    ("head", "conv_19"),
];

/// YOLOv2 of Darknet: the convolution of the finer map comes after both of 1024 channels.
pub const DARKNET: Renames = &[
    ("body.convs.{i}.conv", "conv_{i+1}"),
    ("body.convs.{i}.norm", "bn_{i+1}"),
    ("deep.{i}.conv", "conv_{i+19}"),
    ("deep.{i}.norm", "bn_{i+19}"),
    ("passthrough.conv", "conv_21"),
    ("passthrough.norm", "bn_21"),
    ("merged.conv", "conv_22"),
    ("merged.norm", "bn_22"),
    ("head", "conv_23"),
];

/// The first edition of YOLOv2 of Darknet, without a convolution of the finer map.
pub const DARKNET_FIRST: Renames = &[
    ("body.convs.{i}.conv", "conv_{i+1}"),
    ("body.convs.{i}.norm", "bn_{i+1}"),
    ("deep.{i}.conv", "conv_{i+19}"),
    ("deep.{i}.norm", "bn_{i+19}"),
    ("merged.conv", "conv_21"),
    ("merged.norm", "bn_21"),
    ("head", "conv_22"),
];

/// Tiny YOLOv2 of Darknet.
pub const DARKNET_TINY: Renames =
    &[("convs.{i}.conv", "conv_{i+1}"), ("convs.{i}.norm", "bn_{i+1}"), ("head", "conv_9")];

/// Tiny YOLOv2 of Keras, as YAD2K converts it.
pub const KERAS_TINY: Renames = &[
    ("convs.{i}.conv", "conv2d_{i+1}"),
    ("convs.{i}.norm", "batch_normalization_{i+1}"),
    ("head", "conv2d_9"),
];

/// YOLOv2 of Keras, the course's `yolo.h5` of 2017, which YAD2K converted in Darknet's order.
pub const KERAS: Renames = &[
    ("body.convs.{i}.conv", "conv2d_{i+1}"),
    ("body.convs.{i}.norm", "batch_normalization_{i+1}"),
    ("deep.{i}.conv", "conv2d_{i+19}"),
    ("deep.{i}.norm", "batch_normalization_{i+19}"),
    ("passthrough.conv", "conv2d_21"),
    ("passthrough.norm", "batch_normalization_21"),
    ("merged.conv", "conv2d_22"),
    ("merged.norm", "batch_normalization_22"),
    ("head", "conv2d_23"),
];

/// YOLOv2 of TensorFlow, the course's SavedModel of 2021: layers that have weights, counted from the input on, so that
/// the convolution of the finer map comes before the second of 1024 channels.
pub const SAVED_MODEL: Renames = &[
    ("body.convs.{i}.conv", "layer_with_weights-{i*2}"),
    ("body.convs.{i}.norm", "layer_with_weights-{i*2+1}"),
    ("deep.0.conv", "layer_with_weights-36"),
    ("deep.0.norm", "layer_with_weights-37"),
    ("passthrough.conv", "layer_with_weights-38"),
    ("passthrough.norm", "layer_with_weights-39"),
    ("deep.1.conv", "layer_with_weights-40"),
    ("deep.1.norm", "layer_with_weights-41"),
    ("merged.conv", "layer_with_weights-42"),
    ("merged.norm", "layer_with_weights-43"),
    ("head", "layer_with_weights-44"),
];

/// The face detector of face-api.
pub const FACE_API: Renames = &[
    ("first", "conv0"),
    ("blocks.{b}.depthwise", "conv{b+1}.depthwise"),
    ("blocks.{b}.pointwise", "conv{b+1}.pointwise"),
    ("head", "conv8"),
];
