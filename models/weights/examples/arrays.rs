//! Lists the arrays of a file of weights, whatever its format: `cargo run --example arrays -- FILE`
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;
use std::path::Path;

use fireside_weights::{Limits, read};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give a file of weights, such as resnet50.pth")?;
    let tensors = read(Path::new(&path), &Limits::default())?;
    for array in &tensors.arrays {
        println!("{} {:?}", array.name, array.shape);
    }
    println!("{} arrays by {:?}", tensors.arrays.len(), tensors.library);
    Ok(())
}
