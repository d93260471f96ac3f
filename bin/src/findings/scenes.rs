//! Street scenes with what a network sees in them.

use fireside_datasets::scenes::{IMAGE_SHAPE, Scenes};
use fireside_recipes::multi_task::describe;

use crate::Failure;
use crate::picture::{Tile, sheet};
use crate::run::Run;

/// Scenes shown at most, and how many in a row.
const SHOWN: usize = 12;
const COLUMNS: u32 = 4;

impl Run {
    /// Draws the first scenes with the answers of a network to each: `scenes.png`.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn scenes(&mut self, scenes: &Scenes, answers: &[Vec<bool>]) -> Result<(), Failure> {
        let [height, width, _] = IMAGE_SHAPE;
        let tile = |index: usize| Tile {
            pixels: scenes.image(index),
            size: (width as u32, height as u32),
            caption: describe(answers, index),
        };
        let tiles: Vec<Tile<'_>> = (0..scenes.len().min(SHOWN)).map(tile).collect();
        self.picture("scenes.png", &sheet(&tiles, COLUMNS)?)
    }
}
