//! How large a convolution's result is.
//!
//! ```text
//! n' = floor((n + 2 p - f) / s) + 1
//! ```
//!
//! What the notes call parameters, `f (f c + 1) c'`, has a bracket out of place: each of the `c'` filters has
//! `f f c` weights and one bias, `(f f c + 1) c'`, as [`Conv2dSize`](crate::cost::Conv2dSize) counts.

/// Places of a window of `f` on an axis of `n` pixels with `pad` zeros at either end, `stride` pixels apart;
/// `None` where there is none: the window does not fit, or it or the stride is 0.
///
/// ```
/// use fireside_vision::steps::sizes::output_size;
///
/// assert_eq!(output_size(6, 3, 0, 1), Some(4)); // the lecture's picture under an edge detector
/// assert_eq!(output_size(7, 3, 0, 2), Some(3));
/// assert_eq!(output_size(2, 3, 0, 1), None);
/// ```
#[must_use]
pub fn output_size(n: usize, f: usize, pad: usize, stride: usize) -> Option<usize> {
    if f == 0 {
        return None;
    }
    Some((n + 2 * pad).checked_sub(f)?.checked_div(stride)? + 1)
}

/// Which zeros stand around an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// None: the window stays inside.
    Valid,
    /// As many on every side as keep the image's size, at stride 1.
    Same,
}

impl Padding {
    /// Zeros on every side for a window of `f`: 0, or the notes' `(f - 1) / 2`. `None` for "same" and an even
    /// window, which needs one zero more on one side; libraries put it below and on the right
    /// (`fireside_layers::ops::same_padding`).
    pub fn pad(self, f: usize) -> Option<usize> {
        match self {
            Self::Valid => Some(0),
            Self::Same if f % 2 == 1 => Some((f - 1) / 2),
            Self::Same => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_keeps_the_size_for_every_odd_window_and_valid_takes_the_window_less_one() {
        for f in [1, 3, 5, 7, 11] {
            for n in f..30 {
                let size = |padding: Padding| output_size(n, f, padding.pad(f).unwrap(), 1);
                assert_eq!(size(Padding::Same), Some(n));
                assert_eq!(size(Padding::Valid), Some(n - f + 1));
            }
        }
        assert_eq!(Padding::Same.pad(2), None);
    }

    #[test]
    fn windows_that_cannot_be_placed_have_no_size() {
        assert_eq!(output_size(4, 0, 1, 1), None);
        assert_eq!(output_size(4, 3, 1, 0), None);
        assert_eq!(output_size(1, 4, 1, 1), None);
        assert_eq!(output_size(0, 2, 1, 5), Some(1)); // nothing but padding
    }
}
