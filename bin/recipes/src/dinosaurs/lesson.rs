//! The names as an LSTM learns them, by Adam and mini-batches.

use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_layers::ops::{CrossEntropy, cross_entropy};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::language_model::{LanguageModel, LanguageModelConfig};
use fireside_sequence::recurrent::Cell;
use fireside_sequence::steps::characters::LONGEST_SAMPLE;
use fireside_training::history::History;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::minibatch::EpochSettings;
use fireside_training::schedule::Decay;

use super::{Corpus, number};
use crate::RecipeError;
use crate::sampling::draw;
use crate::trained::{Architecture, Card};

/// Names of a mini-batch.
const BATCH: usize = 64;
/// One name of so many is kept to judge by.
const HELD_OUT: usize = 10;

/// Names to learn, and names to judge by.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// To learn.
    pub train: Vec<Vec<usize>>,
    /// To judge by; none of fewer than ten names.
    pub held_out: Vec<Vec<usize>>,
    vocab_size: usize,
    end: usize,
    seed: u32,
}

impl Lesson {
    /// Shuffles the names by the seed and takes `count` of them.
    ///
    /// # Panics
    /// When there are fewer.
    pub fn new(corpus: &Corpus, count: usize, seed: u32) -> Self {
        let order = NumpyRng::new(seed).permutation(corpus.names.len());
        let (held_out, train) = order[..count].split_at(count / HELD_OUT);
        let names =
            |order: &[usize]| order.iter().map(|index| corpus.names[*index].clone()).collect();
        Self {
            train: names(train),
            held_out: names(held_out),
            vocab_size: corpus.alphabet.len(),
            end: corpus.end,
            seed,
        }
    }

    /// The network, with weights from NumPy's numbers for the seed.
    ///
    /// # Errors
    /// When there are no units.
    pub fn model(&self, units: usize, device: &Device) -> Result<LanguageModel, RecipeError> {
        let model = LanguageModelConfig::new(Cell::LSTM, self.vocab_size, units).init(device)?;
        Ok(initialize(model, Initializer::GlorotUniform, &mut NumpyRng::new(self.seed)))
    }

    /// What describes the network of so many units.
    pub fn card(&self, corpus: &Corpus, units: usize) -> Card {
        let config = LanguageModelConfig::new(Cell::LSTM, self.vocab_size, units);
        let architecture = Architecture::LanguageModel(config);
        Card::of_names(architecture, &corpus.alphabet, self.seed).as_main().called("LSTM")
    }

    /// How an epoch goes through the names.
    pub fn batches(&self) -> EpochSettings {
        EpochSettings { batch_size: BATCH, seed: self.seed, decay: Decay::Constant }
    }

    /// The mean loss of a character over a mini-batch of the names to learn, on a device that keeps gradients.
    pub fn loss(&self, device: &Device) -> impl Fn(&LanguageModel, &[usize]) -> Tensor<1> {
        let on = device.clone().autodiff();
        move |model, batch| {
            let names: Vec<_> = batch.iter().map(|index| &self.train[*index]).collect();
            loss(model, &names, self.end, &on)
        }
    }

    /// The mean loss of a name.
    ///
    /// # Errors
    /// When the device fails.
    pub fn mean_loss(
        &self,
        model: &LanguageModel,
        names: &[Vec<usize>],
        device: &Device,
    ) -> Result<f64, RecipeError> {
        let all: Vec<_> = names.iter().collect();
        Ok(number(loss(model, &all, self.end, device))? * characters(names))
    }

    /// The loss of a name over the names read, epoch by epoch.
    pub fn losses(&self, history: &History) -> Vec<(f64, f64)> {
        let points = history.points.iter().map(|point| {
            let read = (point.iteration + 1) * self.train.len();
            (read as f64, point.cost * characters(&self.train))
        });
        points.collect()
    }
}

/// Characters of a name in the mean, with the newline that ends it.
fn characters(names: &[Vec<usize>]) -> f64 {
    let lengths = names.iter().map(|name| name.len() + 1);
    lengths.sum::<usize>() as f64 / names.len() as f64
}

/// The mean loss of a character over a batch of names, padded, each from newline to newline.
fn loss(model: &LanguageModel, names: &[&Vec<usize>], end: usize, device: &Device) -> Tensor<1> {
    const PADDING: i64 = -1;
    let time = names.iter().map(|name| name.len() + 1).max().unwrap_or(1);
    let shape = [names.len(), time];
    let (mut x, mut y) = (vec![end as i64; names.len() * time], vec![PADDING; names.len() * time]);
    for (row, name) in names.iter().enumerate() {
        for (place, number) in name.iter().enumerate() {
            x[row * time + place + 1] = *number as i64;
            y[row * time + place] = *number as i64;
        }
        y[row * time + name.len()] = end as i64;
    }
    let x = Tensor::<2, Int>::from_data(TensorData::new(x, shape), device);
    let y = Tensor::<2, Int>::from_data(TensorData::new(y, shape), device);
    let lengths: Vec<usize> = names.iter().map(|name| name.len() + 1).collect();
    let (logits, _) = model.forward(x, Some(&lengths), None);
    let vocab_size = logits.dims()[2];
    let options = CrossEntropy { ignored: Some(PADDING), ..CrossEntropy::default() };
    cross_entropy(logits.reshape([names.len() * time, vocab_size]), y.flatten(0, 1), &options)
}

/// Draws a name that begins with `start`, from probabilities `softmax(logits / temperature)`, until its end or the
/// most characters a name may have.
///
/// # Errors
/// When the device fails.
pub fn sample(
    model: &LanguageModel,
    corpus: &Corpus,
    start: &[usize],
    temperature: f64,
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<Vec<usize>, RecipeError> {
    let read = |number: usize| Tensor::<1, Int>::from_data([number as i64], device);
    let (mut logits, mut state) = model.step(read(corpus.end), None);
    let mut name = Vec::new();
    let mut given = start.iter().copied();
    while name.len() < LONGEST_SAMPLE {
        let number = match given.next() {
            Some(number) => number,
            None => draw(logits, temperature, rng)?,
        };
        if number == corpus.end {
            break;
        }
        name.push(number);
        (logits, state) = model.step(read(number), Some(state));
    }
    Ok(name)
}
