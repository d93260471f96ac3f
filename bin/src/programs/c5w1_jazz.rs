//! Course 5, week 1: jazz improvised by an LSTM.

use clap::{Args, ValueHint};
use fireside_numpy_rng::NumpyRng;
use fireside_recipes::jazz::{
    Rests, TX, TY, WINDOWS, accuracy, batches, network, open, origin, training_loss,
};
use fireside_recipes::trained::{
    Architecture, Beside, Card, Draws, Learnt, Model, Question, Solos, Task, Trained,
};
use fireside_sequence::music_model::MusicModelConfig;
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::JAZZ;
use crate::values::{Count, InputPath, LearningRate, Penalty, Units, one_of};

/// Learns a jazz solo as a grammar of notes over chords, and improvises another one over the same chords.
///
/// A solo is read from MIDI: `tune.mid` and `tune.wav`, to listen to, are what the network plays, `original.mid` and
/// `original.wav` what it has learnt. Expect a loss below 10 for a window of 30 values, from about 130; the course
/// prints 7.2. Takes some seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Learn from this MIDI file instead
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    midi: Option<InputPath>,
    /// Its track with the melody, by name or number [default: the one with the most single notes]
    #[arg(long, value_name = "TRACK", requires = "midi")]
    melody: Option<String>,
    /// Its track with the chords [default: the one with the most chords]
    #[arg(long, value_name = "TRACK", requires = "midi")]
    chords: Option<String>,
    /// Whose values: of notes alone, or of the rests between them too
    #[arg(long, value_parser = one_of(Rests::CHOICES), default_value = "kept")]
    rests: Rests,
    /// Times through the windows
    #[arg(long, default_value = "100")]
    epochs: Count,
    /// Units of the LSTM
    #[arg(long, default_value = "64")]
    hidden: Units,
    /// Adam's learning rate
    #[arg(long, default_value = "0.01")]
    lr: LearningRate,
    /// Seed of weights, batches and draws, and of the made solo
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// What the trained model is asked.
#[derive(Args, Debug, Clone)]
struct Asked {
    /// Choose the likely more often below 1, everything more alike above; 0 is the likeliest each time
    #[arg(long, default_value = "1.0", value_name = "T")]
    temperature: Penalty,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w1-jazz",
    teaches: "a jazz solo learnt as a grammar over chords, and a new one improvised",
    files: JAZZ,
    embedded: "a composed solo over II-V-I progressions",
    minutes: 0.1,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked: Asked { temperature }, device, .. } = setup;
    let Settings { midi, melody, chords, rests, epochs, hidden, lr, seed, data } = settings;
    let tracks = [melody.clone(), chords.clone()];
    let origin = origin(midi.as_deref(), tracks.clone(), *rests, &data.source())?;
    let jazz = open(midi.as_deref(), tracks, *rests, &data.source(), *seed)?;
    let windows =
        jazz.windows(WINDOWS, TX, 0).map_err(|error| Failure::Input(error.to_string()))?;
    let mut run = setup.begin()?;
    let (values, num_values) = (jazz.corpus.len(), jazz.vocabulary.len());
    let (measures, from) = (jazz.measures.len(), data.origin(midi.as_ref()));
    run.say(&format!("{values} values in {measures} measures, {num_values} different: {from}."));
    run.result("values", values);
    run.result("different_values", num_values);

    let rng = &mut NumpyRng::new(*seed);
    let model = network(num_values, hidden.get(), rng, device)?;
    let stage = run.stage("lstm", &("MusicModel", num_values, hidden))?;
    let descent = DescentConfig::new(epochs.get(), lr.get()).with_cost_interval(1);
    let loss = training_loss(&windows, num_values, device);
    let (model, history) = stage.by_adam(model, descent, &batches(*seed), windows.len(), loss)?;

    let axes = ["epoch", "loss of a window of 30 values"];
    run.curves("loss.png", "A solo learnt", axes, &[Series::of_costs("training", &history)])?;
    let (first, last) = (history.points.first().map(|point| point.cost), history.last_cost());
    let foreseen = accuracy(&model, &windows, num_values, device)?;
    let [before, after] = [first, last].map(Option::unwrap_or_default);
    let percent = 100.0 * foreseen;
    run.say(&format!(
        "Loss of a window {before:.2}, then {after:.2}; {percent:.1} % of the values foreseen."
    ));
    run.result("first_loss", first);
    run.result("loss", last);
    run.result("foreseen", foreseen);

    let original = jazz.tune(&jazz.melody());
    let length = run.iterations(TY * measures);
    let learnt = match origin {
        Some((path, selection)) => Learnt::file(run.keep_file("learnt.mid", &path)?, selection),
        None => Learnt::Composed { edition: rests.edition(), seed: *seed },
    };
    let config = MusicModelConfig::new().with_num_values(num_values).with_hidden(hidden.get());
    let task = Task::Solos(Solos::new(learnt, &jazz, *seed));
    let card = Card::new(Architecture::MusicModel(config), task);
    run.describe("lstm", &card)?;
    let (model, beside) = (Model::Music(Box::new(model)), Beside::Solo(Box::new(jazz)));
    let draws = Draws { temperature: temperature.get(), seed: None };
    let asked = Question::Solo { length: Some(length), draws };
    let tune = Trained::new(card, model, beside, device)?.answer(&asked)?.tune();
    run.tunes(&[("original", "Learnt", &original), ("tune", "Improvised", &tune)])?;
    run.finish()
}
