//! Course 4, week 2: data augmentation, and what several views and several networks add at test time.

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::pictures;
use crate::programs::files::SIGNS;
use crate::recipes::augmentation::{contact_sheet, ten_crop_sheet};
use crate::recipes::classify::{self, CHANGES_OF_HANDS, Views};
use crate::run::Run;
use crate::values::{Count, LearningRate, Units};
use burn::tensor::Device;
use clap::Args;
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_training::metrics::accuracy;
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::conv_net::{ConvNet, ConvNetConfig};
use serde::{Deserialize, Serialize};

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
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let signs = Signs::load(&settings.data.source(), settings.seed)?;
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&signs.train, &signs.test, &settings.data.source()));
    run.picture("changes.png", &contact_sheet(&signs.train, 5, settings.seed)?)?;
    run.picture("ten-crops.png", &ten_crop_sheet(&signs.test, 0, 7.0 / 8.0)?)?;

    let places: Vec<usize> = (0..signs.train.len().min(settings.count.get())).collect();
    let few = classify::examples(&run, signs.train.subset(&places), device)?;
    let test = classify::examples(&run, signs.test.clone(), device)?;
    let job = Job { settings, test: &test, device };
    run.say(&format!("Networks that learn from {} pictures:", places.len()));
    let plain = job.train(&mut run, "without", &few, settings.seed)?;
    let mut networks = Vec::new();
    for number in 1..=run.iterations(settings.networks.get()) as u32 {
        let seed = settings.seed.wrapping_add(number);
        let changed = classify::augmented(&few, &CHANGES_OF_HANDS, seed)?;
        networks.push(job.train(&mut run, &format!("with-{number}"), &changed, seed)?);
    }
    let one = &networks[..1];
    let rows: [(&str, &[ConvNet], Views); 5] = [
        ("without augmentation", &[plain], Views::One),
        ("with augmentation", one, Views::One),
        ("with, ten crops", one, Views::TenCrops),
        ("with, several networks", &networks, Views::One),
        ("with, both", &networks, Views::TenCrops),
    ];
    for (name, networks, views) in rows {
        job.report(&mut run, name, networks, views, &signs.test)?;
    }
    run.finish()
}

/// The trainings of the comparison.
struct Job<'a> {
    settings: &'a Settings,
    test: &'a ImageExamples,
    device: &'a Device,
}

impl Job<'_> {
    fn train(
        &self,
        run: &mut Run,
        name: &str,
        pictures: &ImageExamples,
        seed: u32,
    ) -> Result<ConvNet, Failure> {
        let shape = ConvNetConfig::new(CLASSES.len());
        let net = shape.init(self.device)?;
        let net = classify::draw_weights(net, seed, self.device);
        let config = SupervisedConfig::new(self.settings.epochs.get());
        let config = config.with_batch_size(self.settings.batch_size.get()).with_seed(seed);
        let count = pictures.source().len();
        let training = classify::training(config, count, self.settings.lr.get(), 5e-3)?;
        let stage = run.epoch_stage(name, &(shape, seed))?.quietly();
        Ok(stage
            .train(
                training,
                net,
                classify::answer,
                &classify::batches(pictures),
                &classify::batches(self.test),
            )?
            .0)
    }

    fn report(
        &self,
        run: &mut Run,
        name: &str,
        networks: &[ConvNet],
        views: Views,
        pictures: &LabelledImages,
    ) -> Result<(), Failure> {
        let found = classify::ensemble(networks, pictures, views, self.device)?;
        let percent = 100.0 * accuracy(&found, pictures.labels());
        run.say(&format!("{name:>24}: test accuracy {percent:.2} %"));
        run.result(&format!("test_accuracy {name}"), percent);
        Ok(())
    }
}
