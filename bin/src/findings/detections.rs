//! What a detector found: on pictures of the user's, and how good it is on scenes.

use std::path::Path;

use burn::tensor::Device;
use fireside_datasets::image_file::Picture;
use fireside_metrics::detection::coco::Report;
use fireside_recipes::car_detection::detector::Detector;
use fireside_recipes::car_detection::judging::{Judged, Wrong, judge};
use fireside_recipes::car_detection::scenes::Scenes;
use fireside_recipes::trained::FoundBox;
use fireside_vision::ConfigError;
use fireside_vision::detection::Detection;
use serde_json::{Value, json};

use super::{Boxed, Cell, Table};
use crate::Failure;
use crate::detecting::{Asked, open};
use crate::plot::{self, Series};
use crate::run::Run;

/// Scenes on a sheet, and how many in a row.
const SHOWN: usize = 12;
const COLUMNS: u32 = 4;
/// Scores from which on the precision and recall of each class are told.
const TELLING: f64 = 0.4;

impl Run {
    /// Says what `find` finds in each picture, in its pixels, keeps the boxes as `pictures`, and draws them.
    ///
    /// # Errors
    /// When a picture cannot be read, drawn or written.
    pub fn find_in(
        &mut self,
        classes: &[String],
        asked: &Asked,
        find: impl Fn(&Picture) -> Result<Vec<Detection>, ConfigError>,
    ) -> Result<(), Failure> {
        if asked.files.is_empty() {
            return Ok(());
        }
        let mut all: Vec<Value> = Vec::new();
        for path in &asked.files {
            let picture = open(path)?;
            let found = find(&picture)?;
            let name = |class: usize| classes.get(class).map_or("?", String::as_str);
            let boxes: Vec<FoundBox> = found
                .iter()
                .map(|found| FoundBox::new(name(found.class), found.score, found.bounds))
                .collect();
            self.say(&format!("{}: {}", path.display(), counted(boxes.len())));
            boxes.iter().for_each(|found| self.say(&format!("    {found}")));
            all.push(json!({"file": path.display().to_string(), "boxes": boxes}));
            let size = [picture.height as usize, picture.width as usize];
            let boxed = Boxed::new(&picture.pixels, size).found(&found, classes);
            self.boxes(&format!("boxes-{}.png", file_name(path)), &boxed)?;
        }
        self.result("pictures", all);
        Ok(())
    }

    /// Says how good a detector is on scenes that it has not seen, in colour and without, and draws what it finds, what it
    /// does not, and how it comes to its boxes.
    ///
    /// # Errors
    /// When a picture cannot be drawn or written.
    pub fn yolo_judged(
        &mut self,
        detector: &Detector,
        scenes: &Scenes,
        device: &Device,
    ) -> Result<(), Failure> {
        let judged = judge(detector, scenes, device)?;
        self.average_precision("New scenes", "test", &judged.report);
        self.average_precision("    without what is hard to see", "easy", &judged.of_easy);
        let gray = judge(detector, &scenes.gray(), device)?;
        self.average_precision("    without their colours", "gray", &gray.report);
        self.classes_found(&scenes.classes, &judged.report)?;
        let names: Vec<&str> =
            scenes.classes.iter().map(String::as_str).chain(["nothing"]).collect();
        self.confusion(&names, &judged.confusion(scenes, TELLING)?)?;
        self.grid_to_boxes(detector, scenes, device)?;
        self.scenes_found(scenes, &judged)?;
        self.scenes_wrong(scenes, &judged)
    }

    /// Says COCO's figures, of all classes and of each, and keeps them: `map_50_KEY` and `map_KEY`.
    fn average_precision(&mut self, what: &str, key: &str, report: &Report) {
        let percent = |share: Option<f64>| share.map_or(f64::NAN, |share| 100.0 * share);
        let half = percent(report.at_half);
        let all = percent(report.average_precision);
        self.say(&format!("{what}: mAP@0.5 {half:.1} %, mAP@[.5:.95] {all:.1} %"));
        self.result(&format!("map_50_{key}"), half);
        self.result(&format!("map_{key}"), all);
    }

