//! The networks of the course by name: what they cost, counted and timed, and their training.

use std::str::FromStr;

use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor};
use fireside_training::loss::softmax_cross_entropy;
use fireside_vision::Classifier;
use fireside_vision::summary::{Summary, summary};
use fireside_vision::zoo::{self, Entry, Network};
use serde::{Deserialize, Serialize};

use crate::RecipeError;
use crate::lesson::{Lesson, Pace};
use crate::picture_set::ImageBatch;
use crate::timing::{CALLS, median_seconds};
use crate::trained::{Architecture, Card};

/// One network of each architecture.
const ONE_OF_EACH: [&str; 11] = [
    "lenet5",
    "alexnet",
    "network-in-network",
    "vgg16",
    "googlenet",
    "inception-v3",
    "resnet50",
    "inception-resnet-v2",
    "mobilenet-v1",
    "mobilenet-v2",
    "efficientnet-b0",
];

/// Images of a training step that is timed.
const BATCH: usize = 2;
/// Bytes of a number.
const NUMBER: u64 = 4;
const MEBIBYTE: f64 = (1 << 20) as f64;

/// A network of the [`zoo`], chosen by its name.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct NetworkName(&'static Entry);

/// There is no network of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the networks are {0}")]
pub struct UnknownNetwork(String);

impl NetworkName {
    /// The network.
    pub fn entry(self) -> &'static Entry {
        self.0
    }
}

impl FromStr for NetworkName {
    type Err = UnknownNetwork;

    fn from_str(name: &str) -> Result<Self, UnknownNetwork> {
        zoo::find(name).map(Self).ok_or_else(|| {
            let known: Vec<_> = zoo::ENTRIES.iter().map(|entry| entry.name).collect();
            UnknownNetwork(known.join(", "))
        })
    }
}

impl TryFrom<String> for NetworkName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse().map_err(|unknown| format!("{name} is given: {unknown}"))
    }
}

impl From<NetworkName> for &'static str {
    fn from(name: NetworkName) -> Self {
        name.0.name
    }
}

/// Those of the networks that are asked for, or one of each architecture: the oldest first.
pub fn chosen(asked: &[NetworkName]) -> Vec<&'static Entry> {
    let is_chosen = |entry: &&Entry| match asked.is_empty() {
        true => ONE_OF_EACH.contains(&entry.name),
        false => asked.iter().any(|name| name.0.name == entry.name),
    };
    zoo::ENTRIES.iter().filter(is_chosen).collect()
}

/// A network learns to tell classes apart, from so many pictures of `side` by `side` pixels in colour.
///
/// # Errors
/// When it takes no pictures of this size, or the learning rate is not in 0..=1.
pub fn lesson(
    entry: &Entry,
    classes: &[String],
    side: usize,
    pace: Pace,
    pictures: usize,
    device: &Device,
) -> Result<Lesson<Network, ImageBatch>, RecipeError> {
    let image = [3, side, side];
    let net = entry.build(classes.len(), image, device)?;
    let architecture = Architecture::named(entry.name, classes.len(), image);
    let card = Card::of_pictures(architecture, [side; 2], classes);
    Ok(Lesson::of_pictures(entry.name, card, net, pace, pictures)?.from_scratch(device))
}

/// What a network costs.
#[derive(Debug, Clone, Serialize)]
pub struct Cost {
    /// What it is called.
    pub name: String,
    /// When it was published.
    pub year: u16,
    /// Rows of the images, and columns.
    pub side: usize,
    /// Entries of its parameters.
    pub parameters: usize,
    /// Multiplications for one image, each with its addition.
    pub multiply_adds: u64,
    /// Milliseconds from an image to its logits.
    pub forward_ms: f64,
    /// Milliseconds of a training step for each image of the batch.
    pub step_ms: f64,
    /// MiB that a training step holds on to for parameters, gradients, the averages of Adam, and the outputs of
    /// all layers for the batch, counted from the layer table.
    pub memory_mib: f64,
}

