//! Course 5, week 2: what somebody felt who wrote a review, and why the order of the words matters.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, ValueHint};
use fireside_bin::options::{self, Common, Dashboard};
use fireside_bin::recipes::sentences::{check_said, passed_over, say_words};
use fireside_bin::recipes::sentiment as recipe;
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::reviews::Reviews;
use fireside_training::supervised::SupervisedConfig;
use serde::{Deserialize, Serialize};

const NAME: &str = "c5w2-sentiment";
/// A review of the lecture, in which one word outweighs three.
const LECTURE: &str = "completely lacking in good taste good service and good ambience";

/// Tells whether a review is positive by the mean of its words' vectors and by an LSTM, and judges both on sentences
/// of the same words in another order: "not bad but good" and "not good but bad".
///
/// Expect five sixths of the embedded reviews from the mean and nearly all from the LSTM; of those that only the
/// order tells apart, exactly half from the mean, whatever it learns. Takes about 2 seconds.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    /// Judge this sentence too
    #[arg(long, value_name = "SENTENCE")]
    say: Option<String>,
    #[command(flatten)]
    dashboard: Dashboard,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Sentences of yours: rows of a sentence and its label, 0 or 1, negative or positive, in CSV or .tsv, with a header
    /// or without; a fifth is kept to judge by [default: generated reviews]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Words that occur less often are passed over
    #[arg(long, default_value_t = 1, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    least: usize,
    /// Words that are read of a sentence at most
    #[arg(long, default_value_t = 1000, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    max_words: usize,
    /// Numbers in each word's vector
    #[arg(long, default_value_t = 16, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    embedding: usize,
    /// Units of the LSTM
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    hidden: usize,
    /// Times through the sentences
    #[arg(long, default_value_t = 30, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Sentences in a mini-batch
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Learning rate of Adam
    #[arg(long, default_value_t = 5e-3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Seed of the weights, the order of the sentences, and of generated ones
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { settings, say, dashboard, common }: Arguments) -> Result<(), Failure> {
    dashboard.check()?;
    let (backend, device) = backend::open(common.device.as_deref(), backend::Floats::F32)?;
    let settings = Run::settings(NAME, &common, settings)?;
    let Settings { embedding, hidden, seed, .. } = settings;
    let Reviews { train, test, columns } = Reviews::load(settings.file.as_deref(), seed)?;
    let from = settings.file.as_deref().unwrap_or(Path::new("embedded data, made by a generator"));
    let vocabulary = recipe::vocabulary(&train, from, settings.least as u64)?;
    if let Some(said) = &say {
        check_said(said, vocabulary.indices(said).len(), "is among those learnt from")?;
    }
    let (mean, lstm) = recipe::build(vocabulary.len(), embedding, hidden, seed, &device)?;
    let mut run = Run::start(NAME, &common, &settings, backend)?;
    let sets = [train, test].map(|set| recipe::some(&run, set));
    run.say(&format!(
        "{} sentences to train on and {} to test, of {} different words: {}.",
        sets[0].len(),
        sets[1].len(),
        vocabulary.len(),
        from.display()
    ));
    let (longest, most) = (sets[0].max_len().max(sets[1].max_len()), settings.max_words);
    if longest > most {
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

    let examples = [0, 1].map(|set| recipe::examples(&sets[set], &vocabulary, most, &device));
    let config =
        SupervisedConfig::new(settings.epochs).with_batch_size(settings.batch_size).with_seed(seed);
    let training = (config, settings.lr, dashboard.dashboard);
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
        recipe::explain(&run, (&mean, &lstm), &vocabulary, (sentence, most), &device)?;
    }
    if let Some(said) = &say {
        let found = recipe::explain(&run, (&mean, &lstm), &vocabulary, (said, most), &device)?;
        run.result("say_mean", found[0]);
        run.result("say_lstm", found[1]);
    }
    run.finish()
}
