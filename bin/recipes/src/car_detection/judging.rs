//! What a detector finds in scenes, and how good that is.

use burn::tensor::{Device, Tensor};
use fireside_datasets::labelled_box::LabelledBox;
use fireside_datasets::labelled_images::images;
use fireside_metrics::MetricsError;
use fireside_metrics::detection::coco::{self, Report};
use fireside_metrics::detection::confusion::confusion;
use fireside_metrics::detection::{self, Picture, Truth};
use fireside_vision::detection::Detection;
use fireside_vision::detection::iou::iou;

use super::detector::{Detector, Usual};
use super::scenes::Scenes;
use crate::RecipeError;

/// Scenes looked at at a time.
const BATCH: usize = 32;
/// The least score of a box that is counted.
pub(crate) const LEAST: f64 = 0.005;
/// From this overlap on a box is found.
const OVERLAP: f64 = 0.5;

/// What a detector found in scenes, and how good that is.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Of each scene, by falling score, down to very low ones.
    pub found: Vec<Vec<Detection>>,
    /// COCO's figures, of all boxes but those of crowds.
    pub report: Report,
    /// The same without the boxes that are hard to see.
    pub of_easy: Report,
}

/// A scene in which a detector is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    /// Which scene.
    pub scene: usize,
    /// Boxes that it did not find.
    pub missed: Vec<LabelledBox>,
    /// Boxes that it drew where nothing of their class is.
    pub false_alarms: Vec<Detection>,
}

/// The numbers of the last layer for scenes, batch by batch.
///
/// # Panics
/// When there is no such scene.
pub fn logits(
    detector: &Detector,
    scenes: &Scenes,
    places: &[usize],
    device: &Device,
) -> Tensor<4> {
    let [height, width] = scenes.size;
    let pixels: Vec<u8> =
        places.iter().flat_map(|&place| scenes.pictures[place].iter().copied()).collect();
    detector.logits(images(&pixels, [places.len(), height, width, 3], device))
}

/// Looks for boxes in scenes and counts what is found, as COCO does.
///
/// # Errors
/// When the network's last layer is not that of its head.
pub fn judge(detector: &Detector, scenes: &Scenes, device: &Device) -> Result<Judged, RecipeError> {
    let selection = Usual::LITE.selection(Some(LEAST), None)?;
    let mut found = Vec::with_capacity(scenes.len());
    let places: Vec<usize> = (0..scenes.len()).collect();
    for places in places.chunks(BATCH) {
        let logits = logits(detector, scenes, places, device);
        found.extend(detector.head.detect(logits, &selection)?);
    }
    Judged::of(scenes, found)
}

impl Judged {
    /// Counts what any detector found in scenes, for each by falling score.
    ///
    /// # Errors
    /// When a box or a score is none.
    pub fn of(scenes: &Scenes, found: Vec<Vec<Detection>>) -> Result<Self, RecipeError> {
        let of = |asks_all: bool| {
            report(scenes.boxes.iter().zip(&found), scenes.classes.len(), asks_all)
        };
        Ok(Self { report: of(true)?, of_easy: of(false)?, found })
    }

    /// Of each class, how often it was taken for each, by boxes of at least `score`; with one more for nothing.
    ///
    /// # Errors
    /// None: what was counted once is counted again.
    pub fn confusion(&self, scenes: &Scenes, score: f64) -> Result<Vec<Vec<usize>>, RecipeError> {
        let pictures = pictures(scenes.boxes.iter().zip(&self.found), true);
        confusion(&pictures, scenes.classes.len(), OVERLAP, score).map_err(uncounted)
    }

    /// Boxes of at least `score` of a scene.
    pub fn shown(&self, scene: usize, score: f64) -> Vec<Detection> {
        self.found[scene].iter().filter(|found| found.score >= score).copied().collect()
    }

