//! Texts and what they name: a tag for each word, by LSTMs that read one way and both ways.

use std::collections::HashSet;
use std::path::Path;

use burn::module::Module as _;
use burn::optim::AdamConfig;
use burn::tensor::Device;
use fireside_datasets::corpus::count_words;
use fireside_datasets::tagged_text::{Entity, TaggedText, class_of, entities, marked, tag_count};
use fireside_datasets::words::Vocabulary;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::entity_tagger::{EntityTagger, EntityTaggerConfig};
use fireside_sequence::recurrent::Cell;
use fireside_strategy::document::{self, Block};
use fireside_strategy::metric::ClassScores;
use fireside_strategy::number::{fixed, or_dash};
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::metrics::accuracy;
use fireside_training::supervised::{Curve, NO_LABEL, Score, Supervised, SupervisedConfig};

use crate::Failure;
use crate::plot::{self, Series, Titles};
use crate::recipes::sentences::{Padded, Sequences, check_said};
use crate::run::Run;

/// Texts as numbers of their words, and their tags.
pub type Examples = (Sequences, Sequences);

/// In which directions a tagger reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ways {
    /// From the first word to the last: a word is judged by what came before it.
    One,
    /// From both ends.
    Both,
}

impl Ways {
    /// What the training and its figures are called.
    pub fn name(self) -> &'static str {
        match self {
            Self::One => "one-way",
            Self::Both => "both-ways",
        }
    }
}

/// The words of texts to train on that occur at least `least` times.
///
/// # Errors
/// When there are none; `from` names where the texts are from.
pub fn vocabulary(train: &[TaggedText], from: &Path, least: u64) -> Result<Vocabulary, Failure> {
    let lower_case =
        |text: &TaggedText| text.words.iter().map(|word| word.to_lowercase()).collect();
    Ok(count_words(train.iter().map(|text| Ok(lower_case(text))), from, least)?.0)
}

/// A sentence of the user's, which names nothing as far as is known.
///
/// # Errors
/// When it has no words.
pub fn text_of(said: &str) -> Result<TaggedText, Failure> {
    let words: Vec<String> = said.split_whitespace().map(str::to_string).collect();
    check_said(said, words.len(), "is there to tag")?;
    Ok(TaggedText { words, ..TaggedText::default() })
}

/// Texts in pieces of at most `most` words, in a dry run a few of them.
pub fn pieces(run: &Run, texts: &[TaggedText], most: usize) -> Vec<TaggedText> {
    let pieces: Vec<_> = texts.iter().flat_map(|text| text.pieces(most)).collect();
    pieces[..run.examples(pieces.len())].to_vec()
}

/// Texts as the taggers take them; words that the vocabulary does not hold share a number.
pub fn examples(texts: &[TaggedText], vocabulary: &Vocabulary, device: &Device) -> Examples {
    let tags: Vec<Vec<usize>> = texts.iter().map(TaggedText::tags).collect();
    (numbered(texts, vocabulary, device), Sequences::new(&tags, NO_LABEL, device))
}

fn numbered(texts: &[TaggedText], vocabulary: &Vocabulary, device: &Device) -> Sequences {
    let words: Vec<_> = texts.iter().map(|text| vocabulary.index_each(&text.words)).collect();
    Sequences::new(&words, 0, device)
}

/// Sizes of a tagger.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Numbers in each word's vector.
    pub embedding: usize,
    /// Units of the LSTM in each direction; one that reads one way has twice as many, so that both are as wide.
    pub hidden: usize,
}

/// Builds a tagger, with weights from NumPy's numbers for the seed.
///
/// # Errors
/// When a size is 0.
pub fn build(
    ways: Ways,
    sizes: Sizes,
    vocabulary: &Vocabulary,
    classes: usize,
    seed: u32,
    device: &Device,
) -> Result<EntityTagger, Failure> {
    let (bidirectional, hidden) = match ways {
        Ways::One => (false, 2 * sizes.hidden),
        Ways::Both => (true, sizes.hidden),
    };
    let (words, tags) = (vocabulary.unknown() + 1, tag_count(classes));
    let config = EntityTaggerConfig::new(Cell::LSTM, words, sizes.embedding, hidden, tags)
        .with_bidirectional(bidirectional);
    Ok(initialize(config.init(device)?, Initializer::GlorotUniform, &mut NumpyRng::new(seed)))
}

