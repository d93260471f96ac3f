//! Course 5, week 2: what somebody felt who wrote a review, and why the order of the words matters.

use std::path::Path;

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::recipes::sentences::{check_said, passed_over, say_words};
use crate::recipes::sentiment as recipe;
use crate::values::{Count, InputPath, LearningRate, Units};
use clap::{Args, ValueHint};
use fireside_datasets::reviews::Reviews;
use fireside_training::supervised::SupervisedConfig;
use serde::{Deserialize, Serialize};

/// A review of the lecture, in which one word outweighs three.
const LECTURE: &str = "completely lacking in good taste good service and good ambience";

/// Tells whether a review is positive by the mean of its words' vectors and by an LSTM, and judges both on sentences
/// of the same words in another order: "not bad but good" and "not good but bad".
///
/// Expect five sixths of the embedded reviews from the mean and nearly all from the LSTM; of those that only the
/// order tells apart, exactly half from the mean, whatever it learns. Takes about 2 seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Sentences of yours: rows of a sentence and its label, 0 or 1, negative or positive, in CSV or .tsv, with a header
    /// or without; a fifth is kept to judge by [default: generated reviews]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<InputPath>,
    /// Words that occur less often are passed over
    #[arg(long, default_value = "1")]
    least: Count,
    /// Words that are read of a sentence at most
    #[arg(long, default_value = "1000")]
    max_words: Units,
    /// Numbers in each word's vector
    #[arg(long, default_value = "16")]
    embedding: Units,
    /// Units of the LSTM
    #[arg(long, default_value = "32")]
    hidden: Units,
    /// Times through the sentences
    #[arg(long, default_value = "30")]
    epochs: Count,
    /// Sentences in a mini-batch
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Learning rate of Adam
    #[arg(long, default_value = "5e-3")]
    lr: LearningRate,
    /// Seed of the weights, the order of the sentences, and of generated ones
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// What the trained model is asked.
#[derive(Args, Debug, Clone)]
struct Asked {
    /// Judge this sentence too
    #[arg(long, value_name = "SENTENCE")]
    say: Option<String>,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w2-sentiment",
    teaches: "what a review's writer felt: a mean of word vectors against an LSTM, on \"not good\"",
    files: &[],
    embedded: "generated reviews",
    minutes: 0.05,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked: Asked { say }, device, .. } = setup;
    let Settings { embedding, hidden, seed, .. } = *settings;
    let Reviews { train, test, columns } = Reviews::load(settings.file.as_deref(), seed)?;
    let from = settings.file.as_deref().unwrap_or(Path::new("embedded data, made by a generator"));
    let vocabulary = recipe::vocabulary(&train, from, settings.least.get() as u64)?;
    if let Some(said) = &say {
        check_said(said, vocabulary.indices(said).len(), "is among those learnt from")?;
    }
    let (mean, lstm) =
        recipe::build(vocabulary.len(), embedding.get(), hidden.get(), seed, device)?;
    let mut run = setup.begin()?;
    let sets = [train, test].map(|set| recipe::some(&run, set));
    run.say(&format!(
        "{} sentences to train on and {} to test, of {} different words: {}.",
        sets[0].len(),
        sets[1].len(),
        vocabulary.len(),
        from.display()
    ));
    let (longest, most) = (sets[0].max_len().max(sets[1].max_len()), settings.max_words);
    if longest > most.get() {
        run.say(&format!("The longest has {longest} words: no more than {most} of any are read."));
    }
    columns.iter().flat_map(|columns| columns.notes()).for_each(|note| run.say(&note));
    let said: Vec<String> = say.iter().cloned().collect();
    for (of, sentences) in [
        ("the sentences to train on", &sets[0].sentences),
        ("the sentences to test", &sets[1].sentences),
        ("--say", &said),
    ] {
        let words = passed_over(sentences, &vocabulary);
        say_words(&run, of, "passed over, not among those learnt from", &words);
    }

    let examples = [0, 1].map(|set| recipe::examples(&sets[set], &vocabulary, most.get(), device));
    let config = SupervisedConfig::new(settings.epochs.get())
        .with_batch_size(settings.batch_size.get())
        .with_seed(seed);
    let training = (config, settings.lr.get(), setup.dashboard);
    run.say("\nThe mean of the words' vectors:");
    let (mean, by_mean) = recipe::train(&mut run, "mean", mean, training.clone(), &examples)?;
    run.say("\nAn LSTM, word after word:");
    let (lstm, by_lstm) = recipe::train(&mut run, "lstm", lstm, training, &examples)?;
    recipe::draw(&mut run, &by_mean, &by_lstm)?;
    recipe::report(&mut run, (&mean, &lstm), &sets, &examples)?;

    let lecture = settings.file.is_none().then_some(LECTURE.to_string());
    let pair = sets[1].order_pairs().into_iter().next();
    let pair = pair.into_iter().flatten().map(|place| sets[1].sentences[place].clone());
    let shown: Vec<String> = lecture.into_iter().chain(pair).collect();
    if !shown.is_empty() || say.is_some() {
        run.say("\nHow positive the LSTM finds a sentence after each word, in percent:");
    }
    for sentence in &shown {
        recipe::explain(&run, (&mean, &lstm), &vocabulary, (sentence, most.get()), device)?;
    }
    if let Some(said) = &say {
        let found = recipe::explain(&run, (&mean, &lstm), &vocabulary, (said, most.get()), device)?;
        run.result("say_mean", found[0]);
        run.result("say_lstm", found[1]);
    }
    run.finish()
}
