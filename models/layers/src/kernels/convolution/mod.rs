//! Two-dimensional convolution, in whichever of these ways is the fastest for its sizes.
//!
//! - 1x1 with stride 1: the images are a matrix as they are, and all three results are [`product`]s.
//! - One channel for each output: sums of shifted planes, [`depthwise`].
//! - Large enough images: sums of shifted [`planes`] too, for several outputs at once, [`direct`]; the gradient
//!   of the images is such a convolution itself, and that of the weights a product over all places, [`weights`].
//! - Everything else, small images before all: a [`product`] of the weights, `[outputs, channels * kernel]`, and a
//!   matrix with one column for each place of the window, the [`patches`] that it sees. Images go through in
//!   blocks of a few hundred columns, so that a block's patches stay in cache. Threads take whole blocks where
//!   there are enough of them, and shares of one product where not.

mod depthwise;
mod direct;
mod geometry;
mod patches;
mod planes;
mod product;
mod tile;
mod weights;

pub(crate) use geometry::{Geometry, each_row};
pub(crate) use product::{Finish, forward, input_gradient, sum_of_channels, weight_gradient};
