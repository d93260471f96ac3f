//! Convolutional networks on labelled pictures: batches, training, answers.

use std::path::Path;

use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::augmentation::{Augmentation, TEN, ten_crop};
use fireside_datasets::image_folder::{ImageFolder, ImageSettings, ImageSource, PassedOver};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::signs::{CLASSES, IN_WORDS, Signs};
use fireside_datasets::source::Source;
use fireside_datasets::transform::Border;
use fireside_layers::ops;
use fireside_strategy::ratios::Ratios;
use fireside_training::metrics::class_predictions;
use fireside_training::supervised::{Examples as _, Score};
use fireside_vision::Classifier;

use crate::RecipeError;
use crate::picture_set::{ImageBatch, PictureSet};

/// Pictures judged at a time.
const BATCH: usize = 64;

/// How pictures of hands are changed: a mirrored or turned hand shows as many fingers.
pub const CHANGES_OF_HANDS: Augmentation = Augmentation {
    flip: 0.5,
    max_rotation: 20.0,
    max_shear: 5.0,
    max_shift: 0.08,
    max_crop: 0.2,
    border: Border::Nearest,
    color_shift: 0.05,
    pca_color: 0.1,
    cutout: 0.0,
};

/// Says in a sentence what was loaded.
pub fn describe(train: &LabelledImages, test: &LabelledImages, source: &Source) -> String {
    let [height, width, _] = train.image_shape();
    let (train, test) = (train.len(), test.len());
    format!("Data: {train} pictures to train on and {test} to test, {width}x{height}, {source}.")
}

/// As [`describe`] of hands, and which files of their folders were passed over.
pub fn describe_signs(signs: &Signs, source: &Source) -> String {
    describe(&signs.train, &signs.test, source) + &passed_over(&signs.passed_over)
}

/// A line that says what was passed over, if anything was.
pub fn passed_over(files: &PassedOver) -> String {
    match files.is_empty() {
        true => String::new(),
        false => format!("\npassed over: {files}"),
    }
}

/// Labelled pictures to train on and to judge by.
#[derive(Debug)]
pub struct Pictures {
    /// What the classes are called.
    pub classes: Vec<String>,
    /// The same as people say it.
    pub in_words: Vec<String>,
    /// To train on, and to judge by.
    pub sets: [PictureSet; 2],
    /// What was loaded, in a sentence or two.
    pub description: String,
}

impl Pictures {
    /// Reads a folder of class folders, or without one the hands that show 0 to 5 fingers; every picture is
    /// scaled to `side` by `side` pixels. A folder that has no test set of its own gives a fifth of its pictures.
    ///
    /// # Errors
    /// When pictures are missing or damaged.
    pub fn load(
        folder: Option<&Path>,
        skip_damaged: bool,
        source: &Source,
        side: usize,
        seed: u32,
        device: &Device,
    ) -> Result<Self, RecipeError> {
        let Some(folder) = folder else {
            let signs = Signs::load(source, seed)?;
            let description = describe_signs(&signs, source);
            let Signs { train, test, .. } = signs.scaled(side);
            let in_memory = |images| PictureSet::new(ImageSource::Memory(images), device);
            return Ok(Self {
                classes: CLASSES.map(str::to_string).to_vec(),
                in_words: IN_WORDS.map(str::to_string).to_vec(),
                sets: [in_memory(train)?, in_memory(test)?],
                description,
            });
        };
        let ratios = Ratios { train: 0.8, dev: 0.0, test: 0.2 };
        let found = ImageFolder::open(folder)?.split(ratios, seed)?;
        let judged = if found.test.is_empty() { &found.validation } else { &found.test };
        let settings = ImageSettings { skip_damaged, ..ImageSettings::new([side, side]) };
        let [train, test] = [found.train.load(&settings)?, judged.load(&settings)?];
        let mut description = format!(
            "Data: {} pictures of {} to train on and {} to test, {side}x{side}, from {}.",
            train.source.len(),
            found.describe_classes(),
            test.source.len(),
            folder.display()
        );
        description += &passed_over(&found.passed_over);
        for damaged in train.damaged.iter().chain(&test.damaged) {
            description += &format!("\nleft out: {damaged}");
        }
        let sets = [PictureSet::new(train.source, device)?, PictureSet::new(test.source, device)?];
        Ok(Self { in_words: found.classes.clone(), classes: found.classes, sets, description })
    }
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

/// The probability of each class, `[batch, classes]`.
///
/// # Shapes
/// - `logits`: `[batch, classes]`, or `[batch, 1]` of two classes: that of class 1
pub fn probabilities(logits: Tensor<2>) -> Tensor<2> {
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
pub fn predictions<M: Classifier>(net: &M, set: &PictureSet) -> Result<Vec<usize>, RecipeError> {
    let places: Vec<usize> = (0..set.len()).collect();
    let mut found = Vec::new();
    for places in places.chunks(BATCH) {
        let (images, _) = set.batch(places).map_err(|error| RecipeError::Run(error.to_string()))?;
        found.extend(class_predictions(probabilities(net.forward(images)))?);
    }
    Ok(found)
}

/// What of a picture is shown to a network to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Views {
    /// The picture.
    One,
    /// Seven eighths of its height and width at the corners and in the middle, and these mirrored.
    TenCrops,
}

/// The class that several networks see in each picture together, by the mean of their probabilities for all views.
///
/// # Errors
/// When the device fails.
///
/// # Panics
/// When there is no network.
pub fn ensemble<M: Classifier>(
    networks: &[M],
    pictures: &LabelledImages,
    views: Views,
    device: &Device,
) -> Result<Vec<usize>, RecipeError> {
    let [height, width, _] = pictures.image_shape();
    let places: Vec<usize> = (0..pictures.len()).collect();
    let of_each = if views == Views::TenCrops { TEN } else { 1 };
    let mut found = Vec::new();
    for places in places.chunks(BATCH / of_each) {
        let chosen = pictures.subset(places);
        let views = match views {
            Views::One => chosen,
            Views::TenCrops => {
                let crop = [height, width].map(|side| (side * 7 / 8).max(1));
                ten_crop(&chosen, crop, [height, width])?
            }
        };
        let images = views.images(device);
        let answers = networks.iter().map(|net| probabilities(net.forward(images.clone())));
        let answers = Tensor::stack::<3>(answers.collect(), 0).mean_dim(0); // [1, batch * views, classes]
        let [_, rows, classes] = answers.dims();
        let answers = answers.reshape([rows / of_each, of_each, classes]).mean_dim(1);
        found.extend(class_predictions(answers.squeeze_dim::<2>(1))?);
    }
    Ok(found)
}
