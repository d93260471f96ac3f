//! Weights of Darknet (Redmon 2013-2018), in which YOLO was published: a `.weights` file of numbers without a word about
//! them, and the `.cfg` that says which network they are of.

mod cfg;
mod network;
mod weights;

pub use network::{Convolution, Kind, Layer, Network, Region};
pub(crate) use weights::known;
pub use weights::read;
