//! A user's own pictures with boxes, and faces with landmarks.

use std::path::Path;

use fireside_datasets::{boxes_files, landmark_files};
use fireside_numpy_rng::NumpyRng;

use super::{Faces, IMAGE, Objects};
use crate::RecipeError;
use crate::counted;

/// Landmarks of a face in 300-W.
pub(super) const OF_300_W: usize = 68;
/// What they are called, and how many there are of each.
const NAMES: [(&str, usize); 9] = [
    ("jaw", 17),
    ("left brow", 5),
    ("right brow", 5),
    ("ridge of the nose", 4),
    ("nostrils", 5),
    ("left eye", 6),
    ("right eye", 6),
    ("outer lip", 12),
    ("inner lip", 8),
];
/// Which become one another when the picture is mirrored: from the first on upwards, from the second on downwards.
const MIRRORED: [(usize, usize, usize); 9] = [
    (0, 16, 17),
    (17, 26, 10),
    (31, 35, 5),
    (36, 45, 4),
    (40, 47, 2),
    (48, 54, 7),
    (55, 59, 5),
    (60, 64, 5),
    (65, 67, 3),
];

/// Divides examples into those to judge by, a fifth and at least one, and those to learn from.
///
/// # Errors
/// When there are fewer than two; `folder` names where they are from.
fn divided(count: usize, folder: &Path, seed: u32) -> Result<[Vec<usize>; 2], RecipeError> {
    if count < 2 {
        return Err(RecipeError::Input(format!(
            "{}: one picture alone cannot be both learnt from and judged by",
            folder.display()
        )));
    }
    let mut order: Vec<usize> = (0..count).collect();
    NumpyRng::new(seed).shuffle(&mut order);
    let (judged, learnt) = order.split_at((count / 5).max(1));
    Ok([learnt.to_vec(), judged.to_vec()])
}

impl Faces {
    /// Reads the faces of a folder, each picture with its `.pts` file of 68 landmarks beside it. A fifth, drawn by the
    /// seed, is to judge by. Returns both sets, and what was read in a sentence.
    ///
    /// # Errors
    /// When a file cannot be read or is damaged, or there are fewer than two faces.
    pub fn read(folder: &Path, seed: u32) -> Result<([Self; 2], String), RecipeError> {
        let found = landmark_files::read(folder, folder)?;
        if found.num_points != OF_300_W {
            return Err(RecipeError::Input(format!(
                "{}: the faces have {} landmarks each, not the {OF_300_W} of 300-W",
                folder.display(),
                found.num_points
            )));
        }
        let [learnt, judged] = divided(found.pictures.len(), folder, seed)?;
        let names = NAMES
            .iter()
            .flat_map(|(name, count)| (1..=*count).map(move |number| format!("{name} {number}")));
        let names: Vec<String> = names.collect();
        let mut mirrored: Vec<usize> = (0..OF_300_W).collect();
        for (from, to, count) in MIRRORED {
            (0..count).for_each(|step| mirrored[from + step] = to - step);
        }
        for place in 0..OF_300_W {
            let other = mirrored[place];
            mirrored[other] = place;
        }
        let of = |places: &[usize]| -> Result<Self, RecipeError> {
            let (mut pixels, mut landmarks) = (Vec::new(), Vec::new());
            for place in places {
                let (picture, points) = found.pictures[*place].read_face(IMAGE)?;
                pixels.extend(picture);
                landmarks.push(points);
            }
            Ok(Self { names: names.clone(), mirrored: mirrored.clone(), pixels, landmarks })
        };
        let mut said = format!(
            "Faces: {} to train on and {} others to judge by, from {}.",
            learnt.len(),
            judged.len(),
            folder.display()
        );
        if !found.passed_over.is_empty() {
            said += &format!("\npassed over: {}", found.passed_over);
        }
        Ok(([of(&learnt)?, of(&judged)?], said))
    }
}

impl Objects {
    /// Reads pictures with boxes in any form that [`boxes_files`] reads, and takes the largest box of each. A fifth of the
    /// pictures, drawn by the seed, is to judge by. Returns both sets, and what was read in a sentence or two.
    ///
    /// # Errors
    /// When a file cannot be read or is none of a form, no picture has a box, or there are fewer than two pictures.
    pub fn read(
        images: &Path,
        annotations: &Path,
        seed: u32,
    ) -> Result<([Self; 2], String), RecipeError> {
        let found = boxes_files::read(images, annotations, None)?;
        let [learnt, judged] = divided(found.pictures.len(), images, seed)?;
        let mut crowded = 0;
        let mut of = |places: &[usize]| -> Result<Objects, RecipeError> {
            let mut set =
                Objects { classes: found.classes.clone(), pixels: Vec::new(), objects: Vec::new() };
            for place in places {
                let (pixels, boxes) = found.pictures[*place].read(IMAGE)?;
                crowded += usize::from(boxes.len() > 1);
                let area = |[x1, y1, x2, y2]: [f64; 4]| (x2 - x1) * (y2 - y1);
                let largest = boxes
                    .iter()
                    .max_by(|one, other| area(one.bounds).total_cmp(&area(other.bounds)));
                set.objects.push(largest.map(|found| (found.class, found.bounds)));
                set.pixels.extend(pixels);
            }
            Ok(set)
        };
        let sets = [of(&learnt)?, of(&judged)?];
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn landmarks_of_300_w_have_names_and_are_mirrored_in_pairs() {
        assert_eq!(NAMES.iter().map(|(_, count)| count).sum::<usize>(), OF_300_W);
        let mirror = |place: usize| {
            MIRRORED.iter().find_map(|(from, to, count)| {
                let reach = [*from..from + count, to + 1 - count..to + 1];
                reach.iter().any(|part| part.contains(&place)).then(|| from + to - place)
            })
        };
        // Corners of the eyes, of the mouth, the lower eyelids; the chin is its own.
        for (one, other) in [(36, 45), (39, 42), (48, 54), (41, 46), (60, 64), (8, 8), (51, 51)] {
            assert_eq!((mirror(one), mirror(other)), (Some(other), Some(one)));
        }
        assert_eq!((27..31).find_map(mirror), None);
    }
}
