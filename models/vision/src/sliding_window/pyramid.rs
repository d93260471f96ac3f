//! A detector of windows: the picture at several sizes, every window of each, suppression.

use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};
use burn::tensor::{Tensor, activation};
use fireside_layers::ConfigError;
use fireside_layers::config::{check_not_zero, check_positive};

use super::WindowNet;
use crate::detection::{Detection, Selection};

/// The sizes at which a picture is looked at: how many times as large as it is, the largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Pyramid {
    scales: Vec<f64>,
}

impl Pyramid {
    /// `count` sizes, each so many times as large as the next (`step`, above 1), from `largest` on.
    ///
    /// # Errors
    /// When there is none, the largest is not above 0 or the step not above 1.
    pub fn new(largest: f64, step: f64, count: usize) -> Result<Self, ConfigError> {
        check_not_zero([("count", count)])?;
        check_positive("largest", largest)?;
        check_positive("step", step - 1.0)?;
        let scales = (0..count as i32).map(|level| largest / step.powi(level));
        Ok(Self { scales: scales.collect() })
    }

    /// How many times as large as the picture its sizes are.
    #[must_use]
    pub fn scales(&self) -> &[f64] {
        &self.scales
    }

    /// Returns pictures at these sizes, rounded to whole pixels, but those that are smaller than `least` pixels.
    /// Each but an enlarged one is made of the one before, so that pixels are not passed over.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`
    #[must_use]
    pub fn levels(&self, images: &Tensor<4>, least: usize) -> Vec<Tensor<4>> {
        let [_, _, height, width] = images.dims();
        let mut levels = Vec::new();
        let mut before = images.clone();
        for scale in &self.scales {
            let size = [height, width].map(|side| (side as f64 * scale).round() as usize);
            if size[0].min(size[1]) < least.max(1) {
                break;
            }
            let level = resized(if *scale > 1.0 { images } else { &before }, size);
            if *scale <= 1.0 {
                before = level.clone();
            }
            levels.push(level);
        }
        levels
    }
}

fn resized(images: &Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    let [_, _, height, width] = images.dims();
    if [height, width] == size {
        return images.clone();
    }
    let options = InterpolateOptions::new(InterpolateMode::Bilinear)
        .with_align_corners(false)
        .with_output_size(size);
    interpolate(images.clone(), options)
}

/// Finds objects by classifying every window at every size. The last class of the classifier is "nothing".
#[derive(Debug, Clone)]
pub struct WindowDetector {
    /// The classifier.
    pub net: WindowNet,
    /// The sizes at which a picture is looked at.
    pub pyramid: Pyramid,
    /// Width and height of the box of each class but the last, as shares of the window, in whose middle it is: on
    /// average objects are narrower or lower than a square.
    pub shapes: Vec<[f64; 2]>,
    /// Which boxes are kept. The score is the probability of the class.
    pub selection: Selection,
}

impl WindowDetector {
    /// Returns what is found in every picture, by falling score; bounds are cut off at the picture's edges.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`
    ///
    /// # Errors
    /// When there is not a shape for each class but the last.
    pub fn detect(&self, images: &Tensor<4>) -> Result<Vec<Vec<Detection>>, ConfigError> {
        let [batch, _, height, width] = images.dims();
        let mut found = vec![Vec::new(); batch];
        for level in self.pyramid.levels(images, self.net.window()) {
            let [_, _, level_height, level_width] = level.dims();
            let scale = [width as f64 / level_width as f64, height as f64 / level_height as f64];
            let probabilities = activation::softmax(self.net.forward(level), 1);
            self.collect(probabilities, scale, &mut found)?;
        }
        let picture = [width as f64, height as f64];
        let keep = |found: Vec<Detection>| {
            self.selection.keep(found).into_iter().map(|found| found.within(picture)).collect()
        };
        Ok(found.into_iter().map(keep).collect())
    }

    /// Adds the windows of one size that score enough.
    fn collect(
        &self,
        probabilities: Tensor<4>,
        scale: [f64; 2],
        found: &mut [Vec<Detection>],
    ) -> Result<(), ConfigError> {
        let [_, classes, rows, columns] = probabilities.dims();
        if self.shapes.len() + 1 != classes {
            return Err(ConfigError::Setting {
                name: "the number of shapes",
                expected: format!("{}, one for each class but the last,", classes.max(1) - 1),
                found: self.shapes.len().to_string(),
            });
        }
        let values: Vec<f64> = probabilities.into_data().iter().collect();
        let places = rows * columns;
        let (window, stride) = (self.net.window() as f64, self.net.stride() as f64);
        for (found, values) in found.iter_mut().zip(values.chunks(classes * places)) {
            for place in 0..places {
                let probability = |class: usize| values[class * places + place];
                let best = (0..classes).reduce(|best, class| {
                    if probability(class) > probability(best) { class } else { best }
                });
                let Some((class, shape)) =
                    best.and_then(|best| Some((best, self.shapes.get(best)?)))
                else {
                    continue;
                };
                let score = probability(class);
                if score >= self.selection.score_threshold() {
                    let x = (place % columns) as f64 * stride + window / 2.0;
                    let y = (place / columns) as f64 * stride + window / 2.0;
                    let [half_w, half_h] = shape.map(|share| share * window / 2.0);
                    let bounds = [x - half_w, y - half_h, x + half_w, y + half_h];
                    found.push(Detection { class, score, bounds }.scaled(scale));
                }
            }
        }
        Ok(())
    }
}
