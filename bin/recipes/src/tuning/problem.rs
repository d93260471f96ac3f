//! What a network is to learn, and what it is scored on.

use burn::tensor::{Device, Tensor};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::planar::{PointSet, spirals};
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_datasets::source::Source;
use fireside_dense::deep_net::DeepNet;
use fireside_numpy_rng::NumpyRng;
use fireside_search::{Point, TrialError};
use fireside_training::metrics::{accuracy, binary_predictions, class_predictions};
use fireside_training::normalization::Standardizer;

use super::training::{cross_entropy, failed};
use crate::RecipeError;
use crate::trained::{Architecture, Card, Pictures, Reading, Task};

/// Examples on a device.
#[derive(Debug)]
pub(super) struct Examples {
    pub(super) x: Tensor<2>,
    /// `[count, 1]` of 0 and 1, or `[count, classes]` of one 1 each.
    pub(super) y: Tensor<2>,
    pub(super) labels: Vec<usize>,
}

impl Examples {
    fn of_points(points: PointSet, device: &Device) -> Self {
        Self { x: points.features(device), y: points.targets(device), labels: points.labels }
    }

    fn of_pictures(pictures: &LabelledImages, device: &Device) -> Self {
        let (x, y) = (pictures.features(device), pictures.one_hot(CLASSES.len(), device));
        Self { x, y, labels: pictures.labels().to_vec() }
    }
}

/// Data as they are before a network sees them, to look at.
#[derive(Debug)]
pub enum Data {
    /// The points to train on.
    Points(PointSet),
    /// The pictures to train on and those to score on.
    Pictures([LabelledImages; 2]),
}

/// What the network learns, and what it is scored on.
#[derive(Debug)]
pub struct Problem {
    pub(super) train: Examples,
    pub(super) dev: Examples,
    pub(super) seed: u32,
    description: String,
    data: Data,
    /// How pictures are prepared; none for points.
    pictures: Option<Pictures>,
}

impl Problem {
    /// 1000 points of two spirals to train on and 1000 others to score on. They wind so often that only a network that
    /// learns fast knows them after 30 epochs: the trials differ, and the good ones too. `seed` is of weights and
    /// mini-batches, the same in every trial.
    pub fn spirals(seed: u32, device: &Device) -> Self {
        let draw = |seed| spirals(1000, 2.5, 0.02, &mut NumpyRng::new(seed));
        let (train, dev) = (draw(3), draw(4));
        let (for_training, for_scoring) = (train.labels.len(), dev.labels.len());
        let description = format!(
            "two spirals, {for_training} points to train on and {for_scoring} to score on, generated"
        );
        let data = Data::Points(train.clone());
        let train = Examples::of_points(train, device);
        let dev = Examples::of_points(dev, device);
        Self { train, dev, seed, description, data, pictures: None }
    }

    /// The training pictures of SIGNS, a sixth of them to score on and the others to train on, each pixel
    /// brought to mean 0 and variance 1. The test pictures are not looked at: hyperparameters chosen by them would make
    /// them a dev set.
    ///
    /// # Errors
    /// When the pictures cannot be read, or there are fewer than two.
    pub fn signs(source: &Source, seed: u32, device: &Device) -> Result<Self, RecipeError> {
        let pictures = Signs::load(source, 1)?.train;
        let count = pictures.len();
        if count < 2 {
            return Err(RecipeError::Input(format!(
                "a search needs pictures to train on and others to score on, and {source} has {count}"
            )));
        }
        let order = NumpyRng::new(1).permutation(count);
        let (dev, train) = order.split_at(count.div_ceil(6));
        let description = format!(
            "{} pictures of hands to train on and {} to score on, {source}; the test pictures stay unseen",
            train.len(),
            dev.len()
        );
        let parts = [train, dev].map(|indices| pictures.subset(indices));
        let [mut train, mut dev] = parts.each_ref().map(|part| Examples::of_pictures(part, device));
        // With all inputs above 0, half of the space ends with every ReLU off and a single class.
        let standardizer = Standardizer::fit(&train.x);
        let standardizer = standardizer.map_err(|error| RecipeError::Run(error.to_string()))?;
        train.x = standardizer.apply(&train.x);
        dev.x = standardizer.apply(&dev.x);
        let gives = Reading::one_of(&CLASSES);
        let prepared = Pictures::new(pictures.side(), gives).standardized(&standardizer)?;
        let data = Data::Pictures(parts);
        Ok(Self { train, dev, seed, description, data, pictures: Some(prepared) })
    }

    /// Returns what the data is, in a phrase.
    pub fn describe(&self) -> &str {
        &self.description
    }

    /// The data, to look at.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// What describes a network that was trained with this point.
    ///
    /// # Errors
    /// When the point is of another space, or the device fails.
    pub fn card(&self, point: &Point) -> Result<Card, TrialError> {
        let architecture = Architecture::deep_net(&self.layer_sizes(point)?);
        Ok(match &self.pictures {
            Some(pictures) => Card::new(architecture, Task::Pictures(pictures.clone())),
            None => Card::of_points(architecture),
        })
    }

    /// Units of each layer of a network with this point, the input first.
    pub(super) fn layer_sizes(&self, point: &Point) -> Result<Vec<usize>, TrialError> {
        let ([_, features], [_, outputs]) = (self.train.x.dims(), self.train.y.dims());
        let hidden = vec![point.count("hidden")?; point.count("layers")?];
        Ok([&[features], &hidden[..], &[outputs]].concat())
    }

    /// The cost on the dev set, and the share of it that is right.
    pub(super) fn judge(&self, net: &DeepNet) -> Result<(f64, f64), TrialError> {
        let Examples { x, y, labels } = &self.dev;
        let logits = net.forward(x.clone());
        let cost = cross_entropy(logits.clone(), y.clone());
        let cost = cost.try_into_scalar().map_err(failed)?;
        let predictions = match y.dims() {
            [_, 1] => binary_predictions(logits),
            _ => class_predictions(logits),
        };
        let predictions = predictions.map_err(failed)?;
        Ok((cost, accuracy(&predictions, labels)))
    }
}
