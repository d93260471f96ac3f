//! Convolutional networks on labelled pictures: batches, training, answers.

use std::path::Path;
use std::sync::Arc;

use burn::lr_scheduler::cosine::CosineAnnealingLrSchedulerConfig;
use burn::module::Module;
use burn::optim::AdamWConfig;
use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::augmentation::Augmentation;
use fireside_datasets::labelled_images::{self, LabelledImages};
use fireside_layers::ops;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::metrics::{accuracy, class_predictions};
use fireside_training::rng::NumpyRng;
use fireside_training::supervised::{Curve, Examples, Score, Supervised, SupervisedConfig};
use fireside_vision::Classifier;

use crate::Failure;
use crate::plot::{self, Series, Titles};
use crate::run::Run;

/// Pictures judged at a time.
const BATCH: usize = 64;

/// Images `[batch, channels, height, width]` in 0..=1, and class indices `[batch]`.
pub type ImageBatch = (Tensor<4>, Tensor<1, Int>);

/// How pictures of hands are changed: a mirrored or turned hand shows as many fingers.
pub const CHANGES_OF_HANDS: Augmentation =
    Augmentation { flip: 0.5, max_rotation: 15.0, max_shift: 0.08, max_crop: 0.15, color: 0.1 };

/// Pictures that become a batch of images when they are asked for, each time changed anew where there is an
/// augmentation.
#[derive(Debug, Clone)]
pub struct PictureSet {
    pictures: Arc<LabelledImages>,
    augmentation: Augmentation,
    seed: u32,
    device: Device,
}

impl PictureSet {
    /// Pictures as they are.
    pub fn new(pictures: LabelledImages, device: &Device) -> Self {
        let pictures = Arc::new(pictures);
        Self { pictures, augmentation: Augmentation::default(), seed: 0, device: device.clone() }
    }

    /// Changes the pictures of every batch. What happens to them depends on the seed and on which pictures are
    /// in the batch, so that a training that resumes sees what an unbroken one does.
    ///
    /// # Errors
    /// When a setting is out of its range.
    pub fn augmented(self, augmentation: Augmentation, seed: u32) -> Result<Self, Failure> {
        augmentation.validate()?;
        Ok(Self { augmentation, seed, ..self })
    }

    /// The pictures.
    pub fn pictures(&self) -> &LabelledImages {
        &self.pictures
    }
}

impl Examples for PictureSet {
    type Batch = ImageBatch;

    fn count(&self) -> usize {
        self.pictures.len()
    }

    fn batch(&self, indices: &[usize]) -> ImageBatch {
        let chosen = self.pictures.subset(indices);
        // FNV-1a over the places.
        let seed = indices.iter().fold(0x811c_9dc5 ^ self.seed, |hash, &index| {
            (hash ^ index as u32).wrapping_mul(0x0100_0193)
        });
        let changed = self.augmentation.apply(&mut NumpyRng::new(seed), &chosen);
        let chosen = changed.unwrap_or(chosen); // the settings were checked
        (chosen.images(&self.device), chosen.class_indices(&self.device))
    }
}

/// Draws a network's first weights by He's rule from NumPy's numbers for the seed, and seeds its dropout.
pub fn draw_weights<M: Module>(net: M, seed: u32, device: &Device) -> M {
    device.seed(u64::from(seed));
    initialize(net, Initializer::He, &mut NumpyRng::new(seed))
}

/// A training with decoupled weight decay, whose learning rate falls along a cosine to nothing.
///
/// # Errors
/// When the learning rate is not in 0..=1.
pub fn training(
    config: SupervisedConfig,
    examples: usize,
    learning_rate: f64,
    weight_decay: f64,
) -> Result<Supervised, Failure> {
    let updates = config.epochs * examples.div_ceil(config.batch_size.max(1));
    let cosine = CosineAnnealingLrSchedulerConfig::new(learning_rate, updates.max(1))
        .with_min_lr(learning_rate / 1000.0)
        .init()
        .map_err(Failure::Input)?;
    let optimizer = AdamWConfig::new().with_weight_decay(weight_decay as f32).init();
    Ok(Supervised::new(config, optimizer, cosine))
}

