//! The region proposal network (Ren et al., 2015, section 3): at every place of the features, whether one of some
//! anchors holds something, and how the box differs from the anchor.
//!
//! Deviations, as in torchvision: anchors that reach over the edge take part in training, and the loss of the boxes is
//! divided by the number of sampled anchors.

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Initializer, PaddingConfig2d};
use burn::tensor::{Device, Tensor};
use fireside_layers::config::{check_not_zero, check_positive};
use fireside_layers::{Layer as _, zero_bias};
use fireside_numpy_rng::NumpyRng;

use super::box_coder::BoxCoder;
use super::clipped;
use super::loss::{Targets, losses};
use super::sampling::Rule;
use crate::ConfigError;
use crate::blocks::{he_conv, relu};
use crate::detection::Bounds;
use crate::detection::nms::Nms;

/// Configuration of [`Rpn`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct RpnConfig {
    /// Channels of the features, and of the layer over them.
    pub channels: usize,
    /// Pixels of the picture, down and across, for one of the features.
    pub stride: usize,
    /// The sides of square anchors, in pixels of the picture.
    #[config(default = "vec![8.0, 16.0, 32.0]")]
    pub scales: Vec<f64>,
    /// Heights over widths of the anchors, each of the same area.
    #[config(default = "vec![0.5, 1.0, 2.0]")]
    pub ratios: Vec<f64>,
    /// From this IoU with a truth on an anchor is to find it; the best anchor of each truth is in any case.
    #[config(default = 0.7)]
    pub positive_iou: f64,
    /// Below this IoU with every truth an anchor holds nothing; between the two it takes no part.
    #[config(default = 0.3)]
    pub negative_iou: f64,
    /// Anchors of a picture that a training step looks at, up to half of them positive.
    #[config(default = 256)]
    pub samples: usize,
    /// How many of the surest boxes go on to suppression.
    #[config(default = 2000)]
    pub candidates: usize,
    /// A box that overlaps a surer one by more is suppressed.
    #[config(default = 0.7)]
    pub nms_iou: f64,
    /// How many boxes are proposed at most.
    #[config(default = 300)]
    pub proposals: usize,
}

/// The region proposal network.
#[derive(Module, Debug)]
pub struct Rpn {
    conv: Conv2d,
    objectness: Conv2d,
    deltas: Conv2d,
    #[module(skip)]
    settings: RpnConfig,
    #[module(skip)]
    nms: Nms,
}

/// What the network says at every place.
#[derive(Debug, Clone)]
pub struct RpnOutput {
    /// `[places and anchors of all pictures, 2]`, logits: nothing first, something second. The order is picture, row,
    /// column, anchor.
    pub objectness: Tensor<2>,
    /// `[places and anchors of all pictures, 4]`, the differences from the anchors.
    pub deltas: Tensor<2>,
    /// Pictures.
    pub batch: usize,
    /// Rows and columns of the features.
    pub size: [usize; 2],
}

/// What training is to lower.
#[derive(Debug, Clone)]
pub struct RpnLoss {
    /// Of the decision between something and nothing, `[1]`.
    pub objectness: Tensor<1>,
    /// Of the boxes, `[1]`.
    pub boxes: Tensor<1>,
}

/// A box that may hold something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proposal {
    /// How likely that is, in 0..=1.
    pub score: f64,
    /// Where it is, within the picture.
    pub bounds: Bounds,
}

impl RpnConfig {
    /// Builds the network: weights of He's normal distribution, those of the outputs small, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, a scale or a ratio is not above 0, or a threshold is not in 0..=1.
    pub fn init(&self, device: &Device) -> Result<Rpn, ConfigError> {
        check_not_zero([
            ("channels", self.channels),
            ("stride", self.stride),
            ("scales", self.scales.len()),
            ("ratios", self.ratios.len()),
            ("samples", self.samples),
        ])?;
        for (name, sides) in [("scales", &self.scales), ("ratios", &self.ratios)] {
            sides.iter().try_for_each(|side| check_positive(name, *side))?;
        }
        if !(0.0 <= self.negative_iou
            && self.negative_iou <= self.positive_iou
            && self.positive_iou <= 1.0)
        {
            return Err(ConfigError::Setting {
                name: "negative_iou and positive_iou",
                expected: "two numbers from 0 to 1, the second not below the first,".to_string(),
                found: format!("{} and {}", self.negative_iou, self.positive_iou),
            });
        }
        let conv = Conv2dConfig::new([self.channels; 2], [3, 3])
            .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1));
        let output = |outputs: usize| {
            let small = Initializer::Normal { mean: 0.0, std: 0.01 };
            let conv = Conv2dConfig::new([self.channels, outputs], [1, 1]).with_initializer(small);
            let mut conv = conv.init(device);
            conv.bias = Some(zero_bias(outputs, device));
            conv
        };
        let anchors = self.scales.len() * self.ratios.len();
        Ok(Rpn {
            conv: he_conv(conv, device),
            objectness: output(2 * anchors),
            deltas: output(4 * anchors),
            settings: self.clone(),
            nms: Nms::new(self.nms_iou)?.with_max_boxes(self.proposals),
        })
    }

    /// The anchors of features of so many rows and columns, around the middle of the pixels that each place stands for:
    /// row, column, ratio, scale. They may reach beyond the picture.
    #[must_use]
    pub fn anchors(&self, [rows, columns]: [usize; 2]) -> Vec<Bounds> {
        let sizes = self.ratios.iter().flat_map(|ratio| {
            let root = ratio.sqrt();
            self.scales.iter().map(move |scale| [scale / root / 2.0, scale * root / 2.0])
        });
        let sizes: Vec<[f64; 2]> = sizes.collect();
        let middle = |place: usize| (place as f64 + 0.5) * self.stride as f64;
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        let anchors = places.flat_map(|(row, column)| {
            let (x, y) = (middle(column), middle(row));
            sizes.iter().map(move |[w, h]| [x - w, y - h, x + w, y + h])
        });
        anchors.collect()
    }
}

