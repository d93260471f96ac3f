//! Selective search (Uijlings et al., 2013): regions that may hold something, by grouping what looks alike.
//!
//! A picture is divided into small segments (Felzenszwalb and Huttenlocher, 2004); then the two neighbours that are most
//! alike become one, again and again until the picture is one region. Every region on the way is a proposal, so that
//! things of all sizes are among them. Several colour spaces, thresholds and measures of likeness make up for what each
//! of them misses.
//!
//! Segments take a time of `n log n` of the pixels; grouping looks at every two regions that touch on the way, which are
//! more where a ground touches many small ones. The picture needs no tensor.
//!
//! Deviations: the texture is that of gradients by differences of neighbours, not of Gaussian derivatives.

mod description;
mod hierarchy;
mod picture;
mod segmentation;

use fireside_layers::ConfigError;
use fireside_layers::config::check_positive;
use fireside_numpy_rng::NumpyRng;

use crate::detection::Bounds;
use crate::detection::nms::Nms;
pub use description::Measures;
pub use hierarchy::Hierarchy;
pub use picture::{Colours, Picture};
pub use segmentation::Segments;

/// How regions are searched.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectiveSearch {
    /// The colour spaces.
    pub colours: Vec<Colours>,
    /// The k of the segments: the larger, the larger they are.
    pub thresholds: Vec<f64>,
    /// What makes regions alike.
    pub measures: Vec<Measures>,
    /// The deviation of the Gaussian that smooths the picture first, in pixels; 0 for none.
    pub sigma: f64,
    /// Segments of fewer pixels are joined to a neighbour.
    pub least_pixels: usize,
    /// Regions of fewer rows or columns are no proposals.
    pub least_side: usize,
    /// Of proposals that overlap by more than this IoU only the first stays.
    pub overlap: f64,
    /// The most proposals.
    pub most: usize,
    /// By which the order of the proposals is drawn.
    pub seed: u32,
}

impl SelectiveSearch {
    /// Eight searches, as in the paper's fast mode: HSV and Lab, two thresholds, with and without likeness of colour. The
    /// thresholds are for pictures of about a hundred pixels a side; for five hundred the paper has 50 and 100, smoothed
    /// by 0.8.
    #[must_use]
    pub fn fast() -> Self {
        Self {
            colours: vec![Colours::Hsv, Colours::Lab],
            thresholds: vec![20.0, 80.0],
            measures: vec![Measures::ALL, Measures { colour: false, ..Measures::ALL }],
            sigma: 0.5,
            least_pixels: 12,
            least_side: 3,
            overlap: 0.7,
            most: 500,
            seed: 0,
        }
    }

    /// A single search: HSV, k of 50, all measures.
    #[must_use]
    pub fn single() -> Self {
        Self {
            colours: vec![Colours::Hsv],
            thresholds: vec![50.0],
            measures: vec![Measures::ALL],
            ..Self::fast()
        }
    }

    /// Returns how regions were grouped: by colour space, threshold and measures.
    ///
    /// # Errors
    /// [`ConfigError`] when a threshold is not above 0 or sigma is below 0 or above 100.
    pub fn hierarchies(&self, picture: &Picture<'_>) -> Result<Vec<Hierarchy>, ConfigError> {
        self.thresholds.iter().try_for_each(|k| check_positive("thresholds", *k))?;
        if !(0.0..=100.0).contains(&self.sigma) {
            return Err(ConfigError::Setting {
                name: "sigma",
                expected: "0 to 100 pixels".to_string(),
                found: self.sigma.to_string(),
            });
        }
        let mut hierarchies = Vec::new();
        for colours in &self.colours {
            let plain = picture.converted(*colours);
            let smooth = plain.smoothed(self.sigma);
            let edges = segmentation::edges(&smooth);
            for threshold in &self.thresholds {
                let segments = Segments::join(&smooth, &edges, *threshold, self.least_pixels);
                let regions = description::describe(&plain, &smooth, &segments);
                for measures in &self.measures {
                    hierarchies.push(Hierarchy::group(&segments, regions.clone(), *measures));
                }
            }
        }
        Ok(hierarchies)
    }

    /// Returns the boxes of the regions. Those of large regions come first on the whole, in an order that the seed draws:
    /// cut off anywhere, some of all sizes are left.
    ///
    /// # Errors
    /// As [`SelectiveSearch::hierarchies`], and when the overlap is not in 0..=1.
    pub fn propose(&self, picture: &Picture<'_>) -> Result<Vec<Bounds>, ConfigError> {
        let nms = Nms::new(self.overlap)?.with_max_boxes(self.most);
        let mut rng = NumpyRng::new(self.seed);
        let mut boxes: Vec<Bounds> = Vec::new();
        let mut scores = Vec::new();
        for hierarchy in self.hierarchies(picture)? {
            for (place, bounds) in hierarchy.boxes().rev().enumerate() {
                let rank = (place + 1) as f64 * rng.random_sample();
                let [x1, y1, x2, y2] = bounds;
                if (x2 - x1).min(y2 - y1) >= self.least_side {
                    boxes.push(bounds.map(|edge| edge as f64));
                    scores.push(-rank);
                }
            }
        }
        Ok(nms.keep(&boxes, &scores).into_iter().map(|place| boxes[place]).collect())
    }
}
