//! Landmarks of a user's own faces, in the form of 300-W (Sagonas et al., 2013): beside `face.png` lies `face.pts`.
//!
//! ```text
//! version: 1
//! n_points: 68
//! {
//! 30.5 40.25
//! ...
//! }
//! ```
//!
//! Across and down, pixels counted from 1 as MATLAB has it. The picture may hold more than the face: what is learnt from
//! is the square around the landmarks.

use std::path::{Path, PathBuf};

use crate::DataError;
use crate::image_file::{Fit, Picture, is_picture, read_within, scale_rgb};
use crate::source::read_file;

/// The largest file of landmarks that is read.
pub const MAX_FILE_BYTES: u64 = 1 << 20;
/// How many times as large as the landmarks' extent the square around them is.
const ROOM: f64 = 1.5;

/// A picture with the landmarks of a face in it.
#[derive(Debug, Clone, PartialEq)]
pub struct LandmarkedFace {
    /// The picture's file.
    pub path: PathBuf,
    /// Where the landmarks are: across and down in pixels from the picture's upper left corner.
    pub points: Vec<[f64; 2]>,
}

/// Reads the `.pts` files of a folder, by name, each with the picture of that name beside it. Each has to have `count`
/// landmarks.
///
/// # Errors
/// When the folder cannot be read or has no `.pts` file, one is damaged, has another number of landmarks or no extent, or
/// there is no picture to it.
pub fn read(folder: &Path, count: usize) -> Result<Vec<LandmarkedFace>, DataError> {
    let unreadable = |source| DataError::unreadable(folder, source);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        files.push(entry.map_err(unreadable)?.path());
    }
    files.sort();
    let is_points =
        |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pts"));
    let mut faces = Vec::new();
    for file in files.iter().filter(|path| is_points(path)) {
        let text = read_file(file, MAX_FILE_BYTES)?;
        let points = points_of(&String::from_utf8_lossy(&text), count)
            .map_err(|reason| DataError::malformed(file, "300-W", reason))?;
        let stem = file.file_stem();
        let beside = files.iter().find(|path| path.file_stem() == stem && is_picture(path));
        let Some(path) = beside else {
            return Err(DataError::malformed(file, "300-W", "no picture of its name is beside it"));
        };
        faces.push(LandmarkedFace { path: path.clone(), points });
    }
    match faces.is_empty() {
        true => Err(DataError::Missing {
            names: vec!["file ending in .pts".to_string()],
            folders: vec![folder.to_path_buf()],
        }),
        false => Ok(faces),
    }
}

