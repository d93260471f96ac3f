//! Boxes of a user's own pictures, in any of the forms in which people have them.
//!
//! | form | what is given | a box |
//! | --- | --- | --- |
//! | COCO ([`coco`]) | a file of JSON, or the folder of one | `[left, top, width, height]` in pixels |
//! | Pascal VOC ([`voc`]) | an XML file, or a folder of them | first and last pixel, from 1 |
//! | YOLO ([`yolo`]) | a folder of texts and the classes' names | middle, width, height in shares |
//! | CSV ([`rows`]) | a file | `x1, y1, x2, y2` in pixels |
//!
//! The form is told by what the files hold, not by their endings. Whichever it is, [`read`] returns pictures with their
//! sizes and boxes `[x1, y1, x2, y2]` in pixels, cut off at the pictures' edges. What cannot be used (a box without
//! area, a picture that is not there) is passed over, counted and told ([`PassedOver`]); what leaves in doubt what the
//! boxes mean (a class without a name, pixels for shares, a box of an unknown picture) is an error.
//!
//! A picture that the camera's software says to turn is turned, and its size is that of the turned one.

mod annotations;
pub mod coco;
pub(crate) mod finder;
mod form;
pub mod names;
mod passed_over;
mod problem;
pub mod rows;
pub mod voc;
pub mod yolo;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use self::annotations::{Annotated, Annotations, MAX_CLASSES};
use self::finder::{Match, Pictures};
pub use self::form::Form;
pub use self::passed_over::{Passed, PassedOver, Reason};
pub use self::problem::BoxesProblem;
use crate::DataError;
use crate::image_file::{Fit, read_fitted, read_size};
use crate::labelled_box::LabelledBox;

/// The largest file of boxes that is read.
pub const MAX_FILE_BYTES: u64 = 1 << 30;

/// Pictures with boxes.
#[derive(Debug, Clone, PartialEq)]
pub struct BoxedPictures {
    /// The form of the files.
    pub form: Form,
    /// What the classes are called.
    pub classes: Vec<String>,
    /// The pictures, by path.
    pub pictures: Vec<BoxedPicture>,
    /// What could not be used.
    pub passed_over: PassedOver,
}

impl BoxedPictures {
    /// How many boxes all pictures have.
    pub fn num_boxes(&self) -> usize {
        self.pictures.iter().map(|picture| picture.boxes.len()).sum()
    }
}

/// A picture with its boxes.
#[derive(Debug, Clone, PartialEq)]
pub struct BoxedPicture {
    /// The file.
    pub path: PathBuf,
    /// Height and width.
    pub size: [usize; 2],
    /// Its boxes in pixels of that size; none where nothing is in it.
    pub boxes: Vec<LabelledBox>,
}

impl BoxedPicture {
    /// Reads the picture and scales it to `size`, height and width, whatever its proportions, and its boxes with it.
    ///
    /// Returns RGB bytes, row-major `[height, width, 3]`, and the boxes in pixels of that size.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged.
    pub fn read(&self, size: [usize; 2]) -> Result<(Vec<u8>, Vec<LabelledBox>), DataError> {
        let pixels = read_fitted(&self.path, size, Fit::Squash)?;
        let [down, across] = [0, 1].map(|axis| size[axis] as f64 / self.size[axis] as f64);
        let boxes = self.boxes.iter().map(|found| {
            let [x1, y1, x2, y2] = found.bounds;
            LabelledBox { bounds: [x1 * across, y1 * down, x2 * across, y2 * down], ..*found }
        });
        Ok((pixels, boxes.collect()))
    }
}

