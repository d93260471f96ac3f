//! Windows cut out of scenes, to learn from.

use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::pictures::Pictures;
use fireside_numpy_rng::NumpyRng;
use fireside_vision::detection::iou::iou;

use super::detector::Part;
use super::scenes::Scene;

/// Rows and columns of a window.
pub const WINDOW: usize = 32;
/// The share of a window's side that the longer side of an object takes.
pub const FILL: f64 = 0.8;
/// A box that is this many times as wide as high shows a car from the side.
const WIDE: f64 = 1.45;
/// An object is learnt from if so much of it is seen, and it has so many pixels along its longer side.
const VISIBLE: f64 = 0.55;
const LEAST: f64 = 7.0;
/// How often each object is cut out, and how far its window is off: shares of its side, and times its size.
const COPIES: usize = 4;
const OFF: f64 = 0.12;
const SCALED: f64 = 1.12;
/// Windows of nothing cut out of every scene at random, and how small and large they are.
const OF_NOTHING: usize = 8;
const SIDES: [f64; 2] = [9.0, 72.0];
/// A window shows nothing if what would be its object overlaps no object by more.
pub const APART: f64 = 0.3;

/// The looks of the classes, cars and pedestrians, in the order of their numbers.
pub const LOOKS: [&str; 3] = ["car from the side", "car from ahead or behind", "pedestrian"];

/// The look of an object.
fn look(class: usize, [x1, y1, x2, y2]: [f64; 4]) -> usize {
    match class {
        0 if x2 - x1 > WIDE * (y2 - y1) => 0,
        0 => 1,
        _ => 2,
    }
}

/// Objects that are learnt from, with their looks.
fn learnt(scene: &Scene) -> impl Iterator<Item = (usize, [f64; 4])> {
    let objects = scene.objects.iter().filter(|object| {
        let [x1, y1, x2, y2] = object.bounds;
        object.visibility > VISIBLE && (x2 - x1).max(y2 - y1) >= LEAST
    });
    objects.map(|object| (look(object.class, object.bounds), object.bounds))
}

/// The looks with the mean shapes of their boxes in the windows of scenes; a look that none has fills its window.
pub fn parts(scenes: &[Scene]) -> Vec<Part> {
    let mut sums = [[0.0; 3]; LOOKS.len()];
    for (look, [x1, y1, x2, y2]) in scenes.iter().flat_map(learnt) {
        let (wide, high) = (x2 - x1, y2 - y1);
        let side = wide.max(high) / FILL;
        let [across, down, count] = &mut sums[look];
        *across += wide / side;
        *down += high / side;
        *count += 1.0;
    }
    let part = |(look, [across, down, count]): (usize, [f64; 3])| Part {
        class: usize::from(look == LOOKS.len() - 1),
        shape: match count > 0.0 {
            true => [across / count, down / count],
            false => [FILL; 2],
        },
    };
    sums.into_iter().enumerate().map(part).collect()
}

/// Windows with their looks, the last of which is that of nothing.
#[derive(Debug, Clone, Default)]
pub struct Crops {
    pixels: Vec<u8>,
    labels: Vec<usize>,
}

impl Crops {
    /// Cuts out every object some times, and windows of nothing.
    pub fn of(scenes: &[Scene], seed: u32) -> Self {
        let mut rng = NumpyRng::new(seed);
        let mut crops = Self::default();
        for scene in scenes {
            for (look, [x1, y1, x2, y2]) in learnt(scene) {
                for _ in 0..COPIES {
                    let side = (x2 - x1).max(y2 - y1) / FILL;
                    let side = side * SCALED.powf(rng.uniform(-1.0, 1.0));
                    let mut off = || rng.uniform(-OFF, OFF) * side;
                    let middle = [f64::midpoint(x1, x2) + off(), f64::midpoint(y1, y2) + off()];
                    crops.add(scene, middle, side, look);
                }
            }
            for _ in 0..OF_NOTHING {
                let [least, most] = SIDES.map(f64::ln);
                let [height, width] = scene.size.map(|side| side as f64);
                let side = rng.uniform(least, most).exp();
                let middle = [width, height].map(|length| {
                    let half = (side / 2.0).min(length / 2.0);
                    rng.uniform(half, length - half)
                });
                if is_nothing(scene, middle, side) {
                    crops.add(scene, middle, side, LOOKS.len());
                }
            }
        }
        crops
    }

