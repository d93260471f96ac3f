//! A classifier slid over pictures: what one pass comes to, and what a detector made of it finds.

use burn::tensor::Device;
use fireside_metrics::detection::coco;
use fireside_recipes::counted;
use fireside_recipes::sliding_windows::{
    Apart, CLASSES, Claim, Cost, Costs, Detector, LOOKS, Scene, tensor,
};
use fireside_report::DATA_FILE;
use fireside_report::text::significant;
use fireside_vision::detection::{Bounds, Detection};

use super::{Boxed, Cell, Table};
use crate::Failure;
use crate::plot::{self, Growth, Series, class_color, heated};
use crate::run::Run;

/// Scenes shown at most, and how many in a row.
const SHOWN: usize = 12;
const COLUMNS: u32 = 4;
/// Windows drawn on a size of the scene at most.
const DRAWN: usize = 12;
/// Boxes less likely are not drawn.
const DRAWN_FROM: f64 = 0.5;
/// The ground of a panel on which there is nothing to see.
const PALE: [u8; 3] = [235; 3];

impl Run {
    /// Says how far one pass is from every window cut out, by the size of the picture, and draws where in a street they
    /// differ: `difference.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn one_pass_claim(&mut self, claim: &Claim) -> Result<(), Failure> {
        self.say(&format!(
            "The lecture's network has {} parameters. Every window cut out against one pass, {}-bit floats:",
            claim.parameters, claim.bits
        ));
        self.result("lecture_parameters", claim.parameters);
        let columns = [("  picture", 10), ("windows", 9), ("difference", 12), ("zeros around", 14)];
        let table = Table::begin(self, columns);
        let largest = |of: fn(&Apart) -> f64| claim.sizes.iter().map(of).fold(0.0, f64::max);
        for Apart { size: [height, width], windows: [rows, wide], valid, same } in &claim.sizes {
            let cells = [
                format!("  {height}x{width}"),
                format!("{rows}x{wide}"),
                significant(*valid, 2),
                significant(*same, 2),
            ];
            table.row(self, cells.map(Cell::said));
        }
        self.result("largest_difference", largest(|apart| apart.valid));
        self.result("largest_difference_with_zeros_around", largest(|apart| apart.same));

