//! Drawn street scenes with boxes and masks: for detection, segmentation and localisation.
//!
//! A street is seen from a camera in it, with houses, walls, fences, hedges, trees, lamps and bins, and 2 to 8 cars,
//! trucks or buses, pedestrians, traffic lights, stop signs and motorcycles on it, from far to near, so that they hide
//! each other. What a thing is painted in tells nothing, the sky and the road included; nor does the light: there is
//! night with lamps lit, fog, snow and rain, wet ground that mirrors, a cast, and the noise of a camera. Signs of other
//! shapes are no objects.
//!
//! Scene `index` of a seed is the same, byte for byte, on every machine and whatever was drawn before, so that threads
//! can share the work and every epoch can have new scenes: the drawing takes no function of the system's mathematics,
//! only sums, products, quotients and square roots.
//!
//! ```
//! use fireside_datasets::drawn_street::{CLASSES, StreetScenes};
//!
//! let street = StreetScenes::new([96, 128], 1)?;
//! let scene = street.scene(0);
//! assert_eq!(scene.picture().len(), 96 * 128 * 3);
//! for found in scene.boxes() {
//!     println!("{} at {:?}", CLASSES[found.class], found.bounds);
//! }
//! # Ok::<(), fireside_datasets::SettingError>(())
//! ```

mod color;
mod frame;
mod furniture;
mod ground;
mod houses;
mod objects;
mod one_object;
mod pen;
mod people;
mod random;
mod scene;
mod seen;
mod segments;
mod signs;
mod stamp;
mod vehicles;
mod view;
mod weather;

use std::ops::Range;

use rayon::prelude::*;

pub use self::objects::CLASSES;
pub use self::one_object::{ONE_OBJECT_CLASSES, OneObject};
use self::random::numbers_of;
use self::seen::boxes_and_instances;
pub use self::segments::SEGMENTS;
use crate::SettingError;
pub use crate::labelled_box::LabelledBox;

/// The smallest and the largest height and width.
pub const SIDES: [usize; 2] = [32, 2048];

/// Endless street scenes of one size and seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreetScenes {
    size: [usize; 2],
    seed: u32,
}

impl StreetScenes {
    /// Scenes of `size`, height and width in pixels.
    ///
    /// # Errors
    /// When a side is not within [`SIDES`].
    pub fn new(size: [usize; 2], seed: u32) -> Result<Self, SettingError> {
        for (side, setting) in size.into_iter().zip(["the height", "the width"]) {
            if !(SIDES[0]..=SIDES[1]).contains(&side) {
                return Err(SettingError { setting, value: side as f64, expected: "in 32..=2048" });
            }
        }
        Ok(Self { size, seed })
    }

    /// Height and width.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// Draws scene `index`.
    pub fn scene(&self, index: u64) -> StreetScene {
        let drawing = scene::draw_scene(self.size, &mut numbers_of(self.seed, index, 0));
        let (boxes, instances) = boxes_and_instances(&drawing.frame, &drawing.placed);
        StreetScene {
            size: self.size,
            picture: drawing.picture,
            semantic: drawing.frame.segments,
            instances,
            boxes,
        }
    }

    /// Draws the scenes of a range, on all threads of the pool.
    pub fn scenes(&self, range: Range<u64>) -> Vec<StreetScene> {
        range.into_par_iter().map(|index| self.scene(index)).collect()
    }

    /// Draws picture `index` with one object or none; none in three of ten.
    pub fn one_object(&self, index: u64) -> OneObject {
        one_object::draw(self.size, &mut numbers_of(self.seed, index, 1))
    }

    /// Draws the pictures of a range with one object or none, on all threads of the pool.
    pub fn one_objects(&self, range: Range<u64>) -> Vec<OneObject> {
        range.into_par_iter().map(|index| self.one_object(index)).collect()
    }
}

/// A street scene with all that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StreetScene {
    size: [usize; 2],
    picture: Vec<u8>,
    semantic: Vec<u8>,
    instances: Vec<u8>,
    boxes: Vec<LabelledBox>,
}

impl StreetScene {
    /// Height and width.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// RGB bytes, row-major `[height, width, 3]`.
    pub fn picture(&self) -> &[u8] {
        &self.picture
    }

    /// What is seen of each object, from far to near; classes are of [`CLASSES`]. Objects of which fewer than 14
    /// pixels are seen, or less than 3 across or down, have none.
    pub fn boxes(&self) -> &[LabelledBox] {
        &self.boxes
    }

    /// What every pixel belongs to, of [`SEGMENTS`]; row-major `[height, width]`.
    pub fn semantic(&self) -> &[u8] {
        &self.semantic
    }

    /// For every pixel 1 more than the number of the box whose object is seen there, 0 where there is none; row-major
    /// `[height, width]`. The pole of a traffic light or a sign is not part of it.
    pub fn instances(&self) -> &[u8] {
        &self.instances
    }
}
