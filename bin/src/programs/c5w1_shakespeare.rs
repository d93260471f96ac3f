//! Course 5, week 1: a poem continued by two LSTMs.

use clap::{Args, ValueHint};
use fireside_numpy_rng::NumpyRng;
use fireside_recipes::shakespeare::{STRIDE, TX, Verse, batches, foresight, training_loss};
use fireside_recipes::trained::{Draws, Model, Question, Trained};
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::SONNETS;
use crate::values::{Count, InputPath, LearningRate, Temperature, Units};

/// Times through the text, without weights to begin from.
const EPOCHS: usize = 25;

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
    trains: "--prompt \"When I do count\" --length 200",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Poem>) -> Result<(), Failure> {
    let Setup { settings, asked: poem, device, .. } = setup;
    let Settings { epochs, hidden, batch_size, lr, seed, .. } = *settings;
    let verse = Verse::load(settings.text.as_deref(), &settings.data.source())?;
    let text = &verse.text;
    let prompt = text.prompt(&poem.prompt);
    prompt.map_err(|error| Failure::Input(format!("--prompt {error}")))?;
    let rng = &mut NumpyRng::new(seed);
    let mut net = verse.network(hidden.get(), rng, device)?;
    let mut run = setup.begin()?;
    let (length, characters) = (text.numbers.len(), text.alphabet.len());
    run.say(&format!("{length} characters, {characters} different: {}.", verse.from));

    let unknown = text.passed_over(&poem.prompt);
    if !unknown.is_empty() {
        let unknown: String = unknown.into_iter().collect();
        run.say(&format!("Passed over in --prompt, for the text does not have them: {unknown:?}."));
    }

    if let (Some(path), None) = (&verse.weights, epochs) {
        run.say(&format!("Weights: {}.", path.display()));
        run.keep("lstm", &net)?;
    } else {
        let descent = DescentConfig::new(epochs.map_or(EPOCHS, Count::get), lr.get());
        let starts = text.learnt();
        let starts = &starts[..run.examples(starts.len())];
        let stage = run.stage("lstm", &("LanguageModel", characters, hidden))?;
        let (batches, descent) = (batches(batch_size.get(), seed), descent.with_cost_interval(1));
        let loss = training_loss(text, starts, device);
        let (trained, history) = stage.by_adam(net, descent, &batches, starts.len(), loss)?;
        let costs = Series::of_costs("training", &history);
        run.curves("loss.png", "Verse learnt", ["epoch", "loss of a character"], &[costs])?;
        run.result("loss", history.last_cost());
        net = trained;
    }

    run.say(&format!("\nNext characters foreseen after {TX}, by where their windows begin:"));
    for offset in 0..STRIDE {
        let starts = text.judged(offset);
        let starts = &starts[..run.examples(starts.len())];
        let found = foresight(&net, &text.numbers, starts, device)?;
        let (percent, loss) = (100.0 * found.accuracy, found.loss);
        run.say(&format!(
            "    {offset} more than a multiple of {STRIDE}: {percent:.1} %, cross-entropy {loss:.3}"
        ));
        run.result(&format!("accuracy_offset_{offset}"), found.accuracy);
        run.result(&format!("loss_offset_{offset}"), loss);
    }

    let length = run.iterations(poem.length.get());
    let card = verse.card(hidden.get(), seed).as_main();
    run.describe("lstm", &card)?;
    let net = Trained::of(&card, Model::Language(Box::new(net)), device)?;
    let draws = Draws { temperature: poem.temperature.get(), seed: None };
    let asked = Question::Text { prompt: poem.prompt.clone(), length, draws };
    let poem = net.answer(&asked)?.to_string();
    run.say(&format!("\n{poem}\n"));
    run.file("poem.txt", poem.as_bytes())?;
    run.result("poem", poem);
    run.finish()
}
