//! Course 4, week 2: data augmentation, and what several views and several networks add at test time.

use clap::Args;
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_recipes::augmentation::{Captioned, ten_views, variants};
use fireside_recipes::classify::{self, CHANGES_OF_HANDS, Views};
use fireside_recipes::trained::{Architecture, Card};
use fireside_training::metrics::accuracy;
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::conv_net::{ConvNet, ConvNetConfig};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::programs::files::SIGNS;
use crate::run::Run;
use crate::values::{Count, LearningRate, Units};
use crate::{picture, pictures};

/// Shows every change of a picture on one sheet (mirror, crop, rotation, shear, colour shift, AlexNet's colour
/// jitter), trains on few hands with and without them, and at test time asks ten crops of a picture and several
/// networks.
///
/// Expect two sheets of pictures and five test accuracies: on the course's hands 85 % without the changes, 88 %
/// with them, 93 % with three networks and ten crops. Takes about 5 minutes.
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
    minutes: 5.0,
    command: frame::command::<Settings, Nothing>,
    trains: "photo.jpg more-photos/",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let (source, seed) = (settings.data.source(), settings.seed);
    let Signs { train, test, .. } = Signs::load(&source, seed)?;
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&train, &test, &source));
    let Captioned { pictures, captions } = variants(&train, 5, seed)?;
    run.picture("changes.png", &picture::captioned(&pictures, &captions, 6)?)?;
    let Captioned { pictures, captions } = ten_views(&test, 0, 7.0 / 8.0)?;
    run.picture("ten-crops.png", &picture::captioned(&pictures, &captions, 5)?)?;

    let places: Vec<usize> = (0..train.len().min(settings.count.get())).collect();
    let few = run.pictures(train.subset(&places), device)?;
    let judged = run.pictures(test.clone(), device)?;
    run.say(&format!("Networks that learn from {} pictures:", places.len()));
    let plain = learn(&mut run, "without", [&few, &judged], seed, setup)?;
    let mut networks = Vec::new();
    for number in 1..=run.iterations(settings.networks.get()) as u32 {
        let seed = seed.wrapping_add(number);
        let changed = classify::augmented(&few, &CHANGES_OF_HANDS, seed)?;
        let name = format!("with-{number}");
        networks.push(learn(&mut run, &name, [&changed, &judged], seed, setup)?);
    }
    let rows: [(&str, &[ConvNet], Views); 5] = [
        ("without augmentation", &[plain], Views::One),
        ("with augmentation", &networks[..1], Views::One),
        ("with, ten crops", &networks[..1], Views::TenCrops),
        ("with, several networks", &networks, Views::One),
        ("with, both", &networks, Views::TenCrops),
    ];
    for (name, networks, views) in rows {
        let found = classify::ensemble(networks, &test, views, device)?;
        run.test_accuracy(name, 24, accuracy(&found, test.labels()));
    }
    run.finish()
}

/// Trains a network on few pictures.
fn learn(
    run: &mut Run,
    name: &str,
    sets: [&ImageExamples; 2],
    seed: u32,
    setup: &Setup<Settings>,
) -> Result<ConvNet, Failure> {
    let Setup { settings, device, .. } = setup;
    let shape = ConvNetConfig::new(CLASSES.len());
    let net = shape.init(device)?;
    let net = classify::draw_weights(net, seed, device);
    let config = SupervisedConfig::new(settings.epochs.get()).with_seed(seed);
    let config = config.with_batch_size(settings.batch_size.get());
    let training = classify::training(config, sets[0].len(), settings.lr.get(), 5e-3)?;
    let stage = run.epoch_stage(name, &(&shape, seed))?.quietly();
    let (net, _) = stage.classify(training, net, sets)?;
    let card = Card::of_pictures(Architecture::ConvNet(shape), [64; 2], &CLASSES);
    run.describe(name, &if name == "with-1" { card.as_main() } else { card })?;
    Ok(net)
}
