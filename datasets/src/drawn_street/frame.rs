//! The picture while it is drawn: what every pixel looks like, what it belongs to, and how far away that is.

use super::color::{Color, mix};
use super::segments::{ROAD, ROAD_LINE, SIDEWALK};
use super::stamp::{Dot, Stamp};

/// What is farther away than anything.
pub(super) const FAR: f32 = 1000.0;

pub(super) struct Frame {
    pub height: usize,
    pub width: usize,
    pub pixels: Vec<Color>,
    /// Of [`super::SEGMENTS`].
    pub segments: Vec<u8>,
    /// 1 more than the number of the object that is seen there, 0 where none is.
    pub owners: Vec<u16>,
    /// In metres.
    pub distances: Vec<f32>,
    /// What shines.
    pub lights: Vec<Light>,
}

/// A lamp that is lit.
#[derive(Clone, Copy)]
pub(super) struct Light {
    pub at: [f32; 2],
    /// How far it is seen to shine, in pixels.
    pub reach: f32,
    pub color: Color,
}

impl Frame {
    pub fn new([height, width]: [usize; 2]) -> Self {
        let count = height * width;
        Self {
            height,
            width,
            pixels: vec![[0.0; 3]; count],
            segments: vec![0; count],
            owners: vec![0; count],
            distances: vec![FAR; count],
            lights: Vec::new(),
        }
    }

    /// Lays a thing over what is there.
    pub fn put(&mut self, stamp: &Stamp, segment: u8, owner: u16, distance: impl Fn(f32) -> f32) {
        self.meet(stamp, |frame, place, column, dot| {
            frame.pixels[place] = mix(frame.pixels[place], dot.color, dot.alpha);
            if dot.inside {
                frame.segments[place] = segment;
                frame.owners[place] = owner;
                frame.distances[place] = distance(column as f32 + 0.5);
            }
        });
    }

    /// Lays a thing over what is there, which stays what it is: shadows, clouds and the like.
    pub fn tint(&mut self, stamp: &Stamp, share: f32) {
        self.meet(stamp, |frame, place, _, dot| {
            frame.pixels[place] = mix(frame.pixels[place], dot.color, dot.alpha * share);
        });
    }

    /// Mirrors a thing that stands on row `foot` in the wet ground before it.
    pub fn reflect(&mut self, stamp: &Stamp, foot: f32, share: f32) {
        let last = (2.0 * foot) as i32 - stamp.top;
        for row in 0..stamp.height as i32 {
            let y = last - row;
            if !(0..self.height as i32).contains(&y) {
                continue;
            }
            for column in 0..stamp.width {
                let x = stamp.left + column as i32;
                if !(0..self.width as i32).contains(&x) {
                    continue;
                }
                let place = y as usize * self.width + x as usize;
                let is_wet = matches!(self.segments[place], ROAD | ROAD_LINE | SIDEWALK);
                if is_wet && self.owners[place] == 0 {
                    let dot = stamp.dots[row as usize * stamp.width + column];
                    self.pixels[place] = mix(self.pixels[place], dot.color, dot.alpha * share);
                }
            }
        }
    }

    /// Every dot of a stamp that covers something of the picture.
    fn meet(&mut self, stamp: &Stamp, mut act: impl FnMut(&mut Self, usize, usize, &Dot)) {
        let within = |start: i32, size: usize, limit: usize| {
            let end = (start + size as i32).clamp(0, limit as i32);
            start.clamp(0, limit as i32) as usize..end as usize
        };
        let columns = within(stamp.left, stamp.width, self.width);
        for row in within(stamp.top, stamp.height, self.height) {
            let line = (row as i32 - stamp.top) as usize * stamp.width;
            for column in columns.clone() {
                let dot = stamp.dots[line + (column as i32 - stamp.left) as usize];
                if dot.alpha > 0.0 {
                    act(self, row * self.width + column, column, &dot);
                }
            }
        }
    }
}
