//! Course 5, week 2: word vectors learnt from text, by skip-gram, CBOW, GloVe and the neural language model.

use clap::{Args, ValueHint};
use fireside_recipes::embeddings::{CountedText, Learner, Text};
use serde::{Deserialize, Serialize};

use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::Series;
use crate::values::{Count, InputPath, one_of};
use crate::word_learning::Learning;
use crate::{Failure, Given};

/// Every learner.
const ALL: &str = "skip-gram,cbow,glove,neural-language-model";

/// Learns word vectors from a text by skip-gram, by CBOW, by GloVe and by the neural language model: how the loss
/// falls, how many analogies come out right, how alike words are, a map; and writes the vectors as a text that
/// c5w2-word-vectors and other programs read.
///
/// Expect 96 to 100 % of the analogies right from the first three on the generated text, and 59 to 62 % from the
/// neural language model, which sees the words before alone. Takes 36 to 38 seconds of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// A text in UTF-8, of any length for GloVe; the others hold it in memory. Its words are learnt in lower case and
    /// without marks [default: a generated one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    text: Option<InputPath>,
    /// Learners to try
    #[arg(long, value_delimiter = ',', value_parser = one_of(Learner::CHOICES), default_value = ALL)]
    learners: Vec<Learner>,
    /// Words that occur less often are passed over
    #[arg(long, default_value = "1")]
    least: Count,
    /// Sentences of the generated text
    #[arg(long, default_value = "30000")]
    sentences: Count,
    #[command(flatten)]
    #[serde(flatten)]
    learning: Learning,
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
    trains: "--analogy man woman king --near france",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let sentences = settings.sentences.get();
    let sentences = if setup.is_dry_run() { sentences.min(600) } else { sentences };
    let text = Text::open(settings.text.as_deref(), sentences, settings.seed);
    let text = CountedText::new(text, settings.least.get() as u64).given_by("--text, --least")?;
    let mut run = setup.begin()?;
    run.look_at_words(&text)?;
    run.result("words", text.words());

    let (mut curves, main) = (Vec::new(), Learner::main_of(&settings.learners));
    for &learner in &settings.learners {
        let (name, how) = (learner.name(), settings.learning.settings(settings.seed).of(learner));
        let (vectors, losses) = run.learn_vectors(name, learner, &text, &how, device)?;
        run.result(&format!("loss_{name}"), losses.last().copied());
        let is_main = main == Some(learner);
        run.learnt_vectors(learner, is_main, &vectors, settings.seed, device)?;
        curves.push(Series::of_losses(learner.called(), &losses));
    }
    run.curves("losses.png", "Word vectors learnt", ["epoch", "mean loss of an epoch"], &curves)?;
    run.finish()
}
