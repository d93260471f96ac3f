//! How a map becomes four times as deep and half as high and wide, to lie beside a coarser one.
//!
//! Darknet's `reorg` is not what its name says: it lays the numbers out as another layer of it would read them (a slip
//! that stayed, as all networks were trained with it: github.com/AlexeyAB in opencv/opencv #9705). Keras's copies take
//! TensorFlow's `space_to_depth` in its place. Weights trained with one are worth nothing with the other.

use burn::config::Config;
use burn::tensor::Tensor;
use fireside_layers::trace;

/// Which of the two.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum Reorg {
    /// That of Darknet and of its weights.
    Darknet,
    /// That of TensorFlow: the four pixels of a square one after the other, row by row, all channels of each.
    SpaceToDepth,
}

impl Reorg {
    /// Reorders maps.
    ///
    /// # Shapes
    /// - `maps`: `[batch, channels, height, width]`; height and width even, channels a multiple of 4 for Darknet's
    /// - output: `[batch, 4 * channels, height / 2, width / 2]`
    ///
    /// # Panics
    /// When a size is not as said.
    #[must_use]
    pub fn apply(self, maps: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = maps.dims();
        let is_even = height.is_multiple_of(2) && width.is_multiple_of(2);
        assert!(
            is_even && (self == Self::SpaceToDepth || channels.is_multiple_of(4)),
            "reorg: maps of {channels}x{height}x{width}, but even sides are wanted, for Darknet's \
             also channels by the four"
        );
        let maps: Tensor<6> = match self {
            Self::Darknet => {
                let view = maps.reshape([batch, channels * height / 4, 2, width, 2, 1]);
                view.permute([0, 2, 4, 1, 3, 5])
            }
            Self::SpaceToDepth => {
                let view = maps.reshape([batch, channels, height / 2, 2, width / 2, 2]);
                view.permute([0, 3, 5, 1, 2, 4])
            }
        };
        let maps = maps.reshape([batch, 4 * channels, height / 2, width / 2]);
        trace::step("Reorg", maps)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    /// Batch, channels, rows, columns.
    const SHAPES: [[usize; 4]; 4] = [[1, 4, 2, 2], [2, 8, 4, 6], [1, 64, 6, 4], [3, 12, 2, 10]];

    fn numbered(shape: [usize; 4]) -> (Vec<f64>, Tensor<4>) {
        let count = shape.iter().product::<usize>();
        let values: Vec<f64> = (0..count).map(|number| number as f64).collect();
        let flat = Tensor::<1>::from_data(values.as_slice(), &Device::flex());
        (values, flat.reshape(shape))
    }

    fn entries(tensor: Tensor<4>) -> Vec<f64> {
        tensor.into_data().iter().collect()
    }

    /// `reorg_cpu` of Darknet's `blas.c` as `forward_reorg_layer` calls it, with `forward` 0.
    fn darknet(x: &[f64], [batch, c, h, w]: [usize; 4]) -> Vec<f64> {
        let stride = 2;
        let out_c = c / (stride * stride);
        let mut out = vec![0.0; x.len()];
        for (b, k) in (0..batch).flat_map(|b| (0..c).map(move |k| (b, k))) {
            for (j, i) in (0..h).flat_map(|j| (0..w).map(move |i| (j, i))) {
                let in_index = i + w * (j + h * (k + c * b));
                let (c2, offset) = (k % out_c, k / out_c);
                let w2 = i * stride + offset % stride;
                let h2 = j * stride + offset / stride;
                let out_index = w2 + w * stride * (h2 + h * stride * (c2 + out_c * b));
                out[in_index] = x[out_index];
            }
        }
        out
    }

    #[test]
    fn darknet_s_is_the_loop_of_its_source() {
        for shape in SHAPES {
            let (values, maps) = numbered(shape);
            assert_eq!(entries(Reorg::Darknet.apply(maps)), darknet(&values, shape), "{shape:?}");
        }
    }

    #[test]
    fn space_to_depth_is_the_loop_of_its_definition() {
        for shape in SHAPES {
            let (values, maps) = numbered(shape);
            let [batch, channels, height, width] = shape;
            let mut expected = Vec::new();
            for b in 0..batch {
                for (dy, dx) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    for c in 0..channels {
                        for (y, x) in (0..height / 2)
                            .flat_map(|y| (0..width / 2).map(move |x| (2 * y + dy, 2 * x + dx)))
                        {
                            expected.push(values[((b * channels + c) * height + y) * width + x]);
                        }
                    }
                }
            }
            assert_eq!(entries(Reorg::SpaceToDepth.apply(maps)), expected, "{shape:?}");
        }
    }

    #[test]
    fn the_two_are_unlike() {
        for shape in [[1, 4, 4, 4], [2, 8, 4, 6], [1, 64, 6, 4]] {
            let (_, maps) = numbered(shape);
            let [one, other] = [Reorg::Darknet, Reorg::SpaceToDepth]
                .map(|reorg| entries(reorg.apply(maps.clone())));
            assert_ne!(one, other, "{shape:?}");
            let sorted = |mut values: Vec<f64>| {
                values.sort_by(f64::total_cmp);
                values
            };
            assert_eq!(sorted(one), sorted(other), "{shape:?}");
        }
    }
}
