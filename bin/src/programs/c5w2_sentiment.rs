//! Course 5, week 2: what somebody felt who wrote a review, and why the order of the words matters.

use clap::{Args, ValueHint};
use fireside_datasets::reviews::{CLASSES, Reviews};
use fireside_recipes::sentiment::{self as recipe, Lesson, OF_LSTM, OF_MEAN};
use serde::{Deserialize, Serialize};

use crate::asked::Said;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::sentences::SentenceTraining;
use crate::values::{Count, InputPath, LearningRate, Units};
use crate::{Failure, Given};

/// Tells whether a review is positive by the mean of its words' vectors and by an LSTM, and judges both on sentences
/// of the same words in another order: "not bad but good" and "not good but bad".
///
/// Expect 77 to 85 % of the embedded reviews from the mean and all from the LSTM; of those that only the order tells
/// apart, exactly half from the mean, whatever it learns. Takes a second or two.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Sentences of yours: rows of a sentence and its label, 0 or 1, negative or positive, in CSV or .tsv, with a header
    /// or without; a fifth is kept to judge by [default: generated reviews]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<InputPath>,
    /// Words that occur less often are passed over
    #[arg(long, default_value = "1")]
    least: Count,
    /// Words that are read of a sentence at most
    #[arg(long, default_value = "1000")]
    max_words: Units,
    /// Numbers in each word's vector
    #[arg(long, default_value = "16")]
    embedding: Units,
    /// Units of the LSTM
    #[arg(long, default_value = "32")]
    hidden: Units,
    /// Times through the sentences
    #[arg(long, default_value = "30")]
    epochs: Count,
    /// Sentences in a mini-batch
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Learning rate of Adam
    #[arg(long, default_value = "5e-3")]
    lr: LearningRate,
    /// Seed of the weights, the order of the sentences, and of generated ones
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w2-sentiment",
    teaches: "what a review's writer felt: a mean of word vectors against an LSTM, on \"not good\"",
    files: &[],
    embedded: "generated reviews",
    minutes: 0.05,
    command: frame::command::<Settings, Said>,
    trains: "\"not good but bad\"",
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Said>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { ref file, least, max_words, embedding, hidden, lr, seed, .. } = *settings;
    let Reviews { train, test, columns } =
        Reviews::load(file.as_deref(), seed).given_by("--file")?;
    let from = Data::default().origin(file.as_ref());
    let lesson = Lesson::new([train, test], &from, least.get() as u64, max_words.get());
    let lesson = lesson.given_by("--file, --least")?;
    let said = asked.known_to(&lesson.vocabulary, "is among those learnt from")?;
    let (mean, lstm) = lesson.networks(embedding.get(), hidden.get(), seed, device)?;
    let mut run = setup.begin()?;
    let lesson = lesson.first(|count| run.examples(count));
    run.sentences(lesson.sets.each_ref(), &CLASSES, &columns, &from)?;
    run.say(&format!("They have {} different words.", lesson.vocabulary.len()));
    run.shortened(lesson.longest(), lesson.most);
    run.words_passed_over(&lesson.sets, said, &lesson.vocabulary, ", not among those learnt from");

    let examples = lesson.examples(device);
    let epochs = [settings.epochs.get(), settings.batch_size.get()];
    let training = SentenceTraining::by_adam(epochs, lr.get(), seed, &examples, setup.dashboard);
    let (mean, by_mean) = training.train(&mut run, OF_MEAN, mean, recipe::answer)?;
    let (lstm, by_lstm) = training.train(&mut run, OF_LSTM, lstm, recipe::answer)?;
    run.rival_curves("Reviews judged right", "test", &[("mean", &by_mean), ("LSTM", &by_lstm)])?;
    let networks = (mean, lstm);
    run.judged_sentences(["mean", "LSTM"], &recipe::judge(&networks, &lesson.sets, &examples)?);
    let shown = lesson.shown(file.is_none()).chain(said);
    let explain = |sentence| recipe::explain(&networks, &lesson, sentence, device);
    run.explained(["mean", "LSTM"], &shown.map(explain).collect::<Result<Vec<_>, _>>()?);

    let cards = lesson.cards(embedding.get(), hidden.get());
    let models = [("mean", networks.0.into()), ("lstm", networks.1.into())];
    let models = run.readers(models, cards, &lesson.lexicon(), device)?;
    run.ask_sentence(said, ["mean", "lstm"], &models)?;
    run.finish()
}
