//! Drawn faces with the places of twelve landmarks, 64x64 RGB: for learning where the features of a face are.
//!
//! The faces are those of [`happy`](crate::happy), with nostrils, and everyone is in one picture alone, so that whoever
//! is judged by was never seen. The lecture on landmark detection (course 4, week 3) has no file.

use fireside_numpy_rng::NumpyRng;

use crate::drawn_faces::{COUNT, SIDE, draw_with_landmarks};
use crate::pictures::Pictures;

/// Height and width of every picture.
pub const SIZE: [usize; 2] = [SIDE, SIDE];

/// What the landmarks are called, left and right being those of the picture.
pub const LANDMARKS: [&str; COUNT] = [
    "left eye, outer corner",
    "left eye, inner corner",
    "right eye, inner corner",
    "right eye, outer corner",
    "left brow, outer end",
    "right brow, outer end",
    "tip of the nose",
    "left nostril",
    "right nostril",
    "left corner of the mouth",
    "right corner of the mouth",
    "chin",
];

/// Which landmark each becomes when the picture is mirrored.
pub const MIRRORED: [usize; COUNT] = [3, 2, 1, 0, 5, 4, 6, 8, 7, 10, 9, 11];

/// Pictures of faces and where their landmarks are.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceLandmarks {
    /// RGB, `[count, 64, 64, 3]`.
    pub pictures: Pictures,
    /// For each picture the places of [`LANDMARKS`]: across and down in pixels from its upper left corner.
    pub landmarks: Vec<[[f64; 2]; COUNT]>,
}

/// Draws a training set and a test set; the same seed draws the same ones.
pub fn draw(train: usize, test: usize, seed: u32) -> (FaceLandmarks, FaceLandmarks) {
    let rng = &mut NumpyRng::new(seed);
    (FaceLandmarks::draw(train, rng), FaceLandmarks::draw(test, rng))
}

impl FaceLandmarks {
    fn draw(count: usize, rng: &mut NumpyRng) -> Self {
        let mut pixels = Vec::with_capacity(count * SIDE * SIDE * 3);
        let mut landmarks = Vec::with_capacity(count);
        for _ in 0..count {
            let (canvas, places) = draw_with_landmarks(rng);
            pixels.extend(canvas.bytes());
            landmarks.push(places);
        }
        Self { pictures: Pictures { shape: [count, SIDE, SIDE, 3], pixels }, landmarks }
    }
}
