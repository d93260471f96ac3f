//! Course 5, week 1: names for dinosaurs, character by character, by hand and by an LSTM.

use clap::Args;
use fireside_recipes::dinosaurs::{self as recipe, ByHand, Corpus, Lesson};
use fireside_recipes::steps::dinosaurs::NOTEBOOK;
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::asked::Names;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::programs::files::DINOSAURS;
use crate::values::{Count, LearningRate, Units};

/// Learns names of dinosaurs character by character, by the assignment's network by hand and by an LSTM, and makes
/// up new ones.
///
/// Expect a loss of about 22.7 a name by hand on the course's names, as in the notebook, and by the LSTM about 18 on
/// the names it learns and 22 on those held out; 12 to 14, 10 to 11 and 11 to 12 on the embedded names, which are
/// more regular. Takes 3 to 4 seconds of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Names that the network by hand learns from, one after the other
    #[arg(long, default_value = "22001")]
    iterations: Count,
    /// Units of the network by hand
    #[arg(long, default_value = "50")]
    hidden: Units,
    /// Learning rate by hand
    #[arg(long, default_value = "0.01")]
    lr: LearningRate,
    /// Epochs of the LSTM
    #[arg(long, default_value = "15")]
    epochs: Count,
    /// Units of the LSTM
    #[arg(long, default_value = "64")]
    lstm_units: Units,
    /// Learning rate of the LSTM's Adam
    #[arg(long, default_value = "0.01")]
    lstm_lr: LearningRate,
    /// Seed of weights, batches and samples
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Seed of the order in which the network by hand reads the names
    #[arg(long, default_value_t = 0)]
    shuffle_seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w1-dinosaurs",
    teaches: "names of dinosaurs, character by character: by hand, and by an LSTM",
    files: DINOSAURS,
    embedded: "made-up names",
    minutes: 0.05,
    command: frame::command::<Settings, Names>,
    trains: "--start Tri --sample 5",
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Names>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { iterations, hidden, lr, epochs, lstm_units, lstm_lr, seed, .. } = *settings;
    let source = settings.data.source();
    let corpus = Corpus::load(&source, seed)?;
    if let Some(runs) = setup.reference() {
        return setup.compare(|| recipe::compare_with_course(runs, &corpus, device));
    }
    asked.check(&corpus)?;
    let mut run = setup.begin()?;
    run.look_at_characters(&corpus.describe(&source), &corpus.alphabet, &corpus.names.concat())?;

    let mut looks = Vec::new();
    let update = recipe::update_by_hand(&corpus, settings.shuffle_seed, &mut looks);
    let first = ByHand::draw(&corpus, hidden.get(), seed, device);
    let config = DescentConfig::new(iterations.get(), lr.get()).with_cost_interval(100);
    let stage = run.stage("by-hand", &("ByHand", corpus.alphabet.len(), hidden))?;
    let (by_hand, of_hand) = stage.learn_by_hand(first, &recipe::BY_HAND, config, update)?;
    run.names_by_hand(looks, &of_hand, by_hand.sample(&corpus))?;
    run.describe("by-hand", &corpus.card_by_hand(hidden.get(), seed))?;

    let lesson = Lesson::new(&corpus, run.examples(corpus.names.len()), seed);
    let lstm = lesson.model(lstm_units.get(), device)?;
    let config = DescentConfig::new(epochs.get(), lstm_lr.get()).with_cost_interval(1);
    let (count, loss) = (lesson.train.len(), lesson.loss(device));
    let stage = run.stage("lstm", &("LanguageModel", "LSTM", corpus.alphabet.len(), lstm_units))?;
    let (lstm, of_lstm) = stage.by_adam(lstm, config, &lesson.batches(), count, loss)?;
    run.names_learnt(&lesson, &lstm, [&of_hand, &of_lstm], device)?;

    let lstm = run.trained_alone("lstm", lesson.card(&corpus, lstm_units.get()), lstm, device)?;
    run.made_up(&corpus, asked, &lstm)?;
    run.finish()
}
