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
use fireside_recipes::region_proposals::learning::{fast_rcnn, faster_rcnn, pace, rcnn};
use fireside_recipes::region_proposals::proposals::{propose_all, search};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::detecting::FindIn;
use crate::frame::{self, Program, Setup};
use crate::learning::Watch;
use crate::values::{Count, LearningRate, Units};

/// Proposes regions of street scenes by selective search, and teaches four detectors cars, trucks, pedestrians, traffic
/// lights, stop signs and motorcycles: R-CNN, which looks at every region by itself, Fast R-CNN, which looks at the scene
/// once, Faster R-CNN, which proposes its own regions, and YOLO, which needs none. The first three begin with the
/// convolutions that YOLO has learnt. All find what they can in the same new scenes: how much, and in what time.
///
/// Expect R-CNN to be by far the slowest, ten times as slow as Fast R-CNN, and those that begin with regions to find more
/// than a YOLO that has seen each scene four times. Takes about 5 minutes and a half of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Scenes to draw and train on
    #[arg(long, default_value = "1000")]
    scenes: Units,
    /// Scenes to draw and test on
    #[arg(long, default_value = "60", value_name = "SCENES")]
    test_scenes: Units,
    /// Times through the scenes of YOLO
    #[arg(long, default_value = "4")]
    epochs: Count,
    /// Times through the scenes of Fast and Faster R-CNN
    #[arg(long, default_value = "2", value_name = "EPOCHS")]
    region_epochs: Count,
    /// Times through the scenes of R-CNN
    #[arg(long, default_value = "1", value_name = "EPOCHS")]
    crop_epochs: Count,
    /// Learning rate at its height
    #[arg(long, default_value = "2e-3")]
    lr: LearningRate,
    /// Seed of the scenes, the weights, and the order and the changes of the scenes
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w3-region-proposals",
    teaches: "selective search, R-CNN, Fast and Faster R-CNN and YOLO on the same streets",
    embedded: "drawn street scenes",
    minutes: 5.0,
    command: frame::command::<Settings, FindIn>,
    trains: "street.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

/// Anchors of the YOLO, as many as `c4w3-car-detection` has.
const ANCHORS: usize = 5;

fn story(setup: &Setup<Settings, FindIn>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { epochs, region_epochs, crop_epochs, lr, seed, .. } = *settings;
    let pictures = asked.pictures()?;
    let counts = [settings.scenes, settings.test_scenes].map(|n| setup.examples(n.get()));
    let [train, test] = Scenes::drawn_sets(SIZE, counts, seed)?;
    let test = if setup.is_dry_run() { test.first(2) } else { test };
    let mut run = setup.begin()?;
    run.say(&format!(
        "Data: {} drawn street scenes to train on, {} to test.",
        train.len(),
        test.len()
    ));
    run.look_at_boxes([&train, &test])?;
    run.segments_joined(&test)?;
    let [learnt, judged] = [&train, &test].map(|scenes| propose_all(&search(), scenes));
    let (learnt, judged) = (learnt?, judged?);

    let paced = |epochs: Count| pace(epochs.get(), lr.get(), seed);
    let (config, aim) = aim(&train, &anchors(&train, ANCHORS)?.anchors)?;
    let sets = [
        &SceneExamples::new(&train, &aim, device)?
            .changed(Changes { flips: true, colors: true, ..Changes::NONE }, seed),
        &SceneExamples::new(&test, &aim, device)?,
    ];
    let mut of_yolo = lesson(&train, &config, paced(epochs), device)?;
    of_yolo.card.is_main = false;
    let yolo = run.learn(of_yolo, sets, Watch::ByLines)?.net;

    let trunk = yolo.trunk();
    let sets = [
        &RegionExamples::new(&train, &learnt, device)?.changed(seed),
        &RegionExamples::new(&test, &judged, device)?,
    ];
    let of_rcnn = rcnn(&train, trunk, paced(crop_epochs), device)?;
    let rcnn = RegionDetector::from(run.learn(of_rcnn, sets, Watch::ByLines)?.net);
    let of_fast = fast_rcnn(&train, trunk, paced(region_epochs), device)?;
    let fast = RegionDetector::from(run.learn(of_fast, sets, Watch::ByLines)?.net);
    let of_faster = faster_rcnn(&train, trunk, paced(region_epochs), device)?;
    let faster = RegionDetector::from(run.learn(of_faster, sets, Watch::ByLines)?.net);

    let [rcnn, fast, faster] = [rcnn, fast, faster].map(|detector| detector.for_scenes(&train));
    let yolo = Detector::of_lite(yolo, &config)?.for_scenes(&train);
    let all = Detectors { rcnn: &rcnn, fast: &fast, faster: &faster, yolo: &yolo };
    let proposers = all.propose(&test, device)?;
    run.detectors_compared(&test, &proposers, &all.detect(&test, device)?)?;
    run.proposals_drawn(&test, &proposers)?;
    run.crops_sorted(&rcnn, &test, &judged, device)?;
    let selection = asked.of_regions()?;
    run.find_in(&faster.classes, &pictures, |picture| faster.detect(picture, &selection, device))?;
    run.finish()
}
