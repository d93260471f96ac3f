//! Word vectors in hand: where they come from, what they are asked, where they lie on a map.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use fireside_datasets::generated_corpus::{analogies, kinds};
use fireside_datasets::source::{self, Source};
use fireside_datasets::word_vectors::{NAMES, TOPIC, WordVectors};
use fireside_datasets::words::Vocabulary;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::word_vectors::bias::normalize;
use fireside_sequence::word_vectors::tsne::tsne_map;
use fireside_sequence::word_vectors::{
    Analogy, Found, Rows, complete_analogy, cosine_similarity, neighbours,
};

use crate::RecipeError;
use crate::embeddings::{CountedText, EmbeddingSettings, Output, Text};

/// The assignment's pairs of words, to see how alike they are.
pub const PAIRS: [[&str; 2]; 4] =
    [["father", "mother"], ["king", "queen"], ["ball", "crocodile"], ["france", "italy"]];
/// Analogies to show, "a is to b as c is to d", those first that are to be shown first: the lecture's, the assignment's
/// four, then some of the same kinds for vectors that lack a word of these.
pub const ANALOGIES: [[&str; 4]; 9] = [
    ["man", "woman", "king", "queen"],
    ["italy", "italian", "spain", "spanish"],
    ["india", "delhi", "japan", "tokyo"],
    ["man", "woman", "boy", "girl"],
    ["small", "smaller", "large", "larger"],
    ["small", "smaller", "cold", "colder"],
    ["france", "paris", "japan", "tokyo"],
    ["father", "mother", "brother", "sister"],
    ["old", "oldest", "small", "smallest"],
];
/// How many of them are shown.
const SHOWN: usize = 4;

/// A way to ask for what completes an analogy, and what it looks for.
pub type Way = (&'static str, Analogy);
/// The lecture's way, and the assignment's.
pub const WAYS: [Way; 2] = [("nearest sum", Analogy::Sum), ("most parallel", Analogy::Parallel)];

/// Sentences that vectors are learnt from where no file of them is given.
const SENTENCES: usize = 24_000;
const EPOCHS: usize = 10;
/// Words that each one on a map is kept near to, somewhat more than are of a kind.
const PERPLEXITY: f64 = 15.0;
/// Words on a map of vectors that have none of the words drawn else.
const FIRST_WORDS: usize = 60;

/// Word vectors that were read, or a text to learn some from.
#[derive(Debug)]
pub enum VectorSource {
    /// Read from a file of the user's or of the course's.
    File {
        /// The file.
        path: PathBuf,
        /// Its vectors.
        vectors: WordVectors,
    },
    /// To be learnt from generated sentences by skip-gram.
    Text {
        /// The sentences.
        text: CountedText,
        /// How.
        settings: EmbeddingSettings,
    },
}

impl VectorSource {
    /// Reads the user's file or the course's, the first `most` words of it, or generates sentences, fewer of them for
    /// a dry run.
    ///
    /// # Errors
    /// When a file is missing or damaged.
    pub fn open(
        file: Option<&Path>,
        data: &Source,
        most: Option<usize>,
        seed: u32,
        dry_run: bool,
    ) -> Result<Self, RecipeError> {
        let file = match (file, data) {
            (Some(file), _) => Some(file.to_path_buf()),
            (None, Source::Real(folder)) => Some(source::find(folder, TOPIC, NAMES)?),
            (None, Source::Embedded) => None,
        };
        if let Some(path) = file {
            let vectors = WordVectors::read(&path, most)?;
            return Ok(Self::File { path, vectors });
        }
        let (sentences, epochs) = if dry_run { (600, 1) } else { (SENTENCES, EPOCHS) };
        let settings = EmbeddingSettings {
            dimensions: 50,
            window: 5,
            epochs,
            learning_rate: 0.05,
            output: Output::NegativeSampling,
            negatives: 5,
            threshold: 1.0,
            seed,
        };
        let text = CountedText::new(Text::open(None, sentences, seed), 1)?;
        Ok(Self::Text { text, settings })
    }

    /// The words that have vectors, or will have.
    pub fn vocabulary(&self) -> &Vocabulary {
        match self {
            Self::File { vectors, .. } => vectors.vocabulary(),
            Self::Text { text, .. } => &text.vocabulary,
        }
    }

    /// Where they are from, in a phrase.
    pub fn describe(&self) -> String {
        match self {
            Self::File { path, .. } => path.display().to_string(),
            Self::Text { .. } => {
                "embedded data: learnt by skip-gram from a generated text".to_string()
            }
        }
    }

    /// What no word of a sentence has that cannot be read, in a phrase.
    pub fn lacking(&self) -> String {
        format!("has a vector in {}", self.describe())
    }

    /// Checks that these words have vectors.
    ///
    /// # Errors
    /// When one has none.
    pub fn check<'a>(
        &self,
        words: impl IntoIterator<Item = &'a String>,
    ) -> Result<(), RecipeError> {
        let vocabulary = self.vocabulary();
        match words.into_iter().find(|word| vocabulary.index(word).is_none()) {
            None => Ok(()),
            Some(word) => {
                Err(RecipeError::Input(format!("{word} has no vector in {}", self.describe())))
            }
        }
    }
}

