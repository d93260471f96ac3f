//! Course 5, week 2: what somebody felt who wrote a review, and why the order of the words matters.

use std::path::Path;

use burn::module::Module as _;
use clap::{Args, ValueHint};
use fireside_datasets::reviews::{CLASSES, Reviews};
use fireside_recipes::sentences::{by_adam, first, passed_over};
use fireside_recipes::sentiment as recipe;
use fireside_recipes::trained::{
    Architecture, Beside, Card, Lexicon, Model, Question, Trained, Words,
};
use fireside_sequence::mean_classifier::MeanClassifierConfig;
use fireside_sequence::recurrent::Cell;
use fireside_sequence::sentiment_classifier::SentimentClassifierConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::sentences::Said;
use crate::values::{Count, InputPath, LearningRate, Units};

/// A review of the lecture, in which one word outweighs three.
const LECTURE: &str = "completely lacking in good taste good service and good ambience";

/// Tells whether a review is positive by the mean of its words' vectors and by an LSTM, and judges both on sentences
/// of the same words in another order: "not bad but good" and "not good but bad".
///
/// Expect five sixths of the embedded reviews from the mean and nearly all from the LSTM; of those that only the
/// order tells apart, exactly half from the mean, whatever it learns. Takes about 2 seconds.
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
    let Settings { file, least, max_words, embedding, hidden, epochs, batch_size, lr, seed } =
        settings;
    let (seed, most) = (*seed, max_words.get());
    let Reviews { train, test, columns } = Reviews::load(file.as_deref(), seed)?;
    let from = file.as_deref().unwrap_or(Path::new("embedded data, made by a generator"));
    let vocabulary = recipe::vocabulary(&train, from, least.get() as u64)?;
    let known = |said: &str| vocabulary.indices(said).len();
    let said = asked.checked(known, "is among those learnt from")?;
    let words = vocabulary.len();
    let (mean, lstm) = recipe::build(words, embedding.get(), hidden.get(), seed, device)?;
    let mut run = setup.begin()?;
    let sets = [train, test].map(|set| first(&set, run.examples(set.len())));
    let [train, test] = &sets;
    let (learnt, tested) = (train.len(), test.len());
    run.say(&format!(
        "{learnt} sentences to train on and {tested} to test, of {words} different words: {}.",
        from.display()
    ));
    let longest = train.max_len().max(test.max_len());
    if longest > most {
        run.say(&format!("The longest has {longest} words: no more than {most} of any are read."));
    }
    columns.iter().flat_map(|columns| columns.notes()).for_each(|note| run.say(&note));
    let question: Vec<String> = said.iter().map(ToString::to_string).collect();
    for (of, sentences) in [
        ("the sentences to train on", &sets[0].sentences),
        ("the sentences to test", &sets[1].sentences),
        ("--say", &question),
    ] {
        let words = passed_over(sentences, &vocabulary);
        run.words(of, "passed over, not among those learnt from", &words);
    }

    let examples = sets.each_ref().map(|set| recipe::examples(set, &vocabulary, most, device));
    let training = by_adam(epochs.get(), batch_size.get(), lr.get(), seed);
    run.say("\nThe mean of the words' vectors:");
    let stage = run.epoch_stage("mean", &("mean", mean.num_params()))?;
    let stage = stage.with_dashboard(setup.dashboard);
    let (mean, by_mean) =
        stage.train(training.clone(), mean, recipe::answer, &examples[0], &examples[1])?;
    run.say("\nAn LSTM, word after word:");
    let stage = run.epoch_stage("lstm", &("lstm", lstm.num_params()))?;
    let stage = stage.with_dashboard(setup.dashboard);
    let (lstm, by_lstm) =
        stage.train(training, lstm, recipe::answer, &examples[0], &examples[1])?;
    let curves = [("mean", &by_mean), ("LSTM", &by_lstm)];
    run.rival_curves("Reviews judged right", "test", &curves)?;
    run.judged_sentences(["mean", "LSTM"], &recipe::judge((&mean, &lstm), &sets, &examples)?);

    let pair = test.order_pairs().into_iter().next().into_iter().flatten();
    let pair = pair.map(|place| test.sentences[place].as_str());
    let shown = file.is_none().then_some(LECTURE).into_iter().chain(pair);
    for (number, sentence) in shown.chain(said).enumerate() {
        if number == 0 {
            run.say("\nHow positive the LSTM finds a sentence after each word, in percent:");
        }
        let found = recipe::explain((&mean, &lstm), &vocabulary, (sentence, most), device)?;
        run.explained(["mean", "LSTM"], &found);
    }

    let card = |architecture| {
        Card::of_sentences(architecture, Words::of(&vocabulary), most, &CLASSES, &[])
    };
    let (embedding, hidden, classes) = (embedding.get(), hidden.get(), CLASSES.len());
    let of_mean = MeanClassifierConfig::new(words, embedding, classes);
    let of_mean = card(Architecture::MeanClassifier(of_mean));
    let of_lstm = SentimentClassifierConfig::new(Cell::LSTM, words, embedding, hidden, classes);
    let of_lstm = card(Architecture::SentimentClassifier(of_lstm)).as_main();
    run.describe("mean", &of_mean)?;
    run.describe("lstm", &of_lstm)?;
    if let Some(said) = said {
        let models: [(_, _, Model); 2] =
            [("say_mean", of_mean, mean.into()), ("say_lstm", of_lstm, lstm.into())];
        for (key, card, model) in models {
            let beside = Beside::Words(Lexicon::Listed(vocabulary.clone()));
            let model = Trained::new(card, model, beside, device)?;
            run.said_of(key, &model.answer(&Question::Sentence(said.to_string()))?);
        }
    }
    run.finish()
}
