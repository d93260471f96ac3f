//! Course 5: which words name persons, places and other things, and why a word is judged by those behind it too.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, ValueHint};
use fireside_bin::options::{self, Common, Dashboard, Data};
use fireside_bin::recipes::named_entities::{self as recipe, Sizes, Ways};
use fireside_bin::recipes::sentences::say_words;
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::named_entities::NamedEntities;
use fireside_datasets::source::Source;
use fireside_datasets::tagged_text::TaggedText;
use fireside_training::supervised::SupervisedConfig;
use serde::{Deserialize, Serialize};

const NAME: &str = "c5w2-named-entities";
/// The lecture's sentences: only what follows tells what Teddy is.
const LECTURE: [&str; 2] =
    ["He said Teddy Roosevelt was a great president", "He said Teddy bears are on sale"];

/// Finds persons, places, organisations and times in sentences, by an LSTM that reads them one way and by one that
/// reads them both ways.
///
/// Expect an F1 of nearly 100 % on the embedded sentences both ways and about 77 % one way, which cannot know what
/// follows; on the course's 220 resumes 30 to 40 % either way, though 92 % of the words are right: an entity counts
/// where all of its words are found and no other. Takes about 5 seconds, of the resumes 15.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    /// Find the entities of this sentence too
    #[arg(long, value_name = "SENTENCE")]
    say: Option<String>,
    #[command(flatten)]
    dashboard: Dashboard,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Texts of yours: columns of the CoNLL-2003 task, or spans as in ner.json if it is .json or .jsonl; a fifth is
    /// kept to judge by [default: those of --data, or generated sentences]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Words that occur less often share one vector with those never seen
    #[arg(long, default_value_t = 2, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    least: usize,
    /// Words that are read at a time: longer texts are cut, at the ends of lines where they can be
    #[arg(long, default_value_t = 100, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    max_words: usize,
    /// Numbers in each word's vector
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    embedding: usize,
    /// Units of the LSTM in each direction; the one that reads one way has twice as many
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    hidden: usize,
    /// Times through the texts
    #[arg(long, default_value_t = 15, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Pieces of text in a mini-batch
    #[arg(long, default_value_t = 16, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Learning rate of Adam
    #[arg(long, default_value_t = 5e-3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Seed of the weights, the split, the order of the texts, and of generated ones
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { settings, data, say, dashboard, common } = arguments;
    dashboard.check()?;
    let (backend, device) = backend::open(common.device.as_deref(), backend::Floats::F32)?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let seed = settings.seed;
    let all = NamedEntities::load(settings.file.as_deref(), &data.source(), seed)?;
    let from = match &settings.file {
        Some(path) => path.display().to_string(),
        None => data.source().to_string(),
    };
    let NamedEntities { classes, .. } = &all;
    let texts = all.split(seed);
    let vocabulary = recipe::vocabulary(&texts[0], Path::new(&from), settings.least as u64)?;
    let said = say.map(|said| recipe::text_of(&said)).transpose()?;
    let Settings { embedding, hidden, max_words, .. } = settings;
    let sizes = Sizes { embedding, hidden };
    let build = |ways| recipe::build(ways, sizes, &vocabulary, classes.len(), seed, &device);
    let [one_way, both_ways] = [build(Ways::One)?, build(Ways::Both)?];
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&format!(
        "{} texts to train on and {} to judge by, in which things of these classes are named: {}: {from}.",
        texts[0].len(),
        texts[1].len(),
        classes.join(", ")
    ));
    all.passed_over.notes().iter().for_each(|note| run.say(note));
    if let Some(said) = &said {
        let unknown: Vec<String> =
            said.words.iter().filter(|word| vocabulary.index(word).is_none()).cloned().collect();
        say_words(&run, "--say", "not known, and judged by those around them", &unknown);
    }
    let [train, dev] = texts.map(|texts| recipe::pieces(&run, &texts, max_words));

    let examples = [&train, &dev].map(|texts| recipe::examples(texts, &vocabulary, &device));
    let config =
        SupervisedConfig::new(settings.epochs).with_batch_size(settings.batch_size).with_seed(seed);
    let training = (config, settings.lr, dashboard.dashboard);
    run.say("\nAn LSTM that reads one way:");
    let (one_way, of_one) =
        recipe::train(&mut run, Ways::One, one_way, training.clone(), &examples)?;
    run.say("\nTwo LSTMs, one from each end:");
    let (both_ways, of_both) = recipe::train(&mut run, Ways::Both, both_ways, training, &examples)?;
    recipe::draw(&mut run, &of_one, &of_both)?;

    let by_one = recipe::tags(&one_way, &examples[1].0)?;
    let by_both = recipe::tags(&both_ways, &examples[1].0)?;
    recipe::report(&mut run, Ways::One, &dev, &by_one, classes);
    recipe::report(&mut run, Ways::Both, &dev, &by_both, classes);
    recipe::confusion(&run, &dev, &by_both, classes);
    recipe::show_differences(&run, &dev, &by_one, &by_both, classes);

    let taggers = (&one_way, &both_ways);
    let show = |run: &Run, text: &TaggedText| {
        recipe::show(run, taggers, text, &vocabulary, (classes, max_words), &device)
    };
    let is_embedded = settings.file.is_none() && data.source() == Source::Embedded;
    for lecture in LECTURE.into_iter().filter(|_| is_embedded) {
        show(&run, &recipe::text_of(lecture)?)?;
    }
    if let Some(said) = &said {
        let [by_one, by_both] = show(&run, said)?;
        run.result("say_one_way", by_one);
        run.result("say_both_ways", by_both);
    }
    run.finish()
}
