//! Two-dimensional convolution as matrix products.
//!
//! A convolution multiplies its weights, `[outputs, channels * kernel]`, with a matrix that has one column for
//! each place of the window: the patch that the window sees there. With a 1x1 kernel and stride 1 that matrix
//! is the image itself. Both gradients are products of the same matrices, transposed.
//!
//! Images go through in blocks of a few hundred columns, so that a block's patches stay in cache. Threads take
//! whole blocks where there are enough of them, and shares of one product where not.

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
