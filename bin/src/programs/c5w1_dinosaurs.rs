//! Course 5, week 1: names for dinosaurs, character by character, by hand and by an LSTM.

use clap::Args;
use fireside_datasets::dinosaurs::Dinosaurs;
use fireside_recipes::dinosaurs::{ByHand, Corpus, Lesson, by_hand, compare_with_course};
use fireside_recipes::steps::dinosaurs::NOTEBOOK;
use fireside_recipes::trained::{Architecture, Card, Draws, Model, Question, Trained};
use fireside_sequence::language_model::LanguageModelConfig;
use fireside_sequence::recurrent::Cell;
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::interrupt::heed;
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::DINOSAURS;
use crate::values::{Count, LearningRate, Temperature, Units};

/// Learns names of dinosaurs character by character, by the assignment's network by hand and by an LSTM, and makes
/// up new ones.
///
/// Expect a loss of about 22.7 a name by hand on the course's names, as in the notebook, and by the LSTM about 18 on
/// the names it learns and 22 on those held out; about half as much on the embedded names, which are more regular.
/// Takes about 5 seconds.
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

/// What is to be made up by the trained LSTM.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Sampling")]
struct Wishes {
    /// Names to make up
    #[arg(long, default_value = "10", value_name = "N")]
    sample: Units,
    /// Below 1 the likely gets likelier, above 1 everything more alike
    #[arg(long, default_value = "1.0", value_name = "T")]
    temperature: Temperature,
    /// What the names are to begin with
    #[arg(long, default_value = "", value_name = "TEXT")]
    start: String,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w1-dinosaurs",
    teaches: "names of dinosaurs, character by character: by hand, and by an LSTM",
    files: DINOSAURS,
    embedded: "made-up names",
    minutes: 0.1,
    command: frame::command::<Settings, Wishes>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Wishes>) -> Result<(), Failure> {
    let Setup { settings, asked: wishes, device, .. } = setup;
    let Settings { iterations, hidden, lr, epochs, lstm_units, lstm_lr, seed, .. } = *settings;
    let source = settings.data.source();
    let corpus = Corpus::new(&Dinosaurs::load(&source, seed)?);
    if let Some(runs) = setup.reference() {
        let compared = compare_with_course(runs, &corpus, device, heed)?;
        return setup.report(&compared);
    }
    corpus.start(&wishes.start).map_err(|error| Failure::Input(format!("--start: {error}")))?;
    let mut run = setup.begin()?;
    let (names, characters) = (corpus.names.len(), corpus.alphabet.len());
    run.say(&format!("Data: {source}: {names} names of {characters} different characters."));

    let mut stage = run.stage("by-hand", &("ByHand", characters, hidden))?;
    let config = DescentConfig::new(iterations.get(), lr.get()).with_cost_interval(100);
    let first = ByHand::draw(&corpus, hidden.get(), seed, device);
    let (state, descent) = stage.begin(first, config)?;
    let mut looks = Vec::new();
    let update = by_hand(&corpus, settings.shuffle_seed, &mut looks);
    let trained = stage.descend(descent, state, update)?;
    let (state, history) = stage.end(trained)?;
    run.looks(looks)?;
    run.result("loss_by_hand", history.last_cost());
    run.result("names_by_hand", state.sample(&corpus));
    let by_hand = Architecture::CharacterRnn { vocab_size: characters, hidden: hidden.get() };
    run.describe("by-hand", &Card::of_names(by_hand, &corpus.alphabet, seed))?;
    let by_hand = Series::of_costs("by hand, smoothed", &history);

    let lesson = Lesson::new(&corpus, run.examples(names), seed);
    let model = lesson.model(lstm_units.get(), device)?;
    let stage = run.stage("lstm", &("LanguageModel", "LSTM", characters, lstm_units))?;
    let config = DescentConfig::new(epochs.get(), lstm_lr.get()).with_cost_interval(1);
    let (count, loss) = (lesson.train.len(), lesson.loss(device));
    let (model, history) = stage.by_adam(model, config, &lesson.batches(), count, loss)?;
    run.say("\nBy the LSTM, the mean loss of a name:");
    let sets = [("train", "learnt", &lesson.train), ("held_out", "held out", &lesson.held_out)];
    for (key, name, names) in sets.into_iter().filter(|(.., names)| !names.is_empty()) {
        let loss = lesson.mean_loss(&model, names, device)?;
        run.say(&format!("    {loss:9.4} of {} names {name}", names.len()));
        run.result(&format!("loss_{key}"), loss);
    }
    let by_lstm = Series::new("LSTM", lesson.losses(&history));
    let axes = ["names read", "loss of a name"];
    run.curves("losses.png", "Names learnt", axes, &[by_hand, by_lstm])?;

    run.say(&format!("\nMade up by the LSTM, at temperature {}:", wishes.temperature));
    let config = LanguageModelConfig::new(Cell::LSTM, characters, lstm_units.get());
    let architecture = Architecture::LanguageModel(config);
    let card = Card::of_names(architecture, &corpus.alphabet, seed).as_main();
    run.describe("lstm", &card)?;
    let model = Trained::of(&card, Model::Language(Box::new(model)), device)?;
    let draws = Draws { temperature: wishes.temperature.get(), seed: None };
    let (start, count) = (wishes.start.clone(), run.examples(wishes.sample.get()));
    let names = model.answer(&Question::Names { start, count, draws })?.names();
    let known = names.iter().filter(|name| corpus.has(name)).count();
    run.made_up(names, known);
    run.finish()
}
