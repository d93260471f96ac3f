//! What the words of a sentence name.

use burn::tensor::Device;
use fireside_datasets::tagged_text::{OUTSIDE, TaggedText, entities, marked, tag_count};
use fireside_datasets::words::{Vocabulary, WordRule, is_mark};
use fireside_sequence::entity_tagger::EntityTagger;
use serde::{Deserialize, Serialize};

use super::answer::Named;
use super::sentences::{Words, numbers, unnamed_rule};
use super::{Answer, Model, TrainedError};

/// A sentence, and what its words name. A word is looked up as it is written, then without the marks around it; those
/// that are not known share a number. A mark that is not known is not read and names nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entities {
    /// The words that are known.
    pub words: Words,
    /// How the sentence is divided.
    #[serde(default = "unnamed_rule")]
    pub rule: WordRule,
    /// Words that are read at a time: longer texts are cut.
    pub longest: usize,
    /// The kinds of things.
    pub classes: Vec<String>,
}

impl Entities {
    pub(super) fn check(&self) -> Result<(), String> {
        match (self.longest, self.classes.len()) {
            (0, _) => Err("texts cannot be cut into pieces of no words".to_string()),
            (_, 0) => Err("there is no kind of thing to find".to_string()),
            _ => Ok(()),
        }
    }

    pub(super) fn answer(
        &self,
        model: &Model,
        vocabulary: &Vocabulary,
        sentence: &str,
        device: &Device,
    ) -> Result<Option<Answer>, TrainedError> {
        let Model::Tagger(tagger) = model else { return Ok(None) };
        let text = TaggedText { words: self.rule.words(sentence), ..TaggedText::default() };
        if text.words.iter().all(|word| is_mark(word)) {
            return Err(TrainedError::Question(format!(
                "{sentence:?}: no word of it is there to tag"
            )));
        }
        let mut tags = Vec::new();
        for piece in text.pieces(self.longest) {
            // Who types a sentence types marks behind words.
            let number = |word: &String| {
                vocabulary.index(word).or((!is_mark(word)).then_some(vocabulary.unknown()))
            };
            let found: Vec<Option<usize>> = piece.words.iter().map(number).collect();
            let known: Vec<usize> = found.iter().flatten().copied().collect();
            let mut of_known = self.tags(tagger, &known, device)?.into_iter();
            let tag = |number: &Option<usize>| number.and_then(|_| of_known.next());
            tags.extend(found.iter().map(tag).map(|tag| tag.unwrap_or(OUTSIDE)));
        }
        let found = entities(&tags);
        let named = found.iter().map(|entity| Named {
            class: self.classes[entity.class].clone(),
            text: text.words[entity.words.clone()].join(" "),
            begin: entity.words.start,
            end: entity.words.end,
        });
        let (entities, marked) = (named.collect(), marked(&text.words, &found, &self.classes));
        let is_unknown = |word: &String| !is_mark(word) && vocabulary.index(word).is_none();
        let unknown = text.words.into_iter().filter(is_unknown).collect();
        Ok(Some(Answer::Entities { marked, entities, unknown }))
    }

    /// The tags of words by their numbers.
    fn tags(
        &self,
        tagger: &EntityTagger,
        known: &[usize],
        device: &Device,
    ) -> Result<Vec<usize>, TrainedError> {
        if known.is_empty() {
            return Ok(Vec::new());
        }
        let logits = tagger.forward(numbers(known, device), Some(&[known.len()]));
        let outputs = logits.dims()[2];
        if outputs != tag_count(self.classes.len()) {
            return Err(TrainedError::Question(format!(
                "the model has {outputs} tags, which are not those of {} kinds of things",
                self.classes.len()
            )));
        }
        let likeliest = logits.argmax(2).try_into_data()?;
        Ok(likeliest.iter::<i64>().map(|tag| tag as usize).collect())
    }
}