/// One class of several; of two where the network has one logit, that of class 1.
pub fn answer<M: Classifier>(net: &M, (images, labels): ImageBatch) -> Score {
    score(net.forward(images), labels)
}

/// As [`answer`], of logits.
pub fn score(logits: Tensor<2>, labels: Tensor<1, Int>) -> Score {
    let [batch, outputs] = logits.dims();
    if outputs > 1 {
        return Score::of_classes(logits, labels);
    }
    let labels = labels.float().reshape([batch, 1]);
    let all_known = Tensor::ones([batch, 1], &labels.device());
    Score::of_tasks(logits, labels, all_known)
}

/// The probability of each class, row by row, `[batch, classes]`.
fn probabilities(logits: Tensor<2>) -> Tensor<2> {
    match logits.dims()[1] {
        1 => {
            let of_class_1 = ops::sigmoid(logits);
            Tensor::cat(vec![1.0 - of_class_1.clone(), of_class_1], 1)
        }
        _ => ops::softmax(logits, 1),
    }
}

/// The class that a network sees in each picture.
///
/// # Errors
/// When the device fails.
pub fn predictions<M: Classifier>(net: &M, set: &PictureSet) -> Result<Vec<usize>, Failure> {
    let places: Vec<usize> = (0..set.count()).collect();
    let mut found = Vec::new();
    for places in places.chunks(BATCH) {
        let images = set.pictures.subset(places).images(&set.device);
        found.extend(class_predictions(probabilities(net.forward(images)))?);
    }
    Ok(found)
}

/// Says how many pictures of a set a network gets right, and returns its answers.
///
/// # Errors
/// When the device fails.
pub fn judge<M: Classifier>(
    run: &mut Run,
    net: &M,
    name: &str,
    set: &PictureSet,
) -> Result<Vec<usize>, Failure> {
    let found = predictions(net, set)?;
    let percent = 100.0 * accuracy(&found, set.pictures.labels());
    run.say(&format!("{name} accuracy: {percent:.2} %"));
    run.result(&format!("{name}_accuracy"), percent);
    Ok(found)
}

/// Says which class a network sees in a picture of the user's.
///
/// # Errors
/// When the file is no picture or the device fails.
pub fn report_answer<M: Classifier>(
    run: &mut Run,
    net: &M,
    path: &Path,
    like: &PictureSet,
    classes: &[impl AsRef<str>],
) -> Result<(), Failure> {
    let shape @ [height, width, _] = like.pictures.image_shape();
    let pixels = fireside_datasets::image_file::read_rgb(path, width as u32, height as u32)?;
    let images = labelled_images::images(&pixels, shape, &like.device);
    let probabilities: Vec<f64> =
        probabilities(net.forward(images)).try_into_data()?.iter().collect();
    let likeliest = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    let (class, share) = likeliest.map_or((0, 0.0), |(class, share)| (class, *share));
    let name = classes.get(class).map_or("no known class", AsRef::as_ref);
    run.say(&format!("{} shows {name} ({:.1} %)", path.display(), 100.0 * share));
    run.result("prediction", name);
    run.result("probability", share);
    Ok(())
}

/// Draws costs and accuracies of both sets over the epochs.
///
/// # Errors
/// When a picture cannot be drawn or written.
pub fn draw_curves(run: &mut Run, curve: &Curve) -> Result<(), Failure> {
    let titles = Titles { title: "Cost", x: "epoch", y: "cost" };
    let costs = [
        Series::of_epochs("train", curve, |point| point.train.loss),
        Series::of_epochs("test", curve, |point| point.validation.loss),
    ];
    run.picture("costs.png", &plot::lines(titles, &costs)?)?;
    let titles = Titles { title: "Accuracy", x: "epoch", y: "share right" };
    let shares = [
        Series::of_epochs("train", curve, |point| point.train.accuracy),
        Series::of_epochs("test", curve, |point| point.validation.accuracy),
    ];
    run.picture("accuracies.png", &plot::lines(titles, &shares)?)
}
