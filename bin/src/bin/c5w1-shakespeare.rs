//! Course 5, week 1: a poem continued by two LSTMs.

use std::path::PathBuf;
use std::process::ExitCode;

use burn::tensor::Device;
use clap::{Args, Parser, ValueHint};
use fireside_bin::options::{self, Common, Data};
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::shakespeare::{
    HIDDEN, STRIDE, TX, Text, build, foresight, load_weights, loss, write,
};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
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

const NAME: &str = "c5w1-shakespeare";
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
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    poem: Poem,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Learn from this text instead
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    text: Option<PathBuf>,
    /// Times through the text's windows [default: 25, none with the course's weights]
    #[arg(long, value_parser = options::iterations)]
    epochs: Option<usize>,
    /// Units of each LSTM
    #[arg(long, default_value_t = HIDDEN, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    hidden: usize,
    /// Windows in a mini-batch
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Adam's learning rate
    #[arg(long, default_value_t = 0.005, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Seed of weights, windows and draws
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The poem to be written.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Writing")]
struct Poem {
    /// How the poem begins
    #[arg(long, default_value = "Forsooth this maketh no sense ", value_name = "TEXT")]
    prompt: String,
    /// Characters to write after it
    #[arg(long, default_value_t = 400, value_name = "N", value_parser = options::units)]
    length: usize,
    /// Below 1 the likely gets likelier, above 1 everything more alike
    #[arg(long, default_value_t = 1.0, value_name = "T", value_parser = options::learning_rate)]
    temperature: f64,
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { settings, data, poem, common }: Arguments) -> Result<(), Failure> {
    let (backend, device) = backend::open(common.device.as_deref(), backend::Floats::F32)?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let (text, from, weights) = match &settings.text {
        Some(path) => (verse::read(path)?, path.display().to_string(), None),
        None => {
            let source = data.source();
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
        Some(path) => load_weights(path, num_characters, &device)?,
        None => {
            let net = build(num_characters, settings.hidden, GateActivation::Logistic, &device)?;
            initialize(net, Initializer::GlorotUniform, rng)
        }
    };
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
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
        (_, epochs) => learn(&mut run, &settings, epochs.unwrap_or(EPOCHS), &text, net, &device)?,
    };

    run.say(&format!("\nNext characters foreseen after {TX}, by where their windows begin:"));
    for offset in 0..STRIDE {
        let last = text.numbers.len() - TX;
        let starts: Vec<usize> = (offset..last).step_by(JUDGED * STRIDE).collect();
        let starts = &starts[..run.examples(starts.len())];
        let found = foresight(&net, &text.numbers, starts, &device)?;
        run.say(&format!(
            "    {offset} more than a multiple of {STRIDE}: {:.1} %, cross-entropy {:.3}",
            100.0 * found.accuracy,
            found.loss
        ));
        run.result(&format!("accuracy_offset_{offset}"), found.accuracy);
        run.result(&format!("loss_offset_{offset}"), found.loss);
    }

    let length = run.iterations(poem.length);
    let written = write(&net, &prompt, length, poem.temperature, rng, &device)?;
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
    let descent = DescentConfig::new(epochs, settings.lr).with_cost_interval(1);
    let (batch_size, seed) = (settings.batch_size, settings.seed);
    let batches = EpochSettings { batch_size, seed, decay: Decay::Constant };
    let starts: Vec<usize> = (0..text.numbers.len() - TX).step_by(APART).collect();
    let starts = &starts[..run.examples(starts.len())];
    let on = device.clone().autodiff();
    let stage = run.stage("lstm", &format!("{} {}", text.alphabet.len(), settings.hidden));
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