/// How a tagger answers a batch.
pub fn answer(tagger: &EntityTagger, (words, tags): (Padded, Padded)) -> Score {
    Score::of_steps(tagger.forward(words.numbers, Some(&words.lengths)), tags.numbers)
}

/// Trains a tagger by Adam.
///
/// # Errors
/// As [`EpochStage::train`](crate::epochs::EpochStage::train).
pub fn train(
    run: &mut Run,
    ways: Ways,
    tagger: EntityTagger,
    (config, learning_rate, dashboard): (SupervisedConfig, f64, bool),
    [train, dev]: &[Examples; 2],
) -> Result<(EntityTagger, Curve), Failure> {
    let training = Supervised::new(config, AdamConfig::new().init(), learning_rate);
    let model = ("EntityTagger", ways.name(), tagger.num_params());
    let stage = run.epoch_stage(ways.name(), &model)?.with_dashboard(dashboard);
    stage.train(training, tagger, answer, train, dev)
}

/// The tags that a tagger gives to the words of each text.
///
/// # Errors
/// When the device fails.
pub fn tags(tagger: &EntityTagger, words: &Sequences) -> Result<Vec<Vec<usize>>, Failure> {
    let mut found = Vec::new();
    for Padded { numbers, lengths } in words.batches() {
        let [_, time] = numbers.dims();
        let likeliest = tagger.forward(numbers, Some(&lengths)).argmax(2).try_into_data()?;
        let likeliest: Vec<usize> = likeliest.iter::<i64>().map(|tag| tag as usize).collect();
        let rows = likeliest.chunks(time).zip(&lengths);
        found.extend(rows.map(|(row, &length)| row[..length].to_vec()));
    }
    Ok(found)
}

/// Precision, recall and F1 of each class and, last, of all together: an entity is found where one of the same class
/// has the same words.
///
/// # Panics
/// When an entity is of no class there is.
pub fn scores(texts: &[TaggedText], found: &[Vec<usize>], classes: usize) -> Vec<ClassScores> {
    // Hits, found and there are, of each class.
    let mut counts = vec![[0; 3]; classes];
    for (text, tags) in texts.iter().zip(found) {
        let there: HashSet<&Entity> = text.entities.iter().collect();
        for entity in entities(tags) {
            counts[entity.class][0] += usize::from(there.contains(&entity));
            counts[entity.class][1] += 1;
        }
        text.entities.iter().for_each(|entity| counts[entity.class][2] += 1);
    }
    let all = [0, 1, 2].map(|kind| counts.iter().map(|of_class| of_class[kind]).sum());
    counts.push(all);
    counts
        .into_iter()
        .map(|[hits, found, there]| ClassScores::of_counts(hits, found, there))
        .collect()
}

/// Says how many words a tagger tags right, and how many entities it finds, and keeps the figures.
pub fn report(
    run: &mut Run,
    ways: Ways,
    texts: &[TaggedText],
    found: &[Vec<usize>],
    classes: &[String],
) {
    let truth: Vec<usize> = texts.iter().flat_map(TaggedText::tags).collect();
    let right = 100.0 * accuracy(&found.concat(), &truth);
    let percent = |share: Option<f64>| or_dash(share, |share| fixed(share, 1));
    let scores = scores(texts, found, classes.len());
    let key = ways.name().replace('-', "_");
    let names = classes.iter().map(String::as_str).chain(["all"]);
    let rows = names.zip(&scores).map(|(name, of)| {
        run.result(&format!("{key}_f1_{}", name.replace(' ', "_")), of.f1.map(|f1| 100.0 * f1));
        let shares = [of.precision, of.recall, of.f1].map(percent);
        [&[name.to_string()], &shares[..], &[of.support.to_string()]].concat()
    });
    let table = Block::table(&["", "precision", "recall", "F1", "entities"], rows.collect());
    let title = Block::Paragraph(format!(
        "Read {}: {right:.2} % of {} words are right.",
        ways.name().replace('-', " "),
        truth.len()
    ));
    run.say(&format!("\n{}\n{}", document::text(&[title]), document::text(&[table])));
    run.result(&format!("{key}_word_accuracy"), right);
}

