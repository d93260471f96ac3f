//! Reviews and what their writers felt, by the mean of the words' vectors and by an LSTM that reads them in order.

use std::path::Path;

use burn::module::{Module, ModuleDisplay};
use burn::optim::AdamConfig;
use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::corpus::count_words;
use fireside_datasets::labelled_images::class_indices;
use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_datasets::reviews::CLASSES;
use fireside_datasets::words::{Vocabulary, words_of};
use fireside_layers::ops::softmax;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::mean_classifier::{MeanClassifier, MeanClassifierConfig};
use fireside_sequence::recurrent::Cell;
use fireside_sequence::sentiment_classifier::{SentimentClassifier, SentimentClassifierConfig};
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::metrics::accuracy;
use fireside_training::supervised::{Curve, Score, Supervised, SupervisedConfig};

use crate::Failure;
use crate::plot::{self, Series, Titles};
use crate::recipes::sentences::{Padded, Sequences};
use crate::run::Run;

/// Sentences as numbers of their words, and their labels, `[sentences]`.
pub type Examples = (Sequences, Tensor<1, Int>);

/// The words of sentences to train on that occur at least `least` times.
///
/// # Errors
/// When there are none; `from` names where the sentences are from.
pub fn vocabulary(
    train: &LabelledSentences,
    from: &Path,
    least: u64,
) -> Result<Vocabulary, Failure> {
    let sentences = train.sentences.iter().map(|sentence| Ok(words_of(sentence).collect()));
    Ok(count_words(sentences, from, least)?.0)
}

/// Sentences as the networks take them: the words that the vocabulary holds, and no more than `most` of them.
pub fn numbered(
    sentences: &[String],
    vocabulary: &Vocabulary,
    most: usize,
    device: &Device,
) -> Sequences {
    let known = |sentence: &String| -> Vec<usize> {
        vocabulary.indices(sentence).into_iter().take(most).collect()
    };
    Sequences::new(&sentences.iter().map(known).collect::<Vec<_>>(), 0, device)
}

/// Labelled sentences as the networks take them.
pub fn examples(
    set: &LabelledSentences,
    vocabulary: &Vocabulary,
    most: usize,
    device: &Device,
) -> Examples {
    (numbered(&set.sentences, vocabulary, most, device), class_indices(&set.labels, device))
}

/// A network that tells the class of a sentence.
pub trait Reader: Module + ModuleDisplay + 'static {
    /// Logits, `[batch, 2]`.
    fn read(&self, sentences: Padded) -> Tensor<2>;
}

impl Reader for MeanClassifier {
    fn read(&self, Padded { numbers, lengths }: Padded) -> Tensor<2> {
        self.forward(numbers, Some(&lengths))
    }
}

impl Reader for SentimentClassifier {
    fn read(&self, Padded { numbers, lengths }: Padded) -> Tensor<2> {
        self.forward(numbers, Some(&lengths))
    }
}

/// Builds both networks, with weights from NumPy's numbers for the seed.
///
/// # Errors
/// When a size is 0.
pub fn build(
    vocab_size: usize,
    embedding: usize,
    hidden: usize,
    seed: u32,
    device: &Device,
) -> Result<(MeanClassifier, SentimentClassifier), Failure> {
    let classes = CLASSES.len();
    let mean = MeanClassifierConfig::new(vocab_size, embedding, classes).init(device)?;
    let lstm = SentimentClassifierConfig::new(Cell::LSTM, vocab_size, embedding, hidden, classes);
    let rng = &mut NumpyRng::new(seed);
    let mean = initialize(mean, Initializer::GlorotUniform, rng);
    Ok((mean, initialize(lstm.init(device)?, Initializer::GlorotUniform, rng)))
}

/// How a network answers a batch.
pub fn answer<M: Reader>(network: &M, (sentences, labels): (Padded, Tensor<1, Int>)) -> Score {
    Score::of_classes(network.read(sentences), labels)
}

/// Trains one of them by Adam.
///
/// # Errors
/// As [`EpochStage::train`](crate::epochs::EpochStage::train).
pub fn train<M: Reader>(
    run: &mut Run,
    name: &str,
    network: M,
    (config, learning_rate, dashboard): (SupervisedConfig, f64, bool),
    [train, test]: &[Examples; 2],
) -> Result<(M, Curve), Failure> {
    let training = Supervised::new(config, AdamConfig::new().init(), learning_rate);
    let model = (name, Module::num_params(&network));
    let stage = run.epoch_stage(name, &model)?.with_dashboard(dashboard);
    stage.train(training, network, answer, train, test)
}

/// The probability that each sentence is positive.
///
/// # Errors
/// When the device fails.
pub fn probabilities<M: Reader>(network: &M, sentences: &Sequences) -> Result<Vec<f64>, Failure> {
    let mut found = Vec::new();
    for batch in sentences.batches() {
        let positive = softmax(network.read(batch), 1).narrow(1, 1, 1);
        found.extend(positive.try_into_data()?.iter::<f64>());
    }
    Ok(found)
}

