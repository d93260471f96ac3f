//! Course 5, week 2: Emojify, an emoji for a sentence.

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::programs::files::EMOJIFY;
use crate::recipes::emojify::{self as recipe, EMOJI, averages};
use crate::recipes::sentences::{check_said, judge, passed_over, say_words};
use crate::recipes::word_vectors::{load, say_passed_over};
use crate::values::{Count, InputPath, LearningRate, Share, Units};
use burn::optim::AdamConfig;
use clap::{Args, ValueHint};
use fireside_datasets::emojify::{CLASSES, Emojify};
use fireside_training::supervised::{Supervised, SupervisedConfig};
use serde::{Deserialize, Serialize};

/// Finds the emoji for a sentence, with both networks of the assignment: the mean of the word vectors under a
/// softmax, by hand, and two LSTMs, which heed the order of the words.
///
/// The course prints 83.9 % of its test sentences for the first network and 64.3 % for a run of the second. Expect
/// more than 95 % of the training sentences from the second. Takes less than a
/// minute.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Word vectors of GloVe or word2vec [default: those of --data, or learnt from a generated text]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    vectors: Option<InputPath>,
    /// Read the first so many words, which are the most frequent ones [default: all]
    #[arg(long, value_name = "COUNT")]
    words: Option<Count>,
    /// Times through the sentences for the first network
    #[arg(long, default_value = "400")]
    iterations: Count,
    /// Learning rate of the first network
    #[arg(long, default_value = "0.01")]
    lr: LearningRate,
    /// Times through the sentences for the second network
    #[arg(long, default_value = "50")]
    epochs: Count,
    /// Sentences in a mini-batch of the second network
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Learning rate of the second network
    #[arg(long, default_value = "2e-3")]
    lstm_lr: LearningRate,
    /// Units of each LSTM
    #[arg(long, default_value = "128")]
    hidden: Units,
    /// Share of the LSTMs' outputs that dropout takes away
    #[arg(long, default_value = "0.5")]
    dropout: Share,
    /// Seed of the weights, the order of the sentences, and of generated ones
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// What the trained model is asked.
#[derive(Args, Debug, Clone)]
struct Asked {
    /// Find the emoji for this sentence too
    #[arg(long, value_name = "SENTENCE")]
    say: Option<String>,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w2-emojify",
    teaches: "an emoji for a sentence: a mean of word vectors against two LSTMs",
    files: EMOJIFY,
    embedded: "generated sentences, vectors learnt from a generated text",
    minutes: 1.0,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked: Asked { say }, device, .. } = setup;
    let seed = settings.seed;
    let Emojify { train, test, columns } = Emojify::load(&settings.data.source(), seed)?;
    let (file, words) = (settings.vectors.as_deref(), settings.words.map(Count::get));
    let source = settings.data.source();
    let (vectors, from) = load(file, &source, words, seed, setup.is_dry_run(), device)?;
    let said: Vec<String> = say.iter().cloned().collect();
    for sentence in &said {
        let known = vectors.vocabulary().indices(sentence).len();
        check_said(sentence, known, &format!("has a vector in {from}"))?;
    }
    let net =
        recipe::build_v2(&vectors, settings.hidden.get(), settings.dropout.get(), seed, device)?;
    let mut run = setup.begin()?;
    run.say(&format!(
        "{} sentences to train on and {} to test: {}.\n{} word vectors of {} dimensions: {from}.",
        train.len(),
        test.len(),
        settings.data.source(),
        vectors.len(),
        vectors.dimensions()
    ));
    columns.iter().flat_map(|columns| columns.notes()).for_each(|note| run.say(&note));
    say_passed_over(&run, &vectors);
    let sets =
        [("the training sentences", &train.sentences), ("the test sentences", &test.sentences)];
    for (of, sentences) in sets.into_iter().chain([("--say", &said)]) {
        let words = passed_over(sentences, vectors.vocabulary());
        say_words(&run, of, "passed over for want of a vector", &words);
    }

    let iterations = run.iterations(settings.iterations.get());
    let v1 = recipe::train_v1(&train, &vectors, settings.lr.get(), iterations, seed);
    let costs: Vec<String> = v1.costs.iter().map(|cost| format!("{cost:.3}")).collect();
    run.say(&format!("\nMean and softmax, costs every 100 epochs: {}", costs.join(", ")));
    let of = |sentences: &[String]| -> Vec<usize> {
        averages(sentences, &vectors).iter().map(|avg| v1.model.predict(avg)).collect()
    };
    judge(&mut run, "v1_train", &of(&train.sentences), &train);
    let found = of(&test.sentences);
    judge(&mut run, "v1_test", &found, &test);
    recipe::confusion(&run, &found, &test);

    run.say("\nTwo LSTMs:");
    let max_len = train.max_len().max(test.max_len());
    let sets = [&train, &test].map(|set| recipe::examples(set, &vectors, max_len, device));
    let config = SupervisedConfig::new(settings.epochs.get())
        .with_batch_size(settings.batch_size.get())
        .with_seed(seed);
    let training = Supervised::new(config, AdamConfig::new().init(), settings.lstm_lr.get());
    let (words, dimensions) = (vectors.len(), vectors.dimensions());
    let stage = run.epoch_stage("v2", &("EmojifyV2", settings.hidden, words, dimensions))?;
    let stage = stage.with_dashboard(setup.dashboard);
    let (net, curve) = stage.train(training, net, recipe::answer, &sets[0], &sets[1])?;
    let [train_inputs, test_inputs] = sets.map(|(inputs, _)| inputs);
    judge(&mut run, "v2_train", &recipe::predictions(&net, train_inputs)?, &train);
    let found = recipe::predictions(&net, test_inputs)?;
    judge(&mut run, "v2_test", &found, &test);
    recipe::confusion(&run, &found, &test);
    run.epoch_curves(["Cost", "Accuracy"], &curve)?;

    for sentence in &said {
        let by_v1 = of(&said)[0];
        let inputs = recipe::indices(&said, &vectors, max_len, device);
        let by_v2 = recipe::predictions(&net, inputs)?[0];
        run.say(&format!("\n{sentence} {} (two LSTMs: {})", EMOJI[by_v1], EMOJI[by_v2]));
        run.result("say_v1", CLASSES[by_v1]);
        run.result("say_v2", CLASSES[by_v2]);
    }
    run.finish()
}
