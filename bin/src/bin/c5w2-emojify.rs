//! Course 5, week 2: Emojify, an emoji for a sentence.

use std::path::PathBuf;
use std::process::ExitCode;

use burn::optim::AdamConfig;
use clap::{Args, Parser, ValueHint};
use fireside_bin::options::{self, Common, Dashboard, Data};
use fireside_bin::recipes::classify::draw_curves;
use fireside_bin::recipes::emojify::{self as recipe, EMOJI, averages};
use fireside_bin::recipes::sentences::{check_said, judge, passed_over, say_words};
use fireside_bin::recipes::word_vectors::{load, say_passed_over};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::emojify::{CLASSES, Emojify};
use fireside_training::supervised::{Supervised, SupervisedConfig};
use serde::{Deserialize, Serialize};

const NAME: &str = "c5w2-emojify";

/// Finds the emoji for a sentence, with both networks of the assignment: the mean of the word vectors under a
/// softmax, by hand, and two LSTMs, which heed the order of the words.
///
/// The course prints 83.9 % of its test sentences for the first network and 64.3 % for a run of the second. Expect
/// more than 95 % of the training sentences from the second. Takes less than a
/// minute.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    /// Find the emoji for this sentence too
    #[arg(long, value_name = "SENTENCE")]
    say: Option<String>,
    #[command(flatten)]
    dashboard: Dashboard,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Word vectors of GloVe or word2vec [default: those of --data, or learnt from a generated text]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    vectors: Option<PathBuf>,
    /// Read the first so many words, which are the most frequent ones [default: all]
    #[arg(long, value_name = "COUNT", value_parser = options::iterations)]
    words: Option<usize>,
    /// Times through the sentences for the first network
    #[arg(long, default_value_t = 400, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    iterations: usize,
    /// Learning rate of the first network
    #[arg(long, default_value_t = 0.01, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Times through the sentences for the second network
    #[arg(long, default_value_t = 50, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Sentences in a mini-batch of the second network
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Learning rate of the second network
    #[arg(long, default_value_t = 2e-3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lstm_lr: f64,
    /// Units of each LSTM
    #[arg(long, default_value_t = 128, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    hidden: usize,
    /// Share of the LSTMs' outputs that dropout takes away
    #[arg(long, default_value_t = 0.5, value_parser = options::share)]
    #[serde(deserialize_with = "options::checked::share")]
    dropout: f64,
    /// Seed of the weights, the order of the sentences, and of generated ones
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
    let Emojify { train, test, columns } = Emojify::load(&data.source(), seed)?;
    let (file, words) = (settings.vectors.as_deref(), settings.words);
    let (vectors, from) = load(file, &data.source(), words, seed, common.dry_run, &device)?;
    let said: Vec<String> = say.into_iter().collect();
    for sentence in &said {
        let known = vectors.vocabulary().indices(sentence).len();
        check_said(sentence, known, &format!("has a vector in {from}"))?;
    }
    let net = recipe::build_v2(&vectors, settings.hidden, settings.dropout, seed, &device)?;
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&format!(
        "{} sentences to train on and {} to test: {}.\n{} word vectors of {} dimensions: {from}.",
        train.len(),
        test.len(),
        data.source(),
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

    let iterations = run.iterations(settings.iterations);
    let v1 = recipe::train_v1(&train, &vectors, settings.lr, iterations, seed);
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
    let sets = [&train, &test].map(|set| recipe::examples(set, &vectors, max_len, &device));
    let config =
        SupervisedConfig::new(settings.epochs).with_batch_size(settings.batch_size).with_seed(seed);
    let training = Supervised::new(config, AdamConfig::new().init(), settings.lstm_lr);
    let (words, dimensions) = (vectors.len(), vectors.dimensions());
    let identity =
        format!("EmojifyV2 {} on {words} words of {dimensions} dimensions", settings.hidden);
    let stage = run.epoch_stage("v2", &identity);
    let stage = stage.with_dashboard(dashboard.dashboard);
    let (net, curve) = stage.train(training, net, recipe::answer, &sets[0], &sets[1])?;
    let [train_inputs, test_inputs] = sets.map(|(inputs, _)| inputs);
    judge(&mut run, "v2_train", &recipe::predictions(&net, train_inputs)?, &train);
    let found = recipe::predictions(&net, test_inputs)?;
    judge(&mut run, "v2_test", &found, &test);
    recipe::confusion(&run, &found, &test);
    draw_curves(&mut run, &curve)?;

    for sentence in &said {
        let by_v1 = of(&said)[0];
        let inputs = recipe::indices(&said, &vectors, max_len, &device);
        let by_v2 = recipe::predictions(&net, inputs)?[0];
        run.say(&format!("\n{sentence} {} (two LSTMs: {})", EMOJI[by_v1], EMOJI[by_v2]));
        run.result("say_v1", CLASSES[by_v1]);
        run.result("say_v2", CLASSES[by_v2]);
    }
    run.finish()
}
