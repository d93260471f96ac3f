//! Pictures in folders as a training sees them: batches, augmented, made while the model learns.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use burn::nn::{Initializer, Linear, LinearConfig};
use burn::optim::SgdConfig;
use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::augmentation::Augmentation;
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::image_folder::{ImageFolder, ImageSettings, ImageSource};
use fireside_datasets::transform::Border;
use fireside_training::checkpoint::Identity;
use fireside_training::supervised::{
    BatchMaker, Moment, Score, Supervised, SupervisedConfig, SupervisedError, Task,
};
use image::{Rgb, RgbImage};

const AUGMENTATION: Augmentation = Augmentation {
    flip: 0.5,
    max_rotation: 20.0,
    max_shear: 5.0,
    max_shift: 0.2,
    max_crop: 0.2,
    border: Border::Nearest,
    color_shift: 0.1,
    pca_color: 0.1,
    cutout: 0.2,
};

/// 12 dark pictures and 12 bright ones, each with a gradient.
fn folder() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (class, base) in [("dark", 20), ("light", 150)] {
        fs::create_dir(root.path().join(class)).unwrap();
        for index in 0..12_u8 {
            let color =
                |x: u32, y: u32| Rgb([base + 5 * x as u8, base + 4 * y as u8, base + index]);
            let picture = RgbImage::from_fn(12, 10, color);
            picture.save(root.path().join(format!("{class}/{index:02}.png"))).unwrap();
        }
    }
    root
}

fn source(root: &Path, memory: usize) -> ImageSource {
    let settings = ImageSettings { memory, ..ImageSettings::new([6, 8]) };
    ImageFolder::open(root).unwrap().train.load(&settings).unwrap().source
}

fn examples(root: &Path, memory: usize) -> ImageExamples {
    ImageExamples::new(source(root, memory), &Device::flex()).unwrap()
}

fn augmented(root: &Path) -> ImageExamples {
    let examples = examples(root, 0);
    let augmenter = AUGMENTATION.fit(&examples.source().sample(100, 1).unwrap()).unwrap();
    examples.augmented(augmenter, 3)
}

fn entries<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

#[test]
fn batches_hold_the_pictures_asked_for_channels_first() {
    let root = folder();
    let examples = examples(root.path(), usize::MAX);
    assert_eq!(examples.len(), 24);
    let (images, labels) = examples.batch(&[13, 2, 13]).unwrap();
    assert_eq!(images.dims(), [3, 3, 6, 8]);
    assert_eq!(labels.into_data().iter::<i64>().collect::<Vec<_>>(), [1, 0, 1]);
    let pictures = examples.pictures(&[2]).unwrap();
    let found = entries(images.slice([1..2, 1..2, 4..5, 5..6]));
    let expected = f64::from(pictures.image(0)[(4 * 8 + 5) * 3 + 1]) / 255.0;
    assert!((found[0] - expected).abs() < 1e-7, "{found:?}, not {expected}");
}

#[test]
fn pictures_in_files_and_in_memory_make_the_same_batches() {
    let root = folder();
    let [memory, files] = [usize::MAX, 0].map(|memory| examples(root.path(), memory));
    assert!(matches!(memory.source(), ImageSource::Memory(_)));
    assert!(matches!(files.source(), ImageSource::Files(..)));
    let order = [5, 23, 0, 11, 12];
    assert_eq!(memory.pictures(&order).unwrap(), files.pictures(&order).unwrap());
}

#[test]
fn picture_is_changed_by_seed_and_epoch_and_not_by_its_batch() {
    let root = folder();
    let examples = augmented(root.path());
    let first = examples.in_epoch(1);
    let all = first.pictures(&(0..24).collect::<Vec<_>>()).unwrap();
    let some = first.pictures(&[20, 3]).unwrap();
    assert_eq!(some, all.subset(&[20, 3]));
    assert_ne!(some, examples.in_epoch(2).pictures(&[20, 3]).unwrap());
    assert_eq!(some, augmented(root.path()).in_epoch(1).pictures(&[20, 3]).unwrap());
}

/// What a training sees.
type Batch = (Tensor<4>, Tensor<1, Int>);

/// All weights 0, so that a training depends on its pictures alone.
fn model() -> Linear {
    let linear = LinearConfig::new(6 * 8 * 3, 2).with_initializer(Initializer::Zeros);
    linear.init(&Device::flex())
}

fn train(
    training: &ImageExamples,
    epochs: usize,
    folder: Option<&Path>,
    observe: impl FnMut(Moment) -> ControlFlow<()> + Send + 'static,
) -> Result<Vec<f64>, SupervisedError> {
    let task: Task<Linear, Batch> =
        |model, (images, labels)| Score::of_classes(model.forward(images.flatten(1, 3)), labels);
    let config = SupervisedConfig::new(epochs).with_batch_size(5).with_seed(1);
    let mut supervised = Supervised::new(config, SgdConfig::new().init(), 0.1);
    if let Some(folder) = folder {
        supervised = supervised.resuming(folder, &Identity::default());
    }
    let pictures = training.clone();
    let make = move |epoch, indices: &[usize]| pictures.in_epoch(epoch).batch(indices);
    let batches = BatchMaker::new(training.len(), make);
    let trained = supervised.run(model(), task, &batches, &batches, observe)?;
    Ok(entries(trained.model.weight.val()))
}

#[test]
fn training_on_augmented_files_learns_and_repeats_itself() {
    let root = folder();
    let [a, b] =
        [0, 1].map(|_| train(&augmented(root.path()), 3, None, |_| ControlFlow::Continue(())));
    let [a, b] = [a.unwrap(), b.unwrap()];
    assert_eq!(a, b);
    assert!(a.iter().any(|&weight| weight.abs() > 1e-3));
}

#[test]
fn training_that_is_resumed_sees_the_same_pictures() {
    let root = folder();
    let kept = tempfile::tempdir().unwrap();
    let whole = train(&augmented(root.path()), 4, None, |_| ControlFlow::Continue(())).unwrap();
    train(&augmented(root.path()), 2, Some(kept.path()), |_| ControlFlow::Continue(())).unwrap();
    let resumed =
        train(&augmented(root.path()), 4, Some(kept.path()), |_| ControlFlow::Continue(()))
            .unwrap();
    assert_eq!(whole, resumed);
}

#[test]
fn file_that_vanishes_ends_the_training_with_its_name() {
    let root = folder();
    let training = examples(root.path(), 0);
    let gone = root.path().join("light/04.png");
    let observe = move |moment| {
        if matches!(moment, Moment::Epoch(point) if point.epoch == 1) {
            fs::remove_file(&gone).unwrap();
        }
        ControlFlow::Continue(())
    };
    let error = train(&training, 5, None, observe).unwrap_err().to_string();
    assert!(error.contains("light/04.png"), "{error}");
}

#[test]
fn training_that_is_broken_off_does_not_hang_on_batches_made_ahead() {
    let root = folder();
    train(&augmented(root.path()), 50, None, |moment| match moment {
        Moment::Batch { epoch: 2, examples: 5 } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .unwrap();
}
