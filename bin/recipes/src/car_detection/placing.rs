//! How a picture of any size comes into that of a network, and what was found there back onto it.

use fireside_datasets::image_file::Picture;
use fireside_vision::detection::Detection;
use serde::{Deserialize, Serialize};

/// How a picture is put into the rows and columns that a network sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placing {
    /// Scaled to them whatever its proportions, as in the course.
    Squash,
    /// In its proportions, in the middle of grey, as Darknet does.
    Letterbox,
    /// In its proportions, in the upper left of black, as face-api does.
    Corner,
}

/// A picture in the size of a network, and where in it it lies.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    /// RGB bytes, `[height, width, 3]`.
    pub pixels: Vec<u8>,
    /// Rows above, columns before.
    shift: [f64; 2],
    /// Pixels down and across for one of the picture.
    scale: [f64; 2],
    /// Height and width of the picture.
    size: [f64; 2],
}

impl Placing {
    pub(crate) fn place(self, picture: &Picture, size: [usize; 2]) -> Placed {
        let from = [picture.height as usize, picture.width as usize];
        let inner = match self {
            Self::Squash => size,
            Self::Letterbox | Self::Corner => within(from, size),
        };
        let shift = match self {
            Self::Letterbox => [0, 1].map(|axis| (size[axis] - inner[axis]) / 2),
            Self::Squash | Self::Corner => [0, 0],
        };
        let scaled = picture.scaled(inner);
        let ground = if self == Self::Letterbox { 128 } else { 0 };
        let mut pixels = vec![ground; size[0] * size[1] * 3];
        for (row, line) in scaled.pixels.chunks_exact(inner[1] * 3).enumerate() {
            let start = ((shift[0] + row) * size[1] + shift[1]) * 3;
            pixels[start..start + line.len()].copy_from_slice(line);
        }
        Placed {
            pixels,
            shift: shift.map(|shift| shift as f64),
            scale: [0, 1].map(|axis| inner[axis] as f64 / from[axis] as f64),
            size: from.map(|side| side as f64),
        }
    }
}

impl Placed {
    /// What was found, in pixels of the picture and cut off at its edges.
    pub(crate) fn back(&self, found: &Detection) -> Detection {
        let [x1, y1, x2, y2] = found.bounds;
        let [[top, left], [down, across]] = [self.shift, self.scale];
        let back = |at: f64, shift: f64, scale: f64| (at - shift) / scale;
        let bounds = [
            back(x1, left, across),
            back(y1, top, down),
            back(x2, left, across),
            back(y2, top, down),
        ];
        let [height, width] = self.size;
        Detection { bounds, ..*found }.within([width, height])
    }
}

/// The largest size in the proportions of `from` that lies within `to`.
fn within(from: [usize; 2], to: [usize; 2]) -> [usize; 2] {
    let scale = (to[0] as f64 / from[0] as f64).min(to[1] as f64 / from[1] as f64);
    [0, 1].map(|axis| ((from[axis] as f64 * scale).round() as usize).clamp(1, to[axis]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_come_back_to_where_they_are_in_the_picture() {
        let (width, height) = (200, 100);
        let picture = Picture { pixels: vec![0; 200 * 100 * 3], width, height };
        let inside = |bounds| Detection { class: 0, score: 1.0, bounds };
        for (placing, seen, expected) in [
            (Placing::Squash, [0.0, 32.0, 32.0, 64.0], [0.0, 50.0, 100.0, 100.0]),
            // 64x32 pixels, 16 rows above and below.
            (Placing::Letterbox, [32.0, 16.0, 64.0, 48.0], [100.0, 0.0, 200.0, 100.0]),
            (Placing::Corner, [32.0, 0.0, 64.0, 32.0], [100.0, 0.0, 200.0, 100.0]),
        ] {
            let placed = placing.place(&picture, [64, 64]);
            assert_eq!(placed.back(&inside(seen)).bounds, expected, "{placing:?}");
            let beyond = placed.back(&inside([-900.0, -900.0, 900.0, 900.0]));
            assert_eq!(beyond.bounds, [0.0, 0.0, 200.0, 100.0], "{placing:?}");
        }
    }

    #[test]
    fn what_lies_around_is_grey_or_black() {
        let picture = Picture { pixels: vec![255; 3], width: 1, height: 1 };
        let tall = |placing: Placing| placing.place(&picture, [4, 2]).pixels;
        assert_eq!(tall(Placing::Squash), [255; 24]);
        assert_eq!(tall(Placing::Letterbox), [[128; 6], [255; 6], [255; 6], [128; 6]].concat());
        assert_eq!(tall(Placing::Corner), [[255; 6], [255; 6], [0; 6], [0; 6]].concat());
    }
}
