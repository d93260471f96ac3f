//! Course 4, week 3: one object or none, its class and its box; and where the features of a face are.

use clap::Args;
use fireside_recipes::lesson::Learnt;
use fireside_recipes::localization::{Faces, Loss, Objects, face_figures, object_figures, read};
use fireside_recipes::steps;
use fireside_recipes::trained::Trained;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::learning::{Watch, pace};
use crate::options::Predict;
use crate::pictures::Question;
use crate::values::{Count, InputPath, LearningRate, Units, one_of};

/// Learns whether a picture shows a pedestrian, a car, a motorcycle or nothing, and where, by one network that tells all
/// of it at once; and where eyes, brows, nose, mouth and chin of a face are, by the same network with another head.
///
/// Expect 98 % told right whether there is an object, 92 % of the objects found with an IoU above 0.5, and features of
/// faces 4 % of the eyes' distance off. Takes about 2 minutes. --show-steps shows the lecture's loss and its gradient.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Drawn streets to train on; a quarter as many to judge by
    #[arg(long, default_value = "4000")]
    pictures: Units,
    /// Times through them, each also mirrored
    #[arg(long, default_value = "5")]
    epochs: Count,
    /// Drawn faces to train on; a quarter as many to judge by
    #[arg(long, default_value = "2000")]
    faces: Units,
    /// Times through them, each also mirrored
    #[arg(long, default_value = "6")]
    face_epochs: Count,
    /// Pictures in a mini-batch
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Learning rate at the start
    #[arg(long, default_value = "3e-3")]
    lr: LearningRate,
    /// By what objects are learnt
    #[arg(long, value_parser = one_of(Loss::CHOICES), default_value = "mixed")]
    loss: Loss,
    /// Train on the pictures of this folder instead of drawn streets, with the boxes of --annotations
    #[arg(long, value_name = "DIR", requires = "annotations")]
    images: Option<InputPath>,
    /// Their boxes: COCO JSON, Pascal VOC XML, YOLO texts or CSV
    #[arg(long, value_name = "FILE|DIR", requires = "images")]
    annotations: Option<InputPath>,
    /// Seed of the pictures, the weights and the order of the pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w3-object-localization",
    teaches: "one object or none, its class and its box; and the features of a face",
    embedded: "drawn streets and faces",
    minutes: 2.0,
    notebook: Some(steps::localization::NOTEBOOK),
    command: frame::command::<Settings, Predict>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { epochs, face_epochs, batch_size, lr, loss, images, annotations, .. } = settings;
    let (seed, watch) = (settings.seed, Watch::by(setup.dashboard));
    let own = match images.as_deref().zip(annotations.as_deref()) {
        Some((images, annotations)) => Some(read(images, annotations, seed)?),
        None => None,
    };
    let question = Question::asked(asked.predict.as_deref())?;
    let mut run = setup.begin()?;
    let [pictures, faces] = [settings.pictures, settings.faces].map(|n| run.examples(n.get()));

    let (sets, description) = match own {
        Some(own) => own,
        None => Objects::drawn(pictures, pictures.div_ceil(4), seed)?,
    };
    run.look_at_objects(&description, &sets)?;
    let [train, test] = [sets[0].to_learn(device)?, sets[1].targets(device)?];
    let pace_of_objects = pace(*epochs, *batch_size, *lr, 1e-3, seed);
    let lesson = sets[0].lesson(*loss, pace_of_objects, device)?;
    let Learnt { net, card, curve } = run.learn(lesson, [&train, &test], watch)?;
    let found = sets[1].found(&net, *loss, device)?;
    run.objects_told(&sets[1], &found, &object_figures(&sets[1].objects, &found))?;
    run.epoch_curves(["Loss of objects", "Objects told right"], &curve)?;
    if let Some(question) = &question {
        let model = Trained::of(&card, net.into(), device)?;
        question.ask_where(&mut run, ("prediction", "prediction.png"), &model)?;
    }

    let [faces, others] = Faces::draw(faces, faces.div_ceil(4), seed);
    run.look_at_faces([&faces, &others])?;
    let lesson = faces.lesson(pace(*face_epochs, *batch_size, *lr, 1e-3, seed), device)?;
    let sets = [&faces.to_learn(device), &others.targets(device)];
    let Learnt { net, card, .. } = run.learn(lesson, sets, watch)?;
    let told = others.found(&net, device)?;
    run.landmarks_told(&others, &told, &face_figures(&others.landmarks(), &told))?;
    if let Some(question) = &question {
        let model = Trained::of(&card, net.into(), device)?;
        question.ask_where(&mut run, ("landmarks", "prediction-landmarks.png"), &model)?;
    }
    run.finish()
}
