//! Course 4, week 3: one object or none, its class and its box; and where the features of a face are.

use clap::Args;
use fireside_recipes::lesson::Learnt;
use fireside_recipes::localization::{Faces, Loss, Objects, face_figures, object_figures, pace};
use fireside_recipes::steps::localization::NOTEBOOK;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::learning::Watch;
use crate::options::Predict;
use crate::pictures::Question;
use crate::values::{Count, InputPath, LearningRate, Units, one_of};

/// Learns whether a picture shows a pedestrian, a car, a motorcycle or nothing, and where, by one network that tells all
/// of it at once; and where the features of a face are, by the same network with another head.
///
/// Expect 99 % told right whether there is an object, 93 to 96 % of the objects found with an IoU above 0.5, and
/// features 5 % of the eyes' distance off. --show-steps has the lecture's loss. Takes 3 to 4 minutes of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Drawn streets to train on; a quarter as many to judge by
    #[arg(long, default_value = "10000")]
    pictures: Units,
    /// Times through them, each also mirrored
    #[arg(long, default_value = "4")]
    epochs: Count,
    /// Drawn faces to train on; a quarter as many to judge by
    #[arg(long, default_value = "6000")]
    faces: Units,
    /// Times through them, each also mirrored
    #[arg(long, default_value = "3")]
    face_epochs: Count,
    /// Learning rate at the start
    #[arg(long, default_value = "8e-3")]
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
    /// Train on the faces of this folder instead of drawn ones, each with its .pts file of 300-W
    #[arg(long, value_name = "DIR")]
    landmarks: Option<InputPath>,
    /// Seed of the pictures, the weights and the order of the pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w3-object-localization",
    teaches: "one object or none, its class and its box; and the features of a face",
    embedded: "drawn streets and faces",
    minutes: 3.0,
    notebook: Some(NOTEBOOK),
    command: frame::command::<Settings, Predict>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { epochs, face_epochs, lr, loss, seed, landmarks, .. } = settings;
    let boxes = settings.images.as_deref().zip(settings.annotations.as_deref());
    let own = boxes.map(|(images, boxes)| Objects::read(images, boxes, *seed)).transpose()?;
    let own_faces = landmarks.as_deref().map(|faces| Faces::read(faces, *seed)).transpose()?;
    let question = Question::asked(asked.predict.as_deref())?;
    let mut run = setup.begin()?;
    let [pictures, faces] = [settings.pictures, settings.faces].map(|n| run.examples(n.get()));

    let drawn = || Objects::drawn(pictures, pictures.div_ceil(4), *seed);
    let ([objects, others], description) = own.map_or_else(drawn, Ok)?;
    run.look_at_objects(&description, [&objects, &others])?;
    let lesson = objects.lesson(*loss, pace(epochs.get(), lr.get(), *seed), device)?;
    let sets = [&objects.to_learn(device)?, &others.targets(device)?];
    let Learnt { net, card, curve } = run.learn(lesson, sets, Watch::ByLines)?;
    let found = others.found(&net, *loss, device)?;
    run.objects_told(&others, &found, &object_figures(&others.objects, &found))?;
    run.epoch_curves(["Cost of the objects", "Objects told right"], &curve)?;
    run.ask_where(question.as_ref(), ("prediction", "prediction.png"), &card, net, device)?;

    let drawn = || Faces::drawn(faces, faces.div_ceil(4), *seed);
    let ([faces, others], description) = own_faces.unwrap_or_else(drawn);
    run.look_at_faces(&description, &faces)?;
    let lesson = faces.lesson(pace(face_epochs.get(), lr.get(), *seed), device)?;
    let sets = [&faces.to_learn(device), &others.targets(device)];
    let Learnt { net, card, .. } = run.learn(lesson, sets, Watch::ByLines)?;
    let told = others.found(&net, device)?;
    run.landmarks_told(&others, &told, &face_figures(&others.landmarks, &told))?;
    let file = ("landmarks", "prediction-landmarks.png");
    run.ask_where(question.as_ref(), file, &card, net, device)?;
    run.finish()
}