    /// Says for each class how many are there, its average precision, and precision and recall of boxes of a score of
    /// 0.4 or more; draws precision over recall: `precision-and-recall.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    fn classes_found(&mut self, classes: &[String], report: &Report) -> Result<(), Failure> {
        let longest = classes.iter().map(String::len).max().unwrap_or(0).max(8);
        let columns =
            [("", longest), ("boxes", 6), ("AP@0.5 %", 9), ("precision %", 12), ("recall %", 9)];
        let table = Table::begin(self, columns);
        let mut lines = Vec::new();
        for (class, of_class) in classes.iter().zip(&report.classes) {
            let curve = &of_class.curve;
            let sure = curve.scores.iter().take_while(|score| **score >= TELLING).count();
            let at = |values: &[f64]| match sure {
                0 => 0.0,
                _ => 100.0 * values[sure - 1],
            };
            let precision = 100.0 * of_class.at_half.unwrap_or(f64::NAN);
            table.row(
                self,
                [
                    Cell::said(class.clone()),
                    Cell::said(of_class.truths.to_string()),
                    Cell::figure(format!("ap_50 {class}"), precision, 1),
                    Cell::said(format!("{:.1}", at(&curve.precision))),
                    Cell::said(format!("{:.1}", at(&curve.recall))),
                ],
            );
            let points = curve.recall.iter().zip(&curve.precision);
            let points = points.map(|(recall, precision)| (100.0 * recall, 100.0 * precision));
            lines.push(Series::new(class, thinned(points.collect())));
        }
        let draw = plot::percentages_by_percentages;
        let axes = ["recall in %", "precision in %"];
        self.curves_by(draw, "precision-and-recall.png", "Precision over recall", axes, &lines)
    }

    /// Draws the first scenes with what was found in them and what is there: `detections.png`.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    fn scenes_found(&mut self, scenes: &Scenes, judged: &Judged) -> Result<(), Failure> {
        let places = 0..scenes.len().min(SHOWN);
        let sheet = places.map(|place| {
            let truths = scenes.boxes[place].iter().map(|truth| (truth.bounds, ""));
            let found = judged.shown(place, TELLING);
            Boxed::new(&scenes.pictures[place], scenes.size)
                .found(&found, &scenes.classes)
                .truth(truths)
                .captioned(format!("{} found, {} there", found.len(), scenes.boxes[place].len()))
        });
        let title = "Boxes that were found, in colour, and the true ones, in white";
        self.box_sheet("detections.png", title, &sheet.collect::<Vec<_>>(), COLUMNS)
    }

    /// Draws the scenes in which most is wrong, what was missed in white and what is a false alarm in colour:
    /// `misses-and-false-alarms.png`; or says that nothing is wrong.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    fn scenes_wrong(&mut self, scenes: &Scenes, judged: &Judged) -> Result<(), Failure> {
        let worst = judged.worst(scenes, TELLING, SHOWN);
        if worst.is_empty() {
            self.say("Nothing was missed, and there is no false alarm.");
            return Ok(());
        }
        let sheet = worst.iter().map(|Wrong { scene, missed, false_alarms }| {
            let missed_boxes =
                missed.iter().map(|truth| (truth.bounds, scenes.classes[truth.class].as_str()));
            let alarms = fireside_recipes::counted(false_alarms.len(), "false alarm");
            let caption = format!("missed {} (white), {alarms} (in colour)", missed.len());
            Boxed::new(&scenes.pictures[*scene], scenes.size)
                .found(false_alarms, &scenes.classes)
                .truth(missed_boxes)
                .captioned(caption)
        });
        let (file, title) = ("misses-and-false-alarms.png", "The scenes with the most mistakes");
        self.box_sheet(file, title, &sheet.collect::<Vec<_>>(), COLUMNS)
    }
}

/// `7 boxes`.
fn counted(boxes: usize) -> String {
    match boxes {
        0 => "nothing".to_string(),
        1 => "1 box".to_string(),
        many => format!("{many} boxes"),
    }
}

/// The name of a file as a part of another's.
fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.replace(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'), "-")
}

/// A curve with so few points that it can be drawn.
fn thinned(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    const MOST: usize = 400;
    let step = points.len().div_ceil(MOST).max(1);
    points.into_iter().step_by(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_have_names_of_their_files() {
        assert_eq!(file_name("a/street 1.jpg".as_ref()), "street-1-jpg");
        assert_eq!(file_name("b/Füße.png".as_ref()), "Füße-png");
    }

    #[test]
    fn long_curves_are_thinned() {
        let points: Vec<(f64, f64)> = (0..2000).map(|x| (f64::from(x), 0.0)).collect();
        assert!(thinned(points).len() <= 400);
        assert_eq!(thinned(vec![(1.0, 2.0)]), [(1.0, 2.0)]);
    }
}