    /// The scenes with the most misses and false alarms, the worst first; boxes that are hard to see are neither.
    pub fn worst(&self, scenes: &Scenes, score: f64, count: usize) -> Vec<Wrong> {
        let of_scene = |scene: usize| {
            let found = self.shown(scene, score);
            wrong(scene, &scenes.boxes[scene], &found)
        };
        let mut all: Vec<Wrong> = (0..scenes.len()).map(of_scene).collect();
        let errors = |wrong: &Wrong| wrong.missed.len() + wrong.false_alarms.len();
        all.retain(|wrong| errors(wrong) > 0);
        all.sort_by_key(|wrong| std::cmp::Reverse(errors(wrong))); // stable: by scene
        all.truncate(count);
        all
    }
}

fn wrong(scene: usize, boxes: &[LabelledBox], found: &[Detection]) -> Wrong {
    let mut taken = vec![false; boxes.len()];
    let mut false_alarms = Vec::new();
    for detection in found {
        let overlaps = boxes
            .iter()
            .enumerate()
            .filter(|(place, truth)| !taken[*place] && truth.class == detection.class);
        let best = overlaps
            .map(|(place, truth)| (place, iou(truth.bounds, detection.bounds)))
            .filter(|(_, overlap)| *overlap >= OVERLAP)
            .max_by(|(_, one), (_, other)| one.total_cmp(other));
        match best {
            Some((place, _)) => taken[place] = true,
            None => false_alarms.push(*detection),
        }
    }
    let missed = boxes.iter().zip(taken);
    let missed = missed.filter(|(truth, taken)| !(*taken || truth.difficult || truth.crowd));
    Wrong { scene, missed: missed.map(|(truth, _)| *truth).collect(), false_alarms }
}

/// What COCO says of what is there and what was found in each scene, of so many classes. Where not all is asked for,
/// objects that are hard to see neither count nor harm; those of crowds never do.
///
/// # Errors
/// When a box or a score is none.
pub(crate) fn report<'a>(
    scenes: impl Iterator<Item = (&'a Vec<LabelledBox>, &'a Vec<Detection>)>,
    classes: usize,
    asks_all: bool,
) -> Result<Report, RecipeError> {
    coco::evaluate(&pictures(scenes, asks_all), classes).map_err(uncounted)
}

fn pictures<'a>(
    scenes: impl Iterator<Item = (&'a Vec<LabelledBox>, &'a Vec<Detection>)>,
    asks_all: bool,
) -> Vec<Picture> {
    let truth = |found: &LabelledBox| Truth {
        ignored: found.crowd || (found.difficult && !asks_all),
        ..Truth::new(found.class, found.bounds)
    };
    let detection = |found: &Detection| detection::Detection {
        class: found.class,
        score: found.score,
        bounds: found.bounds,
    };
    let picture = |(truths, found): (&Vec<LabelledBox>, &Vec<Detection>)| Picture {
        truths: truths.iter().map(truth).collect(),
        detections: found.iter().map(detection).collect(),
    };
    scenes.map(picture).collect()
}

fn uncounted(error: MetricsError) -> RecipeError {
    RecipeError::Run(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misses_and_false_alarms_are_what_no_box_of_the_other_side_fits() {
        let truth = |class, bounds, difficult| LabelledBox {
            bounds,
            class,
            visibility: 1.0,
            difficult,
            crowd: false,
        };
        let found = |class, bounds| Detection { class, score: 0.9, bounds };
        let [here, there, far] = [0.0, 20.0, 40.0].map(|x| [x, 0.0, x + 10.0, 10.0]);
        let boxes = [truth(0, here, false), truth(1, there, false), truth(1, far, true)];
        let wrong = wrong(3, &boxes, &[found(0, here), found(0, there), found(0, here)]);
        assert_eq!(wrong.scene, 3);
        assert_eq!(wrong.missed, [boxes[1]]);
        assert_eq!(wrong.false_alarms, [found(0, there), found(0, here)]);
    }
}
