//! A user's own pictures with boxes.

use std::path::Path;

use fireside_datasets::boxes_files;
use fireside_numpy_rng::NumpyRng;

use super::{IMAGE, Objects};
use crate::RecipeError;
use crate::counted;

/// Reads pictures with boxes in any form that [`boxes_files`] reads, and takes the largest box of each. A fifth of the
/// pictures, drawn by the seed, is to judge by. Returns both sets, and what was read in a sentence or two.
///
/// # Errors
/// When a file cannot be read or is none of a form, no picture has a box, or there are fewer than two pictures.
pub fn read(
    images: &Path,
    annotations: &Path,
    seed: u32,
) -> Result<([Objects; 2], String), RecipeError> {
    let found = boxes_files::read(images, annotations, None)?;
    let count = found.pictures.len();
    if count < 2 {
        return Err(RecipeError::Input(format!(
            "{}: one picture alone cannot be both learnt from and judged by",
            images.display()
        )));
    }
    let mut order: Vec<usize> = (0..count).collect();
    NumpyRng::new(seed).shuffle(&mut order);
    let (judged, learnt) = order.split_at((count / 5).max(1));
    let mut crowded = 0;
    let mut of = |places: &[usize]| -> Result<Objects, RecipeError> {
        let mut set =
            Objects { classes: found.classes.clone(), pixels: Vec::new(), objects: Vec::new() };
        for place in places {
            let (pixels, boxes) = found.pictures[*place].read(IMAGE)?;
            crowded += usize::from(boxes.len() > 1);
            let area = |[x1, y1, x2, y2]: [f64; 4]| (x2 - x1) * (y2 - y1);
            let largest =
                boxes.iter().max_by(|one, other| area(one.bounds).total_cmp(&area(other.bounds)));
            set.objects.push(largest.map(|found| (found.class, found.bounds)));
            set.pixels.extend(pixels);
        }
        Ok(set)
    };
    let sets = [of(learnt)?, of(judged)?];
    let mut description = format!(
        "Data: {} to train on and {} to judge by, of {}, from {}.",
        counted(learnt.len(), "picture"),
        judged.len(),
        found.classes.join(", "),
        images.display()
    );
    if crowded > 0 {
        description += &format!(" Of {crowded} with several boxes the largest is taken.");
    }
    if !found.passed_over.is_empty() {
        description += &format!("\npassed over: {}", found.passed_over);
    }
    Ok((sets, description))
}
