//! Pictures of one size with boxes, in memory.

use fireside_datasets::drawn_street::{CLASSES, StreetScenes};
use fireside_datasets::labelled_box::LabelledBox;

use crate::RecipeError;

/// Scenes drawn at a time: their masks are in memory only so long.
const AT_A_TIME: u64 = 256;

/// Pictures of one size with boxes.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenes {
    /// Rows and columns.
    pub size: [usize; 2],
    /// What the classes are called.
    pub classes: Vec<String>,
    /// RGB bytes of each, row-major `[height, width, 3]`.
    pub pictures: Vec<Vec<u8>>,
    /// The boxes of each, in its pixels.
    pub boxes: Vec<Vec<LabelledBox>>,
}

impl Scenes {
    /// Draws street scenes of this seed.
    ///
    /// # Errors
    /// When a side is not within 32..=2048.
    pub fn drawn(size: [usize; 2], count: usize, seed: u32) -> Result<Self, RecipeError> {
        let street = StreetScenes::new(size, seed)?;
        let mut drawn = Self::none(size, CLASSES.map(str::to_string).to_vec());
        let count = count as u64;
        for first in (0..count).step_by(AT_A_TIME as usize) {
            for scene in street.scenes(first..count.min(first + AT_A_TIME)) {
                drawn.pictures.push(scene.picture().to_vec());
                drawn.boxes.push(scene.boxes().to_vec());
            }
        }
        Ok(drawn)
    }

    /// Drawn scenes to learn from, and others to test on, of another seed.
    ///
    /// # Errors
    /// As [`Scenes::drawn`].
    pub fn drawn_sets(
        size: [usize; 2],
        [learnt, tested]: [usize; 2],
        seed: u32,
    ) -> Result<[Self; 2], RecipeError> {
        Ok([Self::drawn(size, learnt, seed)?, Self::drawn(size, tested, !seed)?])
    }

    pub(super) fn none(size: [usize; 2], classes: Vec<String>) -> Self {
        Self { size, classes, pictures: Vec::new(), boxes: Vec::new() }
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.pictures.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pictures.is_empty()
    }

    /// The first of them.
    #[must_use]
    pub fn first(mut self, count: usize) -> Self {
        self.pictures.truncate(count);
        self.boxes.truncate(count);
        self
    }

    /// The same without colours: each pixel its brightness.
    #[must_use]
    pub fn gray(&self) -> Self {
        let gray = |picture: &Vec<u8>| {
            picture.as_chunks::<3>().0.iter().flat_map(|pixel| [brightness(*pixel); 3]).collect()
        };
        Self { pictures: self.pictures.iter().map(gray).collect(), ..self.clone() }
    }

    /// How many boxes of each class there are.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes.len()];
        self.boxes.iter().flatten().for_each(|found| counts[found.class] += 1);
        counts
    }

    /// Widths and heights of all boxes, in pixels.
    pub fn box_sizes(&self) -> Vec<[f64; 2]> {
        let size = |found: &LabelledBox| {
            let [x1, y1, x2, y2] = found.bounds;
            [x2 - x1, y2 - y1]
        };
        self.boxes.iter().flatten().map(size).collect()
    }
}

/// How bright a pixel is (ITU-R BT.601).
pub(super) fn brightness([red, green, blue]: [u8; 3]) -> u8 {
    ((299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue) + 500) / 1000) as u8
}
