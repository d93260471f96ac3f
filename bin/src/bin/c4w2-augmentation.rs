//! Course 4, week 2: data augmentation, and what several views and several networks add at test time.

use std::process::ExitCode;

use burn::tensor::Device;
use clap::{Args, Parser};
use fireside_bin::options::{self, Common, Data};
use fireside_bin::pictures;
use fireside_bin::recipes::augmentation::{contact_sheet, ten_crop_sheet};
use fireside_bin::recipes::classify::{self, CHANGES_OF_HANDS, Views};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_training::metrics::accuracy;
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::conv_net::{ConvNet, ConvNetConfig};
use serde::{Deserialize, Serialize};

const NAME: &str = "c4w2-augmentation";

/// Shows every change of a picture on one sheet (mirror, crop, rotation, shear, colour shift, AlexNet's colour
/// jitter), trains on few hands with and without them, and at test time asks ten crops of a picture and several
/// networks.
///
/// Expect two sheets of pictures and five test accuracies: on the course's hands 85 % without the changes, 88 %
/// with them, 93 % with three networks and ten crops. Takes about 5 minutes.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Pictures to learn from
    #[arg(long, default_value_t = 120, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    count: usize,
    /// Times through them for each network
    #[arg(long, default_value_t = 80, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Pictures in a mini-batch
    #[arg(long, default_value_t = 16, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Networks to ask together
    #[arg(long, default_value_t = 3, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    networks: usize,
    /// Learning rate at the start
    #[arg(long, default_value_t = 2e-3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Seed of the weights, the order and the changes of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { settings, data, common }: Arguments) -> Result<(), Failure> {
    let (backend, device) = backend::open(common.device.as_deref(), backend::Floats::F32)?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let signs = Signs::load(&data.source(), settings.seed)?;
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&pictures::describe(&signs.train, &signs.test, &data.source()));
    run.picture("changes.png", &contact_sheet(&signs.train, 5, settings.seed)?)?;
    run.picture("ten-crops.png", &ten_crop_sheet(&signs.test, 0, 7.0 / 8.0)?)?;

    let places: Vec<usize> = (0..signs.train.len().min(settings.count)).collect();
    let few = classify::examples(&run, signs.train.subset(&places), &device)?;
    let test = classify::examples(&run, signs.test.clone(), &device)?;
    let job = Job { settings: &settings, test: &test, device: &device };
    run.say(&format!("Networks that learn from {} pictures:", places.len()));
    let plain = job.train(&mut run, "without", &few, settings.seed)?;
    let mut networks = Vec::new();
    for number in 1..=run.iterations(settings.networks) as u32 {
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
        let config = SupervisedConfig::new(self.settings.epochs);
        let config = config.with_batch_size(self.settings.batch_size).with_seed(seed);
        let count = pictures.source().len();
        let training = classify::training(config, count, self.settings.lr, 5e-3)?;
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