/// The table of the vectors.
pub fn rows(vectors: &WordVectors) -> Rows<'_, f32> {
    Rows::new(vectors.vectors(), vectors.dimensions())
}

/// The vector of a word in 64-bit floats; none for a word that has none.
pub fn vector(vectors: &WordVectors, word: &str) -> Option<Vec<f64>> {
    Some(vectors.get(word)?.iter().map(|&entry| f64::from(entry)).collect())
}

/// The cosine of two words; none where one has no vector.
pub fn similarity(vectors: &WordVectors, [one, other]: [&str; 2]) -> Option<f64> {
    Some(cosine_similarity(&vector(vectors, one)?, &vector(vectors, other)?))
}

/// The cosine of two differences, of the first word of a pair and its second; none where a word has no vector.
pub fn parallel(vectors: &WordVectors, [one, other]: [[&str; 2]; 2]) -> Option<f64> {
    let difference = |[first, second]: [&str; 2]| -> Option<Vec<f64>> {
        let (u, v) = (vector(vectors, first)?, vector(vectors, second)?);
        Some(u.iter().zip(&v).map(|(u, v)| u - v).collect())
    };
    Some(cosine_similarity(&difference(one)?, &difference(other)?))
}

/// The words nearest to one, which is not among them; none where it has no vector.
pub fn near(vectors: &WordVectors, word: &str, most: usize) -> Option<Vec<Found>> {
    let index = vectors.vocabulary().index(word)?;
    Some(neighbours(rows(vectors), &vector(vectors, word)?, &[index], most))
}

/// The words that complete "a is to b as c is to ..."; none where one of the three has no vector.
pub fn completed(
    vectors: &WordVectors,
    words: [&str; 3],
    analogy: Analogy,
    most: usize,
) -> Option<Vec<Found>> {
    let [a, b, c] = words.map(|word| vectors.vocabulary().index(word));
    Some(complete_analogy(rows(vectors), [a?, b?, c?], analogy, most))
}

/// A word as the vectors have it, such as `france` for `France,`; one that they have not as it is.
pub fn looked_up<'a>(vectors: &'a WordVectors, word: &'a str) -> &'a str {
    let vocabulary = vectors.vocabulary();
    vocabulary.index(word).and_then(|index| vocabulary.word(index)).unwrap_or(word)
}

/// What is asked of vectors to show what they know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demonstration {
    /// The first of [`ANALOGIES`] that the vectors complete right, and the ways by which they do.
    pub analogies: Vec<([&'static str; 4], Vec<Way>)>,
    /// Words without a vector in [`PAIRS`] and in the analogies passed over, by the alphabet.
    pub unknown: Vec<String>,
}

impl Demonstration {
    /// Chooses what vectors can be asked.
    pub fn of(vectors: &WordVectors) -> Self {
        let is_known = |word: &&str| vectors.get(word).is_some();
        let mut found = Self::default();
        let mut unknown: BTreeSet<&str> = PAIRS.concat().into_iter().collect();
        for analogy in ANALOGIES {
            if found.analogies.len() == SHOWN {
                break;
            }
            unknown.extend(analogy);
            let ways = right_ways(vectors, analogy);
            if !ways.is_empty() {
                found.analogies.push((analogy, ways));
            }
        }
        unknown.retain(|word| !is_known(word));
        found.unknown = unknown.into_iter().map(str::to_string).collect();
        found
    }
}

/// The ways by which vectors complete an analogy right; none where a word has no vector.
fn right_ways(vectors: &WordVectors, [a, b, c, d]: [&str; 4]) -> Vec<Way> {
    let is_right = |(_, by): &Way| {
        let found = completed(vectors, [a, b, c], *by, 1);
        found.and_then(|found| is_first(vectors, &found, d)) == Some(true)
    };
    WAYS.into_iter().filter(is_right).collect()
}

/// How many of the generator's analogies, which are plain English, come out right by the nearest sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnalogyScore {
    /// Those that do.
    pub right: usize,
    /// Those whose words all have vectors.
    pub asked: usize,
    /// The others.
    pub unknown: usize,
}