/// The share of the sentences at some places that are judged right, by the probability that each of the set is
/// positive.
///
/// # Panics
/// When there is no such place.
pub fn share_right(set: &LabelledSentences, places: &[usize], probabilities: &[f64]) -> f64 {
    let pick = |place: &usize| (class(probabilities[*place]), set.labels[*place]);
    let (found, labels): (Vec<_>, Vec<_>) = places.iter().map(pick).unzip();
    accuracy(&found, &labels)
}

/// Positive above one half, else negative.
fn class(probability: f64) -> usize {
    usize::from(probability > 0.5)
}

/// In a dry run the first few sentences of a set, else all.
pub fn some(run: &Run, set: LabelledSentences) -> LabelledSentences {
    let count = run.examples(set.len());
    match count < set.len() {
        true => set.subset(&(0..count).collect::<Vec<_>>()),
        false => set,
    }
}

/// Says in a table how many sentences each network gets right, in percent: of both sets, and of those sentences to
/// test of which the order of the words alone tells the label.
///
/// # Errors
/// When the device fails.
pub fn report(
    run: &mut Run,
    (mean, lstm): (&MeanClassifier, &SentimentClassifier),
    sets: &[LabelledSentences; 2],
    examples: &[Examples; 2],
) -> Result<(), Failure> {
    let pairs = sets[1].order_pairs().concat();
    run.say(&format!("\n{:44}{:>10}{:>12}", "Right", "mean", "LSTM"));
    let [all_train, all_test] = [0, 1].map(|set| (0..sets[set].len()).collect::<Vec<_>>());
    for (key, name, set, places) in [
        ("train", "learnt from", 0, all_train),
        ("test", "to test", 1, all_test),
        ("order", "of these told apart by the order alone", 1, pairs),
    ] {
        if places.is_empty() {
            run.say("no two sentences to test differ in the order of their words alone");
            continue;
        }
        let mut line = format!("{:5} {name:38}", places.len());
        let found =
            [probabilities(mean, &examples[set].0)?, probabilities(lstm, &examples[set].0)?];
        for (network, found) in ["mean", "lstm"].into_iter().zip(found) {
            let percent = 100.0 * share_right(&sets[set], &places, &found);
            line += &format!("{percent:10.2} %");
            run.result(&format!("{network}_{key}_accuracy"), percent);
        }
        run.say(&line);
    }
    Ok(())
}

/// Draws the accuracies of both networks over the epochs.
///
/// # Errors
/// When the picture cannot be drawn or written.
pub fn draw(run: &mut Run, mean: &Curve, lstm: &Curve) -> Result<(), Failure> {
    let titles = Titles { title: "Reviews judged right", x: "epoch", y: "share" };
    let series = [
        Series::of_epochs("mean, train", mean, |point| point.train.accuracy),
        Series::of_epochs("mean, test", mean, |point| point.held_out.accuracy),
        Series::of_epochs("LSTM, train", lstm, |point| point.train.accuracy),
        Series::of_epochs("LSTM, test", lstm, |point| point.held_out.accuracy),
    ];
    run.picture("accuracies.png", &plot::lines(titles, &series)?)
}

/// Says how both networks judge a sentence, and the LSTM after each of its words; returns the two classes.
///
/// # Errors
/// When the device fails.
pub fn explain(
    run: &Run,
    (mean, lstm): (&MeanClassifier, &SentimentClassifier),
    vocabulary: &Vocabulary,
    (sentence, most): (&str, usize),
    device: &Device,
) -> Result<[&'static str; 2], Failure> {
    /// Words that are shown.
    const SHOWN: usize = 24;
    let whole = numbered(&[sentence.to_string()], vocabulary, most, device);
    let [by_mean, by_lstm] = [probabilities(mean, &whole)?, probabilities(lstm, &whole)?]
        .map(|positive| CLASSES[class(positive.iter().sum())]);
    let words: Vec<usize> =
        vocabulary.indices(sentence).into_iter().take(SHOWN.min(most)).collect();
    let beginnings: Vec<Vec<usize>> = (1..=words.len()).map(|end| words[..end].to_vec()).collect();
    let positive = probabilities(lstm, &Sequences::new(&beginnings, 0, device))?;
    let steps = words.iter().zip(positive).map(|(&word, positive)| {
        format!("{} {:.0}", vocabulary.word(word).unwrap_or_default(), 100.0 * positive)
    });
    run.say(&format!(
        "    mean {by_mean}, LSTM {by_lstm}: {}",
        steps.collect::<Vec<_>>().join(", ")
    ));
    Ok([by_mean, by_lstm])
}
