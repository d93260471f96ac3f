//! The boxes that the course's notebook prints for its picture `test.jpg`, beside ours.

use std::path::PathBuf;

use burn::tensor::Device;
use fireside_vision::detection::Detection;
use fireside_vision::detection::iou::iou;

use super::classes::COCO;
use super::detector::{Detector, open};
use super::pretrained::{Origin, Pretrained};
use crate::RecipeError;
use crate::comparison::{Allowance, Comparison, EXACT};

/// A box of the notebook: its class, score, and corners in whole pixels.
type Printed = (&'static str, f64, [f64; 4]);

/// What the notebook prints: with the score threshold of 2017, 0.6, the first seven; with that of 2021, 0.3, all.
const PRINTED: [Printed; 10] = [
    ("car", 0.89, [367.0, 300.0, 745.0, 648.0]),
    ("car", 0.80, [761.0, 282.0, 942.0, 412.0]),
    ("car", 0.74, [159.0, 303.0, 346.0, 440.0]),
    ("car", 0.70, [947.0, 324.0, 1280.0, 705.0]),
    ("bus", 0.67, [5.0, 266.0, 220.0, 407.0]),
    ("car", 0.66, [706.0, 279.0, 786.0, 350.0]),
    ("car", 0.60, [925.0, 285.0, 1045.0, 374.0]),
    ("car", 0.44, [336.0, 296.0, 378.0, 335.0]),
    ("car", 0.37, [965.0, 273.0, 1022.0, 292.0]),
    ("traffic light", 0.36, [681.0, 195.0, 692.0, 214.0]),
];

/// JPEG decoders differ by a step of 255 in some pixels, and the scores are printed with two decimals.
const SCORE: Allowance =
    Allowance::new(0.0, 0.02, "JPEG decoders differ, printed with 2 decimals: 0.02");
/// The notebook rounds to whole pixels.
const EDGE: Allowance = Allowance::new(0.0, 2.0, "JPEG decoders differ, whole pixels: 2");

/// Height and width of the course's picture.
const IMAGE: [u32; 2] = [720, 1280];

/// Finds the boxes of the course's picture by its weights and puts them beside those of the notebook.
///
/// # Errors
/// When the weights are no detector of the course's classes, or the only picture is not the course's.
pub fn verify(
    published: &Pretrained,
    pictures: &[PathBuf],
    device: &Device,
) -> Result<Comparison, RecipeError> {
    let Pretrained { detector, origin, usual, .. } = published;
    let wrong = |reason: String| Err(RecipeError::Input(format!("--verify: {reason}")));
    if detector.head.num_classes() != COCO.len() {
        let classes = detector.head.num_classes();
        return wrong(format!("the course's network tells 80 classes apart, this one {classes}"));
    }
    let [path] = pictures else {
        return wrong("give the course's test.jpg by --predict, and nothing else".to_string());
    };
    let picture = open(path)?;
    if [picture.height, picture.width] != IMAGE {
        return wrong(format!("{} is not the course's test.jpg, of 1280x720", path.display()));
    }
    let selection = usual.selection(Some(score(*origin)), None)?;
    let found = detector.detect(&picture, &selection, device)?;
    Ok(compare(detector, *origin, &found))
}

/// The least score that the notebook of this edition shows.
fn score(origin: Origin) -> f64 {
    if origin == Origin::Keras { 0.6 } else { 0.3 }
}

/// Puts the boxes that were found in `test.jpg` beside those of the notebook of this edition. Weights of Darknet are
/// not the course's: the reorg of the copy is another, and their boxes are told without being compared.
fn compare(detector: &Detector, origin: Origin, found: &[Detection]) -> Comparison {
    let mut comparison = Comparison::default();
    let least = score(origin);
    let printed = PRINTED.iter().filter(|(_, score, _)| *score >= least);
    let count = printed.clone().count();
    if origin != Origin::Darknet {
        comparison.add("boxes", count as f64, found.len() as f64, EXACT);
    }
    let reason = "not compared: the weights of Darknet are not those of the course's copy";
    for (class, score, bounds) in printed {
        let nearest = found
            .iter()
            .filter(|found| detector.name(found.class) == *class)
            .map(|found| (iou(found.bounds, *bounds), found))
            .reduce(|best, next| if next.0 > best.0 { next } else { best });
        let (found_score, edges) = nearest
            .filter(|(overlap, _)| *overlap > 0.0)
            .map_or((f64::NAN, [f64::NAN; 4]), |(_, found)| (found.score, found.bounds));
        let name = format!("{class} {score:.2}");
        let names = ["score", "left", "top", "right", "bottom"];
        let figures =
            std::iter::once((*score, found_score)).chain(bounds.iter().copied().zip(edges));
        for (place, (name_of, (course, ours))) in names.into_iter().zip(figures).enumerate() {
            let figure = format!("{name}: {name_of}");
            match origin {
                Origin::Darknet => comparison.tell(figure, course, [ours; 2], reason),
                _ => comparison.add(figure, course, ours, if place == 0 { SCORE } else { EDGE }),
            }
        }
    }
    for (class, score, _) in PRINTED.iter().filter(|(_, score, _)| *score < least) {
        let reason = "not compared: the notebook of 2017 shows no box of a score below 0.6";
        comparison.tell(format!("{class} {score:.2}: score"), *score, [f64::NAN; 2], reason);
    }
    comparison
}