/// The landmarks that a text holds between braces; else what is wrong with it.
fn points_of(text: &str, count: usize) -> Result<Vec<[f64; 2]>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let begins = text.find('{').ok_or("there is no {")?;
    let ends = text.rfind('}').filter(|ends| *ends > begins).ok_or("there is no } after {")?;
    let mut points = Vec::new();
    for line in text[begins + 1..ends].lines().map(str::trim).filter(|line| !line.is_empty()) {
        let numbers: Vec<f64> = line
            .split_whitespace()
            .map(|word| word.parse().ok().filter(|number: &f64| number.abs() < 1e6))
            .collect::<Option<_>>()
            .unwrap_or_default();
        match numbers[..] {
            // The middle of the first pixel is 1 there, and half a pixel here.
            [x, y] => points.push([x - 0.5, y - 0.5]),
            _ => return Err(format!("{line:?} are not two numbers below a million")),
        }
    }
    if points.len() != count {
        return Err(format!("it has {} landmarks, not {count}", points.len()));
    }
    match extent(&points).1 > 0.0 {
        true => Ok(points),
        false => Err("all landmarks are at one place".to_string()),
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

impl LandmarkedFace {
    /// Reads the square around the face, scaled to `size`, rows and columns. What of it lies outside of the picture is as
    /// the picture's edge.
    ///
    /// Returns RGB bytes, row-major, and the landmarks in pixels of that size.
    ///
    /// # Errors
    /// When the picture cannot be read or is damaged, or the landmarks lie far outside of it.
    pub fn read(&self, size: [usize; 2]) -> Result<(Vec<u8>, Vec<[f64; 2]>), DataError> {
        let Picture { pixels, width, height } = read_within(&self.path, u32::MAX)?;
        let (width, height) = (width as usize, height as usize);
        let (middle, longer) = extent(&self.points);
        let side = (ROOM * longer).ceil().max(1.0);
        let is_within = [(middle[0], width), (middle[1], height)]
            .iter()
            .all(|(at, length)| (0.0..=*length as f64).contains(at));
        if !is_within || side > 3.0 * width.max(height) as f64 {
            let reason = format!("its landmarks are not in {width}x{height} pixels");
            return Err(DataError::malformed(&self.path, "300-W", reason));
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn text(points: &[[f64; 2]]) -> String {
        let rows: String = points.iter().map(|[x, y]| format!("{x} {y}\n")).collect();
        format!("version: 1\nn_points:  {}\n{{\n{rows}}}\n", points.len())
    }

    #[test]
    fn faces_are_cut_out_with_their_landmarks() {
        let folder = tempfile::tempdir().unwrap();
        let bright = |x: u32, y: u32| image::Rgb([if (x, y) == (50, 40) { 255 } else { 0 }; 3]);
        image::RgbImage::from_fn(100, 80, bright).save(folder.path().join("a.png")).unwrap();
        // From 1: the bright pixel is 51, 41, in the middle of three.
        let points = [[51.0, 41.0], [31.0, 41.0], [71.0, 41.0]];
        fs::write(folder.path().join("a.pts"), text(&points)).unwrap();
        let faces = read(folder.path(), 3).unwrap();
        assert_eq!(faces[0].points[0], [50.5, 40.5]);
        let (pixels, points) = faces[0].read([60, 60]).unwrap();
        // A square of 60 pixels, from 20, 10 on.
        assert_eq!(points, [[30.5, 30.5], [10.5, 30.5], [50.5, 30.5]]);
        assert_eq!(pixels[(30 * 60 + 30) * 3], 255);
    }

    #[test]
    fn texts_that_are_no_landmarks_are_refused() {
        for (wrong, reason) in [
            (String::new(), "no {"),
            ("}{".to_string(), "no } after {"),
            (text(&[[1.0, 2.0]]), "it has 1 landmarks, not 2"),
            (text(&[[1.0, 2.0], [1.0, 2.0]]), "at one place"),
            (text(&[[1.0, f64::NAN], [3.0, 4.0]]), "not two numbers"),
            (text(&[[1.0, f64::INFINITY], [3.0, 4.0]]), "not two numbers"),
            ("{\n1 2 3\n4 5\n}".to_string(), "not two numbers"),
            ("{\none two\n4 5\n}".to_string(), "not two numbers"),
        ] {
            let found = points_of(&wrong, 2).unwrap_err();
            assert!(found.contains(reason), "{wrong:?}: {found}");
        }
    }

    #[test]
    fn landmarks_without_a_picture_and_folders_without_landmarks_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let refused = || read(folder.path(), 2).unwrap_err().to_string();
        assert!(refused().contains(".pts"), "{}", refused());
        fs::write(folder.path().join("a.pts"), text(&[[1.0, 2.0], [3.0, 4.0]])).unwrap();
        assert!(refused().contains("a.pts") && refused().contains("no picture"), "{}", refused());
        assert!(read(Path::new("nowhere"), 2).is_err());
        image::RgbImage::new(4, 4).save(folder.path().join("a.png")).unwrap();
        fs::write(folder.path().join("a.pts"), text(&[[900.0, 2.0], [3000.0, 4.0]])).unwrap();
        let far = read(folder.path(), 2).unwrap()[0].read([8, 8]).unwrap_err().to_string();
        assert!(far.contains("not in 4x4 pixels"), "{far}");
    }
}
