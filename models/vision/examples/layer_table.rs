//! Prints a network layer by layer: shapes, parameters, multiplications.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use burn::tensor::Device;
use fireside_vision::mobilenet_v2::{MobileNetV2, MobileNetV2Config};
use fireside_vision::summary::summary;
use fireside_vision::{Classifier as _, ConfigError};

fn main() -> Result<(), ConfigError> {
    let device = Device::flex();
    let net = MobileNetV2Config::new(1000).init(&device)?;
    println!("{}", summary(&net, MobileNetV2::forward, [3, 224, 224], &device));
    Ok(())
}
