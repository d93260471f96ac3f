//! The means over windows that divide an image evenly.

use std::sync::Arc;

use std::ops::Range;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::window::by_plane;
use crate::fused::operation::{BackwardPass, Operation, Outcome, exactly};
use crate::fused::record::{apply_one, serves};
use crate::kernels::memory::{sizes, tensor};
use crate::kernels::real::Real;
use crate::kernels::simd::{sum_of, vectorized};
use crate::plain;

/// See [`ops::adaptive_avg_pool2d`](crate::ops::adaptive_avg_pool2d).
pub(crate) fn adaptive_avg_pool2d(x: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    if !serves(&x) {
        return plain::adaptive_avg_pool2d(x, size);
    }
    apply_one(Arc::new(Adaptive { size }), vec![x.into_dispatch()])
}

#[derive(Debug)]
struct Adaptive {
    size: [usize; 2],
}

impl Adaptive {
    /// Rows and columns of each window.
    fn windows(&self, [height, width]: [usize; 2]) -> Vec<[Range<usize>; 2]> {
        let along = |axis: usize, pixels: usize, place: usize| {
            let parts = self.size[axis];
            place * pixels / parts..((place + 1) * pixels).div_ceil(parts)
        };
        let rows = (0..self.size[0]).map(|row| along(0, height, row));
        rows.flat_map(|rows| {
            (0..self.size[1]).map(move |column| [rows.clone(), along(1, width, column)])
        })
        .collect()
    }
}

impl Operation for Adaptive {
    fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let x = inputs.swap_remove(0);
        let [batch, channels, height, width] = sizes(&x);
        let windows = self.windows([height, width]);
        let shape = [batch, channels, self.size[0], self.size[1]];
        let mut y = vec![T::ZERO; shape.iter().product()];
        let sides = [windows.len(), height * width];
        by_plane(&mut y, x.storage::<T>(), sides, x.layout().num_elements(), |y, x, _| {
            vectorized!(|| {
                for (y, [rows, columns]) in y.iter_mut().zip(&windows) {
                    let row =
                        |row: usize| sum_of(&x[row * width..][columns.clone()], |pixel| pixel);
                    let count = T::of((rows.len() * columns.len()) as f64);
                    *y = rows.clone().map(row).sum::<T>() / count;
                }
            });
        });
        let saved = if training { vec![x] } else { Vec::new() };
        Outcome { outputs: vec![tensor(y, shape)], saved, ..Outcome::default() }
    }

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [x] = exactly(&pass.saved);
        let [_, _, height, width] = sizes(x);
        let windows = self.windows([height, width]);
        let mut dx = vec![T::ZERO; x.layout().num_elements()];
        let (sides, work) = ([height * width, windows.len()], dx.len());
        by_plane(&mut dx, pass.gradient.storage::<T>(), sides, work, |dx, dy, _| {
            for (dy, [rows, columns]) in dy.iter().zip(&windows) {
                let share = *dy / T::of((rows.len() * columns.len()) as f64);
                for row in rows.clone() {
                    dx[row * width..][columns.clone()].iter_mut().for_each(|pixel| *pixel += share);
                }
            }
        });
        vec![Some(tensor(dx, x.layout().shape().clone()))]
    }
}
