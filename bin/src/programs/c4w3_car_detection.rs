//! Course 4, week 3: car detection with YOLO.

use clap::Args;
use fireside_recipes::car_detection::batches::SceneExamples;
use fireside_recipes::car_detection::detector::{Detector, Usual};
use fireside_recipes::car_detection::learning::{aim, anchors, lesson};
use fireside_recipes::car_detection::of_the_course::verify;
use fireside_recipes::steps::car_detection::NOTEBOOK;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::detecting::{FindIn, OwnBoxes, PublishedYolo, YoloTraining};
use crate::frame::{self, Program, Setup};
use crate::learning::Watch;

/// Learns to find cars, trucks, pedestrians, traffic lights, stop signs and motorcycles in street scenes by a small
/// YOLO v2, or in pictures of your own; or finds things by published weights of YOLO: those of the course in either
/// edition, Darknet's, or those of a face detector.
///
/// Expect a mean average precision of 82 to 85 % at an overlap of 0.5, and of 81 to 83 % without the colours. Takes 4
/// minutes of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    #[command(flatten)]
    #[serde(flatten)]
    training: YoloTraining,
    /// Seed of the scenes, the weights, and the order and the changes of the scenes
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    own: OwnBoxes,
    #[command(flatten)]
    #[serde(flatten)]
    published: PublishedYolo,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w3-car-detection",
    teaches: "YOLO: trained on drawn streets or your own boxes, or by weights that people have",
    files: &[],
    embedded: "drawn street scenes",
    minutes: 2.0,
    verifies: true,
    command: frame::command::<Settings, FindIn>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, FindIn>) -> Result<(), Failure> {
    let Setup { settings: Settings { training, seed, own, published }, asked, device, .. } = setup;
    let (pictures, verifies) = (asked.pictures()?, setup.reference().is_some());
    if let Some(published) = published.read(&pictures, verifies, device)? {
        if verifies {
            return setup.compare(|| verify(&published, &pictures.files, device));
        }
        let mut run = setup.begin()?;
        run.say(&published.description);
        let selection = asked.selection(published.usual)?;
        let detector = &published.detector;
        run.find_in(&detector.classes, &pictures, |picture| {
            detector.detect(picture, &selection, device)
        })?;
        return run.finish();
    }

    let counts = training.counts().map(|count| setup.examples(count));
    let (size, names) = (published.size(), published.classes.as_deref());
    let (sets, description) = own.sets(size, names, counts, *seed)?;
    let [train, test] = sets.map(|set| set.first(setup.examples(usize::MAX)));
    let clusters = anchors(&train, training.num_anchors.get())?;
    let (config, aim) = aim(&train, &clusters.anchors)?;
    let [learnt, judged] =
        [SceneExamples::new(&train, &aim, device)?, SceneExamples::new(&test, &aim, device)?];
    let mut run = setup.begin()?;
    run.say(&description);
    run.look_at_boxes([&train, &test])?;
    run.anchors(&train, &clusters, aim.head.cell())?;

    let lesson = lesson(&train, &config, training.pace(*seed), device)?;
    run.yolo_layers(&lesson.net, size, device);
    let sets = [&learnt.changed(training.changes(), *seed), &judged];
    let learnt = run.learn(lesson, sets, Watch::by(setup.dashboard))?;
    let detector = Detector::of_lite(learnt.net, &config)?.for_scenes(&train);

    run.yolo_judged(&detector, &test, device)?;
    let selection = asked.selection(Usual::LITE)?;
    run.find_in(&detector.classes, &pictures, |picture| {
        detector.detect(picture, &selection, device)
    })?;
    run.epoch_curves(["Cost of YOLO", "Boxes that YOLO finds"], &learnt.curve)?;
    run.finish()
}
