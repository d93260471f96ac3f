//! Boxes: one object or none, windows, and regions.

use std::ops::ControlFlow;

use fireside_recipes::car_detection::batches::SceneExamples;
use fireside_recipes::car_detection::changes::Changes;
use fireside_recipes::car_detection::detector::Detector;
use fireside_recipes::car_detection::learning::{aim, anchors};
use fireside_recipes::car_detection::scenes::Scenes;
use fireside_recipes::car_detection::{self, SIZE};
use fireside_recipes::lesson::{Lesson, Pace};
use fireside_recipes::localization::{Faces, Loss, Objects, face_figures, object_figures};
use fireside_recipes::picture_set::PictureSet;
use fireside_recipes::region_proposals::batches::RegionExamples;
use fireside_recipes::region_proposals::comparing::Detectors;
use fireside_recipes::region_proposals::learning::{fast_rcnn, faster_rcnn, rcnn};
use fireside_recipes::region_proposals::proposals::{propose_all, search};
use fireside_recipes::sliding_windows::{
    Crops, claim, draw, found, judged, lesson, mine, parts, windows,
};
use fireside_training::supervised::Moment;

use fireside_vision::yolo::lite::{YoloLite, YoloLiteConfig};

use crate::counting::{Seen, device, holds_for_nine_of_ten, learn, percent};

fn go_on(_: Moment) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Of the pictures judged by, 97 % have to be told right whether there is an object; of those with one, 90 % have to be
/// found with their class and an IoU above 0.5, with a mean IoU of 0.75.
#[test]
#[ignore = "twenty minutes of processor time"]
fn one_network_tells_whether_there_is_an_object_and_what_and_where() {
    holds_for_nine_of_ten(|seed| {
        let ([train, test], _) = Objects::drawn(4000, 1000, seed).unwrap();
        let [learnt, held_out] =
            [train.to_learn(&device()).unwrap(), test.targets(&device()).unwrap()];
        let pace = Pace { epochs: 5, batch_size: 32, rate: 3e-3, weight_decay: 1e-3, seed };
        let Lesson { net, training, answer, .. } =
            train.lesson(Loss::Mixed, pace, &device()).unwrap();
        let net = training.run(net, answer, &learnt, &held_out, go_on).unwrap().model;
        let told = test.found(&net, Loss::Mixed, &device()).unwrap();
        let figures = object_figures(&test.objects, &told);
        let (is_there, at_half) = (percent(figures.is_there), percent(figures.at_half));
        Seen {
            holds: is_there >= 97.0 && at_half >= 90.0 && figures.mean_overlap >= 0.75,
            figures: format!(
                "{is_there:.1} % told whether there is one, {at_half:.1} % found, IoU {:.3}",
                figures.mean_overlap
            ),
        }
    });
}

/// The features of faces that nobody has seen have to be within 6 % of the eyes' distance on average, and no more than
/// 5 % of the faces farther off than 10 %.
#[test]
#[ignore = "ten minutes of processor time"]
fn the_same_network_with_another_head_finds_the_features_of_faces() {
    holds_for_nine_of_ten(|seed| {
        let [train, test] = Faces::draw(2000, 500, seed);
        let pace = Pace { epochs: 6, batch_size: 32, rate: 3e-3, weight_decay: 1e-3, seed };
        let Lesson { net, training, answer, .. } = train.lesson(pace, &device()).unwrap();
        let (learnt, held_out) = (train.to_learn(&device()), test.targets(&device()));
        let net = training.run(net, answer, &learnt, &held_out, go_on).unwrap().model;
        let told = test.found(&net, &device()).unwrap();
        let figures = face_figures(&test.landmarks(), &told);
        let (error, failures) = (percent(figures.mean_error), percent(figures.failures));
        Seen {
            holds: error <= 6.0 && failures <= 5.0,
            figures: format!("error {error:.2} %, {failures:.1} % of the faces above 10 %"),
        }
    });
}

