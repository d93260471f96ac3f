//! Boxes on a picture, in the look of the course's car detection: frames of the classes' colours, `car 0.89` at each.

use image::{Rgb, RgbImage, imageops};
use kuva::render::render::{Scene, TextAnchor};

use super::scene::{pixels, text};
use super::text::width;
use crate::Failure;

/// Letters are so large a share of the picture's height, and not smaller than this, in units of two pixels.
const LETTERS: f64 = 0.03;
const SMALLEST: f64 = 7.0;

/// A box to draw, and what stands at it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// `[x1, y1, x2, y2]`, in pixels of the picture.
    pub bounds: [f64; 4],
    /// What stands at its upper left corner; nothing if it is empty.
    pub label: String,
    /// The colour of its frame and the ground of its label.
    pub color: [u8; 3],
}

/// A point to draw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Across and down, in pixels of the picture.
    pub place: [f64; 2],
    /// Its colour.
    pub color: [u8; 3],
}

/// A colour for each of so many classes: one hue after the other, bright enough for black letters.
pub fn class_color(class: usize, classes: usize) -> [u8; 3] {
    let hue = 6.0 * (class % classes.max(1)) as f64 / classes.max(1) as f64;
    [0.0, 4.0, 2.0].map(|turn| {
        let away = ((hue + turn) % 6.0 - 3.0).abs() - 1.0;
        (70.0 + 185.0 * away.clamp(0.0, 1.0)) as u8
    })
}

/// Draws boxes on a picture: their frames `(width + height) / 300` pixels thick, and not less than 2; then their
/// labels, so that no frame hides one. The first of the boxes comes on top.
///
/// # Errors
/// When the drawing fails.
pub fn marked(picture: &RgbImage, marks: &[Mark]) -> Result<RgbImage, Failure> {
    let (width, height) = picture.dimensions();
    let mut drawn = picture.clone();
    let thickness = ((width + height) / 300).max(2);
    let place = |mark: &Mark| {
        let [x1, y1, x2, y2] = mark.bounds;
        let edge = |at: f64, side: u32| at.round().clamp(0.0, f64::from(side)) as u32;
        [edge(x1, width), edge(y1, height), edge(x2, width), edge(y2, height)]
    };
    for mark in marks.iter().rev() {
        frame(&mut drawn, place(mark), thickness, mark.color);
    }
    let size = (LETTERS * f64::from(height) / 2.0).round().max(SMALLEST) as u32;
    for mark in marks.iter().rev().filter(|mark| !mark.label.is_empty()) {
        let label = label(&mark.label, size, mark.color)?;
        let [left, top, ..] = place(mark);
        let left = left.min(width.saturating_sub(label.width()));
        let above = top.checked_sub(label.height()).unwrap_or(top);
        imageops::replace(&mut drawn, &label, i64::from(left), i64::from(above));
    }
    Ok(drawn)
}

/// Draws points on a picture, with a dark rim, `(width + height) / 300` pixels in radius and not less than 2.
pub fn dotted(mut picture: RgbImage, spots: &[Spot]) -> RgbImage {
    let radius = (f64::from(picture.width() + picture.height()) / 300.0).max(2.0);
    let reach = radius.ceil() as i64 + 1;
    for spot in spots {
        let [x, y] = spot.place.map(|at| if at.is_finite() { at } else { -1e6 });
        let (left, top) = (x.floor() as i64, y.floor() as i64);
        for row in top - reach..=top + reach {
            for column in left - reach..=left + reach {
                let away = (column as f64 + 0.5 - x).hypot(row as f64 + 0.5 - y);
                let color = match away {
                    away if away <= radius => spot.color,
                    away if away <= radius + 1.0 => [20, 20, 20],
                    _ => continue,
                };
                let place = (u32::try_from(column), u32::try_from(row));
                if let (Ok(column), Ok(row)) = place
                    && let Some(pixel) = picture.get_pixel_mut_checked(column, row)
                {
                    *pixel = Rgb(color);
                }
            }
        }
    }
    picture
}

