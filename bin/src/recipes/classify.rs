//! Convolutional networks on labelled pictures: batches, training, answers.

use std::path::Path;

use burn::lr_scheduler::cosine::CosineAnnealingLrSchedulerConfig;
use burn::module::Module;
use burn::optim::AdamWConfig;
use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::augmentation::{Augmentation, TEN, ten_crop};
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::image_folder::{ImageFolder, ImageSettings, ImageSource};
use fireside_datasets::labelled_images::{self, LabelledImages};
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_datasets::source::Source;
use fireside_datasets::transform::Border;
use fireside_layers::ops;
use fireside_numpy_rng::NumpyRng;
use fireside_strategy::ratios::Ratios;
use fireside_training::files::write_whole;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::metrics::{accuracy, class_predictions, misclassified};
use fireside_training::supervised::{BatchMaker, Curve, Score, Supervised, SupervisedConfig};
use fireside_vision::Classifier;

use crate::Failure;
use crate::pictures;
use crate::plot::{self, Series, Titles};
use crate::run::Run;

/// Pictures judged at a time.
const BATCH: usize = 64;
/// Pictures that are looked at to find the colours of a set.
const COLOR_SAMPLE: usize = 5000;

/// Images `[batch, channels, height, width]` in 0..=1, and class indices `[batch]`.
pub type ImageBatch = (Tensor<4>, Tensor<1, Int>);

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

/// Pictures in memory as a training wants them; in a dry run a few of them.
///
/// # Errors
/// When the system gives no threads.
pub fn examples(
    run: &Run,
    pictures: LabelledImages,
    device: &Device,
) -> Result<ImageExamples, Failure> {
    let wanted = run.examples(pictures.len());
    let pictures = match wanted < pictures.len() {
        true => pictures.subset(&(0..wanted).collect::<Vec<_>>()),
        false => pictures,
    };
    Ok(ImageExamples::new(ImageSource::Memory(pictures), device)?)
}

/// The same pictures, changed anew in every epoch.
///
/// # Errors
/// When a setting is out of its range, or a picture cannot be read to find the colours of the set.
pub fn augmented(
    set: &ImageExamples,
    augmentation: &Augmentation,
    seed: u32,
) -> Result<ImageExamples, Failure> {
    let augmenter = augmentation.fit(&set.source().sample(COLOR_SAMPLE, seed)?)?;
    Ok(set.clone().augmented(augmenter, seed))
}

/// Pictures as a training asks for them, batch by batch.
pub fn batches(set: &ImageExamples) -> BatchMaker<ImageBatch> {
    let pictures = set.clone();
    BatchMaker::new(set.len(), move |epoch, indices| pictures.in_epoch(epoch).batch(indices))
}

/// Labelled pictures to train on and to judge by.
#[derive(Debug)]
pub struct Pictures {
    /// What the classes are called.
    pub classes: Vec<String>,
    /// To train on, and to judge by.
    pub sets: [ImageExamples; 2],
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
    ) -> Result<Self, Failure> {
        let Some(folder) = folder else {
            let signs = Signs::load(source, seed)?;
            let description = pictures::describe(&signs.train, &signs.test, source);
            let Signs { train, test } = signs.scaled(side);
            let in_memory = |images| ImageExamples::new(ImageSource::Memory(images), device);
            return Ok(Self {
                classes: CLASSES.map(str::to_string).to_vec(),
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
            "Data: {} pictures of {} classes to train on and {} to test, {side}x{side}, from {}.",
            train.source.len(),
            found.classes.len(),
            test.source.len(),
            folder.display()
        );
        for damaged in train.damaged.iter().chain(&test.damaged) {
            description += &format!("\nleft out: {damaged}");
        }
        let sets =
            [ImageExamples::new(train.source, device)?, ImageExamples::new(test.source, device)?];
        Ok(Self { classes: found.classes, sets, description })
    }
}

/// Writes what the classes are called beside the trained network.
///
/// # Errors
/// When the file cannot be written.
pub fn keep_classes(run: &Run, stage: &str, classes: &[String]) -> Result<(), Failure> {
    let Some(folder) = run.folder() else { return Ok(()) };
    let path = folder.join(stage).join("classes.txt");
    write_whole(&path, classes.join("\n").as_bytes())
        .map_err(|error| Failure::unwritable(&path, &error))
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
pub fn predictions<M: Classifier>(net: &M, set: &ImageExamples) -> Result<Vec<usize>, Failure> {
    let places: Vec<usize> = (0..set.len()).collect();
    let mut found = Vec::new();
    for places in places.chunks(BATCH) {
        let (images, _) = set.batch(places).map_err(|error| Failure::Run(error.to_string()))?;
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
) -> Result<Vec<usize>, Failure> {
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

/// Says how many pictures of a set a network gets right, and returns its answers.
///
/// # Errors
/// When the device fails.
pub fn judge<M: Classifier>(
    run: &mut Run,
    net: &M,
    name: &str,
    set: &ImageExamples,
) -> Result<Vec<usize>, Failure> {
    let found = predictions(net, set)?;
    let percent = 100.0 * accuracy(&found, set.source().labels());
    run.say(&format!("{name} accuracy: {percent:.2} %"));
    run.result(&format!("{name}_accuracy"), percent);
    Ok(found)
}

/// Draws the pictures that a network took for another class than theirs.
///
/// # Errors
/// When one cannot be read, or the sheet cannot be drawn or written.
pub fn draw_misclassified(
    run: &mut Run,
    set: &ImageExamples,
    found: &[usize],
    classes: &[&str],
) -> Result<(), Failure> {
    let wrong = misclassified(found, set.source().labels());
    let answers: Vec<usize> = wrong.iter().map(|&place| found[place]).collect();
    let wrong = set.pictures(&wrong)?;
    run.misclassified("misclassified.png", &wrong, &answers, classes)
}

/// Says which class a network sees in a picture of the user's.
///
/// # Errors
/// When the file is no picture or the device fails.
pub fn report_answer<M: Classifier>(
    run: &mut Run,
    net: &M,
    path: &Path,
    like: &ImageExamples,
    device: &Device,
    classes: &[impl AsRef<str>],
) -> Result<(), Failure> {
    let [height, width, channels] = like.pictures(&[0])?.image_shape();
    let pixels = read_rgb(path, width as u32, height as u32)?;
    let images = labelled_images::images(&pixels, [1, height, width, channels], device);
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
        Series::of_epochs("test", curve, |point| point.held_out.loss),
    ];
    run.picture("costs.png", &plot::lines(titles, &costs)?)?;
    let titles = Titles { title: "Accuracy", x: "epoch", y: "share right" };
    let shares = [
        Series::of_epochs("train", curve, |point| point.train.accuracy),
        Series::of_epochs("test", curve, |point| point.held_out.accuracy),
    ];
    run.picture("accuracies.png", &plot::lines(titles, &shares)?)
}
