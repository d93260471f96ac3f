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

    /// The convolution that takes the gradient of the result back to the images: the kernel turned by half a
    /// circle, inputs and outputs changed over, a window that moves by 1.
    ///
    /// Its images are the gradients with `stride - 1` zeros between neighbours, from which as many rows and
    /// columns are cut off at the top and the left as the second value says.
    pub(super) fn backwards(&self) -> (Self, [usize; 2]) {
        let window = [0, 1].map(|axis| self.kernel[axis].saturating_sub(1) * self.dilation[axis]);
        let cut = [0, 1].map(|axis| self.padding[axis].saturating_sub(window[axis]));
        let spread = |places: usize, axis: usize| {
            (places.saturating_sub(1) * self.stride[axis] + 1).saturating_sub(cut[axis])
        };
        let geometry = Self {
            channels: self.outputs,
            height: spread(self.out_height, 0),
            width: spread(self.out_width, 1),
            outputs: self.channels,
            out_height: self.height,
            out_width: self.width,
            stride: [1, 1],
            padding: [0, 1].map(|axis| window[axis].saturating_sub(self.padding[axis])),
            ..*self
        };
        (geometry, cut)
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

/// Runs `body(row of the result, row of the image, tap)` for every row that a tap of the kernel sees; both rows
/// begin at the first pixel seen.
#[inline(always)]
pub(crate) fn each_row(
    geometry: &Geometry,
    mut body: impl FnMut(std::ops::Range<usize>, usize, usize),
) {
    let axis =
        |axis: usize| [geometry.stride[axis], geometry.padding[axis], geometry.dilation[axis]];
    for ky in 0..geometry.kernel[0] {
        let (rows, first_row) =
            places_in_image(ky, axis(0), [geometry.out_height, geometry.height]);
        for kx in 0..geometry.kernel[1] {
            let (columns, first_column) =
                places_in_image(kx, axis(1), [geometry.out_width, geometry.width]);
            if columns.is_empty() {
                continue;
            }
            for (index, y) in rows.clone().enumerate() {
                let seen = (first_row + index * geometry.stride[0]) * geometry.width + first_column;
                let start = y * geometry.out_width;
                body(
                    start + columns.start..start + columns.end,
                    seen,
                    ky * geometry.kernel[1] + kx,
                );
            }
        }
    }
}
