//! What torchvision calls the layers of a [`GoogLeNet`](super::GoogLeNet).

use crate::Renames;

/// Of torchvision's `googlenet`; its auxiliary heads are left out where the network has none.
pub const TORCHVISION: Renames = &[
    ("conv{i}.norm", "conv{i}.bn"),
    ("stage{s}.{m}.branches.0.convs.0.conv", "inception{s}{m:a}.branch1.conv"),
    ("stage{s}.{m}.branches.0.convs.0.norm", "inception{s}{m:a}.branch1.bn"),
    ("stage{s}.{m}.branches.3.convs.0.conv", "inception{s}{m:a}.branch4.1.conv"),
    ("stage{s}.{m}.branches.3.convs.0.norm", "inception{s}{m:a}.branch4.1.bn"),
    ("stage{s}.{m}.branches.{b}.convs.{c}.conv", "inception{s}{m:a}.branch{b+1}.{c}.conv"),
    ("stage{s}.{m}.branches.{b}.convs.{c}.norm", "inception{s}{m:a}.branch{b+1}.{c}.bn"),
    ("auxiliary.{i}.conv.conv", "aux{i+1}.conv.conv"),
    ("auxiliary.{i}.conv.norm", "aux{i+1}.conv.bn"),
    ("auxiliary.{i}.fc1", "aux{i+1}.fc1"),
    ("auxiliary.{i}.fc2", "aux{i+1}.fc2"),
    ("head", "fc"),
    ("", "aux1"),
    ("", "aux2"),
];
