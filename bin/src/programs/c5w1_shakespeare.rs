//! Course 5, week 1: a poem continued by two LSTMs.

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::plot::{self, Series, Titles};
use crate::programs::files::SONNETS;
use crate::recipes::shakespeare::{STRIDE, TX, Text, build, foresight, load_weights, loss, write};
use crate::run::Run;
use crate::values::{Count, InputPath, LearningRate, Temperature, Units};
use burn::tensor::Device;
use clap::{Args, ValueHint};
use fireside_datasets::source::Source;
use fireside_datasets::verse;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::language_model::LanguageModel;
use fireside_sequence::recurrent::GateActivation;
use fireside_training::descent::DescentConfig;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::minibatch::EpochSettings;
use fireside_training::schedule::Decay;
use serde::{Deserialize, Serialize};

/// Times through the text, without weights to begin from.
const EPOCHS: usize = 25;
/// Characters from the beginning of one window that is learnt to that of the next.
const APART: usize = 10;
/// Windows judged: at every offset this many are passed over.
const JUDGED: usize = 20;

/// Continues a poem, character by character, by the network of the assignment: two LSTMs that read 40 characters.
///
/// With the course's files it takes their trained network, which knows the Sonnets: of the windows it learnt it
/// foresees 95 % of the next characters. Without, it trains on eight sonnets written for this project: expect it to
/// know them nearly by heart. Takes some seconds, or a minute and a half for a text as long as all of Shakespeare's
/// sonnets.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Learn from this text instead
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    text: Option<InputPath>,
    /// Times through the text's windows [default: 25, none with the course's weights]
    #[arg(long)]
    epochs: Option<Count>,
    /// Units of each LSTM
    #[arg(long, default_value = "128")]
    hidden: Units,
    /// Windows in a mini-batch
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Adam's learning rate
    #[arg(long, default_value = "0.005")]
    lr: LearningRate,
    /// Seed of weights, windows and draws
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The poem to be written.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Writing")]
struct Poem {
    /// How the poem begins
    #[arg(long, default_value = "Forsooth this maketh no sense ", value_name = "TEXT")]
    prompt: String,
    /// Characters to write after it
    #[arg(long, default_value = "400", value_name = "N")]
    length: Units,
    /// Below 1 the likely gets likelier, above 1 everything more alike
    #[arg(long, default_value = "1.0", value_name = "T")]
    temperature: Temperature,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w1-shakespeare",
    teaches: "a poem continued, character by character, by two LSTMs",
    files: SONNETS,
    embedded: "verse written for this project",
    minutes: 0.2,
    command: frame::command::<Settings, Poem>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Poem>) -> Result<(), Failure> {
    let Setup { settings, asked: poem, device, .. } = setup;
    let (text, from, weights) = match &settings.text {
        Some(path) => (verse::read(path)?, path.display().to_string(), None),
        None => {
            let source = settings.data.source();
            let from = match &source {
                Source::Embedded => "verse written for this project".to_string(),
                Source::Real(_) => source.to_string(),
            };
            (verse::load(&source)?, from, verse::weights(&source))
        }
    };
    let text = Text::new(&text)?;
    let prompt = text.prompt(&poem.prompt)?;
    let num_characters = text.alphabet.len();
    let rng = &mut NumpyRng::new(settings.seed);
    let net = match &weights {
        Some(path) => load_weights(path, num_characters, device)?,
        None => {
            let net =
                build(num_characters, settings.hidden.get(), GateActivation::Logistic, device)?;
            initialize(net, Initializer::GlorotUniform, rng)
        }
    };
    let mut run = setup.begin()?;
    run.say(&format!("{} characters, {num_characters} different: {from}.", text.numbers.len()));
    let unknown = text.passed_over(&poem.prompt);
    if !unknown.is_empty() {
        let unknown: String = unknown.into_iter().collect();
        run.say(&format!("Passed over in --prompt, for the text does not have them: {unknown:?}."));
    }
    let net = match (&weights, settings.epochs) {
        (Some(path), None) => {
            run.say(&format!("Weights: {}.", path.display()));
            net
        }
        (_, epochs) => {
            learn(&mut run, settings, epochs.map_or(EPOCHS, Count::get), &text, net, device)?
        }
    };

    run.say(&format!("\nNext characters foreseen after {TX}, by where their windows begin:"));
    for offset in 0..STRIDE {
        let last = text.numbers.len() - TX;
        let starts: Vec<usize> = (offset..last).step_by(JUDGED * STRIDE).collect();
        let starts = &starts[..run.examples(starts.len())];
        let found = foresight(&net, &text.numbers, starts, device)?;
        run.say(&format!(
            "    {offset} more than a multiple of {STRIDE}: {:.1} %, cross-entropy {:.3}",
            100.0 * found.accuracy,
            found.loss
        ));
        run.result(&format!("accuracy_offset_{offset}"), found.accuracy);
        run.result(&format!("loss_offset_{offset}"), found.loss);
    }

    let length = run.iterations(poem.length.get());
    let written = write(&net, &prompt, length, poem.temperature.get(), rng, device)?;
    let poem = format!("{}{}", poem.prompt, text.alphabet.decode(&written));
    run.say(&format!("\n{poem}\n"));
    run.file("poem.txt", poem.as_bytes())?;
    run.result("poem", poem);
    run.finish()
}

/// Trains on windows that overlap, on every next character in them.
fn learn(
    run: &mut Run,
    settings: &Settings,
    epochs: usize,
    text: &Text,
    net: LanguageModel,
    device: &Device,
) -> Result<LanguageModel, Failure> {
    let descent = DescentConfig::new(epochs, settings.lr.get()).with_cost_interval(1);
    let (batch_size, seed) = (settings.batch_size, settings.seed);
    let batches = EpochSettings { batch_size: batch_size.get(), seed, decay: Decay::Constant };
    let starts: Vec<usize> = (0..text.numbers.len() - TX).step_by(APART).collect();
    let starts = &starts[..run.examples(starts.len())];
    let on = device.clone().autodiff();
    let stage = run.stage("lstm", &("LanguageModel", text.alphabet.len(), settings.hidden))?;
    let (net, history) = stage.by_adam(net, descent, &batches, starts.len(), |net, batch| {
        let starts: Vec<usize> = batch.iter().map(|window| starts[*window]).collect();
        loss(net, &text.numbers, &starts, &on)
    })?;
    let titles = Titles { title: "Verse learnt", x: "epoch", y: "loss of a character" };
    let costs = Series::of_costs("training", &history);
    run.picture("loss.png", &plot::lines(titles, &[costs])?)?;
    run.result("loss", history.last_cost());
    Ok(net)
}
