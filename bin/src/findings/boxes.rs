//! Pictures with boxes on them: what was found, and what is there.

use fireside_vision::detection::{Bounds, Detection};
use image::RgbImage;
use image::imageops::{self, FilterType};

use crate::Failure;
use crate::picture::{Tile, sheet, shown};
use crate::plot::{Mark, Spot, class_color, dotted, encoded, marked};
use crate::run::Run;

/// A picture alone is enlarged until its longer side has so many pixels.
const ALONE: u32 = 640;
/// The colour of true boxes.
const WHITE: [u8; 3] = [255; 3];

/// A picture and the boxes to draw on it.
#[derive(Debug, Clone)]
pub struct Boxed<'a> {
    pixels: &'a [u8],
    size: [usize; 2],
    marks: Vec<Mark>,
    spots: Vec<Spot>,
    caption: String,
}

impl<'a> Boxed<'a> {
    /// A picture of this height and width without a box: RGB bytes, row by row.
    pub fn new(pixels: &'a [u8], size: [usize; 2]) -> Self {
        Self { pixels, size, marks: Vec::new(), spots: Vec::new(), caption: String::new() }
    }

    /// The same with what was found, a colour for each of the classes: `car 0.89`.
    #[must_use]
    pub fn found(mut self, found: &[Detection], classes: &[impl AsRef<str>]) -> Self {
        self.marks.extend(found.iter().map(|found| {
            let name = classes.get(found.class).map_or("?", AsRef::as_ref);
            Mark {
                bounds: found.bounds,
                label: format!("{name} {:.2}", found.score),
                color: class_color(found.class, classes.len()),
            }
        }));
        self
    }

    /// The same with what is there: white frames, with the names of their classes where they are given.
    #[must_use]
    pub fn truth<'n>(mut self, boxes: impl IntoIterator<Item = (Bounds, &'n str)>) -> Self {
        let mark =
            |(bounds, name): (Bounds, &str)| Mark { bounds, label: name.to_string(), color: WHITE };
        self.marks.extend(boxes.into_iter().map(mark));
        self
    }

    /// The same with points of a colour, in pixels, across first.
    #[must_use]
    pub fn points(mut self, points: &[[f64; 2]], color: [u8; 3]) -> Self {
        self.spots.extend(points.iter().map(|&place| Spot { place, color }));
        self
    }

    /// The same with a frame of a colour around something.
    #[must_use]
    pub fn framed(mut self, bounds: Bounds, label: impl Into<String>, color: [u8; 3]) -> Self {
        self.marks.push(Mark { bounds, label: label.into(), color });
        self
    }

    /// The same with a line below it on a sheet.
    #[must_use]
    pub fn captioned(self, caption: impl Into<String>) -> Self {
        Self { caption: caption.into(), ..self }
    }

    fn picture(&self) -> Result<RgbImage, Failure> {
        let [height, width] = self.size.map(|side| side as u32);
        let wrong = || Failure::Run("a picture of another size than it says".to_string());
        RgbImage::from_raw(width, height, self.pixels.to_vec()).ok_or_else(wrong)
    }

    /// It with its boxes, its longer side of at least so many pixels.
    fn alone(&self) -> Result<RgbImage, Failure> {
        let picture = self.picture()?;
        let times = ALONE.div_ceil(picture.width().max(picture.height()).max(1));
        let size = (picture.width() * times, picture.height() * times);
        self.marked(&imageops::resize(&picture, size.0, size.1, FilterType::Nearest))
    }

    /// It with its boxes, as large as it is on a sheet.
    fn fitted(&self) -> Result<RgbImage, Failure> {
        let picture = self.picture()?;
        let (width, height) = shown(picture.dimensions());
        let filter = match width < picture.width() {
            true => FilterType::Triangle,
            false => FilterType::Nearest,
        };
        let fitted = imageops::resize(&picture, width, height, filter);
        self.marked(&fitted)
    }

    /// It with its boxes and points, of the size that it is made.
    fn marked(&self, resized: &RgbImage) -> Result<RgbImage, Failure> {
        let (width, height) = resized.dimensions();
        let [rows, columns] = self.size.map(|side| side.max(1) as f64);
        let scale = [f64::from(width) / columns, f64::from(height) / rows];
        let mark = |mark: &Mark| {
            let [x1, y1, x2, y2] = mark.bounds;
            let bounds = [x1 * scale[0], y1 * scale[1], x2 * scale[0], y2 * scale[1]];
            Mark { bounds, ..mark.clone() }
        };
        let spot = |spot: &Spot| {
            let [x, y] = spot.place;
            Spot { place: [x * scale[0], y * scale[1]], ..*spot }
        };
        let drawn = marked(resized, &self.marks.iter().map(mark).collect::<Vec<_>>())?;
        Ok(dotted(drawn, &self.spots.iter().map(spot).collect::<Vec<_>>()))
    }
}

impl Run {
    /// Draws one picture with its boxes; a small one is enlarged.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn boxes(&mut self, file: &str, boxed: &Boxed<'_>) -> Result<(), Failure> {
        self.picture(file, &encoded(&boxed.alone()?)?)
    }

    /// Draws pictures with their boxes in rows of `columns` below a title, each with its caption.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn box_sheet(
        &mut self,
        file: &str,
        title: &str,
        boxed: &[Boxed<'_>],
        columns: u32,
    ) -> Result<(), Failure> {
        let drawn = boxed.iter().map(Boxed::fitted).collect::<Result<Vec<_>, _>>()?;
        let tiles = boxed.iter().zip(&drawn).map(|(boxed, drawn)| Tile {
            pixels: drawn.as_raw(),
            size: drawn.dimensions(),
            caption: boxed.caption.clone(),
        });
        self.picture(file, &sheet(title, &tiles.collect::<Vec<_>>(), columns)?)
    }
}
