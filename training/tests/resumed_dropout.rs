//! What dropout takes away depends on the seed and the epoch alone, so that a resumed training is an uninterrupted one.
//!
//! One test in a process of its own: the generators that dropout draws from belong to the device, which all share.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::ops::{ControlFlow, Range};

use burn::module::Module;
use burn::nn::{DropoutConfig, Linear, LinearConfig};
use burn::optim::{AdamConfig, SgdConfig};
use burn::tensor::{Device, Distribution, Int, Tensor};
use fireside_training::descent::Update;
use fireside_training::minibatch::{EpochSettings, epoch_of};
use fireside_training::schedule::Decay;
use fireside_training::supervised::{Moment, Score, Supervised, SupervisedConfig};

const COUNT: usize = 40;

type Set = (Tensor<2>, Tensor<1, Int>);

fn examples(device: &Device) -> Set {
    let x: Vec<f32> = (0..2 * COUNT).map(|k| (k * k % 17) as f32 / 17.0).collect();
    let labels: Vec<i32> = (0..COUNT as i32).map(|k| k % 2).collect();
    (
        Tensor::<1>::from_data(&x[..], device).reshape([COUNT, 2]),
        Tensor::from_data(&labels[..], device),
    )
}

fn answer(model: &Linear, (x, labels): Set) -> Score {
    Score::of_classes(DropoutConfig::new(0.5).init().forward(model.forward(x)), labels)
}

fn weights(model: &Linear) -> Vec<f32> {
    model.weight.val().into_data().iter().collect()
}

/// Draws some numbers, as anything else may between two trainings.
fn disturb(device: &Device) {
    Tensor::<1>::random([7], Distribution::Default, device).into_data();
}

#[test]
fn training_with_dropout_that_is_resumed_equals_an_unbroken_one() {
    let device = Device::default();
    let start = LinearConfig::new(2, 2).init(&device);
    let set = examples(&device);

    let folder = tempfile::tempdir().unwrap();
    let train = |epochs: usize, last: usize| {
        let config = SupervisedConfig::new(epochs).with_batch_size(8).with_seed(3);
        let training = Supervised::new(config, AdamConfig::new().init(), 0.1);
        let training = training.resuming(&folder.path().join(format!("{epochs}")), "Linear");
        let watch = move |moment| match moment {
            Moment::Epoch(point) if point.epoch == last => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        weights(&training.run(start.clone(), answer, &set, &set, watch).unwrap().model)
    };
    let whole = train(6, 6);
    fs::remove_dir_all(folder.path().join("6")).unwrap();
    disturb(&device);
    train(6, 2);
    disturb(&device);
    assert_eq!(train(6, 6), whole);

    let settings = EpochSettings { batch_size: 8, seed: 3, decay: Decay::Constant };
    let autodiff = examples(&device.clone().autodiff());
    let loss = |model: &Linear, batch: &[usize]| {
        let batch: Vec<i32> = batch.iter().map(|&place| place as i32).collect();
        let batch = Tensor::<1, Int>::from_data(&batch[..], &device.clone().autodiff());
        let (x, labels) = &autodiff;
        answer(model, (x.clone().select(0, batch.clone()), labels.clone().select(0, batch))).loss
    };
    let epochs = |mut model: Linear, epochs: Range<usize>| {
        let mut sgd = SgdConfig::new().init();
        let mut epoch = epoch_of(&settings, COUNT, &mut sgd, loss);
        for iteration in epochs {
            let update = Update { iteration, learning_rate: 0.1, cost_wanted: false };
            (model, _) = epoch(model, update);
        }
        drop(epoch);
        model
    };
    let whole = epochs(start.clone().train(), 0..4);
    let half = epochs(start.train(), 0..2);
    disturb(&device);
    assert_eq!(weights(&epochs(half, 2..4)), weights(&whole));
}
