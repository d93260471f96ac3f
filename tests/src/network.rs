//! What every network that sorts images must pass.

use burn::module::{ModuleVisitor, Param};
use burn::tensor::{Device, Distribution, Gradients, Tensor};
use fireside_training::checkpoint::{self, Progress};
use fireside_training::history::History;
use fireside_vision::Classifier;
use fireside_vision::summary::summary;

use crate::parameters::{Counts, count};
use crate::suite::with_formula_weights;

/// Largest difference between a batch of many and batches of one, relative to the largest logit: rounding of
/// 32-bit floats over deep sums.
const ROUNDING: f64 = 1e-5;

/// What is expected of one network, on the device that its parameters are on.
#[derive(Debug)]
pub struct NetworkSuite<M> {
    /// The network, as its configuration builds it.
    pub model: M,
    /// The images that it is tried on, `[channels, height, width]`.
    pub image: [usize; 3],
    /// Number of output classes.
    pub num_classes: usize,
    /// Entries of its parameters and running statistics, counted by hand or published.
    pub counts: Counts,
    /// The logits that are trained: those of all heads.
    pub training: fn(&M, Tensor<4>) -> Vec<Tensor<2>>,
    /// Parameters that change nothing, such as a bias before batch normalisation.
    pub without_gradient: &'static [&'static str],
}

impl<M: Classifier> NetworkSuite<M> {
    /// Checks the counts, the layer table, the logits of a batch and of each image alone, that the network
    /// survives saving and loading, and that a gradient reaches every parameter.
    ///
    /// # Panics
    /// When an expectation is not met.
    pub fn check(self) {
        assert_eq!(count(&self.model), self.counts);
        self.check_table();
        self.check_logits();
        self.check_save_and_load();
        self.check_gradients();
    }

    fn device(&self) -> Device {
        self.model.devices().into_iter().next().expect("parameters on a device")
    }

    fn images(&self, batch: usize, device: &Device) -> Tensor<4> {
        let [channels, height, width] = self.image;
        Tensor::random([batch, channels, height, width], Distribution::Normal(0.0, 1.0), device)
    }

    fn check_table(&self) {
        let forward = |model: &M, images| (self.training)(model, images);
        let table = summary(&self.model, forward, self.image, &self.device());
        assert_eq!(table.num_parameters(), self.counts.parameters, "parameters of the table");
        assert_eq!(table.num_statistics(), self.counts.statistics, "statistics of the table");
        let mut named = table.rows.iter().filter(|row| row.num_parameters > 0);
        assert!(named.all(|row| !row.name.is_empty()), "a path for every layer with parameters");
    }

    fn check_logits(&self) {
        let images = self.images(3, &self.device());
        let logits = self.model.forward(images.clone());
        assert_eq!(logits.dims(), [3, self.num_classes], "shape of the logits");
        let together = entries(logits);
        assert!(together.iter().all(|logit| logit.is_finite()), "finite logits");
        let alone: Vec<f64> = (0..3)
            .flat_map(|index| {
                entries(self.model.forward(images.clone().slice_dim(0, index..index + 1)))
            })
            .collect();
        let largest = together.iter().fold(1.0_f64, |largest, logit| largest.max(logit.abs()));
        for (alone, together) in alone.iter().zip(&together) {
            let difference = (alone - together).abs();
            assert!(difference <= ROUNDING * largest, "alone {alone}, in a batch {together}");
        }
    }

    fn check_save_and_load(&self) {
        let images = self.images(2, &self.device());
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("model");
        let progress =
            Progress { model: "network".to_string(), completed: 1, history: History::default() };
        checkpoint::save(&path, &self.model, None, &progress).expect("saved");
        let other = with_formula_weights(self.model.clone());
        let (loaded, _) = checkpoint::load(&path, other, "network").expect("loaded");
        let logits = |model: &M| entries(model.forward(images.clone()));
        assert_eq!(logits(&loaded), logits(&self.model), "loaded equals saved");
    }

    fn check_gradients(self) {
        let images = self.images(3, &self.device());
        let model = self.model.train();
        let logits = (self.training)(&model, images);
        let losses = logits.into_iter().map(|logits| (logits - 1.0).square().mean());
        let loss = losses.reduce(|loss, other| loss + other).expect("a head");
        let mut gradients = Reached {
            gradients: loss.backward(),
            without_gradient: self.without_gradient,
            path: Vec::new(),
            entries: 0,
        };
        model.visit(&mut gradients);
        assert_eq!(gradients.entries, self.counts.parameters, "a gradient for every parameter");
    }
}

/// Counts the entries that a gradient reaches.
struct Reached {
    gradients: Gradients,
    without_gradient: &'static [&'static str],
    path: Vec<String>,
    entries: usize,
}

impl ModuleVisitor for Reached {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(gradient) = param.val().grad(&self.gradients) else {
            return;
        };
        self.entries += gradient.shape().num_elements();
        let size: f64 = gradient.abs().sum().into_scalar();
        let path = self.path.join(".");
        let is_none = self.without_gradient.contains(&path.as_str());
        assert!(size.is_finite() && (size > 0.0 || is_none), "gradient of {path}: {size}");
    }
}

fn entries(logits: Tensor<2>) -> Vec<f64> {
    logits.into_data().iter::<f64>().collect()
}
