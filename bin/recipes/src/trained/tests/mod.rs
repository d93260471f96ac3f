//! Models that were written, read back and asked; and descriptions and weights of every kind that is to be refused.

#![allow(clippy::panic, clippy::unwrap_used, reason = "what fails here fails the test")]

mod boxes;
mod characters;
mod mains;
mod networks;
mod refusals;
mod words;

use std::fs;
use std::path::Path;

use burn::module::Module;
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};

use super::*;

/// Writes a model's weights and what describes it.
fn write<M: Module>(folder: &Path, net: M, architecture: Architecture, task: Task) {
    let path = folder.join("model.bpk");
    let bytes = net.into_record().into_bytes().unwrap();
    fs::write(&path, &bytes[..]).unwrap();
    let weights = Some(KnownFile::of(&path, "model.bpk").unwrap());
    let card = Card { weights, ..Card::new(architecture, task) };
    fs::write(folder.join(CARD_FILE), serde_json::to_vec_pretty(&card).unwrap()).unwrap();
}

fn drawn<M: Module>(net: M) -> M {
    initialize(net, Initializer::Normal(0.3), &mut NumpyRng::new(7))
}

fn load(folder: &Path) -> Result<Trained, TrainedError> {
    Trained::load(folder, None, &Device::flex())
}

fn ask(folder: &Path, question: &Question) -> Answer {
    load(folder).unwrap().answer(question).unwrap()
}

const DRAWS: Draws = Draws { temperature: 1.0, seed: None };

fn picture(folder: &Path) -> Question {
    let path = folder.join("picture.png");
    let pixels = |x, y| image::Rgb([(x * 3) as u8, (y * 5) as u8, 77]);
    image::RgbImage::from_fn(40, 30, pixels).save(&path).unwrap();
    Question::Picture(path)
}

/// The probabilities of a class answer.
fn probabilities_of(answer: &Answer) -> Vec<f64> {
    let Answer::Class { probabilities, .. } = answer else { panic!("{answer:?}") };
    probabilities.iter().map(|share| share.probability).collect()
}
