//! Takes the weights of a network from PyTorch and writes them as safetensors with Burn's names and axes:
//! `cargo run --example convert -- FILE.pth FILE.safetensors`
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;
use std::path::Path;

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::Device;
use fireside_weights::{load_file, write};

/// What PyTorch knows as `Sequential(Linear(4, 8), ReLU(), Linear(8, 2))`.
#[derive(Module, Debug)]
struct Net {
    hidden: Linear,
    output: Linear,
}

/// Our names of the layers and PyTorch's.
const RENAMES: [(&str, &str); 2] = [("hidden", "0"), ("output", "2")];

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = &files[..] else { return Err("give a file to read and one to write".into()) };
    let device = Device::flex();
    let [hidden, output] = [[4, 8], [8, 2]].map(|[x, y]| LinearConfig::new(x, y).init(&device));
    let net = load_file(Net { hidden, output }, from, &RENAMES)?;
    write(&net, Path::new(to))?;
    Ok(())
}
