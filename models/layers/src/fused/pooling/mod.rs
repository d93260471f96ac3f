//! Pooling: the largest or the mean of what a window sees.

mod adaptive;
mod largest;
mod mean;
mod window;

pub(crate) use adaptive::adaptive_avg_pool2d;
pub(crate) use largest::max_pool2d;
pub(crate) use mean::avg_pool2d;