    /// Adds a window that shows nothing.
    pub fn add_nothing(&mut self, scene: &Scene, middle: [f64; 2], side: f64) {
        self.add(scene, middle, side, LOOKS.len());
    }

    fn add(&mut self, scene: &Scene, middle: [f64; 2], side: f64, label: usize) {
        self.pixels.extend(cut(&scene.picture, scene.size, middle, side));
        self.labels.push(label);
    }

    /// How many windows there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The windows as pictures.
    pub fn pictures(&self) -> LabelledImages {
        let shape = [self.labels.len(), WINDOW, WINDOW, 3];
        LabelledImages::new(Pictures { shape, pixels: self.pixels.clone() }, self.labels.clone())
    }
}

/// Whether what would be the object of a window is none.
fn is_nothing(scene: &Scene, [x, y]: [f64; 2], side: f64) -> bool {
    let half = FILL * side / 2.0;
    let bounds = [x - half, y - half, x + half, y + half];
    scene.objects.iter().all(|object| iou(object.bounds, bounds) < APART)
}

/// Cuts a square out of a picture, scaled to a window: between four pixels, four times for each pixel of the window.
/// What lies outside of the picture is as its edge.
fn cut(picture: &[u8], [height, width]: [usize; 2], middle: [f64; 2], side: f64) -> Vec<u8> {
    let scale = side / WINDOW as f64;
    let corner = middle.map(|at| at - side / 2.0);
    let pixel = |x: f64, y: f64, channel: usize| {
        let [column, row] = [x.max(0.0) as usize, y.max(0.0) as usize];
        let place = row.min(height - 1) * width + column.min(width - 1);
        f64::from(picture[place * 3 + channel])
    };
    let at = |x: f64, y: f64, channel: usize| {
        let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
        let (right, below) = (x - 0.5 - left, y - 0.5 - top);
        let row = |y: f64| {
            pixel(left, y, channel) * (1.0 - right) + pixel(left + 1.0, y, channel) * right
        };
        row(top) * (1.0 - below) + row(top + 1.0) * below
    };
    let mut window = Vec::with_capacity(WINDOW * WINDOW * 3);
    for place in 0..WINDOW * WINDOW {
        let [column, row] = [place % WINDOW, place / WINDOW].map(|at| at as f64);
        for channel in 0..3 {
            let samples = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]];
            let sum: f64 = samples
                .iter()
                .map(|[right, below]| {
                    let x = corner[0] + (column + right) * scale;
                    let y = corner[1] + (row + below) * scale;
                    at(x, y, channel)
                })
                .sum();
            window.push((sum / 4.0).round() as u8);
        }
    }
    window
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_its_own_size_is_the_picture_there() {
        let [height, width] = [40, 50];
        let picture: Vec<u8> =
            (0..height * width * 3).map(|place| (place / 3 % width * 4) as u8).collect();
        let window = cut(&picture, [height, width], [5.0 + 16.0, 3.0 + 16.0], 32.0);
        let found: Vec<u8> = window.iter().step_by(3).take(32).copied().collect();
        let expected: Vec<u8> = (0..32).map(|column| ((column + 5) * 4) as u8).collect();
        // Away from the samples' own mean a slope stays what it is.
        assert_eq!(found, expected);
        assert_eq!(cut(&picture, [height, width], [-100.0, -100.0], 20.0), vec![0; 32 * 32 * 3]);
    }

    #[test]
    fn wide_cars_narrow_cars_and_pedestrians_have_looks_of_their_own() {
        assert_eq!(look(0, [0.0, 0.0, 20.0, 10.0]), 0);
        assert_eq!(look(0, [0.0, 0.0, 12.0, 10.0]), 1);
        assert_eq!(look(1, [0.0, 0.0, 20.0, 10.0]), 2);
    }
}
