//! Course 5: which words name persons, places and other things, and why a word is judged by those behind it too.

use std::path::Path;

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::programs::files::NAMED_ENTITIES;
use crate::recipes::named_entities::{self as recipe, Sizes, Ways};
use crate::recipes::sentences::say_words;
use crate::run::Run;
use crate::values::{Count, InputPath, LearningRate, Units};
use clap::{Args, ValueHint};
use fireside_datasets::named_entities::NamedEntities;
use fireside_datasets::source::Source;
use fireside_datasets::tagged_text::TaggedText;
use fireside_training::supervised::SupervisedConfig;
use serde::{Deserialize, Serialize};

/// The lecture's sentences: only what follows tells what Teddy is.
const LECTURE: [&str; 2] =
    ["He said Teddy Roosevelt was a great president", "He said Teddy bears are on sale"];

/// Finds persons, places, organisations and times in sentences, by an LSTM that reads them one way and by one that
/// reads them both ways.
///
/// Expect an F1 of nearly 100 % on the embedded sentences both ways and about 77 % one way, which cannot know what
/// follows; on the course's 220 resumes 30 to 40 % either way, though 92 % of the words are right: an entity counts
/// where all of its words are found and no other. Takes about 5 seconds, of the resumes 15.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Texts of yours: columns of the CoNLL-2003 task, or spans as in ner.json if it is .json or .jsonl; a fifth is
    /// kept to judge by [default: those of --data, or generated sentences]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<InputPath>,
    /// Words that occur less often share one vector with those never seen
    #[arg(long, default_value = "2")]
    least: Count,
    /// Words that are read at a time: longer texts are cut, at the ends of lines where they can be
    #[arg(long, default_value = "100")]
    max_words: Units,
    /// Numbers in each word's vector
    #[arg(long, default_value = "32")]
    embedding: Units,
    /// Units of the LSTM in each direction; the one that reads one way has twice as many
    #[arg(long, default_value = "32")]
    hidden: Units,
    /// Times through the texts
    #[arg(long, default_value = "15")]
    epochs: Count,
    /// Pieces of text in a mini-batch
    #[arg(long, default_value = "16")]
    batch_size: Units,
    /// Learning rate of Adam
    #[arg(long, default_value = "5e-3")]
    lr: LearningRate,
    /// Seed of the weights, the split, the order of the texts, and of generated ones
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// What the trained model is asked.
#[derive(Args, Debug, Clone)]
struct Asked {
    /// Find the entities of this sentence too
    #[arg(long, value_name = "SENTENCE")]
    say: Option<String>,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w2-named-entities",
    teaches: "which words name persons, places and so on, read one way and both ways",
    files: NAMED_ENTITIES,
    embedded: "generated sentences",
    minutes: 0.1,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked: Asked { say }, device, .. } = setup;
    let seed = settings.seed;
    let all = NamedEntities::load(settings.file.as_deref(), &settings.data.source(), seed)?;
    let from = match &settings.file {
        Some(path) => path.display().to_string(),
        None => settings.data.source().to_string(),
    };
    let NamedEntities { classes, .. } = &all;
    let texts = all.split(seed);
    let vocabulary = recipe::vocabulary(&texts[0], Path::new(&from), settings.least.get() as u64)?;
    let said = say.as_deref().map(recipe::text_of).transpose()?;
    let Settings { embedding, hidden, max_words, .. } = *settings;
    let sizes = Sizes { embedding: embedding.get(), hidden: hidden.get() };
    let build = |ways| recipe::build(ways, sizes, &vocabulary, classes.len(), seed, device);
    let [one_way, both_ways] = [build(Ways::One)?, build(Ways::Both)?];
    let mut run = setup.begin()?;
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
    let [train, dev] = texts.map(|texts| recipe::pieces(&run, &texts, max_words.get()));

    let examples = [&train, &dev].map(|texts| recipe::examples(texts, &vocabulary, device));
    let config = SupervisedConfig::new(settings.epochs.get())
        .with_batch_size(settings.batch_size.get())
        .with_seed(seed);
    let training = (config, settings.lr.get(), setup.dashboard);
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
        recipe::show(run, taggers, text, &vocabulary, (classes, max_words.get()), device)
    };
    let is_embedded = settings.file.is_none() && settings.data.source() == Source::Embedded;
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
