//! How scenes are changed from epoch to epoch: mirrored, in other colours, and larger or smaller, their boxes with them.

use fireside_datasets::image_file::Picture;
use fireside_datasets::labelled_box::LabelledBox;
use fireside_datasets::transform;
use fireside_numpy_rng::NumpyRng;

use super::scenes::brightness;

/// How far a colour is multiplied and shifted at the most.
const GAIN: f64 = 0.25;
const SHIFT: f64 = 20.0;
/// How often a scene loses its colours.
const GRAY: f64 = 0.1;
/// Sides are multiples of this, in pixels.
const STEP: f64 = 16.0;
/// Sizes of a scene in units of its own.
const SCALES: [f64; 5] = [0.75, 0.875, 1.0, 1.125, 1.25];

/// What of scenes is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changes {
    /// Every second scene is mirrored.
    pub flips: bool,
    /// Colours are multiplied and shifted, each by itself, and some scenes lose theirs.
    pub colors: bool,
    /// The scenes of a batch have one of five sizes.
    pub sizes: bool,
    /// Every second scene is put together of four.
    pub mosaic: bool,
}

impl Changes {
    /// None.
    pub const NONE: Self = Self { flips: false, colors: false, sizes: false, mosaic: false };
}

/// A scene on its way into a batch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scene {
    /// Rows and columns.
    pub size: [usize; 2],
    pub pixels: Vec<u8>,
    pub boxes: Vec<LabelledBox>,
}

impl Scene {
    /// The mirrored scene.
    pub fn flipped(self) -> Self {
        let [height, width] = self.size;
        let pixels = transform::flip(&self.pixels, [height, width, 3]);
        let mirrored =
            |found: LabelledBox| LabelledBox { bounds: mirrored(found.bounds, width), ..found };
        let boxes = self.boxes.into_iter().map(mirrored).collect();
        Self { pixels, boxes, ..self }
    }

    /// The scene in other colours.
    pub fn colored(mut self, rng: &mut NumpyRng) -> Self {
        let changes = [(); 3].map(|()| {
            (rng.uniform(1.0 - GAIN, 1.0 + GAIN) as f32, rng.uniform(-SHIFT, SHIFT) as f32)
        });
        let is_gray = rng.random_sample() < GRAY;
        for pixel in self.pixels.as_chunks_mut::<3>().0 {
            if is_gray {
                *pixel = [brightness(*pixel); 3];
            }
            for (value, (gain, shift)) in pixel.iter_mut().zip(changes) {
                *value = (f32::from(*value) * gain + shift).clamp(0.0, 255.0) as u8;
            }
        }
        self
    }

    /// The scene in another size.
    pub fn resized(self, size: [usize; 2]) -> Self {
        if size == self.size {
            return self;
        }
        let [height, width] = self.size.map(|side| side as u32);
        let picture = Picture { pixels: self.pixels, width, height }.scaled(size);
        let [down, across] = [0, 1].map(|axis| size[axis] as f64 / self.size[axis] as f64);
        let scaled = |found: LabelledBox| {
            let [x1, y1, x2, y2] = found.bounds;
            LabelledBox { bounds: [x1 * across, y1 * down, x2 * across, y2 * down], ..found }
        };
        let boxes = self.boxes.into_iter().map(scaled).collect();
        Self { size, pixels: picture.pixels, boxes }
    }
}

/// A box in a mirrored picture of so many columns.
pub(crate) fn mirrored([x1, y1, x2, y2]: [f64; 4], width: usize) -> [f64; 4] {
    let width = width as f64;
    [width - x2, y1, width - x1, y2]
}

