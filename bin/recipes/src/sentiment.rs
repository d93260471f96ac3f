//! Reviews and what their writers felt, by the mean of the words' vectors and by an LSTM that reads them in order.

use std::path::Path;

use burn::module::{Module, ModuleDisplay};
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
use fireside_training::supervised::Score;

use crate::RecipeError;
use crate::sentences::{Padded, Sequences, first};
use crate::trained::{Architecture, Beside, Card, Lexicon, Words};

/// A review of the lecture, in which one word outweighs three.
const LECTURE: &str = "completely lacking in good taste good service and good ambience";

/// The name of the training of the mean, and what is written above it.
pub const OF_MEAN: (&str, &str) = ("mean", "The mean of the words' vectors");

/// The name of the training of the LSTM, and what is written above it.
pub const OF_LSTM: (&str, &str) = ("lstm", "An LSTM, word after word");

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
) -> Result<Vocabulary, RecipeError> {
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

/// Reviews, and the words that are learnt from them.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// To train on and to judge by.
    pub sets: [LabelledSentences; 2],
    /// The words.
    pub vocabulary: Vocabulary,
    /// Words that are read of a sentence at most.
    pub most: usize,
}

/// Both networks.
pub type Networks = (MeanClassifier, SentimentClassifier);

impl Lesson {
    /// Takes both sets, the words of the first that occur at least `least` times, and `most` of a sentence.
    ///
    /// # Errors
    /// When there are no words; `from` names where the reviews are from.
    pub fn new(
        sets: [LabelledSentences; 2],
        from: &str,
        least: u64,
        most: usize,
    ) -> Result<Self, RecipeError> {
        let vocabulary = vocabulary(&sets[0], Path::new(from), least)?;
        Ok(Self { sets, vocabulary, most })
    }

    /// The same of the first sentences, as many as `count` makes of their number.
    #[must_use]
    pub fn first(self, count: impl Fn(usize) -> usize) -> Self {
        let sets = self.sets.map(|set| first(&set, count(set.len())));
        Self { sets, ..self }
    }

    /// Both networks, as [`build`].
    ///
    /// # Errors
    /// When a size is 0.
    pub fn networks(
        &self,
        embedding: usize,
        hidden: usize,
        seed: u32,
        device: &Device,
    ) -> Result<Networks, RecipeError> {
        build(self.vocabulary.len(), embedding, hidden, seed, device)
    }

    /// Words of the longest sentence.
    pub fn longest(&self) -> usize {
        self.sets.iter().map(LabelledSentences::max_len).max().unwrap_or_default()
    }

    /// Both sets as the networks take them.
    pub fn examples(&self, device: &Device) -> [Examples; 2] {
        self.sets.each_ref().map(|set| examples(set, &self.vocabulary, self.most, device))
    }

    /// Sentences that show what the order of words tells: the lecture's if it is wanted, and two to judge by that
    /// differ in nothing else.
    pub fn shown(&self, lecture: bool) -> impl Iterator<Item = &str> {
        let [_, test] = &self.sets;
        let pair = test.order_pairs().into_iter().next().into_iter().flatten();
        let pair = pair.map(move |place| test.sentences[place].as_str());
        lecture.then_some(LECTURE).into_iter().chain(pair)
    }

    /// What describes both networks.
    pub fn cards(&self, embedding: usize, hidden: usize) -> [Card; 2] {
        let (words, classes) = (self.vocabulary.len(), CLASSES.len());
        let card = |architecture| {
            let known = Words::of(&self.vocabulary);
            Card::of_sentences(architecture, known, self.most, &CLASSES, &[])
        };
        let mean = MeanClassifierConfig::new(words, embedding, classes);
        let lstm = SentimentClassifierConfig::new(Cell::LSTM, words, embedding, hidden, classes);
        let lstm = card(Architecture::SentimentClassifier(lstm)).as_main();
        let mean = card(Architecture::MeanClassifier(mean));
        [mean.called("mean of word vectors"), lstm.called("LSTM")]
    }

