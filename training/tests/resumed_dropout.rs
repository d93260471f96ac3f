//! What dropout takes away depends on the seed and the epoch alone, so that a resumed training is an uninterrupted one.
//!
//! One test in a process of its own: the generators that dropout draws from belong to the device, which all share.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::ops::{ControlFlow, Range};

use burn::module::Module;
use burn::nn::{DropoutConfig, Linear, LinearConfig};
use burn::optim::{AdamConfig, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Distribution, Int, Tensor};
use fireside_training::checkpoint::Identity;
use fireside_training::descent::{Descent, DescentConfig, Progress, Update};
use fireside_training::minibatch::{EpochSettings, epoch_of, epoch_with_optimizer};
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
    let train = |epochs: usize, last: (usize, usize)| {
        let config = SupervisedConfig::new(epochs).with_batch_size(8).with_seed(3);
        let training = Supervised::new(config, AdamConfig::new().init(), 0.1);
        let training =
            training.resuming(&folder.path().join(format!("{epochs}")), &Identity::default());
        let watch = move |moment| match moment {
            Moment::Epoch(point) if (point.epoch, 0) == last => ControlFlow::Break(()),
            Moment::Batch { epoch, examples } if (epoch, examples) == last => {
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        };
        weights(&training.run(start.clone(), answer, &set, &set, watch).unwrap().model)
    };
    let whole = train(6, (7, 0));
    // After an epoch, and within one.
    for place in [(2, 0), (3, 16)] {
        fs::remove_dir_all(folder.path().join("6")).unwrap();
        disturb(&device);
        train(6, place);
        disturb(&device);
        assert_eq!(train(6, (7, 0)), whole);
    }

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
            let update = Update::whole(iteration, 0.1, false);
            (model, _) = epoch(model, update);
        }
        drop(epoch);
        model
    };
    let whole = epochs(start.clone().train(), 0..4);
    let half = epochs(start.clone().train(), 0..2);
    disturb(&device);
    assert_eq!(weights(&epochs(half, 2..4)), weights(&whole));

    // Batch by batch, broken off after two of the five of the third epoch.
    let descend = |from: (Linear, ModuleOptimizer), progress: Progress, last: (usize, usize)| {
        let config = DescentConfig::new(4, 0.1).with_cost_interval(1);
        let descent = Descent::new(config).in_parts(settings.batches(COUNT)).resume(progress);
        let mut left = None;
        let run = descent.run(from, epoch_with_optimizer(&settings, COUNT, loss), |step| {
            if (step.completed, step.part) != last {
                return ControlFlow::Continue(());
            }
            left = Some(step.progress().unwrap());
            ControlFlow::Break(())
        });
        (run.unwrap(), left)
    };
    let begin = || (start.clone().train(), SgdConfig::new().init());
    let (unbroken, _) = descend(begin(), Progress::default(), (9, 9));
    assert_eq!(weights(&unbroken.model.0), weights(&whole));
    let (broken, left) = descend(begin(), Progress::default(), (2, 2));
    disturb(&device);
    let (resumed, _) = descend(broken.model, left.unwrap(), (9, 9));
    assert_eq!(weights(&resumed.model.0), weights(&whole));
    assert_eq!(resumed.history, unbroken.history);
}
