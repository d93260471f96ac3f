//! Course 5, week 1: jazz improvised by an LSTM.

use clap::{Args, ValueHint};
use fireside_recipes::jazz::{Lesson, Rests, TY, accuracy, training_loss};
use fireside_recipes::trained::Beside;
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::asked::Solo;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::JAZZ;
use crate::values::{Count, InputPath, LearningRate, Units, one_of};
use crate::{Failure, Given, given};

/// Learns a jazz solo as a grammar of notes over chords, and improvises another one over the same chords.
///
/// A solo is read from MIDI: `tune.mid` and `tune.wav`, to listen to, are what the network plays, `original.mid` and
/// `original.wav` what it has learnt. Expect a loss of 5 to 6 for a window of 30 values, from 124 to 132; the course
/// prints 7.2. Takes a second or two.
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

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w1-jazz",
    teaches: "a jazz solo learnt as a grammar over chords, and a new one improvised",
    files: JAZZ,
    embedded: "a composed solo over II-V-I progressions",
    minutes: 0.05,
    command: frame::command::<Settings, Solo>,
    trains: "--temperature 0.8 --out solo.wav",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Solo>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { midi, melody, chords, rests, epochs, hidden, lr, seed, data } = settings;
    let tracks = [melody.clone(), chords.clone()];
    let lesson = Lesson::open(midi.as_deref(), tracks, *rests, &data.source(), *seed);
    let lesson = lesson.given_by(&given(settings, "--midi, --melody, --chords"))?;
    let (windows, num_values) = (lesson.windows().given_by("--midi")?, lesson.num_values());
    let mut run = setup.begin()?;
    run.say(&format!("Data: {}: {}.", lesson.describe(), data.origin(midi.as_ref())));
    run.result("values", lesson.jazz.corpus.len());
    run.result("different_values", num_values);

    let model = lesson.network(hidden.get(), device)?;
    let descent = DescentConfig::new(epochs.get(), lr.get()).with_cost_interval(1);
    let (loss, batches) = (training_loss(&windows, num_values, device), lesson.batches());
    let stage = run.stage("lstm", &("MusicModel", num_values, hidden))?;
    let (model, history) = stage.by_adam(model, descent, &batches, windows.len(), loss)?;
    let axes = ["epoch", "loss of a window of 30 values"];
    let losses = Series::of_epoch_costs("training", &history);
    run.curves("loss.png", "A solo learnt", axes, &[losses])?;
    run.solo_learnt(&history, accuracy(&model, &windows, num_values, device)?);

    let origin = lesson.origin.as_ref();
    let file = origin.map(|(path, _)| run.keep_file("learnt.mid", path)).transpose()?;
    let question = asked.question(run.iterations(TY * lesson.jazz.measures.len()));
    let original = lesson.jazz.tune(&lesson.jazz.melody());
    let (card, solo) = (lesson.card(hidden.get(), file), Beside::Solo(Box::new(lesson.jazz)));
    let model = run.trained("lstm", card, model, solo, device)?;
    let tune = model.answer(&question)?.tune();
    run.tunes(&[("original", "Learnt", &original), ("tune", "Improvised", &tune)])?;
    run.finish()
}
