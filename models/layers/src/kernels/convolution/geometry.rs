//! The sizes of one convolution.

/// How a window moves over images, and the sizes on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub(crate) batch: usize,
    pub(crate) groups: usize,
    /// Channels of the images, of all groups.
    pub(crate) channels: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    /// Channels of the result, of all groups.
    pub(crate) outputs: usize,
    pub(crate) out_height: usize,
    pub(crate) out_width: usize,
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
    /// Rows of zeros above and columns left of the image; below and right follow from the output's size.
    pub(crate) padding: [usize; 2],
    pub(crate) dilation: [usize; 2],
}

impl Geometry {
    /// Pixels of one channel of an image.
    pub(crate) fn pixels(&self) -> usize {
        self.height * self.width
    }

    /// Places of the window in one image.
    pub(crate) fn places(&self) -> usize {
        self.out_height * self.out_width
    }

    pub(crate) fn group_channels(&self) -> usize {
        self.channels / self.groups
    }

    pub(crate) fn group_outputs(&self) -> usize {
        self.outputs / self.groups
    }

    /// Entries of the patch that one output sees.
    pub(crate) fn patch(&self) -> usize {
        self.group_channels() * self.kernel[0] * self.kernel[1]
    }

    /// Whether the matrix of patches is the image itself.
    pub(crate) fn is_pointwise(&self) -> bool {
        self.kernel == [1, 1]
            && self.stride == [1, 1]
            && self.padding == [0, 0]
            && (self.out_height, self.out_width) == (self.height, self.width)
    }

    /// Whether every output sees one channel alone.
    pub(crate) fn is_depthwise(&self) -> bool {
        self.groups == self.channels && (self.groups > 1 || self.outputs == 1)
    }
}

/// The places along one axis at which `tap` of the kernel sees a pixel, and the pixel it sees at the first.
///
/// The pixel moves by `stride` from one place to the next.
pub(super) fn places_in_image(
    tap: usize,
    [stride, padding, dilation]: [usize; 3],
    [places, pixels]: [usize; 2],
) -> (std::ops::Range<usize>, usize) {
    let offset = tap * dilation;
    let first = padding.saturating_sub(offset).div_ceil(stride).min(places);
    // The last place `p` with p * stride + offset - padding <= pixels - 1.
    let end = (pixels + padding).saturating_sub(offset).div_ceil(stride).clamp(first, places);
    (first..end, (first * stride + offset).saturating_sub(padding))
}
