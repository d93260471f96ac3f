//! How a small YOLO learns to find things in scenes.

use std::sync::Arc;

use burn::grad_clipping::GradientClippingConfig;
use burn::tensor::{Device, Tensor};
use fireside_training::supervised::{Score, Supervised};
use fireside_vision::detection::Detection;
use fireside_vision::detection::TrueBox;
use fireside_vision::detection::anchors::{Clusters, cluster};
use fireside_vision::detection::iou::iou;
use fireside_vision::detection::yolo_loss::YoloLossConfig;
use fireside_vision::yolo::YoloNetwork as _;
use fireside_vision::yolo::lite::{YoloLite, YoloLiteConfig};

use super::batches::{Aim, SceneBatch};
use super::detector::Usual;
use super::scenes::Scenes;
use crate::RecipeError;
use crate::lesson::{Lesson, Pace};
use crate::trained::{Architecture, Boxes, Card, Finder, Grid, Task};

/// Share of a weight that a detector loses in an update, in units of the learning rate.
pub const WEIGHT_DECAY: f64 = 5e-3;
/// Updates until the learning rate is at its height.
const WARM_UP: usize = 50;
/// No gradient of a parameter is longer.
const LONGEST_GRADIENT: f32 = 20.0;
/// A box is found by one of this score and overlap.
const FOUND: f64 = 0.5;

/// Finds anchors for the boxes of scenes, in cells of the small YOLO, and how well they fit.
///
/// # Errors
/// When there are fewer boxes than anchors.
pub fn anchors(scenes: &Scenes, count: usize) -> Result<Clusters, RecipeError> {
    let cell = YoloLiteConfig::new(1, vec![[1.0; 2]]).head()?.cell() as f64;
    let sizes: Vec<[f64; 2]> =
        scenes.box_sizes().into_iter().map(|size| size.map(|side| side / cell)).collect();
    Ok(cluster(&sizes, count)?)
}

/// A small YOLO for scenes with such anchors, and what it is to find.
///
/// # Errors
/// When it cannot see scenes of this size.
pub fn aim(
    scenes: &Scenes,
    anchors: &[[f64; 2]],
) -> Result<(YoloLiteConfig, Arc<Aim>), RecipeError> {
    let config = YoloLiteConfig::new(scenes.classes.len(), anchors.to_vec());
    config.check_image(scenes.size)?;
    let aim = Aim { head: config.head()?, loss: YoloLossConfig::new() };
    Ok((config, Arc::new(aim)))
}

/// A small YOLO learns to find things in so many scenes.
///
/// # Errors
/// When the learning rate is not in 0..=1.
pub fn lesson(
    scenes: &Scenes,
    config: &YoloLiteConfig,
    pace: Pace,
    device: &Device,
) -> Result<Lesson<YoloLite, SceneBatch>, RecipeError> {
    device.seed(u64::from(pace.seed));
    let by = Finder::Grid(Grid::new(scenes.size));
    let task = Task::Boxes(Boxes { classes: scenes.classes.clone(), by });
    Ok(Lesson {
        stage: "yolo".to_string(),
        card: Card::new(Architecture::YoloLite(config.clone()), task).as_main().called("YOLO"),
        net: config.init(device)?,
        training: training(pace, scenes.len())?,
        answer,
    })
}

/// By Adam with decoupled weight decay, at a rate that rises over 50 updates and falls along a cosine to nothing.
pub(crate) fn training(pace: Pace, scenes: usize) -> Result<Supervised, RecipeError> {
    let clipping = GradientClippingConfig::Norm(LONGEST_GRADIENT);
    let optimizer = pace.optimizer().with_grad_clipping(Some(clipping));
    Ok(pace.supervised(optimizer, pace.rising(scenes, WARM_UP)?))
}

/// The loss of a batch, and how many of its boxes are found.
fn answer(net: &YoloLite, batch: SceneBatch) -> Score {
    let SceneBatch { images, truths, aim } = batch;
    let device = images.device();
    let logits = net.forward(images);
    let number = |count: usize| Tensor::full([1], count as f64, &device);
    let Ok(loss) = aim.loss.loss(&aim.head, &logits, &truths) else {
        // The batch was checked when it was made.
        let nothing = logits.sum() * f64::NAN;
        return Score { loss: nothing, right: number(0), judged: number(1) };
    };
    let selection = Usual::LITE.selection(Some(FOUND), None);
    let found = selection.and_then(|selection| aim.head.detect(logits, &selection));
    let found = found.unwrap_or_default();
    let right = truths.iter().zip(&found).map(|(truths, found)| hits(truths, found)).sum();
    let judged = truths.iter().map(Vec::len).sum::<usize>();
    Score { loss: loss.total(), right: number(right), judged: number(judged) }
}

/// How many true boxes are found, each by a box of its own.
fn hits(truths: &[TrueBox], found: &[Detection]) -> usize {
    let mut free: Vec<&TrueBox> = truths.iter().collect();
    let takes = |found: &&Detection| {
        let fits = |truth: &&TrueBox| {
            truth.class == found.class && iou(truth.bounds, found.bounds) >= FOUND
        };
        free.iter().position(fits).map(|place| free.swap_remove(place)).is_some()
    };
    found.iter().filter(takes).count()
}