    /// The words that both networks know.
    pub fn lexicon(&self) -> Beside {
        Beside::Words(Lexicon::Listed(self.vocabulary.clone()))
    }
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
) -> Result<Networks, RecipeError> {
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

/// The probability that each sentence is positive.
///
/// # Errors
/// When the device fails.
pub fn probabilities<M: Reader>(
    network: &M,
    sentences: &Sequences,
) -> Result<Vec<f64>, RecipeError> {
    let mut found = Vec::new();
    for batch in sentences.batches() {
        let positive = softmax(network.read(batch), 1).narrow(1, 1, 1);
        found.extend(positive.try_into_data()?.iter::<f64>());
    }
    Ok(found)
}

/// The share of the sentences at some places that are judged right, by the probability that each of the set is
/// positive; 0 of none.
pub fn share_right(set: &LabelledSentences, places: &[usize], probabilities: &[f64]) -> f64 {
    let pick = |place: &usize| (class(probabilities[*place]), set.labels[*place]);
    let (found, labels): (Vec<_>, Vec<_>) = places.iter().map(pick).unzip();
    accuracy(&found, &labels)
}

/// Positive above one half, else negative.
fn class(probability: f64) -> usize {
    usize::from(probability > 0.5)
}

/// How many sentences each network gets right.
#[derive(Debug, Clone)]
pub struct Right {
    /// What the sentences are called in figures.
    pub key: &'static str,
    /// What they are.
    pub name: &'static str,
    /// How many there are; the shares of none are 0.
    pub count: usize,
    /// The share of them that are judged right, by the mean and by the LSTM.
    pub shares: [f64; 2],
}

/// Judges both networks on the sentences learnt from, on those to test, and on those to test of which the order of the
/// words alone tells the label.
///
/// # Errors
/// When the device fails.
pub fn judge(
    (mean, lstm): &Networks,
    sets: &[LabelledSentences; 2],
    examples: &[Examples; 2],
) -> Result<[Right; 3], RecipeError> {
    let found = |set: usize| -> Result<[Vec<f64>; 2], RecipeError> {
        Ok([probabilities(mean, &examples[set].0)?, probabilities(lstm, &examples[set].0)?])
    };
    let (learnt, tested) = (found(0)?, found(1)?);
    let right =
        |(key, name), set: &LabelledSentences, places: Vec<usize>, found: &[Vec<f64>; 2]| {
            let shares = [0, 1].map(|network| share_right(set, &places, &found[network]));
            Right { key, name, count: places.len(), shares }
        };
    let all = |set: &LabelledSentences| (0..set.len()).collect();
    let [train, test] = sets;
    Ok([
        right(("train", "learnt from"), train, all(train), &learnt),
        right(("test", "to test"), test, all(test), &tested),
        right(
            ("order", "of these told apart by the order alone"),
            test,
            test.order_pairs().concat(),
            &tested,
        ),
    ])
}

/// How both networks judge a sentence.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The class by the mean and by the LSTM.
    pub classes: [&'static str; 2],
    /// How likely the LSTM finds it positive after each of the first words, in 0..=1.
    pub steps: Vec<(String, f64)>,
}

/// Lets both networks judge a sentence, and the LSTM its beginnings too.
///
/// # Errors
/// When the device fails.
pub fn explain(
    (mean, lstm): &Networks,
    Lesson { vocabulary, most, .. }: &Lesson,
    sentence: &str,
    device: &Device,
) -> Result<Explanation, RecipeError> {
    /// Words that are looked at.
    const SHOWN: usize = 24;
    let whole = numbered(&[sentence.to_string()], vocabulary, *most, device);
    let classes = [probabilities(mean, &whole)?, probabilities(lstm, &whole)?]
        .map(|positive| CLASSES[class(positive.iter().sum())]);
    let words: Vec<usize> =
        vocabulary.indices(sentence).into_iter().take(SHOWN.min(*most)).collect();
    let beginnings: Vec<Vec<usize>> = (1..=words.len()).map(|end| words[..end].to_vec()).collect();
    let positive = probabilities(lstm, &Sequences::new(&beginnings, 0, device))?;
    let word = |word: &usize| vocabulary.word(*word).unwrap_or_default().to_string();
    Ok(Explanation { classes, steps: words.iter().map(word).zip(positive).collect() })
}
