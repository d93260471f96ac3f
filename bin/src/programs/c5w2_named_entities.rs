//! Course 5: which words name persons, places and other things, and why a word is judged by those behind it too.

use clap::{Args, ValueHint};
use fireside_datasets::named_entities::NamedEntities;
use fireside_recipes::named_entities::{self as recipe, LECTURE, Lesson, Sizes, Ways};
use serde::{Deserialize, Serialize};

use crate::asked::Said;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::programs::files::NAMED_ENTITIES;
use crate::sentences::SentenceTraining;
use crate::values::{Count, InputPath, LearningRate, Units};
use crate::{Failure, Given, given};

/// Finds persons, places, organisations and times in sentences, by an LSTM that reads them one way and by one that
/// reads them both ways.
///
/// Expect an F1 of 99 to 100 % on the embedded sentences both ways and 73 to 80 % one way, which cannot know what
/// follows; on the course's 220 resumes 30 to 40 % either way, though 92 % of the words are right: an entity counts
/// where all of its words are found and no other. Takes a second or two, with the resumes 15 seconds.
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

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w2-named-entities",
    teaches: "which words name persons, places and so on, read one way and both ways",
    files: NAMED_ENTITIES,
    embedded: "generated sentences",
    minutes: 0.05,
    command: frame::command::<Settings, Said>,
    trains: "\"Charlotte is a doctor in Paris\"",
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Said>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { file, least, max_words, lr, seed, data, .. } = settings;
    let texts = NamedEntities::load(file.as_deref(), &data.source(), *seed);
    let texts = texts.given_by(&given(settings, "--file"))?;
    let (from, is_made) = (data.origin(file.as_ref()), file.is_none() && data.data.is_none());
    let lesson = Lesson::new(&texts, &from, least.get() as u64, max_words.get(), *seed);
    let lesson = lesson.given_by("--file, --least")?;
    let said = asked.checked(|said| recipe::words_of(said).len(), "is there to tag")?;
    let sizes = Sizes { embedding: settings.embedding.get(), hidden: settings.hidden.get() };
    let (one, both) = lesson.taggers(sizes, *seed, device)?;
    let mut run = setup.begin()?;
    run.look_at_entities(&lesson)?;
    run.words("--say", "not known, and judged by those around them", &lesson.unknown(said));
    let lesson = lesson.in_pieces(|count| run.examples(count));

    let sets = lesson.examples(device);
    let epochs = [settings.epochs.get(), settings.batch_size.get()];
    let training = SentenceTraining::by_adam(epochs, lr.get(), *seed, &sets, setup.dashboard);
    let (one, of_one) = training.train(&mut run, Ways::One.titled(), one, recipe::answer)?;
    let (both, of_both) = training.train(&mut run, Ways::Both.titled(), both, recipe::answer)?;
    let curves = [("one way", &of_one), ("both ways", &of_both)];
    run.rival_curves("Words tagged right", "test", &curves)?;
    run.both_taggers(&lesson, &recipe::found([&one, &both], &sets[1].0)?);

    let models = [("one-way", one.into()), ("both-ways", both.into())];
    let taggers = run.readers(models, lesson.cards(sizes), &lesson.lexicon(), device)?;
    run.tagged(if is_made { &LECTURE } else { &[] }, said, &taggers)?;
    run.finish()
}