/// The frame of a box, inside of it.
fn frame(drawn: &mut RgbImage, [x1, y1, x2, y2]: [u32; 4], thickness: u32, color: [u8; 3]) {
    for y in y1..y2 {
        for x in x1..x2 {
            let depth = (x - x1).min(x2 - 1 - x).min(y - y1).min(y2 - 1 - y);
            if depth < thickness {
                drawn.put_pixel(x, y, Rgb(color));
            }
        }
    }
}

/// Black letters on a ground.
fn label(content: &str, size: u32, color: [u8; 3]) -> Result<RgbImage, Failure> {
    let size_of_letters = f64::from(size);
    let mut scene = Scene::new(width(content, size) + 4.0, 1.3 * size_of_letters);
    scene.elements.push(text(content, 2.0, size_of_letters, size, TextAnchor::Start));
    let mut label = pixels(scene)?;
    for pixel in label.pixels_mut() {
        let ground =
            |channel: usize| (u32::from(pixel.0[channel]) * u32::from(color[channel]) / 255) as u8;
        pixel.0 = [ground(0), ground(1), ground(2)];
    }
    Ok(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_as_thick_as_the_course_has_them_and_stay_inside() {
        let picture = RgbImage::from_pixel(900, 600, Rgb([9, 9, 9]));
        let color = class_color(1, 3);
        let mark = Mark { bounds: [200.4, 99.6, 1800.0, 300.0], label: String::new(), color };
        let drawn = marked(&picture, &[mark]).unwrap();
        let row: Vec<bool> = (0..900).map(|x| drawn.get_pixel(x, 200).0 == color).collect();
        let framed: Vec<usize> = (0..900).filter(|x| row[*x]).collect();
        // (900 + 600) / 300 = 5 pixels.
        assert_eq!(framed, [200, 201, 202, 203, 204, 895, 896, 897, 898, 899]);
    }

    #[test]
    fn a_label_stands_above_its_box_and_below_the_edge_where_there_is_no_room() {
        let picture = RgbImage::from_pixel(200, 100, Rgb([9, 9, 9]));
        let color = [255, 0, 0];
        for (top, at) in [(50.0, 45), (0.0, 5)] {
            let mark = Mark { bounds: [10.0, top, 90.0, 90.0], label: "car 0.89".into(), color };
            let drawn = marked(&picture, &[mark]).unwrap();
            let is_label = |x: u32| drawn.get_pixel(x, at).0 != [9, 9, 9];
            assert!((12..40).all(is_label), "{top}");
        }
    }

    #[test]
    fn boxes_that_are_none_are_not_drawn() {
        let picture = RgbImage::new(20, 20);
        for bounds in [[f64::NAN; 4], [5.0, 5.0, 2.0, 2.0], [-9.0, -9.0, -1.0, -1.0]] {
            let mark = Mark { bounds, label: String::new(), color: [255; 3] };
            assert_eq!(marked(&picture, &[mark]).unwrap(), picture);
        }
    }

    #[test]
    fn points_are_drawn_where_they_are_and_cut_off_at_the_edge() {
        let picture = RgbImage::new(100, 100);
        let spot = |place| Spot { place, color: [255, 255, 0] };
        let drawn = dotted(picture.clone(), &[spot([50.0, 20.0]), spot([0.0, 100.0])]);
        assert_eq!(drawn.get_pixel(50, 20).0, [255, 255, 0]);
        assert_eq!(drawn.get_pixel(0, 99).0, [255, 255, 0]);
        assert_eq!(drawn.get_pixel(60, 20).0, [0, 0, 0]);
        let nowhere = [spot([f64::NAN, 3.0]), spot([1e300, 0.0]), spot([-1e300, 5.0])];
        assert_eq!(dotted(picture.clone(), &nowhere), picture);
    }

    #[test]
    fn classes_have_colours_of_their_own() {
        for classes in [1, 5, 80] {
            let mut colors: Vec<_> =
                (0..classes).map(|class| class_color(class, classes)).collect();
            colors.sort_unstable();
            colors.dedup();
            assert_eq!(colors.len(), classes);
        }
    }
}