/// One scene out of four that are half as high and wide: each keeps all that it shows.
pub(super) fn mosaic(four: [Scene; 4]) -> Scene {
    let size @ [height, width] = four[0].size;
    let half = [height / 2, width / 2];
    let mut whole = Scene { size, pixels: vec![0; height * width * 3], boxes: Vec::new() };
    for (place, scene) in four.into_iter().enumerate() {
        let [top, left] = [place / 2 * half[0], place % 2 * half[1]];
        let scene = scene.resized(half);
        for (row, pixels) in scene.pixels.chunks_exact(half[1] * 3).enumerate() {
            let start = ((top + row) * width + left) * 3;
            whole.pixels[start..start + pixels.len()].copy_from_slice(pixels);
        }
        let shifts = [left, top, left, top].map(|shift| shift as f64);
        let moved = |found: LabelledBox| {
            let bounds = std::array::from_fn(|edge| found.bounds[edge] + shifts[edge]);
            LabelledBox { bounds, ..found }
        };
        whole.boxes.extend(scene.boxes.into_iter().map(moved));
    }
    whole
}

/// The size of the scenes of a batch: sides of about these, multiples of 16 pixels.
pub(super) fn drawn_size(size: [usize; 2], rng: &mut NumpyRng) -> [usize; 2] {
    let scale = SCALES[rng.below(SCALES.len())];
    size.map(|side| ((side as f64 * scale / STEP).round().max(2.0) * STEP) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(size: [usize; 2], bounds: [f64; 4]) -> Scene {
        let [height, width] = size;
        let inside = |row: usize, column: usize| {
            let [x, y] = [column as f64 + 0.5, row as f64 + 0.5];
            bounds[0] < x && x < bounds[2] && bounds[1] < y && y < bounds[3]
        };
        let places = (0..height).flat_map(|row| (0..width).map(move |column| (row, column)));
        let pixels =
            places.flat_map(|(row, column)| [if inside(row, column) { 200 } else { 10 }; 3]);
        let found =
            LabelledBox { bounds, class: 1, visibility: 1.0, difficult: false, crowd: false };
        Scene { size, pixels: pixels.collect(), boxes: vec![found] }
    }

    /// The rectangle that is bright.
    fn bright(scene: &Scene) -> [f64; 4] {
        let [_, width] = scene.size;
        let places = (0..scene.pixels.len() / 3).filter(|place| scene.pixels[3 * place] > 105);
        let start = [f64::INFINITY, f64::INFINITY, 0.0, 0.0];
        places.fold(start, |[x1, y1, x2, y2], place| {
            let [x, y] = [(place % width) as f64, (place / width) as f64];
            [x1.min(x), y1.min(y), x2.max(x + 1.0), y2.max(y + 1.0)]
        })
    }

    #[test]
    fn boxes_stay_around_what_they_hold() {
        let first = scene([64, 96], [8.0, 16.0, 40.0, 48.0]);
        let flipped = first.clone().flipped();
        assert_eq!(flipped.boxes[0].bounds, [56.0, 16.0, 88.0, 48.0]);
        assert_eq!(bright(&flipped), flipped.boxes[0].bounds);
        let larger = first.clone().resized([128, 192]);
        assert_eq!(larger.boxes[0].bounds, [16.0, 32.0, 80.0, 96.0]);
        assert_eq!(bright(&larger), larger.boxes[0].bounds);
        let empty = Scene { boxes: Vec::new(), pixels: vec![10; 64 * 96 * 3], size: [64, 96] };
        let four = mosaic([empty.clone(), empty.clone(), empty, first]);
        assert_eq!(four.boxes[0].bounds, [52.0, 40.0, 68.0, 56.0]);
        assert_eq!(bright(&four), four.boxes[0].bounds);
    }

    #[test]
    fn sizes_are_multiples_of_16_near_their_own() {
        let mut rng = NumpyRng::new(1);
        for _ in 0..50 {
            let [height, width] = drawn_size([96, 128], &mut rng);
            assert!(height.is_multiple_of(16) && (64..=128).contains(&height), "{height}");
            assert!(width.is_multiple_of(16) && (96..=160).contains(&width), "{width}");
        }
    }
}
