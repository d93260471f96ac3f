//! Texts and what they name: a tag for each word, by LSTMs that read one way and both ways.

use std::collections::HashSet;
use std::path::Path;

use burn::tensor::Device;
use fireside_datasets::corpus::count_words;
use fireside_datasets::named_entities::NamedEntities;
use fireside_datasets::tagged_text::{Entity, TaggedText, class_of, entities, marked, tag_count};
use fireside_datasets::words::{Vocabulary, WordRule, is_mark, lower};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::entity_tagger::{EntityTagger, EntityTaggerConfig};
use fireside_sequence::recurrent::Cell;
use fireside_strategy::metric::ClassScores;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::supervised::{NO_LABEL, Score};

use crate::RecipeError;
use crate::counted;
use crate::sentences::{Padded, Sequences, excerpt};
use crate::trained::{Architecture, Beside, Card, Lexicon};

/// The lecture's sentences: only what follows tells what Teddy is.
pub const LECTURE: [&str; 2] =
    ["He said Teddy Roosevelt was a great president", "He said Teddy bears are on sale"];

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
    /// Both.
    pub const ALL: [Self; 2] = [Self::One, Self::Both];

    /// The configuration of a tagger that reads so.
    pub fn config(
        self,
        sizes: Sizes,
        vocabulary: &Vocabulary,
        classes: usize,
    ) -> EntityTaggerConfig {
        let (bidirectional, hidden) = match self {
            Self::One => (false, 2 * sizes.hidden),
            Self::Both => (true, sizes.hidden),
        };
        let (words, tags) = (vocabulary.unknown() + 1, tag_count(classes));
        EntityTaggerConfig::new(Cell::LSTM, words, sizes.embedding, hidden, tags)
            .with_bidirectional(bidirectional)
    }

    /// The name of the training, and what is written above it.
    pub fn titled(self) -> (&'static str, &'static str) {
        match self {
            Self::One => (self.name(), "An LSTM that reads one way"),
            Self::Both => (self.name(), "Two LSTMs, one from each end"),
        }
    }

    /// What the training and its figures are called.
    pub fn name(self) -> &'static str {
        match self {
            Self::One => "one-way",
            Self::Both => "both-ways",
        }
    }
}

/// Texts to train on and to test.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// What is to be known of them, in sentences.
    pub notes: Vec<String>,
    /// What the classes are called.
    pub classes: Vec<String>,
    /// To train on.
    pub train: Vec<TaggedText>,
    /// To test.
    pub test: Vec<TaggedText>,
    /// The words that are learnt; those of any other text are one.
    pub vocabulary: Vocabulary,
    /// Words that are read at a time.
    pub most: usize,
}

impl Lesson {
    /// Splits the texts by the seed, and takes the words to train on that occur at least `least` times.
    ///
    /// # Errors
    /// When there are none; `from` names where the texts are from.
    pub fn new(
        texts: &NamedEntities,
        from: &str,
        least: u64,
        most: usize,
        seed: u32,
    ) -> Result<Self, RecipeError> {
        let [train, test] = texts.split(seed);
        let vocabulary = vocabulary(&train, Path::new(from), least)?;
        let mut notes = vec![format!(
            "Data: {} to train on and {} to test, in which things of these classes are named: {}: {from}.",
            counted(train.len(), "text"),
            test.len(),
            texts.classes.join(", ")
        )];
        notes.extend(look(&train));
        notes.extend(texts.passed_over.notes());
        Ok(Self { notes, classes: texts.classes.clone(), train, test, vocabulary, most })
    }

    /// The words of a sentence, if there is one, that are not known.
    pub fn unknown(&self, sentence: Option<&str>) -> Vec<String> {
        let words = sentence.into_iter().flat_map(words_of);
        words.filter(|word| self.vocabulary.index(word).is_none()).collect()
    }

    /// The same texts in pieces that are read at a time, as many as `count` makes of the number of each set.
    #[must_use]
    pub fn in_pieces(self, count: impl Fn(usize) -> usize) -> Self {
        let [train, test] = [&self.train, &self.test].map(|texts| {
            let mut pieces = pieces(texts, self.most);
            pieces.truncate(count(pieces.len()));
            pieces
        });
        Self { train, test, ..self }
    }

    /// Builds both taggers, the one that reads one way first, as [`build`].
    ///
    /// # Errors
    /// When a size is 0.
    pub fn taggers(
        &self,
        sizes: Sizes,
        seed: u32,
        device: &Device,
    ) -> Result<(EntityTagger, EntityTagger), RecipeError> {
        let (vocabulary, classes) = (&self.vocabulary, self.classes.len());
        let build = |ways| build(ways, sizes, vocabulary, classes, seed, device);
        Ok((build(Ways::One)?, build(Ways::Both)?))
    }

    /// Both sets as the taggers take them.
    pub fn examples(&self, device: &Device) -> [Examples; 2] {
        [&self.train, &self.test].map(|texts| examples(texts, &self.vocabulary, device))
    }