/// Asks vectors the generator's analogies.
pub fn analogy_score(vectors: &WordVectors) -> AnalogyScore {
    let mut score = AnalogyScore::default();
    for [a, b, c, d] in analogies() {
        let found = completed(vectors, [a, b, c], Analogy::Sum, 1);
        match found.and_then(|found| is_first(vectors, &found, d)) {
            None => score.unknown += 1,
            Some(is_right) => {
                score.asked += 1;
                score.right += usize::from(is_right);
            }
        }
    }
    score
}

/// Whether the first word found is this one; none where it has no vector.
pub fn is_first(vectors: &WordVectors, found: &[Found], word: &str) -> Option<bool> {
    let expected = vectors.vocabulary().index(word)?;
    Some(found.first().is_some_and(|found| found.index == expected))
}

/// How alike words of a kind are, such as countries, and how alike those of two kinds: the means of their cosines;
/// none where these words have no vectors.
pub fn similarity_of_kinds(vectors: &WordVectors) -> Option<[f64; 2]> {
    let unit = |word: &str| vector(vectors, word).map(|e| normalize(&e));
    let kinds: Vec<Vec<Vec<f64>>> = kinds()
        .into_iter()
        .map(|(_, words)| words.into_iter().filter_map(unit).collect())
        .collect();
    let words: Vec<(usize, &Vec<f64>)> = kinds
        .iter()
        .enumerate()
        .flat_map(|(kind, words)| words.iter().map(move |e| (kind, e)))
        .collect();
    let (mut sums, mut pairs) = ([0.0; 2], [0_u32; 2]);
    for (index, (kind, e)) in words.iter().enumerate() {
        for (other_kind, other) in &words[..index] {
            let across = usize::from(kind != other_kind);
            sums[across] += cosine_similarity(e, other);
            pairs[across] += 1;
        }
    }
    match pairs.contains(&0) {
        true => None, // a text in which these words do not occur
        false => Some([0, 1].map(|which| sums[which] / f64::from(pairs[which]))),
    }
}

/// Words of a kind, each with its place on a map.
#[derive(Debug, Clone)]
pub struct Group {
    /// What they are called together.
    pub name: String,
    /// Each word and its place.
    pub words: Vec<(String, [f64; 2])>,
}

/// The words that a map shows: of each kind those that have a vector, or where no word of any kind has one, the
/// first of the file, which are the most frequent.
fn shown(vectors: &WordVectors) -> Vec<(&'static str, Vec<&str>)> {
    let known = kinds().map(|(kind, words)| {
        let known = words.into_iter().filter(|word| vectors.get(word).is_some());
        (kind, known.collect::<Vec<_>>())
    });
    let known: Vec<_> = known.into_iter().filter(|(_, words)| !words.is_empty()).collect();
    match known.is_empty() {
        true => vec![("the first words", vectors.vocabulary().words().take(FIRST_WORDS).collect())],
        false => known,
    }
}

/// Puts words on a map by t-SNE, so that those stand together that are alike. They are compared by the angle between
/// their vectors, as everywhere, for which these are taken at length 1.
///
/// # Errors
/// When there are too few words, or the device fails.
pub fn map(vectors: &WordVectors, seed: u32, device: &Device) -> Result<Vec<Group>, RecipeError> {
    let shown = shown(vectors);
    let words = shown.iter().flat_map(|(_, words)| words);
    let table: Vec<f64> =
        words.filter_map(|word| Some(normalize(&vector(vectors, word)?))).flatten().collect();
    let mut rng = NumpyRng::new(seed);
    let table = Rows::new(&table, vectors.dimensions());
    let uniform = &mut || rng.random_sample();
    let mut places = tsne_map(table, PERPLEXITY, uniform, device)?.into_iter();
    let group = |(kind, words): (&str, Vec<&str>)| Group {
        name: kind.to_string(),
        words: words.into_iter().map(str::to_string).zip(places.by_ref()).collect(),
    };
    Ok(shown.into_iter().map(group).collect())
}
