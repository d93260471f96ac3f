//! What every network that sorts images must pass.

#![allow(clippy::expect_used, reason = "what fails here fails the test")]

use burn::tensor::{Distribution, Tensor};
use fireside_suite::with_formula_weights;
use fireside_training::checkpoint::{Identity, Place, Shelf, model_bytes};
use fireside_training::descent::Progress;
use fireside_training::gradients::named_gradients;
use fireside_vision::Classifier;
use fireside_vision::summary::{Summary, summary};

/// Largest difference between a batch of many and batches of one, relative to the largest logit: rounding of
/// 32-bit floats over the layers of a deep network.
const ROUNDING: f64 = 1e-5;

/// Checks the output's shape and that it is finite, that an image's logits do not depend on its neighbours, that a
/// gradient reaches every parameter, and that the network survives saving and loading.
///
/// `images` are at least two, on the network's device. `without_gradient` are parameters that change nothing, such
/// as a bias before batch normalisation.
///
/// # Panics
/// When an expectation is not met.
pub fn check<M: Classifier>(
    network: &M,
    images: &Tensor<4>,
    num_classes: usize,
    without_gradient: &[&str],
) {
    check_heads(network, images, num_classes, without_gradient, |network, images| {
        vec![network.forward(images)]
    });
}

/// As [`check`], of a network with auxiliary heads: `heads` returns the logits of all heads, which are trained
/// together.
///
/// # Panics
/// When an expectation is not met.
pub fn check_heads<M: Classifier>(
    network: &M,
    images: &Tensor<4>,
    num_classes: usize,
    without_gradient: &[&str],
    heads: fn(&M, Tensor<4>) -> Vec<Tensor<2>>,
) {
    let logits = network.forward(images.clone());
    assert_eq!(logits.dims(), [images.dims()[0], num_classes], "output shape");
    let logits = entries(logits);
    assert!(logits.iter().all(|logit| logit.is_finite()), "finite output");
    check_batches(network, images, &logits);
    check_gradients(network, images, without_gradient, heads);
    check_save_and_load(network, images, &logits);
}

fn check_batches<M: Classifier>(network: &M, images: &Tensor<4>, together: &[f64]) {
    let alone: Vec<f64> = (0..images.dims()[0])
        .flat_map(|index| entries(network.forward(images.clone().slice_dim(0, index..index + 1))))
        .collect();
    let largest = together.iter().fold(0.0, |largest: f64, logit| largest.max(logit.abs()));
    for (alone, together) in alone.iter().zip(together) {
        let difference = (alone - together).abs();
        assert!(difference <= ROUNDING * largest, "alone {alone}, in a batch {together}");
    }
}

fn check_gradients<M: Classifier>(
    network: &M,
    images: &Tensor<4>,
    without_gradient: &[&str],
    heads: fn(&M, Tensor<4>) -> Vec<Tensor<2>>,
) {
    let [_, channels, height, width] = images.dims();
    let table = summary(network, heads, [channels, height, width], &images.device());
    check_text_adds_up(&table);
    let network = network.clone().train();
    let logits = Tensor::cat(heads(&network, images.clone()), 1);
    let target = logits.random_like(Distribution::Default);
    let gradients = (logits - target).square().mean().backward();
    let gradients = named_gradients(&network, &gradients).expect("a working device");
    let reached: usize = gradients.iter().map(|(_, values)| values.len()).sum();
    assert_eq!(reached, table.num_parameters(), "a gradient for every parameter");
    for (name, values) in gradients {
        assert!(values.iter().all(|value| value.is_finite()), "finite gradient of {name}");
        let has_some = values.iter().any(|value| *value != 0.0);
        assert!(has_some || without_gradient.contains(&name.as_str()), "some gradient of {name}");
    }
}

/// The numbers of each column, as they are printed, come to the total that is printed below.
fn check_text_adds_up(table: &Summary) {
    let text = table.to_string();
    let number = |word: &str| word.replace(',', "").parse::<u64>().expect("a number");
    let (totals, rows): (Vec<&str>, Vec<&str>) = text
        .lines()
        .skip(1) // the titles
        .partition(|line| line.contains(": "));
    assert_eq!(rows.len(), table.rows.len() + 1, "a row for the image and for each layer");
    let totals: Vec<u64> =
        totals.iter().filter_map(|line| line.rsplit(' ').next()).map(number).collect();
    let mut sums = [0; 3];
    for row in rows {
        for (sum, word) in sums.iter_mut().rev().zip(row.split_whitespace().rev()) {
            *sum += number(word);
        }
    }
    assert_eq!(totals, sums, "{text}");
}

fn check_save_and_load<M: Classifier>(network: &M, images: &Tensor<4>, expected: &[f64]) {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("model");
    let mut shelf = Shelf::new(&path, "epochs", Identity::default());
    let bytes = model_bytes(network).expect("a working device");
    shelf.finish(Place::default(), &Progress::default(), &bytes, false).expect("saved");
    let other = with_formula_weights(network.clone());
    let found = shelf.find::<Progress>().expect("readable").checkpoint;
    let loaded = found.expect("saved").load_model(other).expect("loaded");
    assert_eq!(entries(loaded.forward(images.clone())), expected, "loaded equals saved");
}

fn entries<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}