        self.draw_differences(claim)
    }

    /// Draws a street, how far each of its windows is from one pass, or that none is, and what the colours mean.
    fn draw_differences(&mut self, claim: &Claim) -> Result<(), Failure> {
        let (street, size) = &claim.street;
        let largest = |map: &[f64]| map.iter().copied().fold(0.0, f64::max);
        let [valid, same] = claim.maps.each_ref().map(|map| largest(map));
        let most = valid.max(same);
        let colored = |values: &[f64]| heated(&vec![0; values.len() * 3], values);
        let shares = |map: &[f64]| map.iter().map(|apart| apart / most).collect::<Vec<f64>>();
        let [rows, columns] = claim.windows;
        let steps = (0..rows).flat_map(|row| {
            let share = 1.0 - row as f64 / rows.saturating_sub(1).max(1) as f64;
            vec![share; columns]
        });
        let scale = colored(&steps.collect::<Vec<f64>>());
        let nothing = vec![PALE; rows * columns].concat();
        let maps = claim.maps.each_ref().map(|map| colored(&shares(map)));

        let mut boxed = vec![Boxed::new(street, *size).captioned("a street, 64x64")];
        let tiles = ["nothing around the maps", "zeros around the maps"];
        for ((pixels, worst), what) in maps.iter().zip([valid, same]).zip(tiles) {
            boxed.push(if worst == 0.0 {
                // An empty box holds the words in the middle.
                let [x, y] = [0.3 * columns as f64, 0.55 * rows as f64];
                let panel = Boxed::new(&nothing, claim.windows);
                panel.framed([x, y, x, y], "no difference", PALE).captioned(what)
            } else {
                let worst = significant(worst, 2);
                let caption = format!("{what}: windows differ by up to {worst}");
                Boxed::new(pixels, claim.windows).captioned(caption)
            });
        }
        if most > 0.0 {
            let caption = format!("the scale: from 0 below to {} above", significant(most, 2));
            boxed.push(Boxed::new(&scale, claim.windows).captioned(caption));
        }
        let title = "Where windows cut out differ from one pass over a street";
        self.box_sheet("difference.png", title, &boxed, 4)
    }

    /// Says what pictures cost window by window and in one pass, and draws how many times as long the former takes:
    /// `one-pass.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn one_pass_costs(&mut self, all: &[Costs]) -> Result<(), Failure> {
        let mut panels = Vec::new();
        for Costs { name, sharing, sizes } in all {
            self.say(&format!(
                "\nThe {name}'s network: windows cut out against one pass. Each pixel is in {sharing:.0} windows."
            ));
            let columns = [
                ("  picture", 10),
                ("windows", 9),
                ("cut out ms", 12),
                ("one pass ms", 12),
                ("ratio", 7),
                ("multiply-adds", 14),
            ];
            let table = Table::begin(self, columns);
            let (mut measured, mut by_count) = (Vec::new(), Vec::new());
            for Cost { side, windows, seconds: [alone, at_once], multiply_adds } in sizes {
                let (ratio, adds) = (alone / at_once, multiply_adds[0] / multiply_adds[1]);
                measured.push((*side as f64, ratio));
                by_count.push((*side as f64, adds));
                let key = |what: &str| format!("{what}_{name}_{side}");
                table.row(
                    self,
                    [
                        Cell::said(format!("  {side}x{side}")),
                        Cell::said(windows.to_string()),
                        Cell::said(format!("{:.2}", 1e3 * alone)),
                        Cell::said(format!("{:.2}", 1e3 * at_once)),
                        Cell::figure(key("time_ratio"), ratio, 1),
                        Cell::figure(key("multiply_add_ratio"), adds, 2),
                    ],
                );
            }
            let all_shared = sizes.iter().map(|cost| (cost.side as f64, *sharing)).collect();
            panels.push(Growth {
                title: format!("The {name}'s network"),
                x: "pixels across".to_string(),
                y: "times as long".to_string(),
                series: vec![Series::new("time", measured), Series::new("multiply-adds", by_count)],
                expected: Series::new("windows that see a pixel", all_shared),
            });
        }
        self.say(
            "What is saved is what convolutions share; what was fully connected works for each window anew.",
        );
        let title = "Windows cut out, as multiples of one pass";
        self.picture("one-pass.png", &plot::growths(title, &panels, 2)?)
    }

    /// Says how many objects of each class the scenes hold, and draws some with their boxes: `data.png`.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn look_at_street(&mut self, learnt: &[Scene], judged: &[Scene]) -> Result<(), Failure> {
        let (train, test) = (counted(learnt.len(), "drawn scene"), judged.len());
        self.say(&format!("\nData: {train} to train on and {test} to judge by, with objects:"));
        for (class, name) in CLASSES.iter().enumerate() {
            let count = |scenes: &[Scene]| {
                let objects = scenes.iter().flat_map(|scene| &scene.objects);
                objects.filter(|object| object.class == class).count()
            };
            let (learnt, judged) = (count(learnt), count(judged));
            self.say(&format!("    {name}: {learnt} to train on and {judged} to judge by"));
        }
        let tiles: Vec<Boxed<'_>> = learnt.iter().take(SHOWN).map(with_truth).collect();
        let title = "Some of the scenes to train on, with the true boxes";
        self.box_sheet(DATA_FILE, title, &tiles, COLUMNS)
    }

    /// Says how good a detector is after a round of learning, by all objects and by those that are not hard to see.
    pub fn windows_judged(&mut self, round: usize, [report, easy]: &[coco::Report; 2]) {
        let percent = |share: Option<f64>| 100.0 * share.unwrap_or(0.0);
        let mean = percent(report.at_half);
        let mut line = format!("round {round}: mAP@0.5 {mean:.1} %");
        self.result(&format!("map_50 round {round}"), mean);
        for (class, found) in CLASSES.iter().zip(&report.classes) {
            let average = percent(found.at_half);
            line += &format!(", {class} {average:.1}");
            self.result(&format!("ap_50 {class} round {round}"), average);
        }
        let easy = percent(easy.at_half);
        self.say(&format!("{line}; {easy:.1} without objects that are hard to see"));
        self.result("map_50", mean);
        self.result("map_50_easy", easy);
    }

    /// Says how many windows of nothing were taken for something after a round.
    pub fn mined(&mut self, round: usize, count: usize) {
        self.say(&format!(
            "    {count} windows of nothing were taken for something: learnt from next."
        ));
        self.result(&format!("mined round {round}"), count);
    }

    /// Draws what a detector finds in scenes, white what is there: `detections.png`.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn detections(
        &mut self,
        scenes: &[Scene],
        found: &[Vec<Detection>],
    ) -> Result<(), Failure> {
        let pairs = scenes.iter().zip(found).take(SHOWN);
        let tiles: Vec<Boxed<'_>> = pairs.map(|(scene, found)| with_both(scene, found)).collect();
        let title = "Boxes that were found, in colour, and the true ones, in white";
        self.box_sheet("detections.png", title, &tiles, COLUMNS)
    }

    /// Draws how likely each class is around every pixel of some scenes, and what is kept of it: `heat.png`.
    ///
    /// # Errors
    /// When the device fails, or the sheet cannot be drawn or written.
    pub fn heat(
        &mut self,
        detector: &Detector,
        scenes: &[Scene],
        found: &[Vec<Detection>],
        device: &Device,
    ) -> Result<(), Failure> {
        const SCENES: usize = 4;
        let mut maps = Vec::new();
        for scene in scenes.iter().take(SCENES) {
            let heat = detector.heat(&tensor(std::slice::from_ref(scene), device))?;
            maps.push(heat.iter().map(|heat| heated(&scene.picture, heat)).collect::<Vec<_>>());
        }
        let mut tiles = Vec::new();
        for ((scene, found), maps) in scenes.iter().zip(found).zip(&maps) {
            tiles.push(Boxed::of(scene).captioned("a scene"));
            for (class, map) in CLASSES.iter().zip(maps) {
                let caption = format!("{class}: dark 0 %, pale yellow 100 %");
                tiles.push(Boxed::new(map, scene.size).captioned(caption));
            }
            tiles.push(Boxed::of(scene).found(&likely(found), &CLASSES).captioned("what is kept"));
        }
        let title = "How likely each class is around every pixel, and what is kept of it";
        self.box_sheet("heat.png", title, &tiles, 2 + CLASSES.len() as u32)
    }

    /// Draws a scene at the sizes at which it is looked at, with a window and those that show something: `pyramid.png`.
    ///
    /// # Errors
    /// When the device fails, or the sheet cannot be drawn or written.
    pub fn pyramid(
        &mut self,
        detector: &Detector,
        scene: &Scene,
        device: &Device,
    ) -> Result<(), Failure> {
        let image = tensor(std::slice::from_ref(scene), device);
        let windows = detector.windows(&image)?.into_iter().next().unwrap_or_default();
        let levels = detector.pyramid().levels(&image, detector.window());
        let mut tiles = Vec::new();
        for (level, scale) in levels.iter().zip(detector.pyramid().scales()) {
            let [.., height, width] = level.dims();
            let side = detector.window() as f64 / scale;
            let across = |pixels: usize| (pixels - detector.window()) / detector.stride() + 1;
            let caption = format!("{width}x{height}: {}x{} windows", across(width), across(height));
            let mut tile = Boxed::of(scene).captioned(caption);
            let of_level = windows.iter().filter(|found| {
                found.score >= DRAWN_FROM && (detector.window_of(found).1 / side - 1.0).abs() < 0.1
            });
            for found in of_level.take(DRAWN) {
                let ([x, y], side) = detector.window_of(found);
                let half = side / 2.0;
                let bounds: Bounds = [x - half, y - half, x + half, y + half];
                tile = tile.framed(bounds, "", class_color(found.class, LOOKS.len()));
            }
            tiles.push(tile.framed([0.0, 0.0, side, side], "", [255; 3]));
        }
        let title = "A window at each size of the scene, in white, and those that show something";
        self.box_sheet("pyramid.png", title, &tiles, 3)
    }
}

impl<'a> Boxed<'a> {
    fn of(scene: &'a Scene) -> Self {
        Self::new(&scene.picture, scene.size)
    }
}

fn truths(scene: &Scene) -> impl Iterator<Item = (Bounds, &str)> {
    scene.objects.iter().map(|object| (object.bounds, CLASSES[object.class]))
}

fn with_truth(scene: &Scene) -> Boxed<'_> {
    Boxed::of(scene).truth(truths(scene))
}

/// A scene with what is found there and likely, and white frames around what is there.
fn with_both<'a>(scene: &'a Scene, found: &[Detection]) -> Boxed<'a> {
    let frames = scene.objects.iter().map(|object| (object.bounds, ""));
    Boxed::of(scene).found(&likely(found), &CLASSES).truth(frames)
}

fn likely(found: &[Detection]) -> Vec<Detection> {
    found.iter().filter(|found| found.score >= DRAWN_FROM).copied().collect()
}
