//! Landmarks of a user's own pictures in the files of 300-W: `face.pts` beside, or named as, `face.jpg`.
//!
//! ```text
//! version: 1
//! n_points: 68
//! {
//! 336.8 240.8
//! ...
//! }
//! ```
//!
//! Places count from 1 there, across and down, the middle of the first pixel being 1. Here they are from the picture's
//! upper left corner, so that it is 0.5. Sagonas et al. 2013, "300 Faces in-the-Wild Challenge".

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::DataError;
use crate::boxes_files::finder::{Match, Pictures, files_of};
use crate::boxes_files::{BoxesProblem, PassedOver, Reason};
use crate::image_file::{Fit, Picture, is_picture, read_fitted, read_size, read_within, scale_rgb};
use crate::source::{read_file, text_of};

const FORMAT: &str = "300-W landmarks";
/// The largest file that is read.
pub const MAX_FILE_BYTES: u64 = 1 << 20;
/// The most landmarks of a picture.
pub const MAX_POINTS: usize = 10_000;

/// How many times as large as the landmarks' extent the square around them is.
const ROOM: f64 = 1.5;

/// Which of the 68 landmarks of 300-W the [`LANDMARKS`](crate::face_landmarks::LANDMARKS) of drawn faces are.
pub const OF_68: [usize; 12] = [36, 39, 42, 45, 17, 26, 30, 32, 34, 48, 54, 8];

/// Pictures with landmarks.
#[derive(Debug, Clone, PartialEq)]
pub struct LandmarkedPictures {
    /// How many landmarks every picture has.
    pub num_points: usize,
    /// The pictures, by path.
    pub pictures: Vec<LandmarkedPicture>,
    /// What could not be used.
    pub passed_over: PassedOver,
}

/// A picture with the places of its landmarks.
#[derive(Debug, Clone, PartialEq)]
pub struct LandmarkedPicture {
    /// The file.
    pub path: PathBuf,
    /// Height and width.
    pub size: [usize; 2],
    /// Across and down in pixels from the upper left corner; some may lie outside.
    pub points: Vec<[f64; 2]>,
}

impl LandmarkedPicture {
    /// Reads the picture and scales it to `size`, height and width, whatever its proportions, and its landmarks with
    /// it.
    ///
    /// Returns RGB bytes, row-major `[height, width, 3]`, and the landmarks in pixels of that size.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged.
    pub fn read(&self, size: [usize; 2]) -> Result<(Vec<u8>, Vec<[f64; 2]>), DataError> {
        let pixels = read_fitted(&self.path, size, Fit::Squash)?;
        let [down, across] = [0, 1].map(|axis| size[axis] as f64 / self.size[axis] as f64);
        Ok((pixels, self.points.iter().map(|[x, y]| [x * across, y * down]).collect()))
    }

    /// Reads the square around the face, scaled to `size`, rows and columns. What of it lies outside of the picture is as
    /// the picture's edge.
    ///
    /// Returns RGB bytes, row-major, and the landmarks in pixels of that size.
    ///
    /// # Errors
    /// When the picture cannot be read or is damaged, or the landmarks lie far outside of it.
    pub fn read_face(&self, size: [usize; 2]) -> Result<(Vec<u8>, Vec<[f64; 2]>), DataError> {
        let Picture { pixels, width, height } = read_within(&self.path, u32::MAX)?;
        let (width, height) = (width as usize, height as usize);
        let (middle, longer) = extent(&self.points);
        let side = (ROOM * longer).ceil().max(1.0);
        let is_within = [(middle[0], width), (middle[1], height)]
            .iter()
            .all(|(at, length)| (0.0..=*length as f64).contains(at));
        if !is_within || side > 3.0 * width.max(height) as f64 {
            let reason = format!("its landmarks are not in {width}x{height} pixels");
            return Err(DataError::malformed(&self.path, FORMAT, reason));
        }
        let corner = middle.map(|at| (at - side / 2.0).floor());
        let count = side as usize;
        let inside = |start: f64, at: usize, length: usize| {
            (start + at as f64).clamp(0.0, length as f64 - 1.0) as usize
        };
        let mut square = Vec::with_capacity(count * count * 3);
        for row in 0..count {
            let row = inside(corner[1], row, height);
            for column in 0..count {
                let place = row * width + inside(corner[0], column, width);
                square.extend_from_slice(&pixels[place * 3..][..3]);
            }
        }
        let scale = [size[1] as f64 / side, size[0] as f64 / side];
        let points = self.points.iter();
        let points = points.map(|[x, y]| [(x - corner[0]) * scale[0], (y - corner[1]) * scale[1]]);
        Ok((scale_rgb(&square, [count, count], size, Fit::Squash), points.collect()))
    }
}

/// The middle of what points take up, and the longer side of it.
fn extent(points: &[[f64; 2]]) -> ([f64; 2], f64) {
    let ends = [0, 1].map(|axis| {
        let along = points.iter().map(|point| point[axis]);
        along
            .fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], at| [low.min(at), high.max(at)])
    });
    let side = (ends[0][1] - ends[0][0]).max(ends[1][1] - ends[1][0]);
    (ends.map(|[low, high]| f64::midpoint(low, high)), side)
}