/// Reads the boxes of `annotations`, a file or a folder, for the pictures in the folder `images` and those within it.
///
/// With `classes` every box must be of one of them, and their numbers are the places there; without, they are those of
/// the files: COCO's by id, YOLO's as they are listed, others by alphabet.
///
/// Pictures that the files do not speak of are left out, but for YOLO, where they are pictures without objects.
///
/// # Errors
/// When a file cannot be read or is none of a form, a folder has several forms, what a box means is in doubt, no
/// picture is there, or no picture has a box.
pub fn read(
    images: &Path,
    annotations: &Path,
    classes: Option<&[String]>,
) -> Result<BoxedPictures, DataError> {
    let pictures = Pictures::list(images)?;
    let (form, found) = form::read(annotations, images, &pictures, classes)?;
    let Annotations { classes, pictures: annotated, mut passed_over } = found;
    let count = annotated.len();
    let first = annotated.first().map_or(String::new(), |picture| picture.name.clone());

    let mut taken: Vec<Option<Annotated>> = Vec::new();
    taken.resize_with(pictures.paths.len(), || None);
    for picture in annotated {
        let reason = match pictures.named(&picture.name) {
            Match::One(number) if taken[number].is_none() => {
                taken[number] = Some(picture);
                continue;
            }
            Match::One(_) => Reason::RepeatedPicture,
            Match::Many => Reason::AmbiguousPicture,
            Match::None => Reason::MissingPicture,
        };
        passed_over.add(reason, || picture.name);
    }
    let pairs: Vec<(PathBuf, Annotated)> = pictures
        .paths
        .into_iter()
        .zip(taken)
        .filter_map(|(path, picture)| Some((path, picture?)))
        .collect();
    if pairs.is_empty() {
        let folder = images.display().to_string();
        let problem = BoxesProblem::NoPictures { count, folder, first };
        return Err(DataError::boxes(annotations, problem));
    }
    let sizes: Vec<Result<[usize; 2], DataError>> =
        pairs.par_iter().map(|(path, _)| read_size(path)).collect();
    let mut pictures = Vec::with_capacity(pairs.len());
    for ((path, picture), size) in pairs.into_iter().zip(sizes) {
        let size = match size {
            Ok(size) => size,
            Err(error) => {
                passed_over.add(Reason::DamagedPicture, || error.to_string());
                continue;
            }
        };
        if picture.size.is_some_and(|said| said != size) {
            passed_over.add(Reason::OtherSize, || path.display().to_string());
            continue;
        }
        let mut boxes = picture.boxes;
        let factors = if form == Form::Yolo { [size[1] as f64, size[0] as f64] } else { [1.0; 2] };
        boxes.retain_mut(|found| {
            let scaled = [0, 1, 2, 3].map(|place| found.bounds[place] * factors[place % 2]);
            let within = within(scaled, size);
            match within {
                Some((bounds, is_clipped)) => {
                    found.bounds = bounds;
                    passed_over.clipped += usize::from(is_clipped);
                }
                None => passed_over.add(Reason::Outside, || path.display().to_string()),
            }
            within.is_some()
        });
        pictures.push(BoxedPicture { path, size, boxes });
    }
    let found = BoxedPictures { form, classes, pictures, passed_over };
    if found.num_boxes() == 0 {
        let passed_over = match found.passed_over.is_empty() {
            true => String::new(),
            false => format!("; passed over: {}", found.passed_over),
        };
        let problem = BoxesProblem::NoBoxes { pictures: found.pictures.len(), passed_over };
        return Err(DataError::boxes(annotations, problem));
    }
    Ok(found)
}

/// The part of a box that lies in the picture, and whether more than a pixel of it did not. None if no part does.
fn within([x1, y1, x2, y2]: [f64; 4], [height, width]: [usize; 2]) -> Option<([f64; 4], bool)> {
    let [height, width] = [height as f64, width as f64];
    let inside = [x1.max(0.0), y1.max(0.0), x2.min(width), y2.min(height)];
    let is_clipped = x1 < -1.0 || y1 < -1.0 || x2 > width + 1.0 || y2 > height + 1.0;
    (inside[0] < inside[2] && inside[1] < inside[3]).then_some((inside, is_clipped))
}