    /// What describes both taggers, the one that reads one way first.
    pub fn cards(&self, sizes: Sizes) -> [Card; 2] {
        let [one, both] = Ways::ALL.map(|ways| {
            let config = ways.config(sizes, &self.vocabulary, self.classes.len());
            let architecture = Architecture::EntityTagger(config);
            Card::of_entities(architecture, &self.vocabulary, self.most, &self.classes)
        });
        [one.called("read one way"), both.as_main().called("read both ways")]
    }

    /// The words that both taggers know.
    pub fn lexicon(&self) -> Beside {
        Beside::Words(Lexicon::Listed(self.vocabulary.clone()))
    }
}

/// The beginning of the first text in which something is named.
fn look(texts: &[TaggedText]) -> Option<String> {
    let text = texts.iter().find(|text| !text.entities.is_empty())?;
    Some(format!("    such as {}", excerpt(&text.words.join(" "))))
}

/// The words of texts to train on that occur at least `least` times.
///
/// # Errors
/// When there are none; `from` names where the texts are from.
pub fn vocabulary(
    train: &[TaggedText],
    from: &Path,
    least: u64,
) -> Result<Vocabulary, RecipeError> {
    let lower_case = |text: &TaggedText| text.words.iter().map(|word| lower(word)).collect();
    Ok(count_words(train.iter().map(|text| Ok(lower_case(text))), from, least)?.0)
}

/// How a sentence is divided that is asked about: marks are words to a tagger. Those learnt from are as their file has
/// them.
pub const RULE: WordRule = WordRule::Tokens;

/// The words of a sentence, divided by [`RULE`], without its marks.
pub fn words_of(sentence: &str) -> Vec<String> {
    RULE.words(sentence).into_iter().filter(|word| !is_mark(word)).collect()
}

/// Texts in pieces of at most `most` words.
pub fn pieces(texts: &[TaggedText], most: usize) -> Vec<TaggedText> {
    texts.iter().flat_map(|text| text.pieces(most)).collect()
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
) -> Result<EntityTagger, RecipeError> {
    let config = ways.config(sizes, vocabulary, classes);
    Ok(initialize(config.init(device)?, Initializer::GlorotUniform, &mut NumpyRng::new(seed)))
}

/// How a tagger answers a batch.
pub fn answer(tagger: &EntityTagger, (words, tags): (Padded, Padded)) -> Score {
    Score::of_steps(tagger.forward(words.numbers, Some(&words.lengths)), tags.numbers)
}

/// The tags that a tagger gives to the words of each text.
///
/// # Errors
/// When the device fails.
pub fn tags(tagger: &EntityTagger, words: &Sequences) -> Result<Vec<Vec<usize>>, RecipeError> {
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

/// The [`tags`] that two taggers give.
///
/// # Errors
/// When the device fails.
pub fn found(
    [one, other]: [&EntityTagger; 2],
    words: &Sequences,
) -> Result<[Vec<Vec<usize>>; 2], RecipeError> {
    Ok([tags(one, words)?, tags(other, words)?])
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

/// How often a word of each class was taken for one of each, `[is][taken for]`, those outside of all entities first.
pub fn confusion(texts: &[TaggedText], found: &[Vec<usize>], classes: usize) -> Vec<Vec<usize>> {
    let place = |tag: usize| class_of(tag).map_or(0, |class| class + 1);
    let mut counts = vec![vec![0; classes + 1]; classes + 1];
    let truth = texts.iter().flat_map(TaggedText::tags);
    for (is, taken) in truth.zip(found.iter().flatten()) {
        counts[place(is)][place(*taken)] += 1;
    }
    counts
}

/// What two taggers find in a text, marked in it.
pub type Marked = [String; 2];

/// Some short texts of which reading both ways finds what is named, and reading one way does not.
pub fn differences(
    texts: &[TaggedText],
    [by_one, by_both]: [&[Vec<usize>]; 2],
    classes: &[String],
) -> Vec<Marked> {
    /// Texts shown, and the most words of one.
    const SHOWN: usize = 4;
    const MOST: usize = 20;
    let found =
        by_one.iter().zip(by_both).map(|(one, both)| [one, both].map(|tags| entities(tags)));
    let differ = texts.iter().zip(found).filter(|(text, [one, both])| {
        text.words.len() <= MOST && *one != text.entities && *both == text.entities
    });
    let mark = |(text, found): (&TaggedText, [Vec<Entity>; 2])| {
        found.map(|found| marked(&text.words, &found, classes))
    };
    differ.take(SHOWN).map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentence_is_divided_at_its_marks_which_are_words_to_a_tagger() {
        let said = RULE.words("Rosenva lies near Ferastrick.");
        assert_eq!(said, ["Rosenva", "lies", "near", "Ferastrick", "."]);
        assert_eq!(words_of("Ferastrick."), ["Ferastrick"]);
        assert!(words_of("...").is_empty());
        for sentence in LECTURE {
            assert_eq!(RULE.words(sentence), WordRule::Blanks.words(sentence));
        }
    }
}
