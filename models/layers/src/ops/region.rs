//! Regions of feature maps as maps of one size (course 4, week 3).

use burn::tensor::Tensor;

use crate::fused;
use crate::plain::{Region, RoiAlignOptions, RoiPoolOptions};

/// The mean of bilinear samples in each bin of each region (RoIAlign; He et al., 2017, section 3).
///
/// A sample more than a pixel outside the maps is 0, one closer takes the pixel at the border. A region with a
/// coordinate that is no number, or more than 10^9 pixels away, gives zeros; so does one without area whose samples
/// are counted by pixels. No gradient flows to the regions. Torchvision's `roi_align`.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
/// - output: `[regions, channels, size[0], size[1]]`, in the regions' order
///
/// # Panics
/// When the maps or the size have no pixels, the scale is not above 0, or a region is on an image that is not there.
#[must_use]
pub fn roi_align(x: Tensor<4>, regions: &[Region], options: &RoiAlignOptions) -> Tensor<4> {
    check("roi_align", x.dims(), regions, options.size, options.scale);
    fused::roi_align(x, regions, options)
}

/// The largest pixel in each bin of each region, whose corners are rounded to whole pixels (Girshick, 2015, section
/// 2.1). The gradient goes to one largest pixel of each bin: the first, row by row.
///
/// Both corners belong to the region. Bins overlap where it does not divide evenly. A bin outside the maps is 0, and so
/// is a region with a coordinate that is no number, or more than 10^9 pixels away. No gradient flows to the regions.
/// Torchvision's `roi_pool`.
///
/// # Shapes
/// As [`roi_align`].
///
/// # Panics
/// As [`roi_align`].
#[must_use]
pub fn roi_pool(x: Tensor<4>, regions: &[Region], options: &RoiPoolOptions) -> Tensor<4> {
    check("roi_pool", x.dims(), regions, options.size, options.scale);
    fused::roi_pool(x, regions, options)
}

fn check(operation: &str, x: [usize; 4], regions: &[Region], size: [usize; 2], scale: f64) {
    assert!(
        x[2] * x[3] > 0 && size[0] * size[1] > 0,
        "{operation}: from x of {x:?} to {size:?}, but both need pixels"
    );
    assert!(
        scale > 0.0 && scale.is_finite(),
        "{operation}: the scale is {scale}, but a number above 0 is wanted"
    );
    for region in regions {
        assert!(region.image < x[0], "{operation}: {region:?} is on none of {} images", x[0]);
    }
}
