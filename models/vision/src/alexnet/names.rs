//! What torchvision calls the layers of an [`AlexNet`](super::AlexNet).

use crate::Renames;

/// Of torchvision's `alexnet`.
pub const TORCHVISION: Renames = &[
    ("convs.0.conv", "features.0"),
    ("convs.1.conv", "features.3"),
    ("convs.2.conv", "features.6"),
    ("convs.3.conv", "features.8"),
    ("convs.4.conv", "features.10"),
    ("fc1", "classifier.1"),
    ("fc2", "classifier.4"),
    ("head", "classifier.6"),
];
