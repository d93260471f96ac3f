//! Course 5, week 2: Emojify, an emoji for a sentence.

use clap::{Args, ValueHint};
use fireside_datasets::emojify::{CLASSES, Emojify};
use fireside_recipes::emojify::{self as recipe, EMOJI};
use fireside_recipes::sentences::by_adam;
use fireside_recipes::word_vectors::load;
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::descents::heed;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::programs::files::EMOJIFY;
use crate::sentences::Said;
use crate::values::{Count, InputPath, LearningRate, Share, Units};

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

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w2-emojify",
    teaches: "an emoji for a sentence: a mean of word vectors against two LSTMs",
    files: EMOJIFY,
    embedded: "generated sentences, vectors learnt from a generated text",
    minutes: 1.0,
    command: frame::command::<Settings, Said>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Said>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { iterations, lr, epochs, batch_size, lstm_lr, hidden, dropout, seed, .. } =
        *settings;
    let (source, file) = (settings.data.source(), settings.vectors.as_deref());
    let Emojify { train, test } = Emojify::load(&source, seed)?;
    let is_dry = setup.is_dry_run();
    let (vectors, from) = load(file, &source, None, seed, is_dry, device, heed)?;
    let known = |said: &str| vectors.vocabulary().indices(said).len();
    let said = asked.checked(known, &format!("has a vector in {from}"))?;
    let net = recipe::build_v2(&vectors, hidden.get(), dropout.get(), seed, device)?;
    let mut run = setup.begin()?;
    let (words, dimensions) = (vectors.len(), vectors.dimensions());
    run.say(&format!(
        "{} sentences to train on and {} to test: {source}.\n\
         {words} word vectors of {dimensions} dimensions: {from}.",
        train.len(),
        test.len()
    ));

    let iterations = run.iterations(iterations.get());
    let trained = recipe::train_v1(&train, &vectors, lr.get(), iterations, seed, device);
    let identity = format!("EmojifyV1 on {words} words of {dimensions} dimensions");
    let mut stage = run.stage("v1", &identity);
    stage.begin(trained.model.clone(), DescentConfig::new(iterations, lr.get()))?; // refuses another's
    let (layer, history) = stage.end(trained)?;
    let v1 = recipe::of_layer(&layer)?;
    let costs: Vec<_> = history.points.iter().map(|point| format!("{:.3}", point.cost)).collect();
    run.say(&format!("\nMean and softmax, costs every 100 epochs: {}", costs.join(", ")));
    let by_v1 = |sentences: &[String]| recipe::predictions_v1(&v1, sentences, &vectors);
    run.emoji_accuracy("v1_train", &by_v1(&train.sentences), &train);
    let found = by_v1(&test.sentences);
    run.emoji_accuracy("v1_test", &found, &test);
    run.emoji_confusion(&found, &test);

    run.say("\nTwo LSTMs:");
    let max_len = train.max_len().max(test.max_len());
    let sets = [&train, &test].map(|set| recipe::examples(set, &vectors, max_len, device));
    let training = by_adam(epochs.get(), batch_size.get(), lstm_lr.get(), seed);
    let identity = format!("EmojifyV2 {hidden} on {words} words of {dimensions} dimensions");
    let stage = run.epoch_stage("v2", &identity).with_dashboard(setup.dashboard);
    let (net, curve) = stage.train(training, net, recipe::answer, &sets[0], &sets[1])?;
    let [train_inputs, test_inputs] = sets.map(|(inputs, _)| inputs);
    run.emoji_accuracy("v2_train", &recipe::predictions(&net, train_inputs)?, &train);
    let found = recipe::predictions(&net, test_inputs)?;
    run.emoji_accuracy("v2_test", &found, &test);
    run.emoji_confusion(&found, &test);
    run.epoch_curves(["Cost", "Accuracy"], &curve)?;

    if let Some(said) = said {
        let sentence = [said.to_string()];
        let by_v1 = by_v1(&sentence)[0];
        let inputs = recipe::indices(&sentence, &vectors, max_len, device);
        let by_v2 = recipe::predictions(&net, inputs)?[0];
        run.say(&format!("\n{said} {} (two LSTMs: {})", EMOJI[by_v1], EMOJI[by_v2]));
        run.result("say_v1", CLASSES[by_v1]);
        run.result("say_v2", CLASSES[by_v2]);
    }
    run.finish()
}
