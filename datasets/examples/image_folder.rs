//! Reads a folder of pictures arranged by class and makes tensors of them: `cargo run --example image_folder -- FOLDER`
//!
//! ```text
//! FOLDER/cat/1.jpg  FOLDER/cat/2.png  FOLDER/dog/1.jpg ...
//! ```
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;
use std::path::Path;

use burn::tensor::Device;
use fireside_datasets::image_folder::{ImageFolder, ImageSettings};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give a folder with a folder for each class")?;
    let pictures = ImageFolder::open(Path::new(&folder))?;
    for (label, class) in pictures.classes.iter().enumerate() {
        let count = pictures.train.labels().iter().filter(|found| **found == label).count();
        println!("{label}: {class}, {count} pictures");
    }
    println!("passed over: {}", pictures.passed_over);

    let settings = ImageSettings { skip_damaged: true, ..ImageSettings::new([64, 64]) };
    let loaded = pictures.train.load(&settings)?;
    loaded.damaged.iter().for_each(|error| println!("left out: {error}"));
    let first: Vec<usize> = (0..loaded.source.len().min(32)).collect();
    let batch = loaded.source.pictures(&first)?;
    let images = batch.images(&Device::default()); // [batch, 3, 64, 64], 0 to 1
    println!("{:?}, of the classes {:?}", images.dims(), batch.labels());
    Ok(())
}
