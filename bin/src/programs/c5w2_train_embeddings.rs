//! Course 5, week 2: word vectors learnt from text, by skip-gram, CBOW, GloVe and the neural language model.

use std::time::Instant;

use clap::{Args, ValueHint};
use fireside_recipes::embeddings::{
    EPOCHS, EmbeddingSettings, Learner, Learnt, Output, Text, learn,
};
use fireside_recipes::trained::Card;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::Series;
use crate::values::{Count, InputPath, LearningRate, Units, one_of};

/// Every learner.
const ALL: &str = "skip-gram,cbow,glove,neural-language-model";

/// Learns word vectors from a text by skip-gram, by CBOW, by GloVe and by the neural language model: how the loss
/// falls, how many analogies come out right, how alike words are, a map; and writes the vectors as a text that
/// c5w2-word-vectors and other programs read.
///
/// Expect more than nine of ten analogies right from the first three on the generated text, and more than half from
/// the neural language model, which sees the words before alone. Takes less than half a minute.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// A text in UTF-8, of any length for GloVe; the others hold it in memory [default: a generated one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    text: Option<InputPath>,
    /// Learners to try
    #[arg(long, value_delimiter = ',', value_parser = one_of(Learner::CHOICES), default_value = ALL)]
    learners: Vec<Learner>,
    /// Words that occur less often are passed over
    #[arg(long, default_value = "1")]
    least: Count,
    /// Sentences of the generated text
    #[arg(long, default_value = "20000")]
    sentences: Count,
    /// Numbers in each vector
    #[arg(long, default_value = "50")]
    dimensions: Units,
    /// Words to both sides that count as near; GloVe, which weighs them by their distance, takes twice as many,
    /// the neural language model those before
    #[arg(long, default_value = "5")]
    window: Units,
    /// Times through the text; GloVe goes ten times as often through its counts, which are fewer
    #[arg(long, default_value = "10")]
    epochs: Count,
    /// Learning rate at the start; CBOW, which takes one step for each word, starts with twice as much, the neural
    /// language model, by Adam, with a twenty-fifth
    #[arg(long, default_value = "0.05")]
    lr: LearningRate,
    /// How skip-gram and CBOW do without a softmax over all words
    #[arg(long, value_parser = one_of(Output::CHOICES), default_value = "hierarchical-softmax")]
    output: Output,
    /// Words drawn for each word by negative sampling
    #[arg(long, default_value = "5")]
    negatives: Units,
    /// Share of the text above which skip-gram and CBOW leave a word out by chance, such as 1e-3
    #[arg(long, default_value = "1.0")]
    threshold: LearningRate,
    /// Seed of the generated text and of the vectors
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w2-train-embeddings",
    teaches: "word vectors learnt from text by skip-gram, CBOW and GloVe",
    files: &[],
    embedded: "a generated text",
    minutes: 0.5,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let sentences = settings.sentences.get();
    let sentences = if setup.is_dry_run() { sentences.min(600) } else { sentences };
    let text = Text::open(settings.text.as_deref(), sentences, settings.seed);
    let (vocabulary, counts) = text.count(settings.least.get() as u64)?;
    let mut run = setup.begin()?;
    let (words, different) = (counts.iter().sum::<u64>(), counts.len());
    run.say(&format!("{words} words, {different} different: {}.", text.describe()));
    run.result("words", words);

    let for_all = EmbeddingSettings {
        dimensions: settings.dimensions.get(),
        window: settings.window.get(),
        epochs: settings.epochs.get(),
        learning_rate: settings.lr.get(),
        output: settings.output,
        negatives: settings.negatives.get(),
        threshold: settings.threshold.get(),
        seed: settings.seed,
    };
    let mut curves = Vec::new();
    for &learner in &settings.learners {
        let (name, mut how) = (learner.name(), for_all.of(learner));
        how.epochs = run.iterations(how.epochs);
        let begin = Instant::now();
        let shelf = run.shelf(name, EPOCHS, &(name, different, words))?;
        let (counted, checkpoints) = ((&vocabulary, &counts[..]), (shelf, run.resumes()));
        let watch = run.watching(name, learner.times().epochs);
        let (vectors, losses) =
            match learn(learner, &text, counted, &how, device, checkpoints, watch)? {
                Learnt::Whole { vectors, losses } => (vectors, losses),
                Learnt::BrokenOff(done) => {
                    return Err(run.stopped(name, &format!("{done} of {} epochs", how.epochs)));
                }
            };
        run.say(&format!("{name} took {:.1} s", begin.elapsed().as_secs_f64()));
        run.result(&format!("{name}_loss"), losses.last().copied());
        run.learnt_vectors([name, learner.called()], &vectors, settings.seed, device)?;
        if let Some(known) = run.known_file(&format!("{name}.txt"))? {
            run.describe(name, &Card::of_vectors(&vectors, known))?;
        }
        curves.push(Series::of_losses(learner.called(), &losses));
    }
    run.curves("losses.png", "Word vectors learnt", ["epoch", "mean loss of an epoch"], &curves)?;
    run.finish()
}
