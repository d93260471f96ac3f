//! Learns a nursery rhyme letter by letter and goes on from its beginning.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;

use burn::module::Module as _;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_layers::ops::{CrossEntropy, cross_entropy};
use fireside_sequence::alphabet::Alphabet;
use fireside_sequence::language_model::LanguageModelConfig;
use fireside_sequence::recurrent::Cell;

const RHYME: &str = "twinkle, twinkle, little star, how i wonder what you are!\n";

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex().autodiff();
    let alphabet = Alphabet::of(RHYME);
    let letters: Vec<i64> =
        alphabet.encode(RHYME)?.into_iter().map(|letter| letter as i64).collect();
    let text = Tensor::<1, Int>::from_data(TensorData::from(&letters[..]), &device);
    let [x, y] = [0, 1].map(|begin| text.clone().slice(begin..begin + letters.len() - 1));

    let mut model = LanguageModelConfig::new(Cell::GRU, alphabet.len(), 64).init(&device)?;
    let mut optimizer = AdamConfig::new().init();
    for _ in 0..200 {
        let (logits, _) = model.forward(x.clone().unsqueeze(), None, None); // [1, time, letters]
        let loss = cross_entropy(logits.squeeze_dim(0), y.clone(), &CrossEntropy::default());
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        model = optimizer.step(0.01, model, gradients);
    }

    let (model, mut letter, mut state) = (model.valid(), x.inner().slice(0..1), None);
    print!("{}", alphabet.characters()[letters[0] as usize]);
    for _ in 1..RHYME.len() {
        let (logits, next) = model.step(letter, state); // [1, letters]
        letter = logits.argmax(1).squeeze_dim(1); // the likeliest; draw from softmax(logits) for variety
        state = Some(next);
        print!("{}", alphabet.characters()[letter.clone().into_scalar::<i64>() as usize]);
    }
    Ok(())
}
