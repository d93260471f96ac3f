//! Words that were passed over, or treated otherwise.

use std::collections::{BTreeSet, HashSet};

use fireside_datasets::word_vectors::WordVectors;

use crate::run::Run;

/// Different words that are shown.
const SHOWN: usize = 10;

impl Run {
    /// Says what became of words of something, and how many they are; nothing of none.
    pub fn words(&self, of: &str, what_of_them: &str, words: &[String]) {
        let mut seen = HashSet::new();
        let different: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| seen.insert(*word)).collect();
        let counted = match words.len() {
            0 => return,
            1 => "1 word is".to_string(),
            count => format!("{count} words are"),
        };
        let more = match different.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let shown = different[..different.len().min(SHOWN)].join(" ");
        self.say(&format!("Of {of} {counted} {what_of_them}: {shown}{more}"));
    }

    /// Says which characters of something are passed over, as the text learnt from does not have them; nothing of none.
    pub fn characters(&self, of: &str, characters: &BTreeSet<char>) {
        if !characters.is_empty() {
            let characters: String = characters.iter().collect();
            self.say(&format!(
                "Passed over in {of}, for the text does not have them: {characters:?}."
            ));
        }
    }

    /// Says what was passed over of a file of word vectors.
    pub fn passed_over(&self, vectors: &WordVectors) {
        if !vectors.passed_over().is_empty() {
            self.say(&format!("Passed over in the file: {}.", vectors.passed_over()));
        }
    }
}
