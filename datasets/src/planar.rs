//! Point sets in the plane, generated as the course and scikit-learn generate them.
//!
//! The same seed gives the same points, bit for bit up to the last digit of `sin` and `cos`: petals are
//! `load_planar_dataset` of course 1 week 3, the others its `load_extra_datasets`.

use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;

use burn_tensor::{Device, Tensor, TensorData};
use fireside_numpy_rng::NumpyRng;
use serde::{Deserialize, Serialize};

use crate::labelled_images::targets;

/// Points of the plane with a class each.
#[derive(Debug, Clone, PartialEq)]
pub struct PointSet {
    /// The points, `[x, y]`.
    pub points: Vec<[f64; 2]>,
    /// The class of each point.
    pub labels: Vec<usize>,
}

impl PointSet {
    /// Returns the points as `[count, 2]`, each coordinate contiguous in memory, which suits products
    /// with a few columns.
    pub fn features(&self, device: &Device) -> Tensor<2> {
        let xs = self.points.iter().map(|point| point[0]);
        let ys = self.points.iter().map(|point| point[1]);
        let values: Vec<f64> = xs.chain(ys).collect();
        let sideways = TensorData::new(values, [2, self.points.len()]);
        Tensor::<2>::from_data(sideways, device).transpose()
    }

    /// Returns the classes as numbers, `[count, 1]`.
    pub fn targets(&self, device: &Device) -> Tensor<2> {
        targets(&self.labels, device)
    }

    /// Returns the points at these positions, in their order.
    ///
    /// # Panics
    /// When there is no such position.
    pub fn subset(&self, positions: &[usize]) -> Self {
        Self {
            points: positions.iter().map(|&position| self.points[position]).collect(),
            labels: positions.iter().map(|&position| self.labels[position]).collect(),
        }
    }

    /// Reduces the classes to two: even and odd, as the assignment does with its six blobs.
    #[must_use]
    pub fn into_two_classes(mut self) -> Self {
        self.labels.iter_mut().for_each(|label| *label %= 2);
        self
    }

    fn shuffled(self, rng: &mut NumpyRng) -> Self {
        self.subset(&rng.permutation(self.points.len()))
    }

    fn with_noise(mut self, deviation: f64, rng: &mut NumpyRng) -> Self {
        for coordinate in self.points.iter_mut().flatten() {
            *coordinate += rng.normal(0.0, deviation);
        }
        self
    }
}

/// The point sets of course 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Two interleaved flowers of petals.
    Petals,
    /// A ring around a ring, blurred.
    NoisyCircles,
    /// Two interleaved half circles, blurred.
    NoisyMoons,
    /// Six round clouds, of alternating class once reduced to two.
    Blobs,
    /// One cloud whose middle is of the other class.
    GaussianQuantiles,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 5] =
        [Self::Petals, Self::NoisyCircles, Self::NoisyMoons, Self::Blobs, Self::GaussianQuantiles];

    /// Number of points the course draws.
    pub fn course_count(self) -> usize {
        match self {
            Self::Petals => 400,
            _ => 200,
        }
    }

    /// Draws `count` points with NumPy's generator at `seed`; blobs have six classes.
    #[must_use]
    pub fn generate(self, count: usize, seed: u32) -> PointSet {
        let rng = &mut NumpyRng::new(seed);
        match self {
            Self::Petals => petals(count, rng),
            Self::NoisyCircles => circles(count, 0.5, 0.3, rng),
            Self::NoisyMoons => moons(count, 0.2, rng),
            Self::Blobs => blobs(count, 6, rng),
            Self::GaussianQuantiles => gaussian_quantiles(count, rng),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Petals => "petals",
            Self::NoisyCircles => "noisy-circles",
            Self::NoisyMoons => "noisy-moons",
            Self::Blobs => "blobs",
            Self::GaussianQuantiles => "gaussian-quantiles",
        })
    }
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|shape| shape.to_string() == name);
        found.ok_or_else(|| {
            let names = Self::ALL.map(|shape| shape.to_string());
            format!("the shapes are {}", names.join(", "))
        })
    }
}

/// `count / 2` points along `r = 4 sin 4t` for each class, noise on angle and radius.
pub fn petals(count: usize, rng: &mut NumpyRng) -> PointSet {
    let half = count / 2;
    let mut points = vec![[0.0; 2]; count]; // the course leaves an odd last point at the origin
    let mut labels = vec![0; count];
    for class in 0..2 {
        let start = class as f64 * 3.12;
        let stop = (class + 1) as f64 * 3.12;
        let angles: Vec<f64> =
            linspace(start, stop, half).map(|angle| angle + rng.randn() * 0.2).collect();
        for (index, angle) in angles.into_iter().enumerate() {
            let radius = (angle * 4.0).sin() * 4.0 + rng.randn() * 0.2;
            points[class * half + index] = [radius * angle.sin(), radius * angle.cos()];
            labels[class * half + index] = class;
        }
    }
    PointSet { points, labels }
}

