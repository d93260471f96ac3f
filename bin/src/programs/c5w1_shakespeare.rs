//! Course 5, week 1: a poem continued by two LSTMs.

use clap::{Args, ValueHint};
use fireside_recipes::shakespeare::{Verse, batches, training_loss};
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::asked::Poem;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::SONNETS;
use crate::values::{Count, InputPath, LearningRate, Units};
use crate::{Failure, Given, given};

/// Times through the text, without weights to begin from.
const EPOCHS: usize = 25;

/// Continues a poem, character by character, by the network of the assignment: two LSTMs that read 40 characters.
///
/// With the course's files it takes their trained network, which knows the Sonnets: of the windows it learnt it
/// foresees 95 % of the next characters. Without, it trains on eight sonnets written for this project: expect 95 to
/// 100 % of theirs. Takes 4 to 5 seconds of processor time, and a minute and a half for a text as long as all of
/// Shakespeare's sonnets.
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

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w1-shakespeare",
    teaches: "a poem continued, character by character, by two LSTMs",
    files: SONNETS,
    embedded: "verse written for this project",
    minutes: 0.1,
    command: frame::command::<Settings, Poem>,
    trains: "--prompt \"When I do count\" --length 200",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Poem>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { ref text, epochs, hidden, batch_size, lr, seed, ref data } = *settings;
    let verse =
        Verse::load(text.as_deref(), &data.source()).given_by(&given(settings, "--text"))?;
    asked.check(&verse.text)?;
    let (mut net, weights) = verse.network(hidden.get(), seed, device)?;
    let mut run = setup.begin()?;
    run.look_at_characters(&verse.describe(), &verse.text.alphabet, &verse.text.numbers)?;
    run.characters("--prompt", &verse.text.passed_over(&asked.prompt));

    weights.iter().for_each(|weights| run.say(weights));
    if weights.is_some() && epochs.is_none() {
        run.keep("lstm", &net)?;
    } else {
        let epochs = epochs.map_or(EPOCHS, Count::get);
        let descent = DescentConfig::new(epochs, lr.get()).with_cost_interval(1);
        let mut starts = verse.text.learnt();
        starts.truncate(run.examples(starts.len()));
        let stage = run.stage("lstm", &("LanguageModel", verse.text.alphabet.len(), hidden))?;
        let loss = training_loss(&verse.text, &starts, device);
        let batches = batches(batch_size.get(), seed);
        let (trained, history) = stage.by_adam(net, descent, &batches, starts.len(), loss)?;
        let costs = Series::of_epoch_costs("training", &history);
        run.curves("loss.png", "Verse learnt", ["epoch", "loss of a character"], &[costs])?;
        run.result("loss", history.last_cost());
        net = trained;
    }
    run.foresight(&net, &verse, device)?;
    let question = asked.question(run.iterations(asked.length.get()));
    let card = verse.card(hidden.get(), seed).as_main();
    let net = run.trained_alone("lstm", card, net, device)?;
    let poem = net.answer(&question)?.to_string();
    run.say(&format!("\n{poem}\n"));
    run.file("poem.txt", poem.as_bytes())?;
    run.result("poem", poem);
    run.finish()
}
