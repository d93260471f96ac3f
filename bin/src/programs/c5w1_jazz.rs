//! Course 5, week 1: jazz improvised by an LSTM.

use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::plot::{self, Series, Titles};
use crate::programs::files::JAZZ;
use crate::recipes::jazz::{TX, TY, WINDOWS, accuracy, describe, improvise, loss};
use crate::values::{Count, InputPath, LearningRate, Penalty, Units};
use crate::{Failure, piano_roll};
use clap::{Args, ValueEnum, ValueHint};
use fireside_datasets::jazz::{Edition, Jazz, Selection};
use fireside_datasets::synthesiser::{render, wav};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::music_model::MusicModelConfig;
use fireside_training::descent::DescentConfig;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::minibatch::EpochSettings;
use fireside_training::schedule::Decay;
use serde::{Deserialize, Serialize};

/// Windows in a mini-batch, and by how much the rate falls: Keras's default, and the notebook's 0.01 an update.
const BATCH: usize = 32;
const DECAY: Decay = Decay::InverseTime { decay_rate: 0.02 };

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
    #[arg(long, value_enum, default_value_t = Rests::Kept)]
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

#[derive(ValueEnum, Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Rests {
    /// As in the edition of 2021: 90 values in the course's solo
    Kept,
    /// As in the older edition: 78
    Dropped,
}

impl Settings {
    fn solo(&self, data: &Data) -> Result<Jazz, Failure> {
        let edition = match self.rests {
            Rests::Kept => Edition::Of2021,
            Rests::Dropped => Edition::Older,
        };
        let Some(path) = &self.midi else {
            return Ok(Jazz::load(&data.source(), edition, self.seed)?);
        };
        let whole = Selection::whole(edition);
        let (melody, chords) = (self.melody.clone(), self.chords.clone());
        Ok(Jazz::read_file(path, &Selection { melody, chords, ..whole })?)
    }
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
    let jazz = settings.solo(&settings.data)?;
    let windows =
        jazz.windows(WINDOWS, TX, 0).map_err(|error| Failure::Input(error.to_string()))?;
    let mut run = setup.begin()?;
    let from = match &settings.midi {
        Some(path) => path.display().to_string(),
        None => settings.data.source().to_string(),
    };
    let (values, num_values) = (jazz.corpus.len(), jazz.vocabulary.len());
    run.say(&format!(
        "{values} values in {} measures, {num_values} different: {from}.",
        jazz.measures.len()
    ));
    run.result("values", values);
    run.result("different_values", num_values);

    let config =
        MusicModelConfig::new().with_num_values(num_values).with_hidden(settings.hidden.get());
    let rng = &mut NumpyRng::new(settings.seed);
    let model = initialize(config.init(device)?, Initializer::GlorotUniform, rng);
    let stage = run.stage("lstm", &config)?;
    let descent =
        DescentConfig::new(settings.epochs.get(), settings.lr.get()).with_cost_interval(1);
    let batches = EpochSettings { batch_size: BATCH, seed: settings.seed, decay: DECAY };
    let on = device.clone().autodiff();
    let (model, history) =
        stage.by_adam(model, descent, &batches, windows.len(), |model, batch| {
            let batch: Vec<_> = batch.iter().map(|window| windows[*window]).collect();
            loss(model, &batch, num_values, &on)
        })?;

    let costs = Series::of_costs("loss", &history);
    let titles = Titles { title: "A solo learnt", x: "epoch", y: "loss of a window of 30 values" };
    run.picture("loss.png", &plot::lines(titles, &[costs])?)?;
    let (first, last) = (history.points.first().map(|point| point.cost), history.last_cost());
    let foreseen = accuracy(&model, &windows, num_values, device)?;
    let [before, after] = [first, last].map(Option::unwrap_or_default);
    run.say(&format!(
        "Loss of a window {before:.2}, then {after:.2}; {:.1} % of the values foreseen.",
        100.0 * foreseen
    ));
    run.result("first_loss", first);
    run.result("loss", last);
    run.result("foreseen", foreseen);

    let original = jazz.tune(&jazz.melody());
    let length = run.iterations(TY * jazz.measures.len());
    let tune = improvise(&model, &jazz, length, temperature.get(), rng, device)?;
    for (name, tune) in [("original", &original), ("tune", &tune)] {
        let described = describe(tune);
        run.say(&format!("{name}: {described}."));
        run.result(name, described);
        run.file(&format!("{name}.mid"), &tune.to_bytes())?;
        run.file(&format!("{name}.wav"), &wav(&render(tune)))?;
    }
    run.picture("tunes.png", &piano_roll::draw(&[("Learnt", &original), ("Improvised", &tune)])?)?;
    run.finish()
}
