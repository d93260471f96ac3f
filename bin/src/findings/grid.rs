//! Scenes with boxes to learn from, and how a YOLO comes from its grid to the boxes that it keeps.

use burn::tensor::Device;
use fireside_recipes::car_detection::class_map::class_map;
use fireside_recipes::car_detection::detector::Detector;
use fireside_recipes::car_detection::judging::logits;
use fireside_recipes::car_detection::scenes::Scenes;
use fireside_report::DATA_FILE;
use fireside_vision::detection::anchors::Clusters;
use fireside_vision::detection::nms::Nms;
use fireside_vision::detection::{Detection, Selection};

use super::Boxed;
use super::look::of_class;
use crate::Failure;
use crate::plot::{self, Series, Titles, class_color};
use crate::run::Run;

/// Scenes on the sheet of the data, and how many in a row.
const SHOWN: usize = 12;
const COLUMNS: u32 = 4;
/// Scenes whose way from the grid to the boxes is drawn.
const FOLLOWED: usize = 3;
/// Boxes of a lower score are not drawn even where all are.
const VISIBLE: f64 = 0.02;
/// The least score of a box, and the overlap above which one goes.
const SCORE: f64 = 0.4;
const IOU: f64 = 0.45;
/// Of a cell of the class map, the share that is colour where it is sure.
const PAINT: f64 = 0.75;
/// Box sizes drawn at most.
const DOTS: usize = 2000;

impl Run {
    /// Says how many boxes of each class there are, and draws some scenes with theirs: `data.png`.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn look_at_boxes(&mut self, [train, test]: [&Scenes; 2]) -> Result<(), Failure> {
        for (what, scenes) in [("to train on", train), ("to test", test)] {
            let counts = scenes.counts().into_iter().zip(&scenes.classes);
            let counts: Vec<String> = counts.map(|(count, class)| of_class(count, class)).collect();
            self.say(&format!("    boxes {what}: {}", counts.join(", ")));
        }
        let name = |class: usize| train.classes[class].as_str();
        let sheet = (0..train.len().min(SHOWN)).map(|place| {
            let boxes = train.boxes[place].iter().map(|truth| (truth.bounds, name(truth.class)));
            let all = train.boxes[place].len();
            Boxed::new(&train.pictures[place], train.size).truth(boxes).captioned(if all == 1 {
                "1 box".to_string()
            } else {
                format!("{all} boxes")
            })
        });
        let title = "Some of the scenes to train on, with the true boxes";
        self.box_sheet(DATA_FILE, title, &sheet.collect::<Vec<_>>(), COLUMNS)
    }

    /// Says the anchors that were found for the boxes, in cells of so many pixels, and how well they fit; draws them over
    /// the sizes of the boxes: `anchors.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn anchors(
        &mut self,
        scenes: &Scenes,
        clusters: &Clusters,
        cell: usize,
    ) -> Result<(), Failure> {
        let cell = cell as f64;
        let sizes: Vec<String> = clusters
            .anchors
            .iter()
            .map(|[width, height]| format!("{:.0}x{:.0}", width * cell, height * cell))
            .collect();
        let fit = clusters.mean_iou;
        let count = sizes.len();
        self.say(&format!(
            "Anchors, width x height in pixels: {}; a box overlaps its best one by {fit:.2} in the mean (IoU).",
            sizes.join(", ")
        ));
        self.result("anchors", count);
        self.result("anchors_mean_iou", fit);
        let points = scenes.box_sizes().into_iter().map(|[width, height]| (width, height));
        let boxes = Series::new("a box", points.take(DOTS).collect());
        let lines = clusters.anchors.iter().zip(sizes).map(|([width, height], name)| {
            let [width, height] = [width * cell, height * cell];
            Series::new(
                format!("anchor {name}"),
                vec![(0.0, height), (width, height), (width, 0.0)],
            )
        });
        let title = "The sizes of the boxes, and the anchors";
        let titles = Titles { title, x: "width in pixels", y: "height in pixels" };
        self.picture("anchors.png", &plot::scatter(titles, &boxes, &lines.collect::<Vec<_>>())?)
    }

    /// Draws for some scenes what each cell takes its part for, the boxes that the network draws, those of a score of 0.4
    /// or more, and those that are left when the others are suppressed: `from-grid-to-boxes.png`.
    ///
    /// # Errors
    /// When the network's last layer is not that of its head, or the sheet cannot be drawn or written.
    pub fn grid_to_boxes(
        &mut self,
        detector: &Detector,
        scenes: &Scenes,
        device: &Device,
    ) -> Result<(), Failure> {
        let all = Nms::new(1.0)?;
        let steps = [
            Selection::new(VISIBLE, all)?,
            Selection::new(SCORE, all)?,
            Selection::new(SCORE, Nms::new(IOU)?)?.by_class(),
        ];
        let mut painted = Vec::new();
        let mut found: Vec<[Vec<Detection>; 3]> = Vec::new();
        for place in 0..scenes.len().min(FOLLOWED) {
            let logits = logits(detector, scenes, &[place], device);
            painted.push(self::painted(detector, scenes, place, &logits)?);
            let mut of_steps = [(); 3].map(|()| Vec::new());
            for (of_step, selection) in of_steps.iter_mut().zip(&steps) {
                let found = detector.head.detect(logits.clone(), selection)?;
                *of_step = found.into_iter().flatten().collect();
            }
            found.push(of_steps);
        }
        let mut sheet = Vec::new();
        for (place, [drawn, sure, kept]) in found.iter().enumerate() {
            let picture = || Boxed::new(&scenes.pictures[place], scenes.size);
            let frames = drawn.iter().map(|found| (found.bounds, ""));
            sheet.push(
                Boxed::new(&painted[place], scenes.size).captioned("what each cell takes it for"),
            );
            let caption = format!("{} boxes above {VISIBLE}, in white", drawn.len());
            sheet.push(picture().truth(frames).captioned(caption));
            sheet.push(
                picture()
                    .found(sure, &scenes.classes)
                    .captioned(format!("{} of {SCORE} or more", sure.len())),
            );
            sheet.push(
                picture()
                    .found(kept, &scenes.classes)
                    .captioned(format!("{} after suppression", kept.len())),
            );
        }
        let title = "From the cells of the grid to the boxes that are kept";
        self.box_sheet("from-grid-to-boxes.png", title, &sheet, COLUMNS)
    }
}

/// A scene with every cell in the colour of its class, the more of it the surer.
fn painted(
    detector: &Detector,
    scenes: &Scenes,
    place: usize,
    logits: &burn::tensor::Tensor<4>,
) -> Result<Vec<u8>, Failure> {
    let map = class_map(&detector.head, logits)?;
    let (cell, [_, width]) = (detector.head.cell(), scenes.size);
    let columns = width / cell;
    let classes = scenes.classes.len();
    let mut pixels = scenes.pictures[place].clone();
    for (at, pixel) in pixels.as_chunks_mut::<3>().0.iter_mut().enumerate() {
        let of_cell = map[at / width / cell * columns + at % width / cell];
        let color = class_color(of_cell.class, classes);
        let share = PAINT * of_cell.score;
        for (value, paint) in pixel.iter_mut().zip(color) {
            let mixed = f64::from(*value) * (1.0 - share) + f64::from(paint) * share;
            *value = mixed.round() as u8;
        }
    }
    Ok(pixels)
}
