//! Course 5: which words name persons, places and other things, and why a word is judged by those behind it too.

use std::path::Path;

use burn::module::Module as _;
use clap::{Args, ValueHint};
use fireside_datasets::named_entities::NamedEntities;
use fireside_datasets::source::Source;
use fireside_recipes::named_entities::{self as recipe, Sizes, Ways};
use fireside_recipes::sentences::by_adam;
use fireside_recipes::trained::{Architecture, Beside, Card, Lexicon, Model, Question, Trained};
use fireside_sequence::entity_tagger::EntityTagger;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::programs::files::NAMED_ENTITIES;
use crate::sentences::Said;
use crate::values::{Count, InputPath, LearningRate, Units};

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

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w2-named-entities",
    teaches: "which words name persons, places and so on, read one way and both ways",
    files: NAMED_ENTITIES,
    embedded: "generated sentences",
    minutes: 0.1,
    command: frame::command::<Settings, Said>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Said>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { file, least, max_words, embedding, hidden, epochs, batch_size, lr, seed, data } =
        settings;
    let (seed, most) = (*seed, max_words.get());
    let all = NamedEntities::load(file.as_deref(), &data.source(), seed)?;
    let (classes, from) = (&all.classes, data.origin(file.as_ref()));
    let texts = all.split(seed);
    let vocabulary = recipe::vocabulary(&texts[0], Path::new(&from), least.get() as u64)?;
    let said = asked.checked(|said| recipe::text_of(said).words.len(), "is there to tag")?;
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
    if let Some(said) = said {
        let words = recipe::text_of(said).words.into_iter();
        let unknown: Vec<String> = words.filter(|word| vocabulary.index(word).is_none()).collect();
        run.words("--say", "not known, and judged by those around them", &unknown);
    }
    let [train, dev] = texts.map(|texts| recipe::pieces(&texts, most));
    let [train, dev] = [train, dev].map(|texts| texts[..run.examples(texts.len())].to_vec());

    let sets = [&train, &dev].map(|texts| recipe::examples(texts, &vocabulary, device));
    let mut learn = |title: &str, ways: Ways, tagger: EntityTagger| {
        run.say(&format!("\n{title}:"));
        let shape = ("EntityTagger", ways.name(), tagger.num_params());
        let stage = run.epoch_stage(ways.name(), &shape)?.with_dashboard(setup.dashboard);
        let training = by_adam(epochs.get(), batch_size.get(), lr.get(), seed);
        stage.train(training, tagger, recipe::answer, &sets[0], &sets[1])
    };
    let (one_way, of_one) = learn("An LSTM that reads one way", Ways::One, one_way)?;
    let (both_ways, of_both) = learn("Two LSTMs, one from each end", Ways::Both, both_ways)?;
    let curves = [("one way", &of_one), ("both ways", &of_both)];
    run.rival_curves("Words tagged right", "dev", &curves)?;

    let [one, both] = [recipe::tags(&one_way, &sets[1].0)?, recipe::tags(&both_ways, &sets[1].0)?];
    run.entities(Ways::One.name(), &dev, &one, classes);
    run.entities(Ways::Both.name(), &dev, &both, classes);
    run.confused_words("Words, read both ways:", &dev, &both, classes);
    recipe::differences(&dev, [&one, &both], classes).iter().for_each(|text| run.marked(text));

    let is_embedded = file.is_none() && data.source() == Source::Embedded;
    let models = [(Ways::One, one_way), (Ways::Both, both_ways)].map(|(ways, tagger)| {
        let architecture =
            Architecture::EntityTagger(ways.config(sizes, &vocabulary, classes.len()));
        let card = Card::of_entities(architecture, &vocabulary, most, classes);
        (ways.name(), if ways == Ways::Both { card.as_main() } else { card }, tagger)
    });
    let mut taggers = Vec::new();
    for (name, card, tagger) in models {
        run.describe(name, &card)?;
        let beside = Beside::Words(Lexicon::Listed(vocabulary.clone()));
        taggers.push(Trained::new(card, Model::Tagger(Box::new(tagger)), beside, device)?);
    }
    let lecture = LECTURE.into_iter().filter(|_| is_embedded).map(|sentence| (sentence, false));
    for (sentence, is_said) in lecture.chain(said.map(|said| (said, true))) {
        let asked = Question::Sentence(sentence.to_string());
        let [one, both] = [taggers[0].answer(&asked)?, taggers[1].answer(&asked)?];
        let found = [one, both].map(|answer| answer.marked().to_string());
        run.marked(&found);
        for (ways, found) in ["one_way", "both_ways"].into_iter().zip(found).filter(|_| is_said) {
            run.result(&format!("say_{ways}"), found);
        }
    }
    run.finish()
}
