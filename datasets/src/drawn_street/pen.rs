//! Draws in metres: to the right of where a thing stands, and up from the ground.

use super::color::Color;
use super::stamp::Stamp;

pub(super) struct Pen {
    pub stamp: Stamp,
    /// Where it stands, in pixels.
    foot: [f32; 2],
    /// Pixels a metre; to the right they count down if it is mirrored.
    scale: [f32; 2],
}

impl Pen {
    /// For something `half_width` metres to both sides and from `low` to `high` metres above the ground.
    pub fn new(
        foot: [f32; 2],
        scale: f32,
        mirrored: bool,
        half_width: f32,
        [low, high]: [f32; 2],
    ) -> Self {
        let wide = half_width * scale;
        let stamp = Stamp::new(
            [foot[0] - wide, foot[1] - high * scale],
            [foot[0] + wide, foot[1] - low * scale],
        );
        Self { stamp, foot, scale: [if mirrored { -scale } else { scale }, -scale] }
    }

    pub fn at(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        [self.foot[0] + x * self.scale[0], self.foot[1] + y * self.scale[1]]
    }

    /// A pixel, in metres.
    pub fn pixel(&self) -> f32 {
        -1.0 / self.scale[1]
    }

    pub fn rectangle(&mut self, low: [f32; 2], high: [f32; 2], color: Color) {
        let [a, b] = [self.at(low), self.at(high)];
        self.stamp.rectangle(
            [a[0].min(b[0]), a[1].min(b[1])],
            [a[0].max(b[0]), a[1].max(b[1])],
            color,
        );
    }

    pub fn ellipse(&mut self, center: [f32; 2], radii: [f32; 2], color: Color) {
        let radii = radii.map(|radius| radius / self.pixel());
        self.stamp.ellipse(self.at(center), radii, color);
    }

    pub fn circle(&mut self, center: [f32; 2], radius: f32, color: Color) {
        self.ellipse(center, [radius; 2], color);
    }

    pub fn polygon<const N: usize>(&mut self, corners: [[f32; 2]; N], color: Color) {
        let corners = corners.map(|corner| self.at(corner));
        self.stamp.polygon(&corners, color);
    }

    /// A line at least a pixel wide.
    pub fn line(&mut self, from: [f32; 2], to: [f32; 2], half_width: f32, color: Color) {
        let half_width = (half_width / self.pixel()).max(0.5);
        self.stamp.line(self.at(from), self.at(to), half_width, color);
    }
}
