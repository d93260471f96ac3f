//! The networks of the course by name: what they cost, counted and timed, and their training.

use std::path::Path;

use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor};
use fireside_training::loss::softmax_cross_entropy;
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::Classifier;
use fireside_vision::summary::{Summary, summary, thousands};
use fireside_vision::zoo::{self, Entry, Network};
use serde::Serialize;

use crate::Failure;
use crate::interrupt;
use crate::plot::{self, Series, Titles};
use crate::recipes::classify::{self, Pictures};
use crate::run::Run;
use fireside_recipes::timing::median_seconds;

/// Images of a training step that is timed.
const BATCH: usize = 2;
/// Bytes of a number.
const NUMBER: u64 = 4;
/// Channels of a picture in colour.
const CHANNELS: usize = 3;
const MEBIBYTE: f64 = (1 << 20) as f64;

/// Checks that there is a network of that name, for a flag that asks for one.
///
/// # Errors
/// A sentence with those there are.
pub fn name_of_network(name: &str) -> Result<String, String> {
    match zoo::find(name) {
        Some(_) => Ok(name.to_string()),
        None => {
            let names: Vec<_> = zoo::ENTRIES.iter().map(|entry| entry.name).collect();
            Err(format!("the networks are {}", names.join(", ")))
        }
    }
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

/// Measures networks of 1000 classes one after the other, on images of `side` or of the paper's size, prints their
/// table, with `layers` those of their layers too, and draws what an image costs.
///
/// # Errors
/// When the images are too small for a network, the device fails, or the user stops it.
pub fn compare(
    run: &mut Run,
    entries: &[&'static Entry],
    side: Option<usize>,
    layers: bool,
    device: &Device,
) -> Result<(), Failure> {
    let (mut costs, mut points) = (Vec::new(), Vec::new());
    run.say(&Cost::titles());
    for entry in entries {
        if interrupt::requested() {
            return Err(Failure::Run(format!("stopped before {}", entry.name)));
        }
        let (cost, table) = measure(entry, side.unwrap_or(entry.side), BATCH, device)?;
        run.say(&cost.row());
        if layers {
            run.say(&table.to_string());
        }
        let point = (cost.multiply_adds as f64 / 1e9, cost.forward_ms);
        points.push(Series { name: cost.name.clone(), points: vec![point] });
        costs.push(cost);
    }
    run.result("networks", serde_json::to_value(&costs).map_err(|e| Failure::Run(e.to_string()))?);
    let titles = Titles {
        title: "What an image costs",
        x: "multiply-adds in thousand millions",
        y: "milliseconds forward",
    };
    run.picture("costs.png", &plot::points(titles, &points)?)
}

/// The training of one network.
#[derive(Debug)]
pub struct Training {
    /// The network.
    pub entry: &'static Entry,
    /// Epochs, batches and seed.
    pub config: SupervisedConfig,
    /// Learning rate at the start.
    pub learning_rate: f64,
    /// Whether to show it live.
    pub dashboard: bool,
}

impl Training {
    /// Trains the network on hands or whatever the pictures show, changed anew in every epoch, keeps the names of
    /// the classes with it, and says what it sees in the picture at `predict`.
    ///
    /// # Errors
    /// When the network is not for such pictures, the training cannot work or the device fails.
    pub fn run(
        self,
        run: &mut Run,
        pictures: Pictures,
        predict: Option<&Path>,
        device: &Device,
    ) -> Result<(), Failure> {
        let Pictures { classes, sets: [train, test], .. } = pictures;
        let name = self.entry.name;
        let [height, width, channels] = train.pictures(&[0])?.image_shape();
        let image = [channels, height, width];
        let net = self.entry.build(classes.len(), image, device)?;
        run.say(&summary(&net, Network::forward, image, device).to_string());
        let net = classify::draw_weights(net, self.config.seed, device);
        let learnt = classify::augmented(&train, &classify::CHANGES_OF_HANDS, self.config.seed)?;
        let training = classify::training(
            self.config,
            train.source().labels().len(),
            self.learning_rate,
            5e-3,
        )?;
        let stage = run.epoch_stage(name, &format!("{name} of {} classes", classes.len()));
        let stage = stage.with_dashboard(self.dashboard);
        let (net, curve) = stage.train(
            training,
            net,
            classify::answer,
            &classify::batches(&learnt),
            &classify::batches(&test),
        )?;
        classify::keep_classes(run, name, &classes)?;
        classify::judge(run, &net, "train", &train)?;
        classify::judge(run, &net, "test", &test)?;
        if let Some(path) = predict {
            classify::report_answer(run, &net, path, &test, device, &classes)?;
        }
        classify::draw_curves(run, &curve)
    }
}
