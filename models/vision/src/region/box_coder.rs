//! How a box differs from the one that was proposed for it: what the networks learn (R-CNN, appendix C).

use crate::detection::Bounds;

/// `ln(1000 / 16)`, the largest logarithm of a size over that of its proposal: beyond, `e^x` would run away.
const LARGEST_LOG: f64 = 4.135_166_556_742_356;

/// Turns boxes into differences and back: of the midpoints in widths and heights of the proposal, and of the sizes by
/// the logarithm of their ratio, each times its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoxCoder {
    /// Of x and y, width and height.
    pub weights: [f64; 4],
}

impl BoxCoder {
    /// Weights of 1, for the region proposal network.
    pub const PLAIN: Self = Self { weights: [1.0; 4] };
    /// Weights of 10 and 5, with which the differences of good proposals are about as large as the scores.
    pub const HEAD: Self = Self { weights: [10.0, 10.0, 5.0, 5.0] };

    /// The differences of `truth` from `proposal`; both have an area.
    #[must_use]
    pub fn encode(&self, truth: Bounds, proposal: Bounds) -> [f64; 4] {
        let ([x, y], [width, height]) = middle_and_size(proposal);
        let (middle, size) = middle_and_size(truth);
        let [wx, wy, ww, wh] = self.weights;
        [
            wx * (middle[0] - x) / width,
            wy * (middle[1] - y) / height,
            ww * (size[0] / width).ln(),
            wh * (size[1] / height).ln(),
        ]
    }

    /// The box that differs so from `proposal`; it may reach beyond the picture.
    #[must_use]
    pub fn decode(&self, deltas: [f64; 4], proposal: Bounds) -> Bounds {
        let ([x, y], [width, height]) = middle_and_size(proposal);
        let [dx, dy, dw, dh] = std::array::from_fn(|part| deltas[part] / self.weights[part]);
        let [x, y] = [x + dx * width, y + dy * height];
        // Comparisons rather than `min`, so that NaN stays NaN.
        let half = |log: f64| if log > LARGEST_LOG { LARGEST_LOG.exp() } else { log.exp() } / 2.0;
        let [w, h] = [half(dw) * width, half(dh) * height];
        [x - w, y - h, x + w, y + h]
    }
}

fn middle_and_size([x1, y1, x2, y2]: Bounds) -> ([f64; 2], [f64; 2]) {
    let (width, height) = (x2 - x1, y2 - y1);
    ([x1 + width / 2.0, y1 + height / 2.0], [width, height])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_decoded() {
        let (truth, proposal) = ([3.0, 4.0, 20.0, 9.0], [5.0, 2.0, 15.0, 12.0]);
        let found = BoxCoder::HEAD.decode(BoxCoder::HEAD.encode(truth, proposal), proposal);
        assert!(found.iter().zip(truth).all(|(found, edge)| (found - edge).abs() < 1e-12));
    }

    #[test]
    fn a_huge_difference_of_sizes_is_cut_and_nan_is_kept() {
        let proposal = [0.0, 0.0, 2.0, 2.0];
        let [x1, _, x2, _] = BoxCoder::PLAIN.decode([0.0, 0.0, 1e6, 0.0], proposal);
        assert!((x2 - x1 - 125.0).abs() < 1e-9, "{x1} {x2}");
        assert!(BoxCoder::PLAIN.decode([0.0, 0.0, f64::NAN, 0.0], proposal)[0].is_nan());
    }
}
