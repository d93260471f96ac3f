//! What ResNet-50 sees in a picture, with torchvision's weights for ImageNet:
//! `cargo run --release -p fireside --example classify_picture -- resnet50.pth cat.jpg`
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use fireside::datasets::image_file::{Fit, read_fitted};
use fireside::layers::ops::softmax;
use fireside::vision::Classifier as _;
use fireside::vision::resnet::ResNetConfig;
use fireside::weights::load_file;

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [weights, picture] = &files[..] else { return Err("give weights and a picture".into()) };

    let device = Device::flex();
    let config = ResNetConfig::resnet50(1000);
    let net = load_file(config.init(&device)?, weights, config.renames()?)?;

    let bytes = read_fitted(Path::new(picture), [224, 224], Fit::Crop)?;
    let image = Tensor::<4>::from_data(TensorData::new(bytes, [1, 224, 224, 3]), &device) / 255.0;
    let image = config.pixels()?.apply(image.permute([0, 3, 1, 2])); // [1, 3, 224, 224]
    let (probabilities, classes) = softmax(net.forward(image), 1).topk_with_indices(5, 1);
    println!("classes of ImageNet: {classes}\nprobabilities: {probabilities}");
    Ok(())
}
