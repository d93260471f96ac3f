//! Regions of feature maps as maps of one size.

mod align;
mod pool;

pub(crate) use align::roi_align;
pub(crate) use pool::roi_pool;