/// Reads the landmarks of `landmarks`, a file or a folder, for the pictures in the folder `images` and those within it.
///
/// # Errors
/// When a file cannot be read or is no such file, pictures have different numbers of landmarks, or none of the
/// pictures is there.
pub fn read(images: &Path, landmarks: &Path) -> Result<LandmarkedPictures, DataError> {
    let pictures = Pictures::list(images)?;
    let is_folder = landmarks.is_dir();
    let (folder, files) = match is_folder {
        true => (landmarks, files_of(landmarks)?),
        false => (landmarks.parent().unwrap_or(landmarks), vec![landmarks.to_path_buf()]),
    };
    let mut passed_over = PassedOver::default();
    let mut found: Vec<(usize, PathBuf, Vec<[f64; 2]>)> = Vec::new();
    let (mut count, mut missing) = (0, String::new());
    for path in files {
        let is_of_landmarks = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("pts"));
        if is_folder && !is_of_landmarks {
            if !is_picture(&path) {
                passed_over.add(Reason::OtherFile, || path.display().to_string());
            }
            continue;
        }
        let points = parse(&path, &read_file(&path, MAX_FILE_BYTES)?)?;
        if let Some((_, other, others)) = found.first()
            && points.len() != others.len()
        {
            let [here, there] = [points.len(), others.len()];
            let reason = format!("it has {here} landmarks, and {} has {there}", other.display());
            return Err(DataError::malformed(&path, FORMAT, reason));
        }
        let stem = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
        count += 1;
        let reason = match pictures.stem(&stem.to_string_lossy()) {
            Match::One(number) => {
                found.push((number, path, points));
                continue;
            }
            Match::Many => Reason::AmbiguousPicture,
            Match::None => Reason::MissingPicture,
        };
        if missing.is_empty() {
            missing = stem.display().to_string();
        }
        passed_over.add(reason, || stem.display().to_string());
    }
    let Some(num_points) = found.first().map(|(_, _, points)| points.len()) else {
        let folder = images.display().to_string();
        let problem = BoxesProblem::NoPictures { count, folder, first: missing };
        return Err(DataError::boxes(landmarks, problem));
    };
    found.sort_by_key(|(number, _, _)| *number);
    let sizes: Vec<_> =
        found.par_iter().map(|(number, _, _)| read_size(&pictures.paths[*number])).collect();
    let mut taken = Vec::with_capacity(found.len());
    let mut last = None;
    for ((number, file, points), size) in found.into_iter().zip(sizes) {
        match size {
            _ if last == Some(number) => {
                passed_over.add(Reason::RepeatedPicture, || file.display().to_string());
            }
            Ok(size) => {
                taken.push(LandmarkedPicture {
                    path: pictures.paths[number].clone(),
                    size,
                    points,
                });
            }
            Err(error) => passed_over.add(Reason::DamagedPicture, || error.to_string()),
        }
        last = Some(number);
    }
    Ok(LandmarkedPictures { num_points, pictures: taken, passed_over })
}

/// Reads the contents of a file; `path` only names it in errors. Memory: at most 8 times the file.
///
/// # Errors
/// When it is no such file, has another number of places than it says, or a place is none.
pub fn parse(path: &Path, contents: &[u8]) -> Result<Vec<[f64; 2]>, DataError> {
    let malformed = |reason: String| DataError::malformed(path, FORMAT, reason);
    let text = text_of(path, FORMAT, contents)?;
    let mut said = None;
    let mut points: Vec<[f64; 2]> = Vec::new();
    let (mut is_open, mut is_closed) = (false, false);
    for (line, words) in (1..).zip(text.lines()) {
        let words = words.trim();
        let is_head = !is_open && !words.is_empty() && words != "{";
        match words {
            "" => (),
            "{" if !is_open => is_open = true,
            "}" if is_open => {
                is_closed = true;
                break;
            }
            head if is_head => {
                let Some((name, value)) = head.split_once(':') else {
                    return Err(malformed(format!("line {line} is no name with a colon")));
                };
                if name.trim() == "n_points" {
                    said = value.trim().parse::<usize>().ok();
                }
            }
            place => {
                let numbers: Vec<f64> = place
                    .split([' ', '\t', ','])
                    .filter(|word| !word.is_empty())
                    .map_while(|word| word.parse().ok())
                    .filter(|number: &f64| number.is_finite())
                    .collect();
                let &[x, y] = &numbers[..] else {
                    return Err(malformed(format!("line {line} is no two numbers")));
                };
                if points.len() == MAX_POINTS {
                    return Err(malformed(format!("it has more than {MAX_POINTS} landmarks")));
                }
                points.push([x - 0.5, y - 0.5]);
            }
        }
    }
    match said {
        _ if !is_closed => Err(malformed("its places do not stand between { and }".to_string())),
        _ if points.is_empty() => Err(malformed("it has no landmarks".to_string())),
        Some(said) if said != points.len() => {
            Err(malformed(format!("it has {} landmarks, and says {said}", points.len())))
        }
        _ => Ok(points),
    }
}