/// A ring of radius 1 (class 0) around one of radius `factor` (class 1).
pub fn circles(count: usize, factor: f64, noise: f64, rng: &mut NumpyRng) -> PointSet {
    let outer = count / 2;
    let ring = |points: usize, radius: f64| {
        let step = 2.0 * PI / points as f64;
        (0..points).map(move |index| {
            let angle = index as f64 * step;
            [angle.cos() * radius, angle.sin() * radius]
        })
    };
    two_classes(ring(outer, 1.0), ring(count - outer, factor)).shuffled(rng).with_noise(noise, rng)
}

/// An upper half circle (class 0) and a lower one shifted into it (class 1).
pub fn moons(count: usize, noise: f64, rng: &mut NumpyRng) -> PointSet {
    let outer = count / 2;
    let upper = linspace(0.0, PI, outer).map(|angle| [angle.cos(), angle.sin()]);
    let lower =
        linspace(0.0, PI, count - outer).map(|angle| [1.0 - angle.cos(), 1.0 - angle.sin() - 0.5]);
    two_classes(upper, lower).shuffled(rng).with_noise(noise, rng)
}

/// Two arms that wind `turns` times around the origin, out to a radius of 2, as dense outside as inside; class 1 is the
/// arm half a turn behind. `noise` is the deviation of each point from its arm, in units of half the outer radius.
pub fn spirals(count: usize, turns: f64, noise: f64, rng: &mut NumpyRng) -> PointSet {
    let (mut points, mut labels) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for index in 0..count {
        let class = index % 2;
        let radius = rng.random_sample().sqrt();
        let angle = (2.0 * radius * turns + class as f64) * PI;
        let on_arm = [radius * angle.cos(), radius * angle.sin()];
        points.push(on_arm.map(|coordinate| 2.0 * (coordinate + noise * rng.randn())));
        labels.push(class);
    }
    PointSet { points, labels }
}

/// `num_classes` centres in the square from -10 to 10, and a unit cloud around each.
pub fn blobs(count: usize, num_classes: usize, rng: &mut NumpyRng) -> PointSet {
    let centers: Vec<[f64; 2]> =
        (0..num_classes).map(|_| [rng.uniform(-10.0, 10.0), rng.uniform(-10.0, 10.0)]).collect();
    let (mut points, mut labels) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for (class, center) in centers.iter().enumerate() {
        let size = count / num_classes + usize::from(class < count % num_classes);
        for _ in 0..size {
            points.push(center.map(|coordinate| rng.normal(coordinate, 1.0)));
            labels.push(class);
        }
    }
    PointSet { points, labels }.shuffled(rng)
}

/// One cloud of variance 0.5: the half nearer to the origin is class 0, the farther class 1.
pub fn gaussian_quantiles(count: usize, rng: &mut NumpyRng) -> PointSet {
    let deviation = 0.5_f64.sqrt();
    let mut points: Vec<[f64; 2]> =
        (0..count).map(|_| [rng.randn() * deviation, rng.randn() * deviation]).collect();
    let distance = |point: &[f64; 2]| point[0] * point[0] + point[1] * point[1];
    points.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    let labels = (0..count).map(|index| usize::from(index >= count / 2)).collect();
    PointSet { points, labels }.shuffled(rng)
}

fn two_classes(
    first: impl Iterator<Item = [f64; 2]>,
    second: impl Iterator<Item = [f64; 2]>,
) -> PointSet {
    let points = first.map(|point| (point, 0));
    let (points, labels) = points.chain(second.map(|point| (point, 1))).unzip();
    PointSet { points, labels }
}

/// `count` evenly spaced numbers, both ends included.
fn linspace(start: f64, stop: f64, count: usize) -> impl Iterator<Item = f64> {
    let step = (stop - start) / (count.max(2) - 1) as f64;
    (0..count).map(move |index| match index + 1 == count && count > 1 {
        true => stop,
        false => index as f64 * step + start,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_back_to_its_shape() {
        for shape in Shape::ALL {
            assert_eq!(shape.to_string().parse(), Ok(shape));
        }
        let error = "spiral".parse::<Shape>().unwrap_err();
        assert!(error.contains("gaussian-quantiles"), "{error}");
    }

    #[test]
    fn every_shape_has_the_count_asked_for_and_a_class_for_each_point() {
        for shape in Shape::ALL {
            for count in [0, 1, 2, 7, 200] {
                let set = shape.generate(count, 3);
                assert_eq!(set.points.len(), count, "{shape}");
                assert_eq!(set.labels.len(), count, "{shape}");
            }
        }
    }
}
