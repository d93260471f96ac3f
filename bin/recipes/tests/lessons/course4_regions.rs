//! Detectors by regions and without, held against each other.

use fireside_recipes::car_detection::batches::SceneExamples;
use fireside_recipes::car_detection::changes::Changes;
use fireside_recipes::car_detection::detector::Detector;
use fireside_recipes::car_detection::learning::{aim, anchors};
use fireside_recipes::car_detection::scenes::Scenes;
use fireside_recipes::car_detection::{self, SIZE};
use fireside_recipes::lesson::Pace;
use fireside_recipes::region_proposals::batches::RegionExamples;
use fireside_recipes::region_proposals::comparing::Detectors;
use fireside_recipes::region_proposals::learning::{fast_rcnn, faster_rcnn, pace, rcnn};
use fireside_recipes::region_proposals::proposals::{propose_all, search};
use fireside_vision::yolo::lite::{YoloLite, YoloLiteConfig};

use crate::counting::{Seen, device, holds_for_nine_of_ten, learn, percent};

/// What the four methods are compared by: R-CNN takes much longer than those that look at a scene once, though the
/// search of its regions holds most boxes; the network that proposes its own regions finds no less with a fifth of them. Fast
/// R-CNN has to reach a mean average precision of 60 % and Faster R-CNN one of 70 %.
#[test]
#[ignore = "an hour of processor time"]
fn looking_once_is_faster_than_looking_at_every_region_and_finds_no_less() {
    holds_for_nine_of_ten(|seed| {
        let [train, test] = Scenes::drawn_sets(SIZE, [2000, 60], seed).unwrap();
        let [learnt, judged] =
            [&train, &test].map(|scenes| propose_all(&search(), scenes, || ()).unwrap());
        let (yolo, config) = yolo(&train, &test, pace(5, 1e-2, seed));
        let pace = |epochs| pace(epochs, 2e-3, seed);
        let trunk = yolo.trunk();
        let sets = [
            &RegionExamples::new(&train, &learnt, &device()).unwrap().changed(seed),
            &RegionExamples::new(&test, &judged, &device()).unwrap(),
        ];
        let rcnn = learn(rcnn(&train, trunk, pace(1), &device()).unwrap(), sets).model;
        let fast = learn(fast_rcnn(&train, trunk, pace(2), &device()).unwrap(), sets).model;
        let faster = learn(faster_rcnn(&train, trunk, pace(2), &device()).unwrap(), sets).model;
        let (rcnn, fast, faster) = (rcnn.into(), fast.into(), faster.into());
        let yolo = Detector::of_lite(yolo, &config).unwrap();
        let all = Detectors { rcnn: &rcnn, fast: &fast, faster: &faster, yolo: &yolo };
        let proposed = all.propose(&test, &device(), |_| ()).unwrap();
        let recalls = proposed.map(|found| percent(found.recall));
        let found = all.detect(&test, &device(), |_| ()).unwrap();
        let [rcnn, fast, faster, yolo] = found.each_ref().map(|found| found.seconds);
        let precision = found.each_ref().map(|found| percent(found.judged.report.at_half.unwrap()));
        Seen {
            holds: rcnn >= 10.0 * fast
                && fast > faster
                && rcnn >= 20.0 * yolo
                && recalls[0] >= 85.0
                && precision[1] >= 60.0
                && precision[2] >= 70.0
                && precision[2] >= precision[0],
            figures: format!(
                "{rcnn:.3}, {fast:.3}, {faster:.3}, {yolo:.3} s; mAP@0.5 {precision:.1?}; recall {recalls:.1?}"
            ),
        }
    });
}

/// A small YOLO that has learnt the scenes.
fn yolo(train: &Scenes, test: &Scenes, pace: Pace) -> (YoloLite, YoloLiteConfig) {
    let (config, aim) = aim(train, &anchors(train, 5).unwrap().anchors).unwrap();
    let [learnt, judged] =
        [train, test].map(|scenes| SceneExamples::new(scenes, &aim, &device()).unwrap());
    let changes = Changes { flips: true, colors: true, ..Changes::NONE };
    let lesson = car_detection::learning::lesson(train, &config, pace, &device()).unwrap();
    (learn(lesson, [&learnt.changed(changes, pace.seed), &judged]).model, config)
}
