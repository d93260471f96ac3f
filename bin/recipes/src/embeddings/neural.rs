//! Word vectors out of the neural language model: the words before a word name it.

use std::ops::ControlFlow;

use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_layers::ops::{CrossEntropy, cross_entropy};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::neural_language_model::NeuralLanguageModelConfig;
use fireside_training::minibatch::random_mini_batches;
use fireside_training::optimizer::OptimizerConfig;

use super::settings::EmbeddingSettings;
use crate::RecipeError;

/// Words that are named before the network moves.
const BATCH: usize = 256;

/// Sentences in a row, with as many words that mean nothing before each as the window is long, so that its first
/// words have a whole window too.
struct Text {
    words: Vec<u32>,
    /// Where the words are that mean something.
    places: Vec<usize>,
    window: usize,
}

impl Text {
    fn new(sentences: &[Vec<u32>], window: usize, nothing: u32) -> Self {
        let (mut words, mut places) = (Vec::new(), Vec::new());
        for sentence in sentences {
            words.extend(std::iter::repeat_n(nothing, window));
            places.extend(words.len()..words.len() + sentence.len());
            words.extend(sentence);
        }
        Self { words, places, window }
    }

    /// The windows before some places, `[batch, window]`, and the words there, `[batch]`.
    fn batch(&self, batch: &[usize], device: &Device) -> (Tensor<2, Int>, Tensor<1, Int>) {
        let places = || batch.iter().map(|&index| self.places[index]);
        let before = places().flat_map(|place| &self.words[place - self.window..place]);
        let before: Vec<i64> = before.map(|&word| i64::from(word)).collect();
        let before = TensorData::new(before, [batch.len(), self.window]);
        let named: Vec<i64> = places().map(|place| i64::from(self.words[place])).collect();
        (Tensor::from_data(before, device), Tensor::from_data(named.as_slice(), device))
    }
}

/// Trains the network by Adam to name every word by those before it. `observe` is told the mean loss of every epoch,
/// counted from 1, and may break off, which gives no vectors.
///
/// # Errors
/// When a setting is 0, or the device fails.
pub fn train(
    sentences: &[Vec<u32>],
    words: usize,
    settings: &EmbeddingSettings,
    device: &Device,
    mut observe: impl FnMut(usize, f64) -> ControlFlow<()>,
) -> Result<Option<Vec<f32>>, RecipeError> {
    let text = Text::new(sentences, settings.window, words as u32);
    let device = device.clone().autodiff();
    device.seed(u64::from(settings.seed));
    let config = NeuralLanguageModelConfig::new(words + 1).with_window(settings.window);
    let mut model = config.with_emb_dim(settings.dimensions).init(&device)?;
    let mut optimizer = OptimizerConfig::adam().init()?;
    let mut rng = NumpyRng::new(settings.seed);
    for epoch in 1..=settings.epochs {
        let mut total = Tensor::<1>::zeros([1], &device).without_autodiff();
        for batch in random_mini_batches(text.places.len(), BATCH, &mut rng) {
            let (windows, named) = text.batch(&batch, &device);
            let loss = cross_entropy(model.forward(windows), named, &CrossEntropy::default());
            total = total + loss.clone().without_autodiff() * batch.len() as f64;
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(settings.learning_rate, model, gradients);
        }
        let total: f64 = total.try_into_data()?.iter::<f64>().sum();
        if observe(epoch, total / text.places.len() as f64).is_break() {
            return Ok(None);
        }
    }
    let vectors = model.vectors().without_autodiff().try_into_data()?;
    Ok(Some(vectors.iter::<f32>().take(words * settings.dimensions).collect()))
}
