//! What lies between the street and the picture: light, night, fog, snow, and the noise of the camera.

use fireside_numpy_rng::NumpyRng;

use super::color::{Color, any, mix};
use super::frame::Frame;
use super::random::{Noise, between, chance};
use super::stamp::Stamp;
use super::view::View;

/// The weather of one scene.
pub(super) struct Weather {
    pub is_night: bool,
    /// What a dark ground lets through at night.
    darkness: f32,
    cast: Color,
    /// How much brighter one side is than the other, to the right and down.
    slope: [f32; 2],
    /// The colour of the fog and how far one sees in it, in metres.
    fog: Option<(Color, f32)>,
    /// Flakes or drops for each 1,000 pixels.
    snow: Option<f32>,
    deviation: f32,
}

impl Weather {
    pub fn new(rng: &mut NumpyRng) -> Self {
        let is_night = chance(0.14, rng);
        let exposure = between(0.85, 1.15, rng);
        Self {
            is_night,
            darkness: if is_night { between(0.3, 0.55, rng) } else { 1.0 },
            cast: std::array::from_fn(|_| exposure * between(0.88, 1.12, rng)),
            slope: [between(-0.14, 0.14, rng), between(-0.14, 0.14, rng)],
            fog: chance(0.16, rng).then(|| (any(rng), between(25.0, 90.0, rng))),
            snow: chance(0.12, rng).then(|| between(2.0, 12.0, rng)),
            deviation: between(0.01, 0.05, rng),
        }
    }

    /// Lays the weather over a scene that is drawn, and returns its bytes.
    pub fn develop(
        &self,
        frame: &mut Frame,
        view: &View,
        noise: &mut Noise,
        rng: &mut NumpyRng,
    ) -> Vec<u8> {
        if let Some((color, sight)) = self.fog {
            for (pixel, &distance) in frame.pixels.iter_mut().zip(&frame.distances) {
                // Nothing of it near by, half at the length of sight.
                let far = distance / sight;
                *pixel = mix(*pixel, color, 0.9 * far * far / (1.0 + far * far));
            }
        }
        if self.is_night {
            self.darken(frame);
        }
        if let Some(density) = self.snow {
            let count = (density * (frame.width * frame.height) as f32 / 1000.0) as usize;
            self.let_it_snow(frame, view, count, rng);
        }
        self.bytes(frame, noise)
    }

    /// Makes night of it, but for what shines.
    fn darken(&self, frame: &mut Frame) {
        let blue = [0.92, 0.97, 1.12].map(|share: f32| share * self.darkness);
        for pixel in &mut frame.pixels {
            // What is lit is brighter than anything that light falls on.
            if pixel.iter().all(|&value| value <= 1.0) {
                *pixel = [0, 1, 2].map(|c| pixel[c] * blue[c]);
            }
        }
        for light in std::mem::take(&mut frame.lights) {
            let [x, y] = light.at;
            let reach = light.reach;
            let mut glow = Stamp::new([x - reach, y - reach], [x + reach, y + reach]);
            glow.paint([x - reach, y - reach], [x + reach, y + reach], |u, v| {
                let away = ((u - x) * (u - x) + (v - y) * (v - y)) / (reach * reach);
                let share = (1.0 - away).max(0.0);
                (light.color, share * share, false)
            });
            frame.tint(&glow, 0.45);
        }
    }

    fn let_it_snow(&self, frame: &mut Frame, view: &View, count: usize, rng: &mut NumpyRng) {
        let is_rain = chance(0.4, rng);
        let color = any(rng);
        let slant = between(-0.3, 0.3, rng);
        for _ in 0..count {
            let [x, y] = [between(0.0, view.width, rng), between(0.0, view.height, rng)];
            let size = between(0.3, 0.9, rng) * view.unit;
            let long = if is_rain { 5.0 * size } else { size };
            let mut flake = Stamp::new([x - long, y - long], [x + long, y + long]);
            if is_rain {
                let end = [x + slant * long, y + long];
                flake.line([x - slant * long, y - long], end, 0.3 * view.unit, color);
            } else {
                flake.ellipse([x, y], [size; 2], color);
            }
            frame.tint(&flake, if is_rain { 0.45 } else { 0.85 });
        }
    }

    fn bytes(&self, frame: &Frame, noise: &mut Noise) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(frame.pixels.len() * 3);
        let [rightwards, downwards] = self.slope;
        for (row, pixels) in frame.pixels.chunks_exact(frame.width).enumerate() {
            let down = (row as f32 / frame.height as f32 - 0.5) * downwards;
            for (column, pixel) in pixels.iter().enumerate() {
                let across = (column as f32 / frame.width as f32 - 0.5) * rightwards;
                let light = 1.0 + across + down;
                let changes = noise.four();
                for c in 0..3 {
                    let value = pixel[c] * self.cast[c] * light + self.deviation * changes[c];
                    bytes.push((value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8);
                }
            }
        }
        bytes
    }
}