impl Rpn {
    /// Looks at the features.
    ///
    /// # Shapes
    /// - `features`: `[batch, channels, rows, columns]`
    pub fn forward(&self, features: Tensor<4>) -> RpnOutput {
        let [batch, _, rows, columns] = features.dims();
        let x = relu(self.conv.apply(features));
        let by_anchor = |x: Tensor<4>, each: usize| {
            let anchors = x.dims()[1] / each;
            let x = x.reshape([batch, anchors, each, rows, columns]).permute([0, 3, 4, 1, 2]);
            x.reshape([batch * rows * columns * anchors, each])
        };
        RpnOutput {
            objectness: by_anchor(self.objectness.apply(x.clone()), 2),
            deltas: by_anchor(self.deltas.apply(x), 4),
            batch,
            size: [rows, columns],
        }
    }

    /// The surest boxes of each picture of `image` rows and columns, within it, after suppression.
    #[must_use]
    pub fn proposals(&self, output: &RpnOutput, image: [usize; 2]) -> Vec<Vec<Proposal>> {
        let anchors = self.settings.anchors(output.size);
        let numbers = |tensor: &Tensor<2>| tensor.clone().into_data().iter::<f64>().collect();
        let objectness: Vec<f64> = numbers(&output.objectness);
        let deltas: Vec<f64> = numbers(&output.deltas);
        let each = anchors.len();
        let pictures = (0..output.batch).map(|picture| {
            let margin = |place: usize| objectness[2 * place + 1] - objectness[2 * place];
            let mut places: Vec<usize> = (picture * each..(picture + 1) * each)
                .filter(|&place| !margin(place).is_nan())
                .collect();
            places.sort_by(|&one, &other| margin(other).total_cmp(&margin(one)));
            places.truncate(self.settings.candidates);
            let found = places.into_iter().filter_map(|place| {
                let deltas = std::array::from_fn(|part| deltas[4 * place + part]);
                let bounds = BoxCoder::PLAIN.decode(deltas, anchors[place - picture * each]);
                let score = 1.0 / (1.0 + (-margin(place)).exp());
                Some(Proposal { score, bounds: clipped(bounds, image)? })
            });
            self.suppressed(found.collect())
        });
        pictures.collect()
    }

    fn suppressed(&self, found: Vec<Proposal>) -> Vec<Proposal> {
        let bounds: Vec<Bounds> = found.iter().map(|proposal| proposal.bounds).collect();
        let scores: Vec<f64> = found.iter().map(|proposal| proposal.score).collect();
        self.nms.keep(&bounds, &scores).into_iter().map(|place| found[place]).collect()
    }

    /// The loss on a sample of the anchors, which `rng` draws. `truths` are the boxes of each picture, with an area.
    ///
    /// # Panics
    /// When there is not one list of boxes for each picture.
    pub fn loss(&self, output: &RpnOutput, truths: &[Vec<Bounds>], rng: &mut NumpyRng) -> RpnLoss {
        assert_eq!(truths.len(), output.batch, "one list of boxes for each picture");
        let anchors = self.settings.anchors(output.size);
        let rule = Rule {
            positive_iou: self.settings.positive_iou,
            negative_iou: self.settings.negative_iou,
            best_of_each: true,
            count: self.settings.samples,
            positive_share: 0.5,
        };
        let mut targets = Targets::default();
        for (picture, truths) in truths.iter().enumerate() {
            let first = picture * anchors.len();
            let sample = rule.draw(&anchors, truths, rng);
            for (place, truth) in sample.positives {
                targets.classes.push((first + place, 1));
                let deltas = BoxCoder::PLAIN.encode(truths[truth], anchors[place]);
                targets.deltas.push((first + place, deltas));
            }
            targets.classes.extend(sample.negatives.into_iter().map(|place| (first + place, 0)));
        }
        let [objectness, boxes] =
            losses(output.objectness.clone(), output.deltas.clone(), &targets);
        RpnLoss { objectness, boxes }
    }
}

impl RpnLoss {
    /// Both together.
    pub fn total(&self) -> Tensor<1> {
        self.objectness.clone() + self.boxes.clone()
    }
}