/// Counts and times a network of as many classes as it was published for, on blank images of `side` by `side` pixels.
/// `done` is told on the way which share of the calls to time is over.
///
/// # Errors
/// When the images are too small for the network, or the device fails.
pub fn measure(
    entry: &Entry,
    side: usize,
    device: &Device,
    done: impl Fn(f64),
) -> Result<(Cost, Summary), RecipeError> {
    let image = [entry.channels, side, side];
    let net = entry.build(entry.classes, image, device)?;
    let table = summary(&net, Network::forward, image, device);
    let one = Tensor::<4>::zeros([1, entry.channels, side, side], device);
    let mut calls = 0..2 * CALLS;
    let mut next = || calls.next().map_or((), |call| done(call as f64 / (2 * CALLS) as f64));
    let forward = median_seconds(|| {
        next();
        read(net.forward(one.clone()).sum())
    })?;

    let images = Tensor::<4>::zeros([BATCH, entry.channels, side, side], device);
    let labels = Tensor::<1, Int>::zeros([BATCH], device);
    let mut optimizer = AdamConfig::new().init();
    let mut training = Some(net.train());
    let step = median_seconds(|| {
        next();
        let Some(net) = training.take() else { return Ok(()) };
        let loss = softmax_cross_entropy(net.forward(images.clone()), labels.clone());
        let gradients = GradientsParams::from_grads(loss.backward(), &net);
        training = Some(optimizer.step(1e-6, net, gradients));
        read(loss)
    })?;
    let outputs: usize = table.rows.iter().map(|row| row.output.iter().product::<usize>()).sum();
    let numbers = 4 * table.num_parameters() + BATCH * outputs;
    let cost = Cost {
        name: entry.name.to_string(),
        year: entry.year,
        side,
        parameters: table.num_parameters(),
        multiply_adds: table.multiply_adds(),
        forward_ms: 1e3 * forward,
        step_ms: 1e3 * step / BATCH as f64,
        memory_mib: (NUMBER * numbers as u64) as f64 / MEBIBYTE,
    };
    Ok((cost, table))
}

/// Waits for the device.
fn read(value: Tensor<1>) -> Result<(), RecipeError> {
    value.try_into_scalar::<f64>().map(drop).map_err(|error| RecipeError::Run(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_found_by_name_alike_in_flags_and_in_files() {
        let name = "resnet50".parse::<NetworkName>().unwrap();
        let written = serde_json::to_value(name).unwrap();
        assert_eq!(written, "resnet50");
        let read: NetworkName = serde_json::from_value(written).unwrap();
        assert_eq!(read.entry().name, "resnet50");
        let wrong = serde_json::from_value::<NetworkName>("resnet51".into()).unwrap_err();
        assert!(wrong.to_string().starts_with("resnet51 is given: the networks are lenet5, "));
    }

    /// The lecture's "60 thousand": ten digits of 32x32 in gray.
    #[cfg(feature = "flex")]
    #[test]
    fn lenet_costs_what_it_was_published_for() {
        let entry = zoo::find("lenet5").unwrap();
        let (cost, table) = measure(entry, entry.side, &Device::flex(), |_| ()).unwrap();
        assert_eq!((cost.year, cost.parameters), (1998, 61_706));
        assert_eq!(table.input, [1, 32, 32]);
    }

    #[test]
    fn networks_asked_for_stand_in_the_order_of_their_years() {
        let names = ["resnet18", "lenet5"].map(|name| name.parse().unwrap());
        let names_of = |asked: &[NetworkName]| -> Vec<&str> {
            chosen(asked).iter().map(|entry| entry.name).collect()
        };
        assert_eq!(names_of(&names), ["lenet5", "resnet18"]);
        assert_eq!(names_of(&[]), ONE_OF_EACH);
    }
}
