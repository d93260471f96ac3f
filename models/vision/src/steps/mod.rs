//! Course 4 by hand under the assignments' names: convolution and pooling, forward and backward, and what becomes of
//! the boxes of a detector.
//!
//! Plain functions over tensors, for every backend, that walk from one place of the window to the next as the
//! assignment does. Where it puts channels last and loops over examples and filters, these are batch first,
//! `[batch, channels, height, width]`, and take all examples and filters of a place at once. The layers that
//! networks are made of are in `fireside_layers::ops`: the same numbers, hundreds of times faster.
//!
//! - [`convolution`]: `zero_pad`, `conv_single_step`, `conv_forward`, `conv_backward`
//! - [`pooling`]: `pool_forward`, `create_mask_from_window`, `distribute_value`, `pool_backward`
//! - [`sizes`]: how large the result is; "valid" and "same"
//! - [`edges`]: kernels that find edges, and a kernel that learns to
//! - [`axes`]: convolution along one axis, and along three
//! - [`localization`]: the lecture's loss of one object or none, and its gradient
//! - [`detection`]: `yolo_filter_boxes`, `iou`, `yolo_non_max_suppression`, `yolo_head`, `yolo_eval`

pub mod axes;
pub mod convolution;
pub mod detection;
pub mod edges;
pub mod localization;
pub mod pooling;
pub mod sizes;

use std::ops::Range;

use burn::tensor::{Tensor, s};

/// One place of a window: where its value stands in the result, and which pixels it covers.
struct Place {
    row: usize,
    column: usize,
    rows: Range<usize>,
    columns: Range<usize>,
}

/// The places of a window of `f` rows and columns, row by row.
fn places(
    [height, width]: [usize; 2],
    f: [usize; 2],
    stride: usize,
) -> impl Iterator<Item = Place> {
    let place = move |row: usize, column: usize| {
        let (top, left) = (row * stride, column * stride);
        Place { row, column, rows: top..top + f[0], columns: left..left + f[1] }
    };
    (0..height).flat_map(move |row| (0..width).map(move |column| place(row, column)))
}

impl Place {
    /// The pixels that the window covers here, `[batch, channels, f, f]`.
    fn window(&self, images: &Tensor<4>) -> Tensor<4> {
        images.clone().slice(s![.., .., self.rows.clone(), self.columns.clone()])
    }

    /// Adds to those pixels.
    fn add(&self, images: Tensor<4>, values: Tensor<4>) -> Tensor<4> {
        let sum = self.window(&images) + values;
        images.slice_assign(s![.., .., self.rows.clone(), self.columns.clone()], sum)
    }

    /// The entry of a result for this place, `[batch, channels]`.
    fn value(&self, result: &Tensor<4>) -> Tensor<2> {
        let [batch, channels, ..] = result.dims();
        let (row, column) = (self.row, self.column);
        let value = result.clone().slice(s![.., .., row..row + 1, column..column + 1]);
        value.reshape([batch, channels])
    }
}

/// Puts the values of all places, `[batch, channels]` each, where they belong: `[batch, channels, height, width]`.
fn assemble(values: Vec<Tensor<2>>, [height, width]: [usize; 2]) -> Tensor<4> {
    let values = Tensor::stack::<3>(values, 2); // [batch, channels, places]
    let [batch, channels, _] = values.dims();
    values.reshape([batch, channels, height, width])
}
