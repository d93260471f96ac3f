//! Word vectors by skip-gram and CBOW, on the text in memory.

use std::ops::ControlFlow;

use fireside_sequence::windows::{ByWindows, Stretch, Tally, Windows};
use fireside_sequence::word_output::WordOutput;

use super::keeping::{Draws, Keeper, Moment, Progress, Tables, only};
use super::{EmbeddingSettings, Learning, Outcome, Output};

/// Sentences that are learnt from one look around to the next.
const SENTENCES: usize = 64;
/// The least part of the learning rate that is left at the end.
const LAST_RATE: f64 = 1e-3;

/// The learning rate after so many epochs: it falls in a line.
fn rate(settings: &EmbeddingSettings, done: usize) -> f64 {
    let left = 1.0 - done as f64 / settings.epochs as f64;
    settings.learning_rate * left.max(LAST_RATE)
}

/// # Errors
/// When the text cannot be read, or a checkpoint cannot be read or written.
pub(super) fn train<M, O>(learning: &Learning<'_>, mut keeper: Keeper<O>) -> Outcome
where
    M: ByWindows,
    O: FnMut(Moment) -> ControlFlow<()>,
{
    let Learning { text, settings, device } = *learning;
    let counts = text.counts.as_slice();
    let windows = Windows::new(settings.window, counts, settings.threshold);
    let output = match settings.output {
        Output::NegativeSampling => WordOutput::negative_sampling(counts, settings.negatives),
        Output::HierarchicalSoftmax => WordOutput::hierarchical_softmax(counts),
    };
    let tables =
        |model: &M| Tables::of([model.vectors().to_vec(), model.weights().to_vec()], device);
    let mut draws = Draws::new(settings.seed);
    let mut model = M::new(counts.len(), settings.dimensions, &mut || draws.draw());
    let mut progress = Progress::default();
    if let Some(found) = keeper.find(tables(&model))? {
        let [vectors, weights] = found.model.numbers()?;
        model = M::of(vectors, weights, settings.dimensions);
        draws = Draws::after(settings.seed, found.progress.draws);
        progress = found.progress;
    }
    let sentences = learning.sentences(&progress)?;
    keeper.takes_parts(sentences.len());
    let mut tally = Tally { loss: f64::from_bits(progress.loss), number: progress.number };
    while progress.losses.len() < settings.epochs {
        let done = progress.losses.len();
        let begin = progress.within.min(sentences.len());
        let end = (begin + SENTENCES).min(sentences.len());
        let rates = [rate(settings, done), rate(settings, done + 1)];
        let stretch = Stretch { sentences: &sentences, part: begin..end, rates };
        model.learn_stretch(stretch, &windows, &output, &mut || draws.draw(), &mut tally);
        let epoch = (end == sentences.len()).then(|| (done + 1, tally.mean()));
        progress.within = end;
        if let Some((_, loss)) = epoch {
            progress.close(loss);
            tally = Tally::default();
        }
        (progress.loss, progress.number) = (tally.loss.to_bits(), tally.number);
        progress.draws = draws.count();
        if keeper.done(epoch, &mut progress, |_| only(&tables(&model)))?.is_break() {
            return Ok((None, progress));
        }
    }
    keeper.finish(&progress, || tables(&model))?;
    Ok((Some(model.vectors().to_vec()), progress))
}
