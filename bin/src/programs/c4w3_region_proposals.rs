//! Course 4, week 3: region proposals, from selective search and R-CNN to YOLO.

use clap::Args;
use fireside_recipes::car_detection::SIZE;
use fireside_recipes::car_detection::batches::SceneExamples;
use fireside_recipes::car_detection::changes::Changes;
use fireside_recipes::car_detection::detector::Detector;
use fireside_recipes::car_detection::learning::{aim, anchors, lesson};
use fireside_recipes::car_detection::scenes::Scenes;
use fireside_recipes::region_proposals::batches::RegionExamples;
use fireside_recipes::region_proposals::comparing::Detectors;
use fireside_recipes::region_proposals::detector::RegionDetector;
use fireside_recipes::region_proposals::learning::{fast_rcnn, faster_rcnn, rcnn};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::detecting::{FindIn, RegionTraining};
use crate::frame::{self, Program, Setup};
use crate::learning::Watch;

/// Proposes regions of street scenes by selective search, and teaches four detectors cars, trucks, pedestrians, traffic
/// lights, stop signs and motorcycles: R-CNN, which looks at every region by itself, Fast R-CNN, which looks at the scene
/// once, Faster R-CNN, which proposes its own regions, and YOLO, which needs none. The first three begin with the
/// convolutions that YOLO has learnt. All find what they can in the same new scenes: how much, and in what time.
///
/// Expect R-CNN to be by far the slowest, 16 to 20 times as slow as Fast R-CNN, and to find the least, 48 to 53 % (mean
/// average precision at an overlap of 0.5); Fast R-CNN 74 to 80, Faster R-CNN 79 to 87, YOLO 77 to 81 %. Takes 7 minutes
/// of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    #[command(flatten)]
    #[serde(flatten)]
    training: RegionTraining,
    /// Seed of the scenes, the weights, and the order and the changes of the scenes
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w3-region-proposals",
    teaches: "selective search, R-CNN, Fast and Faster R-CNN and YOLO on the same streets",
    embedded: "drawn street scenes",
    minutes: 4.0,
    command: frame::command::<Settings, FindIn>,
    trains: "street.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

/// Anchors of the YOLO, as many as `c4w3-car-detection` has.
const ANCHORS: usize = 5;

fn story(setup: &Setup<Settings, FindIn>) -> Result<(), Failure> {
    let Setup { settings: Settings { training, seed }, asked, device, .. } = setup;
    let pictures = asked.pictures()?;
    let counts = training.counts().map(|count| setup.examples(count));
    let [train, test] = Scenes::drawn_sets(SIZE, counts, *seed)?;
    let test = if setup.is_dry_run() { test.first(2) } else { test };
    let mut run = setup.begin()?;
    let [learnt, tested] = [train.len(), test.len()];
    run.say(&format!("Data: {learnt} drawn street scenes to train on, {tested} to test."));
    run.look_at_boxes([&train, &test])?;
    run.segments_joined(&test)?;
    let (searched, judged) = (run.search_regions(&train)?, run.search_regions(&test)?);

    let [of_yolo, of_rcnn, of_others] = training.paces(*seed);
    let (config, aim) = aim(&train, &anchors(&train, ANCHORS)?.anchors)?;
    let changes = Changes { flips: true, colors: true, ..Changes::NONE };
    let sets = [
        &SceneExamples::new(&train, &aim, device)?.changed(changes, *seed),
        &SceneExamples::new(&test, &aim, device)?,
    ];
    let mut lesson = lesson(&train, &config, of_yolo, device)?;
    lesson.card.is_main = false;
    let yolo = run.learn(lesson, sets, Watch::ByName)?.net;

    let trunk = yolo.trunk();
    let sets = [
        &RegionExamples::new(&train, &searched, device)?.changed(*seed),
        &RegionExamples::new(&test, &judged, device)?,
    ];
    let rcnn = run.learn(rcnn(&train, trunk, of_rcnn, device)?, sets, Watch::ByName)?.net;
    let fast = run.learn(fast_rcnn(&train, trunk, of_others, device)?, sets, Watch::ByName)?.net;
    let lesson = faster_rcnn(&train, trunk, of_others, device)?;
    let faster = run.learn(lesson, sets, Watch::ByName)?.net;

    let [rcnn, fast, faster] = [rcnn.into(), fast.into(), faster.into()]
        .map(|detector: RegionDetector| detector.for_scenes(&train));
    let yolo = Detector::of_lite(yolo, &config)?.for_scenes(&train);
    let all = Detectors { rcnn: &rcnn, fast: &fast, faster: &faster, yolo: &yolo };
    let (proposers, contestants) = run.ask_in_turns(&all, &test, device)?;
    run.detectors_compared(&test, &proposers, &contestants)?;
    run.proposals_drawn(&test, &proposers)?;
    run.crops_sorted(&rcnn, &test, &judged, device)?;
    let selection = asked.of_regions()?;
    run.find_in(&faster.classes, &pictures, |picture| faster.detect(picture, &selection, device))?;
    run.finish()
}
