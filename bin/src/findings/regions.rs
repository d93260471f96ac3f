//! Regions that may hold something, and detectors by regions and without held against each other.

use burn::tensor::Device;
use fireside_recipes::car_detection::scenes::Scenes;
use fireside_recipes::region_proposals::comparing::{Contestant, Proposer};
use fireside_recipes::region_proposals::detector::RegionDetector;
use fireside_recipes::region_proposals::looking::{best_regions, crops, levels};
use fireside_recipes::region_proposals::proposals::{HOLDS, best_overlap, recall};
use fireside_vision::region::rcnn::CROP;

use super::{Boxed, Cell, Table};
use crate::Failure;
use crate::plot::{self, Kind, PERCENTAGE, Series, Titles};
use crate::run::Run;

/// Scenes whose regions are drawn, and those in which detectors are held against each other.
const SHOWN: usize = 4;
const COMPARED: usize = 6;
/// Regions left on the levels of a hierarchy that are drawn.
const LEVELS: [usize; 3] = [48, 16, 5];
/// Colours of regions, by the least overlap with what they fit best, and how many of those below the last are drawn.
const BY_OVERLAP: [(f64, [u8; 3]); 3] =
    [(0.7, [60, 230, 90]), (HOLDS, [255, 230, 60]), (0.3, [255, 130, 40])];
const OTHERS: (usize, [u8; 3]) = (25, [120; 3]);
/// Regions whose crops are drawn, and how many in a row.
const CROPS: usize = 12;
const COLUMNS: u32 = 6;
/// Boxes less likely are not drawn.
const DRAWN_FROM: f64 = 0.5;
/// Numbers of regions at which recall is drawn.
const COUNTS: [usize; 9] = [1, 2, 5, 10, 20, 50, 100, 200, 500];