/// Says how often a word of each class, a row, was taken for one of each, a column.
pub fn confusion(run: &Run, texts: &[TaggedText], found: &[Vec<usize>], classes: &[String]) {
    let count = classes.len() + 1;
    let place = |tag: usize| class_of(tag).map_or(0, |class| class + 1);
    let mut counts = vec![vec![0; count]; count];
    let truth = texts.iter().flat_map(TaggedText::tags);
    for (is, taken) in truth.zip(found.iter().flatten()) {
        counts[place(is)][place(*taken)] += 1;
    }
    let names = std::iter::once("outside").chain(classes.iter().map(String::as_str));
    let rows = names.zip(counts).enumerate().map(|(number, (name, counts))| {
        let counts = counts.iter().map(ToString::to_string);
        std::iter::once(format!("{number} {name}")).chain(counts).collect()
    });
    let header: Vec<String> = std::iter::once("is, taken for".to_string())
        .chain((0..count).map(|n| n.to_string()))
        .collect();
    let table = Block::Table { header, rows: rows.collect() };
    run.say(&format!("\nWords, read both ways:\n{}", document::text(&[table])));
}

/// Shows some short texts of which reading both ways finds what is named, and reading one way does not.
pub fn show_differences(
    run: &Run,
    texts: &[TaggedText],
    by_one: &[Vec<usize>],
    by_both: &[Vec<usize>],
    classes: &[String],
) {
    /// Texts shown, and the most words of one.
    const SHOWN: usize = 4;
    const MOST: usize = 20;
    let found =
        by_one.iter().zip(by_both).map(|(one, both)| [one, both].map(|tags| entities(tags)));
    let differ = texts.iter().zip(found).filter(|(text, [one, both])| {
        text.words.len() <= MOST && *one != text.entities && *both == text.entities
    });
    for (text, found) in differ.take(SHOWN) {
        say_both(run, &found.map(|found| marked(&text.words, &found, classes)));
    }
}

fn say_both(run: &Run, [one, both]: &[String; 2]) {
    run.say(&format!("\none way:   {one}\nboth ways: {both}"));
}

/// Shows what both taggers find in a text, and returns it.
///
/// # Errors
/// When the device fails.
pub fn show(
    run: &Run,
    (one_way, both_ways): (&EntityTagger, &EntityTagger),
    text: &TaggedText,
    vocabulary: &Vocabulary,
    (classes, most): (&[String], usize),
    device: &Device,
) -> Result<[String; 2], Failure> {
    // Who types a sentence types marks behind words.
    let number = |word: &String| vocabulary.index(word).unwrap_or(vocabulary.unknown());
    let pieces = text.pieces(most);
    let words: Vec<Vec<usize>> =
        pieces.iter().map(|piece| piece.words.iter().map(number).collect()).collect();
    let words = Sequences::new(&words, 0, device);
    let marked_by = |tagger: &EntityTagger| -> Result<String, Failure> {
        Ok(marked(&text.words, &entities(&tags(tagger, &words)?.concat()), classes))
    };
    let found = [marked_by(one_way)?, marked_by(both_ways)?];
    say_both(run, &found);
    Ok(found)
}

/// Draws over the epochs how many words are tagged right.
///
/// # Errors
/// When the picture cannot be drawn or written.
pub fn draw(run: &mut Run, one: &Curve, both: &Curve) -> Result<(), Failure> {
    let titles = Titles { title: "Words tagged right", x: "epoch", y: "share" };
    let series = [
        Series::of_epochs("one way, train", one, |point| point.train.accuracy),
        Series::of_epochs("one way, dev", one, |point| point.held_out.accuracy),
        Series::of_epochs("both ways, train", both, |point| point.train.accuracy),
        Series::of_epochs("both ways, dev", both, |point| point.held_out.accuracy),
    ];
    run.picture("accuracies.png", &plot::lines(titles, &series)?)
}
