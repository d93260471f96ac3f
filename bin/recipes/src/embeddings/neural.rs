//! Word vectors out of the neural language model: the words before a word name it.

use std::ops::ControlFlow;

use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Bytes, Device, Int, Tensor, TensorData};
use fireside_layers::ops::{CrossEntropy, cross_entropy};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::neural_language_model::{
    FIRST_ENTRIES, NeuralLanguageModel, NeuralLanguageModelConfig,
};
use fireside_training::checkpoint::{MODEL, OPTIMIZER, model_bytes, optimizer_bytes};
use fireside_training::descent::{self, Descent, DescentConfig, Update};
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::minibatch::random_mini_batches;
use fireside_training::optimizer::OptimizerConfig;

use super::keeping::{Keeper, Moment, Progress};
use super::{Learning, Outcome};
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

/// The mini-batches of an epoch, drawn epoch after epoch by one generator.
struct Order {
    count: usize,
    rng: NumpyRng,
    /// Epochs drawn.
    drawn: usize,
    batches: Vec<Vec<usize>>,
}

impl Order {
    /// A batch of an epoch that is the last drawn or a later one.
    fn batch(&mut self, epoch: usize, index: usize) -> &[usize] {
        while self.drawn <= epoch {
            self.batches = random_mini_batches(self.count, BATCH, &mut self.rng);
            self.drawn += 1;
        }
        &self.batches[index]
    }
}

/// Trains the network by Adam to name every word by those before it.
///
/// # Errors
/// When a setting is 0, the device fails, a checkpoint cannot be read or written, or the loss leaves the real numbers.
pub(super) fn train(
    learning: &Learning<'_>,
    mut keeper: Keeper<impl FnMut(Moment) -> ControlFlow<()>>,
) -> Outcome {
    let settings = learning.settings;
    let words = learning.text.counts.len();
    let device = learning.device.clone().autodiff();
    let config = NeuralLanguageModelConfig::new(words + 1).with_window(settings.window);
    let model = config.with_emb_dim(settings.dimensions).init(&device)?;
    // Of its own generator: what else runs on the device draws from the device's.
    let rng = &mut NumpyRng::new(settings.seed);
    let mut model = initialize(model, Initializer::Uniform(FIRST_ENTRIES), rng);
    let mut optimizer = OptimizerConfig::adam().init()?;
    let mut progress = Progress::default();
    if let Some(found) = keeper.find(model.clone())? {
        (model, progress) = (found.model, found.progress);
        if let Some(averages) = found.optimizer {
            let loaded = optimizer.from_bytes(Bytes::from_bytes_vec(averages));
            optimizer = loaded.map_err(|error| RecipeError::Input(error.to_string()))?;
        }
    }

    let text = Text::new(&learning.sentences(&progress)?, settings.window, words as u32);
    let count = text.places.len();
    keeper.takes_parts(count.div_ceil(BATCH));
    let rng = NumpyRng::new(settings.seed);
    let mut order = Order { count, rng, drawn: 0, batches: Vec::new() };
    let update = |(model, mut optimizer): (NeuralLanguageModel, ModuleOptimizer),
                  update: Update| {
        let batch = order.batch(update.iteration, update.part);
        let (windows, named) = text.batch(batch, &device);
        let loss = cross_entropy(model.forward(windows), named, &CrossEntropy::default());
        let share = loss.clone().without_autodiff() * batch.len() as f64;
        let gradients = GradientsParams::from_grads(loss.backward(), &model);
        let model = optimizer.step(update.learning_rate, model, gradients);
        ((model, optimizer), Some(share))
    };
    let from = descent::Progress {
        completed: progress.losses.len(),
        part: progress.within,
        part_cost: (progress.within > 0).then(|| f64::from_bits(progress.loss)),
        ..descent::Progress::default()
    };
    let config = DescentConfig::new(settings.epochs, settings.learning_rate).with_cost_interval(1);
    let descent = Descent::new(config).in_parts(count.div_ceil(BATCH)).resume(from);
    let (mut failed, mut broken_off) = (None, false);
    let trained = descent.run((model, optimizer), update, |step| {
        let epoch = step.cost.map(|point| (step.completed, point.cost / count as f64));
        progress.within = step.part;
        if let Some((_, loss)) = epoch {
            progress.close(loss);
        }
        let files = |progress: &mut Progress| {
            let cost = step.progress()?.part_cost;
            progress.loss = cost.unwrap_or_default().to_bits();
            let (model, optimizer) = step.model;
            Ok(vec![(MODEL, model_bytes(model)?), (OPTIMIZER, optimizer_bytes(optimizer)?)])
        };
        match keeper.done(epoch, &mut progress, files) {
            Ok(goes) => {
                broken_off = goes.is_break();
                goes
            }
            Err(failure) => {
                failed = Some(failure);
                ControlFlow::Break(())
            }
        }
    });
    if let Some(failure) = failed {
        return Err(failure);
    }
    let (model, _) = trained?.model;
    if broken_off {
        return Ok((None, progress));
    }
    keeper.finish(&progress, || model.clone())?;
    let vectors = model.vectors().without_autodiff().try_into_data()?;
    let vectors = vectors.iter::<f32>().take(words * settings.dimensions).collect();
    Ok((Some(vectors), progress))
}
