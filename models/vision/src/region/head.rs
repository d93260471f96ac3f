//! What a region is and where exactly: two fully connected layers over its features, a score for each class and one for
//! nothing, and for each class how the box differs from the region (Fast R-CNN, section 2).

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Int, Tensor, activation};
use fireside_layers::config::check_not_zero;
use fireside_layers::{Layer as _, zero_bias};
use fireside_numpy_rng::NumpyRng;

use super::box_coder::BoxCoder;
use super::clipped;
use super::loss::{Targets, losses};
use super::sampling::Rule;
use crate::ConfigError;
use crate::blocks::{flatten, he_linear, relu};
use crate::detection::nms::Nms;
use crate::detection::{Bounds, Detection, TrueBox};

/// Configuration of [`RegionHead`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct RegionHeadConfig {
    /// Number of classes, nothing not counted.
    pub num_classes: usize,
    /// Channels of the features.
    pub channels: usize,
    /// Rows and columns of a region's features.
    #[config(default = 7)]
    pub size: usize,
    /// Units of each of the two layers.
    #[config(default = 256)]
    pub hidden: usize,
    /// Regions of a picture that a training step looks at.
    #[config(default = 64)]
    pub samples: usize,
    /// The largest share of them that holds something.
    #[config(default = 0.25)]
    pub positive_share: f64,
    /// From this IoU with a truth on a region is to find it; below, it holds nothing.
    #[config(default = 0.5)]
    pub positive_iou: f64,
}

/// The head.
#[derive(Module, Debug)]
pub struct RegionHead {
    fc1: Linear,
    fc2: Linear,
    scores: Linear,
    deltas: Linear,
    #[module(skip)]
    settings: RegionHeadConfig,
}

/// What the head says of every region.
#[derive(Debug, Clone)]
pub struct RegionScores {
    /// `[regions, 1 + classes]`, logits; nothing comes first.
    pub scores: Tensor<2>,
    /// `[regions, 4 classes]`, the differences from the region if it is of that class.
    pub deltas: Tensor<2>,
}

/// A region that a training step looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampledRegion {
    /// Where it is.
    pub bounds: Bounds,
    /// What it is to find, if anything.
    pub truth: Option<TrueBox>,
}

/// What training is to lower.
#[derive(Debug, Clone)]
pub struct RegionLoss {
    /// Of the classes, `[1]`.
    pub classes: Tensor<1>,
    /// Of the boxes, `[1]`.
    pub boxes: Tensor<1>,
    /// How many of the regions were sorted right, `[1]`.
    pub right: Tensor<1>,
    /// How many regions there were.
    pub regions: usize,
}

/// Which of the boxes are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Selection {
    /// The least probability.
    pub score_threshold: f64,
    /// What is suppressed within a class, and how many are kept.
    pub nms: Nms,
}

impl RegionHeadConfig {
    /// Builds the head: weights of He's normal distribution, those of the outputs small, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or a share is not in 0..=1.
    pub fn init(&self, device: &Device) -> Result<RegionHead, ConfigError> {
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("size", self.size),
            ("hidden", self.hidden),
            ("samples", self.samples),
        ])?;
        for (name, share) in
            [("positive_share", self.positive_share), ("positive_iou", self.positive_iou)]
        {
            if !(0.0..=1.0).contains(&share) {
                let (expected, found) = ("a number from 0 to 1".to_string(), share.to_string());
                return Err(ConfigError::Setting { name, expected, found });
            }
        }
        let output = |outputs: usize, std: f64| {
            let small = Initializer::Normal { mean: 0.0, std };
            let linear = LinearConfig::new(self.hidden, outputs).with_initializer(small);
            let mut linear = linear.init(device);
            linear.bias = Some(zero_bias(outputs, device));
            linear
        };
        Ok(RegionHead {
            fc1: he_linear(self.channels * self.size * self.size, self.hidden, device),
            fc2: he_linear(self.hidden, self.hidden, device),
            scores: output(1 + self.num_classes, 0.01),
            deltas: output(4 * self.num_classes, 0.001),
            settings: self.clone(),
        })
    }
}

impl RegionHead {
    /// Looks at the features of regions.
    ///
    /// # Shapes
    /// - `pooled`: `[regions, channels, size, size]`
    pub fn forward(&self, pooled: Tensor<4>) -> RegionScores {
        let x = relu(self.fc1.apply(flatten(pooled)));
        let x = relu(self.fc2.apply(x));
        RegionScores { scores: self.scores.apply(x.clone()), deltas: self.deltas.apply(x) }
    }

