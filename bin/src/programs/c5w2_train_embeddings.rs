//! Course 5, week 2: word vectors learnt from text, by skip-gram, CBOW, GloVe and the neural language model.

use std::ops::ControlFlow;
use std::time::Instant;

use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::{self, Series, Titles};
use crate::recipes::embeddings::{
    EPOCHS, EmbeddingSettings, Learner, Learnt, Moment, Output, Text, learn,
};
use crate::recipes::word_vectors::{draw_map, report_score, report_similarity};
use crate::run::Run;
use crate::values::{Count, InputPath, LearningRate, Units};
use crate::{Failure, interrupt};
use clap::{Args, ValueHint};
use fireside_datasets::word_vectors::Format;
use fireside_training::files::write_whole;
use serde::{Deserialize, Serialize};

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
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_values_t = [
            Learner::SkipGram,
            Learner::Cbow,
            Learner::Glove,
            Learner::NeuralLanguageModel,
        ]
    )]
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
    #[arg(long, value_enum, default_value_t = Output::HierarchicalSoftmax)]
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
    let sentences = if setup.is_dry_run() {
        settings.sentences.get().min(600)
    } else {
        settings.sentences.get()
    };
    let text = Text::open(settings.text.as_deref(), sentences, settings.seed);
    let (vocabulary, counts) = text.count(settings.least.get() as u64)?;
    let mut run = setup.begin()?;
    let words: u64 = counts.iter().sum();
    run.say(&format!("{words} words, {} different: {}.", counts.len(), text.describe()));
    run.result("words", words);

    let mut curves = Vec::new();
    for &learner in &settings.learners {
        let name = learner.name();
        let (window, epochs, rate) = match learner {
            Learner::SkipGram => (1, 1, 1.0),
            Learner::Cbow => (1, 1, 2.0),
            Learner::Glove => (2, 10, 1.0),
            Learner::NeuralLanguageModel => (1, 1, 0.04),
        };
        let settings = EmbeddingSettings {
            dimensions: settings.dimensions.get(),
            window: window * settings.window.get(),
            epochs: run.iterations(epochs * settings.epochs.get()),
            learning_rate: rate * settings.lr.get(),
            output: settings.output,
            negatives: settings.negatives.get(),
            threshold: settings.threshold.get(),
            seed: settings.seed,
        };
        let begin = Instant::now();
        let checkpoints = (run.shelf(name, EPOCHS, &(name, counts.len(), words))?, run.resumes());
        let counted = (&vocabulary, &counts[..]);
        let watch = |moment| watch(&run, name, epochs, moment);
        let (vectors, losses) =
            match learn(learner, &text, counted, &settings, device, checkpoints, watch)? {
                Learnt::Whole { vectors, losses } => (vectors, losses),
                Learnt::BrokenOff(done) => {
                    return Err(run.stopped(name, &format!("{done} of {} epochs", settings.epochs)));
                }
            };
        let losses: Vec<(f64, f64)> = (1..).map(f64::from).zip(losses).collect();
        run.say(&format!("{name} took {:.1} s", begin.elapsed().as_secs_f64()));
        run.result(&format!("{}_loss", name.replace('-', "_")), losses.last().map(|point| point.1));
        report_score(&mut run, &vectors, name);
        report_similarity(&mut run, &vectors, name);
        draw_map(
            &mut run,
            &format!("map-{name}.png"),
            &format!("Words as {name} puts them, by t-SNE"),
            &vectors,
            settings.seed,
            device,
        )?;
        if let Some(path) = run.folder().map(|folder| folder.join(format!("{name}.txt"))) {
            let mut text = Vec::new();
            let written = vectors.write(&mut text, Format::Glove);
            let written = written.and_then(|()| write_whole(&path, &text));
            written.map_err(|error| Failure::Run(format!("{}: {error}", path.display())))?;
        }
        curves.push(Series { name: name.to_string(), points: losses });
    }
    let titles = Titles { title: "Mean loss of an epoch", x: "epoch", y: "loss" };
    run.picture("losses.png", &plot::lines_by_magnitude(titles, &curves)?)?;
    run.finish()
}

/// Says how a learner gets on, the loss of every `interval` epochs, and heeds Ctrl-C.
fn watch(run: &Run, name: &str, interval: usize, moment: Moment) -> ControlFlow<()> {
    match moment {
        Moment::Begin { epochs, within, passed_over } => {
            for reason in passed_over {
                run.say(&format!("{name}: passed over: {reason}."));
            }
            let part = if within { " and a part of the next" } else { "" };
            let after = (epochs > 0 || within).then(|| format!("epoch {epochs}{part}"));
            run.beginning()(name, after);
        }
        Moment::Epoch(epoch, loss) if epoch == 1 || epoch.is_multiple_of(interval) => {
            run.say(&format!("{name}, epoch {epoch}: loss {loss:.4}"));
        }
        Moment::Part | Moment::Epoch(..) | Moment::Kept(_) => (),
    }
    match interrupt::requested() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}
