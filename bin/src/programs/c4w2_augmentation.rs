//! Course 4, week 2: data augmentation, and what several views and several networks add at test time.

use clap::Args;
use fireside_datasets::signs::Signs;
use fireside_recipes::augmentation::{ten_views, variants};
use fireside_recipes::classify::{self, CHANGES_OF_HANDS, Views};
use fireside_recipes::fingers;
use fireside_recipes::lesson::Pace;
use fireside_training::metrics::accuracy;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::learning::{Watch, pace};
use crate::options::Data;
use crate::programs::files::SIGNS;
use crate::values::{Count, LearningRate, Units};

/// Shows every change of a picture on one sheet (mirror, crop, rotation, shear, colour shift, AlexNet's colour
/// jitter), trains on few hands with and without them, and at test time asks ten crops of a picture and several
/// networks.
///
/// Expect two sheets of pictures and five test accuracies: on drawn hands 84 to 89 % without the changes, 93 to 99 %
/// with them; on the course's 85 and 88 %, 93 % with three networks and ten crops. Takes 3 minutes of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Pictures to learn from
    #[arg(long, default_value = "120")]
    count: Units,
    /// Times through them for each network
    #[arg(long, default_value = "80")]
    epochs: Count,
    /// Pictures in a mini-batch
    #[arg(long, default_value = "16")]
    batch_size: Units,
    /// Networks to ask together
    #[arg(long, default_value = "3")]
    networks: Units,
    /// Learning rate at the start
    #[arg(long, default_value = "2e-3")]
    lr: LearningRate,
    /// Seed of the weights, the order and the changes of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w2-augmentation",
    teaches: "mirrored, cropped, turned and tinted pictures; ten crops and ensembles",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 2.0,
    command: frame::command::<Settings, Nothing>,
    trains: "photo.jpg more-photos/",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { count, epochs, batch_size, networks, lr, seed, ref data } = *settings;
    let signs = Signs::load(&data.source(), seed)?;
    let mut run = setup.begin()?;
    run.look_at_hands(&signs, &data.source())?;
    let Signs { train, test, .. } = signs;
    run.captioned("changes.png", "Pictures and their changes", &variants(&train, 5, seed)?, 6)?;
    run.captioned("ten-crops.png", "Ten crops of a picture", &ten_views(&test, 0, 7.0 / 8.0)?, 5)?;

    let (train, test) = (train.first(count.get()), test.first(run.examples(usize::MAX)));
    run.say(&format!("Networks that learn from {} pictures:", train.len()));
    let [few, judged] = run.picture_sets([train, test.clone()], device)?;
    let pace = pace(epochs, batch_size, lr, 5e-3, seed);
    let lesson = fingers::of_several("without", pace, few.len(), device)?;
    let plain = run.learn(lesson, [&few, &judged], Watch::Quietly)?.net;
    let mut all = Vec::new();
    for number in 1..=run.iterations(networks.get()) as u32 {
        let pace = Pace { seed: seed.wrapping_add(number), ..pace };
        let mut lesson = fingers::of_several(&format!("with-{number}"), pace, few.len(), device)?;
        lesson.card = lesson.card.as_main_if(number == 1).called(format!("augmented, {number}"));
        let changed = few.changed(&CHANGES_OF_HANDS, pace.seed)?;
        all.push(run.learn(lesson, [&changed, &judged], Watch::Quietly)?.net);
    }

    let rows: [(&str, &[_], Views); 5] = [
        ("without augmentation", &[plain], Views::One),
        ("with augmentation", &all[..1], Views::One),
        ("with, ten crops", &all[..1], Views::TenCrops),
        ("with, several networks", &all, Views::One),
        ("with, both", &all, Views::TenCrops),
    ];
    for (name, networks, views) in rows.into_iter().take(if all.len() > 1 { 5 } else { 3 }) {
        let found = classify::ensemble(networks, &test, views, device)?;
        run.test_accuracy(name, 24, accuracy(&found, test.labels()));
    }
    run.finish()
}
