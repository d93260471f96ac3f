//! What a region looks like, and how alike two are (Uijlings et al., section 3.2.2).

use super::picture::Planes;
use super::segmentation::Segments;

/// Parts of a colour's range that are counted apart.
const COLOUR_BINS: usize = 25;
/// Directions and strengths of gradients that are counted apart.
const DIRECTIONS: usize = 8;
const STRENGTHS: usize = 10;
/// The strength of a gradient, in values for a pixel, from which on all are alike.
const STRONGEST: f32 = 0.5;
const COLOURS: usize = 3 * COLOUR_BINS;
const TEXTURES: usize = 3 * DIRECTIONS * STRENGTHS;

/// What makes regions alike: the sum of those that are true, each of 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    /// The part of the colours that they share.
    pub colour: bool,
    /// The part of the gradients that they share.
    pub texture: bool,
    /// Small ones come first, so that none swallows all others.
    pub size: bool,
    /// Those come first that fit into one another.
    pub fill: bool,
}

impl Measures {
    /// All four.
    pub const ALL: Self = Self { colour: true, texture: true, size: true, fill: true };
}

/// A region.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    pub pixels: usize,
    /// `[x1, y1, x2, y2]`, the last column and row not included.
    pub bounds: [usize; 4],
    /// Shares of colours, then of textures; each sums to 1.
    histogram: Vec<f32>,
}

/// Describes every segment. Colours are those of `plain`, gradients those of `smooth`.
pub fn describe(plain: &Planes, smooth: &Planes, segments: &Segments) -> Vec<Description> {
    let [height, width] = segments.size;
    let nothing = Description {
        pixels: 0,
        bounds: [width, height, 0, 0],
        histogram: vec![0.0; COLOURS + TEXTURES],
    };
    let mut regions = vec![nothing; segments.count];
    for (pixel, label) in segments.labels.iter().enumerate() {
        let (row, column) = (pixel / width, pixel % width);
        let region = &mut regions[*label as usize];
        let [x1, y1, x2, y2] = region.bounds;
        region.bounds = [x1.min(column), y1.min(row), x2.max(column + 1), y2.max(row + 1)];
        region.pixels += 1;
        for (channel, (plain, smooth)) in plain.planes.iter().zip(&smooth.planes).enumerate() {
            let bin = (plain[pixel] * COLOUR_BINS as f32) as usize;
            region.histogram[channel * COLOUR_BINS + bin.min(COLOUR_BINS - 1)] += 1.0;
            let across = smooth[pixel - column + (column + 1).min(width - 1)]
                - smooth[pixel - column.min(1)];
            let down = smooth[(row + 1).min(height - 1) * width + column]
                - smooth[row.saturating_sub(1) * width + column];
            region.histogram[COLOURS + texture(channel, across / 2.0, down / 2.0)] += 1.0;
        }
    }
    for region in &mut regions {
        let each = 1.0 / (3 * region.pixels) as f32;
        region.histogram.iter_mut().for_each(|count| *count *= each);
    }
    regions
}

/// Where a gradient is counted: by its direction, an eighth of a circle each, and its strength.
fn texture(channel: usize, across: f32, down: f32) -> usize {
    let direction = usize::from(across < 0.0)
        + 2 * usize::from(down < 0.0)
        + 4 * usize::from(across.abs() < down.abs());
    let strength = (across * across + down * down).sqrt() / STRONGEST * STRENGTHS as f32;
    (channel * DIRECTIONS + direction) * STRENGTHS + (strength as usize).min(STRENGTHS - 1)
}

/// The box around both.
fn around(one: [usize; 4], other: [usize; 4]) -> [usize; 4] {
    let [x1, y1, x2, y2] = one;
    [x1.min(other[0]), y1.min(other[1]), x2.max(other[2]), y2.max(other[3])]
}

impl Description {
    /// How alike they are, in a picture of so many pixels.
    pub fn likeness(&self, other: &Self, measures: Measures, picture: usize) -> f32 {
        let share = |pixels: usize| pixels as f32 / picture as f32;
        let mut sum = 0.0;
        if measures.colour {
            sum += shared(&self.histogram[..COLOURS], &other.histogram[..COLOURS]);
        }
        if measures.texture {
            sum += shared(&self.histogram[COLOURS..], &other.histogram[COLOURS..]);
        }
        let both = self.pixels + other.pixels;
        if measures.size {
            sum += 1.0 - share(both);
        }
        if measures.fill {
            let [x1, y1, x2, y2] = around(self.bounds, other.bounds);
            sum += 1.0 - share((x2 - x1) * (y2 - y1) - both);
        }
        sum
    }

    /// Both as one region.
    pub fn joined(&self, other: &Self) -> Self {
        let pixels = self.pixels + other.pixels;
        let of_other = other.pixels as f32 / pixels as f32;
        let histogram = self.histogram.iter().zip(&other.histogram);
        let histogram = histogram.map(|(one, other)| one + (other - one) * of_other).collect();
        Self { pixels, bounds: around(self.bounds, other.bounds), histogram }
    }
}

/// What two histograms have in common, in eight sums side by side.
fn shared(one: &[f32], other: &[f32]) -> f32 {
    let less = |one: f32, other: f32| if one < other { one } else { other };
    let (ones, rest_of_one) = one.as_chunks::<8>();
    let (others, rest_of_other) = other.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (one, other) in ones.iter().zip(others) {
        for lane in 0..8 {
            sums[lane] += less(one[lane], other[lane]);
        }
    }
    let rest = rest_of_one.iter().zip(rest_of_other).map(|(one, other)| less(*one, *other));
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}
