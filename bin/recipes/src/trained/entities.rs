//! What the words of a sentence name.

use burn::tensor::Device;
use fireside_datasets::tagged_text::{entities, marked, tag_count};
use fireside_datasets::words::Vocabulary;
use serde::{Deserialize, Serialize};

use super::answer::Named;
use super::sentences::{Words, numbers};
use super::{Answer, Model, TrainedError};
use crate::named_entities::text_of;

/// A sentence, and what its words name. Words that are not known share a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entities {
    /// The words that are known.
    pub words: Words,
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
        let text = text_of(sentence);
        if text.words.is_empty() {
            return Err(TrainedError::Question(format!(
                "{sentence:?}: no word of it is there to tag"
            )));
        }
        let mut tags = Vec::new();
        for piece in text.pieces(self.longest) {
            let known = vocabulary.index_each(&piece.words);
            let logits = tagger.forward(numbers(&known, device), Some(&[known.len()]));
            let outputs = logits.dims()[2];
            if outputs != tag_count(self.classes.len()) {
                return Err(TrainedError::Question(format!(
                    "the model has {outputs} tags, which are not those of {} kinds of things",
                    self.classes.len()
                )));
            }
            let likeliest = logits.argmax(2).try_into_data()?;
            tags.extend(likeliest.iter::<i64>().map(|tag| tag as usize));
        }
        let found = entities(&tags);
        let named = found.iter().map(|entity| Named {
            class: self.classes[entity.class].clone(),
            text: text.words[entity.words.clone()].join(" "),
            begin: entity.words.start,
            end: entity.words.end,
        });
        let entities = named.collect();
        Ok(Some(Answer::Entities { marked: marked(&text.words, &found, &self.classes), entities }))
    }
}