    /// Number of classes, nothing not counted.
    #[must_use]
    pub fn num_classes(&self) -> usize {
        self.settings.num_classes
    }

    /// Draws the regions of one picture that a training step looks at, from what was proposed and the truths
    /// themselves.
    pub fn sample(
        &self,
        proposals: &[Bounds],
        truths: &[TrueBox],
        rng: &mut NumpyRng,
    ) -> Vec<SampledRegion> {
        let there: Vec<Bounds> = truths.iter().map(|truth| truth.bounds).collect();
        let boxes: Vec<Bounds> = proposals.iter().chain(&there).copied().collect();
        let rule = Rule {
            positive_iou: self.settings.positive_iou,
            negative_iou: self.settings.positive_iou,
            best_of_each: false,
            count: self.settings.samples,
            positive_share: self.settings.positive_share,
        };
        let sample = rule.draw(&boxes, &there, rng);
        let positives = sample.positives.into_iter().map(|(place, truth)| SampledRegion {
            bounds: boxes[place],
            truth: Some(truths[truth]),
        });
        let negatives = sample.negatives.into_iter();
        let negatives = negatives.map(|place| SampledRegion { bounds: boxes[place], truth: None });
        positives.chain(negatives).collect()
    }

    /// The loss of what was said of these regions.
    ///
    /// # Panics
    /// When there is not one row for each region.
    pub fn loss(&self, found: &RegionScores, regions: &[SampledRegion]) -> RegionLoss {
        let classes = self.settings.num_classes;
        assert_eq!(found.scores.dims()[0], regions.len(), "one row for each region");
        let mut targets = Targets::default();
        for (row, region) in regions.iter().enumerate() {
            let Some(truth) = region.truth else {
                targets.classes.push((row, 0));
                continue;
            };
            targets.classes.push((row, 1 + truth.class));
            let deltas = BoxCoder::HEAD.encode(truth.bounds, region.bounds);
            targets.deltas.push((row * classes + truth.class, deltas));
        }
        let deltas = found.deltas.clone().reshape([regions.len() * classes, 4]);
        let [classes, boxes] = losses(found.scores.clone(), deltas, &targets);
        let wanted: Vec<i64> = targets.classes.iter().map(|row| row.1 as i64).collect();
        let wanted = Tensor::<1, Int>::from_data(&wanted[..], &found.scores.device());
        let answers = found.scores.clone().detach().argmax(1).reshape([regions.len()]);
        let right = answers.equal(wanted).int().sum().float();
        RegionLoss { classes, boxes, right, regions: regions.len() }
    }

    /// The boxes of one picture of `image` rows and columns that stay, by falling score. `found` is what was said of
    /// `regions`.
    ///
    /// # Panics
    /// When there is not one row for each region.
    #[must_use]
    pub fn detections(
        &self,
        found: &RegionScores,
        regions: &[Bounds],
        image: [usize; 2],
        selection: &Selection,
    ) -> Vec<Detection> {
        let classes = self.settings.num_classes;
        assert_eq!(found.scores.dims()[0], regions.len(), "one row for each region");
        let probabilities = activation::softmax(found.scores.clone(), 1).into_data();
        let probabilities: Vec<f64> = probabilities.iter().collect();
        let deltas: Vec<f64> = found.deltas.clone().into_data().iter().collect();
        let mut detections = Vec::new();
        for (row, region) in regions.iter().enumerate() {
            for class in 0..classes {
                let score = probabilities[row * (1 + classes) + 1 + class];
                let first = 4 * (row * classes + class);
                let deltas = std::array::from_fn(|part| deltas[first + part]);
                let bounds = clipped(BoxCoder::HEAD.decode(deltas, *region), image);
                if let Some(bounds) = bounds.filter(|_| score >= selection.score_threshold) {
                    detections.push(Detection { class, score, bounds });
                }
            }
        }
        let bounds: Vec<Bounds> = detections.iter().map(|found| found.bounds).collect();
        let scores: Vec<f64> = detections.iter().map(|found| found.score).collect();
        let classes: Vec<usize> = detections.iter().map(|found| found.class).collect();
        let kept = selection.nms.keep_by_class(&bounds, &scores, &classes);
        kept.into_iter().map(|place| detections[place]).collect()
    }
}

impl RegionLoss {
    /// Both together.
    pub fn total(&self) -> Tensor<1> {
        self.classes.clone() + self.boxes.clone()
    }
}

impl Selection {
    /// Boxes of at least this probability, suppressed so. Torchvision's are 0.05, an IoU of 0.5, and 100 boxes.
    #[must_use]
    pub fn new(score_threshold: f64, nms: Nms) -> Self {
        Self { score_threshold, nms }
    }
}