/// One pass may differ from every window cut out by the rounding of 64-bit floats alone, 1e-12; with zeros around the
/// maps it has to differ by more than a hundredth, of answers that are about 1.
#[test]
fn one_pass_is_every_window_where_nothing_is_around_the_maps_and_only_there() {
    holds_for_nine_of_ten(|seed| {
        let claim = claim(seed, &device()).unwrap();
        let of_window = |apart: &&fireside_recipes::sliding_windows::Apart| apart.windows != [1, 1];
        let valid = claim.sizes.iter().map(|apart| apart.valid).fold(0.0, f64::max);
        let same = claim.sizes.iter().filter(of_window).map(|apart| apart.same);
        let same = same.fold(f64::INFINITY, f64::min);
        Seen {
            holds: valid <= 1e-12 && same > 1e-2,
            figures: format!("{valid:.1e} with nothing around, at least {same:.1e} with zeros"),
        }
    });
}

/// Two rounds with windows that were taken for something have to raise the mean average precision by 5 points, to 35 %
/// at least.
#[test]
#[ignore = "thirty minutes of processor time"]
fn windows_that_were_taken_for_something_make_a_better_detector() {
    holds_for_nine_of_ten(|seed| {
        let (scenes, others) = (draw(0..1200, seed).unwrap(), draw(1200..1400, seed).unwrap());
        let windows = windows(parts(&scenes));
        let mut crops = Crops::of(&scenes, seed);
        let set =
            |crops: &Crops| PictureSet::first(crops.pictures(), usize::MAX, &device()).unwrap();
        let held_out = set(&Crops::of(&others, seed));
        let (mut net, mut means) = (None, Vec::new());
        for round in 1..=3 {
            let train = set(&crops);
            let epochs = if round == 1 { 8 } else { 4 };
            let pace = Pace { epochs, batch_size: 64, rate: 3e-3, weight_decay: 1e-3, seed };
            let Lesson { net: start, training, answer, .. } =
                lesson(round, net.take(), &windows, pace, train.len(), &device()).unwrap();
            let learnt = training.run(start, answer, &train, &held_out, go_on).unwrap().model;
            let one_pass = Box::new(learnt.clone().into_convolutional());
            let detector = windows.detector(one_pass).unwrap();
            let boxes = found(&detector, &others, &device()).unwrap();
            means.push(percent(judged(&others, &boxes, true).unwrap().at_half.unwrap_or(0.0)));
            if round < 3 {
                let more = draw(0..300, seed + round as u32).unwrap();
                mine(&detector, &more, &mut crops, &device()).unwrap();
            }
            net = Some(learnt);
        }
        Seen {
            holds: means[2] >= means[0] + 5.0 && means[2] >= 35.0,
            figures: format!("mAP@0.5 {:.1}, {:.1}, {:.1} %", means[0], means[1], means[2]),
        }
    });
}

/// What the four methods are compared by: R-CNN takes much longer than those that look at a scene once, though the
/// search of its regions holds most boxes; the network that proposes its own regions finds no less with a fifth of them.
#[test]
#[ignore = "an hour of processor time"]
fn looking_once_is_faster_than_looking_at_every_region_and_finds_no_less() {
    holds_for_nine_of_ten(|seed| {
        let [train, test] = Scenes::drawn_sets(SIZE, [1000, 60], seed).unwrap();
        let [learnt, judged] =
            [&train, &test].map(|scenes| propose_all(&search(), scenes).unwrap());
        let pace = |epochs| Pace { epochs, batch_size: 8, rate: 2e-3, weight_decay: 5e-3, seed };
        let (yolo, config) = yolo(&train, &test, pace(4));
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
        let recalls = all.propose(&test, &device()).unwrap().map(|found| percent(found.recall));
        let found = all.detect(&test, &device()).unwrap();
        let [rcnn, fast, faster, yolo] = found.each_ref().map(|found| found.seconds);
        let precision = found.each_ref().map(|found| percent(found.judged.report.at_half.unwrap()));
        Seen {
            holds: rcnn >= 5.0 * fast
                && fast > faster
                && rcnn >= 20.0 * yolo
                && recalls[0] >= 85.0
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
