//! Pictures with one object or none, for localisation.

use fireside_numpy_rng::NumpyRng;

use super::objects::Kind;
use super::random::{between, chance};
use super::scene::draw_alone;
use super::seen::boxes_and_instances;
use crate::labelled_box::LabelledBox;

/// The classes of pictures with one object or none, as the lecture has them.
pub const ONE_OBJECT_CLASSES: [&str; 3] = ["pedestrian", "car", "motorcycle"];

const KINDS: [Kind; 3] = [Kind::Pedestrian, Kind::Car, Kind::Motorcycle];
/// Of how many pictures nothing is the object.
const SHARE_OF_NONE: f64 = 0.3;
/// How often an object is drawn anew that lies too far out.
const TRIES: usize = 8;

/// A picture with one object or none.
#[derive(Debug, Clone, PartialEq)]
pub struct OneObject {
    /// RGB bytes, row-major `[height, width, 3]`.
    pub picture: Vec<u8>,
    /// Where the object is; its class is one of [`ONE_OBJECT_CLASSES`].
    pub object: Option<LabelledBox>,
}

pub(super) fn draw(size: [usize; 2], rng: &mut NumpyRng) -> OneObject {
    let class = rng.below(KINDS.len());
    let is_none = chance(SHARE_OF_NONE, rng);
    for _ in 0..TRIES {
        let kind = KINDS[class];
        let from_side = chance(0.5, rng);
        // Metres of its longer side.
        let long = match (kind, from_side) {
            (Kind::Car, true) => 4.2,
            (Kind::Car, false) => 1.9,
            (Kind::Motorcycle, true) => 2.1,
            _ => 1.75,
        };
        let share = between(0.28, 0.7, rng) * size[0].min(size[1]) as f32;
        let object = (!is_none).then_some((kind, from_side, share / long));
        let drawing = draw_alone(size, object, rng);
        let (boxes, _) = boxes_and_instances(&drawing.frame, &drawing.placed);
        match boxes.first() {
            Some(found) if found.visibility > 0.6 => {
                let object = Some(LabelledBox { class, ..*found });
                return OneObject { picture: drawing.picture, object };
            }
            None if is_none => return OneObject { picture: drawing.picture, object: None },
            _ => (),
        }
    }
    OneObject { picture: draw_alone(size, None, rng).picture, object: None }
}
