//! What a network costs, counted and timed.

use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor};
use fireside_training::loss::softmax_cross_entropy;
use fireside_vision::Classifier;
use fireside_vision::summary::{Summary, summary, thousands};
use fireside_vision::zoo::{Entry, Network};
use serde::Serialize;

use crate::Failure;
use crate::timing::median_seconds;

/// Bytes of a number.
const NUMBER: u64 = 4;
/// Channels of a picture in colour.
const CHANNELS: usize = 3;
const MEBIBYTE: f64 = (1 << 20) as f64;

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

/// Counts and times a network of 1000 classes on blank images of `side` by `side` pixels.
///
/// # Errors
/// When the images are too small for the network, or the device fails.
pub fn measure(
    entry: &Entry,
    side: usize,
    batch: usize,
    device: &Device,
) -> Result<(Cost, Summary), Failure> {
    let image = [CHANNELS, side, side];
    let net = entry.build(1000, image, device)?;
    let table = summary(&net, Network::forward, image, device);
    let one = Tensor::<4>::zeros([1, CHANNELS, side, side], device);
    let forward = median_seconds(|| read(net.forward(one.clone()).sum()))?;

    let images = Tensor::<4>::zeros([batch, CHANNELS, side, side], device);
    let labels = Tensor::<1, Int>::zeros([batch], device);
    let mut optimizer = AdamConfig::new().init();
    let mut training = Some(net.train());
    let step = median_seconds(|| {
        let Some(net) = training.take() else { return Ok(()) };
        let loss = softmax_cross_entropy(net.forward(images.clone()), labels.clone());
        let gradients = GradientsParams::from_grads(loss.backward(), &net);
        training = Some(optimizer.step(1e-6, net, gradients));
        read(loss)
    })?;
    let outputs: usize = table.rows.iter().map(|row| row.output.iter().product::<usize>()).sum();
    let numbers = 4 * table.num_parameters() + batch * outputs;
    let cost = Cost {
        name: entry.name.to_string(),
        year: entry.year,
        side,
        parameters: table.num_parameters(),
        multiply_adds: table.multiply_adds(),
        forward_ms: 1e3 * forward,
        step_ms: 1e3 * step / batch as f64,
        memory_mib: (NUMBER * numbers as u64) as f64 / MEBIBYTE,
    };
    Ok((cost, table))
}

/// Waits for the device.
fn read(value: Tensor<1>) -> Result<(), Failure> {
    value.try_into_scalar::<f64>().map(drop).map_err(|error| Failure::Run(error.to_string()))
}

impl Cost {
    /// The titles of the table.
    pub fn titles() -> String {
        format!(
            "{:>20} {:>5} {:>6} {:>12} {:>15} {:>11} {:>13} {:>11}",
            "network",
            "year",
            "side",
            "parameters",
            "multiply-adds",
            "forward ms",
            "step ms/image",
            "memory MiB"
        )
    }

    /// Its row in the table.
    pub fn row(&self) -> String {
        format!(
            "{:>20} {:>5} {:>6} {:>12} {:>15} {:>11.1} {:>13.1} {:>11.0}",
            self.name,
            self.year,
            self.side,
            thousands(self.parameters as u64),
            thousands(self.multiply_adds),
            self.forward_ms,
            self.step_ms,
            self.memory_mib
        )
    }
}
