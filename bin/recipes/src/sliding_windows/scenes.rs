//! Scenes with cars and pedestrians, what a detector finds in them, and what it should not have.

use burn::tensor::{Device, Tensor};
use fireside_datasets::drawn_street::{CLASSES as STREET, LabelledBox, StreetScenes};
use fireside_datasets::labelled_images::images;
use fireside_metrics::detection::coco::Report;
use fireside_vision::detection::iou::iou;
use fireside_vision::detection::{Bounds, Detection};
use std::ops::Range;

use super::crops::{APART, Crops};
use super::detector::Detector;
use super::{CLASSES, SCENE};
use crate::RecipeError;
use crate::car_detection::judging::report;

/// Scenes looked at at a time.
const AT_ONCE: usize = 8;
/// Windows taken from a scene that show nothing and were taken for something, the surest first, and how sure.
const MINED: usize = 20;
const SURE: f64 = 0.4;

/// A scene with the objects that are looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// RGB bytes, row-major `[height, width, 3]`.
    pub picture: Vec<u8>,
    /// Height and width.
    pub size: [usize; 2],
    /// Cars and pedestrians, by [`CLASSES`].
    pub objects: Vec<LabelledBox>,
}

/// Draws scenes, with what of their boxes is looked for.
///
/// # Errors
/// None: the size is one of a scene.
pub fn draw(scenes: Range<u64>, seed: u32) -> Result<Vec<Scene>, RecipeError> {
    let street = StreetScenes::new(SCENE, seed)?;
    let class =
        |object: &LabelledBox| CLASSES.iter().position(|name| *name == STREET[object.class]);
    let scene = |scene: fireside_datasets::drawn_street::StreetScene| Scene {
        picture: scene.picture().to_vec(),
        size: SCENE,
        objects: scene
            .boxes()
            .iter()
            .filter_map(|object| Some(LabelledBox { class: class(object)?, ..*object }))
            .collect(),
    };
    Ok(street.scenes(scenes).into_iter().map(scene).collect())
}

/// Scenes of one size as `[count, 3, height, width]`, values of 0 to 1.
pub fn tensor(scenes: &[Scene], device: &Device) -> Tensor<4> {
    let pixels: Vec<u8> = scenes.iter().flat_map(|scene| scene.picture.clone()).collect();
    images(&pixels, [scenes.len(), SCENE[0], SCENE[1], 3], device)
}

/// What a detector finds in every scene.
///
/// # Errors
/// When the classifier is another than the detector's.
pub fn found(
    detector: &Detector,
    scenes: &[Scene],
    device: &Device,
) -> Result<Vec<Vec<Detection>>, RecipeError> {
    let mut found = Vec::new();
    for scenes in scenes.chunks(AT_ONCE) {
        found.extend(detector.detect(&tensor(scenes, device))?);
    }
    Ok(found)
}

/// How good that is, as COCO counts it; where not all is asked for, objects that are hard to see neither count nor harm.
///
/// # Errors
/// When a box is none.
pub fn judged(
    scenes: &[Scene],
    found: &[Vec<Detection>],
    asks_all: bool,
) -> Result<Report, RecipeError> {
    let scenes = scenes.iter().map(|scene| &scene.objects).zip(found);
    report(scenes, CLASSES.len(), asks_all)
}

/// Adds windows that show nothing and were taken for something, hard negatives; returns how many.
///
/// # Errors
/// As [`found`].
pub fn mine(
    detector: &Detector,
    scenes: &[Scene],
    crops: &mut Crops,
    device: &Device,
) -> Result<usize, RecipeError> {
    let before = crops.len();
    for scenes in scenes.chunks(AT_ONCE) {
        for (scene, windows) in scenes.iter().zip(detector.windows(&tensor(scenes, device))?) {
            let is_wrong = |found: &&Detection| {
                let overlaps = |object: &LabelledBox| iou(object.bounds, found.bounds) >= APART;
                found.score >= SURE && !scene.objects.iter().any(overlaps)
            };
            let mut taken: Vec<Bounds> = Vec::new();
            for wrong in windows.iter().filter(is_wrong) {
                if taken.len() < MINED && taken.iter().all(|other| iou(*other, wrong.bounds) < 0.5)
                {
                    taken.push(wrong.bounds);
                    let (middle, side) = detector.window_of(wrong);
                    crops.add_nothing(scene, middle, side);
                }
            }
        }
    }
    Ok(crops.len() - before)
}
