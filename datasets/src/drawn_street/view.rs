//! How the street is looked at: a camera over a flat ground, level, so that every row below the horizon has one scale.

use fireside_numpy_rng::NumpyRng;

use super::random::between;

/// Where things on the ground come to lie in the picture.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// Rows and columns of the picture.
    pub height: f32,
    pub width: f32,
    /// The row of the horizon, and the column where the street's edges meet on it.
    pub horizon: f32,
    pub vanishing: f32,
    /// The camera's height in metres.
    pub camera: f32,
    /// Pixels for each pixel of a picture of 96 rows.
    pub unit: f32,
}

impl View {
    pub fn new(size: [usize; 2], rng: &mut NumpyRng) -> Self {
        let [height, width] = size.map(|side| side as f32);
        Self {
            height,
            width,
            horizon: height * between(0.28, 0.46, rng),
            vanishing: width * between(0.25, 0.75, rng),
            camera: between(1.7, 3.0, rng),
            unit: height / 96.0,
        }
    }

    /// Pixels a metre where something stands on row `y`; 0 or less at the horizon and above.
    pub fn scale_at(&self, y: f32) -> f32 {
        (y - self.horizon) / self.camera
    }

    /// The row on which something of that scale stands.
    pub fn ground(&self, scale: f32) -> f32 {
        self.horizon + scale * self.camera
    }

    /// The column of what stands `across` metres to the right of the camera.
    pub fn column(&self, across: f32, scale: f32) -> f32 {
        self.vanishing + across * scale
    }

    /// How far away, in metres, something of that scale is.
    pub fn distance(&self, scale: f32) -> f32 {
        100.0 * self.unit / scale.max(0.05)
    }
}
