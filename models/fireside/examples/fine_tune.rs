//! Teaches MobileNetV2 the classes of a folder of pictures, its last layers and a new head:
//! `cargo run --release -p fireside --example fine_tune -- mobilenet_v2.pth FOLDER`
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;

use burn::nn::LinearConfig;
use burn::tensor::Device;
use fireside::datasets::image_folder::{ImageFolder, ImageSettings};
use fireside::training::optimizer::OptimizerConfig;
use fireside::training::supervised::{Score, Supervised, SupervisedConfig};
use fireside::training::transfer::{freeze, parameter_names};
use fireside::vision::Classifier as _;
use fireside::vision::mobilenet_v2::{MobileNetV2, MobileNetV2Config};
use fireside::vision::new_head::NewHead;
use fireside::weights::load_file;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [weights, folder] = &arguments[..] else { return Err("give weights and a folder".into()) };
    let device = Device::flex();
    let pictures = ImageFolder::open(Path::new(folder))?;
    let source = pictures.train.load(&ImageSettings::new([96, 96]))?.source;
    let all = source.pictures(&(0..source.len()).collect::<Vec<_>>())?;
    let examples = (all.images(&device), all.class_indices(&device));

    let config = MobileNetV2Config::new(1000);
    let base = load_file(config.init(&device)?, weights, config.renames()?)?;
    let head = LinearConfig::new(1280, pictures.classes.len()).init(&device);
    let net = NewHead::new(base, config.pixels()?, head, 0.2);
    let names = parameter_names(&net);
    let old: Vec<&str> = names[..names.len() * 3 / 4].iter().map(String::as_str).collect();

    let config = SupervisedConfig::new(5).with_batch_size(16);
    let trained = Supervised::new(config, OptimizerConfig::adam().init()?, 1e-4).run(
        freeze(net, &old)?,
        |net: &NewHead<MobileNetV2>, (x, labels)| Score::of_classes(net.forward(x), labels),
        &examples,
        &examples,
        |_| ControlFlow::Continue(()),
    )?;
    println!("{:#?}", trained.curve.last());
    Ok(())
}