impl Run {
    /// Draws how segments of some scenes grow together in selective search: `hierarchy.png`.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn segments_joined(&mut self, scenes: &Scenes) -> Result<(), Failure> {
        let mut all = Vec::new();
        for scene in 0..scenes.len().min(SHOWN) {
            all.push(levels(scenes, scene, &LEVELS)?);
        }
        let mut sheet = Vec::new();
        for (scene, levels) in all.iter().enumerate() {
            sheet.push(Boxed::new(&scenes.pictures[scene], scenes.size).captioned("a scene"));
            for (place, level) in levels.iter().enumerate() {
                let what = if place == 0 { "segments" } else { "regions left" };
                let caption = format!("{} {what}", level.count);
                sheet.push(Boxed::new(&level.pixels, scenes.size).captioned(caption));
            }
        }
        let title = "Selective search: small segments grow together to larger ones";
        self.box_sheet("hierarchy.png", title, &sheet, 2 + LEVELS.len() as u32)
    }

    /// Draws the regions of some scenes, coloured by how much they overlap a box, and the share of all boxes that so many
    /// regions hold: `proposals.png` and `recall.png`.
    ///
    /// # Errors
    /// When a picture cannot be drawn or written.
    pub fn proposals_drawn(
        &mut self,
        scenes: &Scenes,
        proposers: &[Proposer],
    ) -> Result<(), Failure> {
        let mut sheet = Vec::new();
        for scene in 0..scenes.len().min(SHOWN) {
            for proposer in proposers {
                sheet.push(by_overlap(scenes, scene, proposer));
            }
        }
        let title = "Regions and the true boxes, in white: green fits best, then yellow and orange";
        self.box_sheet("proposals.png", title, &sheet, proposers.len() as u32)?;
        let lines = proposers.iter().map(|proposer| {
            let longest = proposer.regions.iter().map(Vec::len).max().unwrap_or(0);
            let counts = COUNTS.into_iter().filter(|count| *count <= longest.max(1));
            let point = |count| (count as f64, 100.0 * recall(scenes, &proposer.regions, count));
            Series::new(proposer.name, counts.map(point).collect())
        });
        let axes = ["regions of a picture", "boxes that one of them overlaps by half, in %"];
        let title = "Recall of the proposals";
        self.accuracy_curves("recall.png", title, axes, &lines.collect::<Vec<_>>())
    }

    /// Draws what R-CNN sees of the regions that fit best, with what it takes them for: `crops.png`.
    ///
    /// # Errors
    /// When the device fails, or the sheet cannot be drawn or written.
    pub fn crops_sorted(
        &mut self,
        rcnn: &RegionDetector,
        scenes: &Scenes,
        regions: &[Vec<[f64; 4]>],
        device: &Device,
    ) -> Result<(), Failure> {
        let mut cut = Vec::new();
        for (scene, regions) in regions.iter().enumerate() {
            if cut.len() >= CROPS {
                break;
            }
            let best = best_regions(scenes, scene, regions);
            let bounds: Vec<[f64; 4]> = best.iter().map(|(bounds, _)| *bounds).collect();
            let crops = crops(scenes, scene, &bounds, device);
            for (crop, (bounds, overlap)) in crops.into_iter().zip(best) {
                let found = rcnn.sorted(&scenes.pictures[scene], bounds, device)?;
                let told = found.map_or("nothing".to_string(), |found| {
                    let name = rcnn.classes.get(found.class).map_or("?", String::as_str);
                    format!("{name} {:.2}", found.score)
                });
                cut.push((crop, format!("{told}; IoU {overlap:.2}")));
            }
        }
        cut.truncate(CROPS);
        let sheet = cut
            .iter()
            .map(|(pixels, caption)| Boxed::new(pixels, [CROP; 2]).captioned(caption.as_str()));
        let title = "What R-CNN takes the regions for that fit best";
        match cut.is_empty() {
            true => Ok(()),
            false => self.box_sheet("crops.png", title, &sheet.collect::<Vec<_>>(), COLUMNS),
        }
    }

    /// Says in one table what proposers and detectors come to, and how long a picture takes each; draws the detectors'
    /// accuracy over their seconds, and what they find: `accuracy-and-seconds.png` and `detections.png`.
    ///
    /// # Errors
    /// When a picture cannot be drawn or written.
    pub fn detectors_compared(
        &mut self,
        scenes: &Scenes,
        proposers: &[Proposer],
        contestants: &[Contestant],
    ) -> Result<(), Failure> {
        let columns = [
            ("", 16),
            ("regions", 8),
            ("recall@0.5 %", 12),
            ("mAP@0.5 %", 10),
            ("mAP@[.5:.95] %", 14),
            ("ms a picture", 12),
            ("pictures a second", 17),
        ];
        let table = Table::begin(self, columns);
        let seconds = |name: &str, seconds: f64| {
            [
                Cell::said(format!("{:.1}", 1e3 * seconds))
                    .keeping(format!("seconds {name}"), seconds),
                Cell::said(format!("{:.1}", 1.0 / seconds.max(1e-9))),
            ]
        };
        for Proposer { name, regions, recall, seconds: each } in proposers {
            let all: usize = regions.iter().map(Vec::len).sum();
            let mean = all as f64 / regions.len().max(1) as f64;
            let figures = [
                Cell::said(*name),
                Cell::figure(format!("regions {name}"), mean, 0),
                Cell::figure(format!("recall {name}"), 100.0 * recall, 1),
                Cell::said(""),
                Cell::said(""),
            ];
            table.row(self, figures.into_iter().chain(seconds(name, *each)));
        }
        let mut points = Vec::new();
        for Contestant { name, judged, seconds: each } in contestants {
            let percent = |share: Option<f64>| 100.0 * share.unwrap_or(0.0);
            let half = percent(judged.report.at_half);
            let figures = [
                Cell::said(*name),
                Cell::said(""),
                Cell::said(""),
                Cell::figure(format!("map_50 {name}"), half, 1),
                Cell::figure(format!("map {name}"), percent(judged.report.average_precision), 1),
            ];
            table.row(self, figures.into_iter().chain(seconds(name, *each)));
            points.push(Series::new(*name, vec![(1e3 * each, half)]));
        }
        self.say_slowest(contestants);
        let title = "Accuracy against time, on the same scenes";
        let y = "mean average precision at IoU 0.5, %";
        let titles = Titles { title, x: "milliseconds for a picture", y };
        let kinds = [Kind::Logarithmic, PERCENTAGE];
        self.picture("accuracy-and-seconds.png", &plot::points(titles, kinds, &points)?)?;

        let mut sheet = Vec::new();
        for scene in 0..scenes.len().min(COMPARED) {
            for Contestant { name, judged, .. } in contestants {
                let truths = scenes.boxes[scene].iter().map(|truth| (truth.bounds, ""));
                let boxed = Boxed::new(&scenes.pictures[scene], scenes.size);
                let found = judged.shown(scene, DRAWN_FROM);
                sheet.push(boxed.found(&found, &scenes.classes).truth(truths).captioned(*name));
            }
        }
        let title = "Boxes that were found, in colour, and the true ones, in white";
        self.box_sheet("detections.png", title, &sheet, contestants.len() as u32)
    }

    /// Says how many times as long as the next slowest the slowest takes, and as the fastest.
    fn say_slowest(&mut self, contestants: &[Contestant]) {
        let mut order: Vec<&Contestant> = contestants.iter().collect();
        order.sort_by(|one, other| other.seconds.total_cmp(&one.seconds));
        if let [slowest, next, .., fastest] = order[..] {
            let [to_next, to_fastest] =
                [next, fastest].map(|other| slowest.seconds / other.seconds.max(1e-9));
            self.say(&format!(
                "{} takes {to_next:.0} times as long as {}, and {to_fastest:.0} times as long as {}.",
                slowest.name, next.name, fastest.name
            ));
            self.result("slowest", slowest.name);
            self.result("slowest_to_next", to_next);
            self.result("slowest_to_fastest", to_fastest);
        }
    }
}

/// A scene with its regions, those that fit best on top, and the boxes in white.
fn by_overlap<'a>(scenes: &'a Scenes, scene: usize, proposer: &Proposer) -> Boxed<'a> {
    let truths = || scenes.boxes[scene].iter().map(|truth| truth.bounds);
    let regions = &proposer.regions[scene];
    let mut fitting: Vec<([f64; 4], f64)> =
        regions.iter().map(|region| (*region, best_overlap(*region, truths()))).collect();
    fitting.sort_by(|(_, one), (_, other)| other.total_cmp(one)); // stable: in the proposer's order
    let (most, gray) = OTHERS;
    let (mut boxed, mut others) = (Boxed::new(&scenes.pictures[scene], scenes.size), 0);
    for (bounds, overlap) in fitting {
        let color = BY_OVERLAP.into_iter().find(|(least, _)| overlap >= *least);
        others += usize::from(color.is_none());
        if color.is_some() || others <= most {
            boxed = boxed.framed(bounds, "", color.map_or(gray, |(_, color)| color));
        }
    }
    let held = truths()
        .filter(|truth| regions.iter().any(|region| best_overlap(*region, [*truth]) >= HOLDS))
        .count();
    let (count, all) = (regions.len(), scenes.boxes[scene].len());
    boxed
        .truth(truths().map(|bounds| (bounds, "")))
        .captioned(format!("{}: {count} regions hold {held} of {all} boxes", proposer.name))
}
