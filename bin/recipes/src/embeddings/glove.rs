//! Word vectors by GloVe: the text is read sentence by sentence, and its counts are kept on the disk.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use fireside_datasets::cooccurrences::{Cooccurrence, CooccurrenceCounter, Cooccurrences};
use fireside_sequence::glove::{Glove, GloveSettings, Meeting};
use fireside_training::checkpoint::{MODEL, OPTIMIZER, model_bytes};

use super::keeping::{Draws, Keeper, Moment, Progress, Tables};
use super::{Learning, Outcome};
use crate::RecipeError;

/// Pairs that are counted in memory before the disk is turned to.
const PAIRS_IN_MEMORY: usize = 4 << 20;
/// Sentences that are counted from one look around to the next.
const SENTENCES: usize = 1024;
/// Pairs that are learnt at a time.
const MEETINGS: usize = 1 << 19;

/// # Errors
/// When the text cannot be read, its counts find no room on the disk, or a checkpoint cannot be read or written.
pub(super) fn train(
    learning: &Learning<'_>,
    mut keeper: Keeper<impl FnMut(Moment) -> ControlFlow<()>>,
) -> Outcome {
    let Learning { text, settings, device } = *learning;
    // The authors' 100 is for texts of a billion words; in a small one nothing would come near it.
    let x_max = (text.words() as f64 / 1e4).clamp(10.0, 100.0);
    let glove = GloveSettings { learning_rate: settings.learning_rate, x_max };
    let mut draws = Draws::new(settings.seed);
    let mut model = Glove::new(text.counts.len(), settings.dimensions, glove, &mut || draws.draw());
    let entries = |model: &Glove| {
        let [words, _, contexts, _] = model.numbers();
        Tables::of([words, contexts], device)
    };
    // AdaGrad's sums of squares.
    let squares = |model: &Glove| {
        let [_, words, _, contexts] = model.numbers();
        Tables::of([words, contexts], device)
    };
    let files = |model: &Glove| {
        Ok(vec![(MODEL, model_bytes(&entries(model))?), (OPTIMIZER, model_bytes(&squares(model))?)])
    };
    let mut progress = Progress::default();
    if let Some(found) = keeper.find(entries(&model))? {
        let [words, contexts] = found.model.numbers()?;
        let sums = match found.optimizer {
            Some(bytes) => squares(&model).filled(bytes)?,
            None => squares(&model), // it is over
        };
        let [word_squares, context_squares] = sums.numbers()?;
        let other = || RecipeError::Input("GloVe's checkpoint is of another size".to_string());
        let numbers = [words, word_squares, contexts, context_squares];
        model = model.with_numbers(numbers).ok_or_else(other)?;
        progress = found.progress;
    }
    // Its name says what was counted, should the settings be others.
    let counted = format!("counts-{}-{}-{}.bin", settings.window, text.counts.len(), text.words());
    let (file, is_known) = keeper.file(&counted);
    let mut pairs = match progress.losses.len() < settings.epochs {
        true => count(learning, &mut keeper, (file.as_deref(), is_known))?,
        false => None,
    };
    if let Some(pairs) = &pairs {
        keeper.takes_parts((pairs.pairs() as usize).div_ceil(MEETINGS));
    }
    while progress.losses.len() < settings.epochs {
        let mut known = progress.within * MEETINGS; // pairs learnt before it was broken off
        let mut goes = Ok(ControlFlow::Continue(()));
        let mut meetings = Vec::with_capacity(MEETINGS);
        let Some(pairs) = &mut pairs else { return Ok((None, progress)) };
        let read = pairs.for_each(|Cooccurrence { word, context, count }| {
            if known > 0 {
                known -= 1;
            } else if matches!(goes, Ok(ControlFlow::Continue(()))) {
                let (word, context) = (word as usize, context as usize);
                meetings.push(Meeting { word, context, count });
                if meetings.len() == MEETINGS {
                    progress.add(model.learn_all(&meetings), meetings.len());
                    progress.within += 1;
                    meetings.clear();
                    goes = keeper.done(None, &mut progress, |_| files(&model));
                }
            }
        });
        read.map_err(no_room)?;
        if goes?.is_break() {
            return Ok((None, progress));
        }
        progress.add(model.learn_all(&meetings), meetings.len());
        let loss = f64::from_bits(progress.loss) / progress.number as f64;
        progress.close(loss);
        let epoch = Some((progress.losses.len(), loss));
        if keeper.done(epoch, &mut progress, |_| files(&model))?.is_break() {
            return Ok((None, progress));
        }
    }
    keeper.finish(&progress, || entries(&model))?;
    if let Some(file) = file {
        let _ = fs::remove_file(file); // what cannot be removed stays
    }
    Ok((Some(model.vectors()), progress))
}

/// How often the words of the text stand near each other: counted, or as they were counted before this run was broken
/// off; none where it is broken off now.
fn count(
    Learning { text, settings, .. }: &Learning<'_>,
    keeper: &mut Keeper<impl FnMut(Moment) -> ControlFlow<()>>,
    (file, is_known): (Option<&Path>, bool),
) -> Result<Option<Cooccurrences>, RecipeError> {
    if let Some(counts) = file.filter(|_| is_known).and_then(|file| Cooccurrences::open(file).ok())
    {
        return Ok(Some(counts));
    }
    let mut counter = CooccurrenceCounter::new(settings.window, PAIRS_IN_MEMORY);
    for (number, sentence) in text.sentences()?.enumerate() {
        if number % SENTENCES == 0 && !keeper.goes_on() {
            return Ok(None);
        }
        counter.add(&sentence?).map_err(no_room)?;
    }
    let counts = counter.finish().map_err(no_room)?;
    let Some(file) = file else { return Ok(Some(counts)) };
    let folder = file.parent().unwrap_or(file);
    let kept = fs::create_dir_all(folder).and_then(|()| counts.keep_in(file));
    let unwritable =
        |error| RecipeError::Run(format!("GloVe's counts in {}: {error}", file.display()));
    Ok(Some(kept.map_err(unwritable)?))
}

fn no_room(error: io::Error) -> RecipeError {
    RecipeError::Run(format!("GloVe's counts in a temporary file: {error}"))
}
