//! Detection in two steps (course 4, week 3): where something may be, then what it is and where exactly.
//!
//! - [`selective_search`] proposes regions by grouping what looks alike, without a network.
//! - [`rcnn`] sorts proposed regions: R-CNN cuts each out of the picture and looks at it by itself, Fast R-CNN looks at
//!   the picture once and cuts the regions out of what it saw.
//! - [`rpn`] is a network that proposes regions, and [`faster_rcnn`] a Fast R-CNN on the same features.
//! - [`box_coder`] says how a box differs from the one that was proposed.

pub mod box_coder;
pub mod faster_rcnn;
pub mod head;
mod loss;
pub mod rcnn;
pub mod rpn;
mod sampling;
pub mod selective_search;

use fireside_layers::ConfigError;

use crate::detection::{Bounds, TrueBox};

/// The part of a box that lies on a picture of so many rows and columns; none where that has no area, or where an edge
/// is no number.
fn clipped([x1, y1, x2, y2]: Bounds, [height, width]: [usize; 2]) -> Option<Bounds> {
    if [x1, y1, x2, y2].iter().any(|edge| edge.is_nan()) {
        return None;
    }
    let (right, bottom) = (width as f64, height as f64);
    let [x1, y1] = [x1.clamp(0.0, right), y1.clamp(0.0, bottom)];
    let [x2, y2] = [x2.clamp(0.0, right), y2.clamp(0.0, bottom)];
    (x2 - x1 > 0.0 && y2 - y1 > 0.0).then_some([x1, y1, x2, y2])
}

/// Checks that every box has an area on its picture and a class of the network.
fn check_truths(
    truths: &[Vec<TrueBox>],
    image: [usize; 2],
    num_classes: usize,
) -> Result<(), ConfigError> {
    for (picture, truths) in truths.iter().enumerate() {
        for TrueBox { class, bounds } in truths {
            if *class >= num_classes {
                return Err(ConfigError::Setting {
                    name: "the class of a box",
                    expected: format!("one of {num_classes} classes"),
                    found: format!("{class}, on picture {picture}"),
                });
            }
            let is_whole = bounds.iter().all(|edge| edge.is_finite());
            if !is_whole || clipped(*bounds, image).is_none() {
                let [height, width] = image;
                return Err(ConfigError::Setting {
                    name: "a box",
                    expected: format!(
                        "an area on the picture of {width}x{height} pixels, the upper left corner first,"
                    ),
                    found: format!("{bounds:?} on picture {picture}"),
                });
            }
        }
    }
    Ok(())
}
