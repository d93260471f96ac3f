//! What word vectors know: neighbours and analogies.

use fireside_datasets::word_vectors::WordVectors;
use fireside_sequence::word_vectors::{Analogy, Found, Rows, complete_analogy, neighbours};
use serde::{Deserialize, Serialize};

use super::answer::Alike;
use super::{Answer, TrainedError};

/// Words, their neighbours and what completes an analogy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbourhoods {}

impl Neighbourhoods {
    pub(super) fn near(
        &self,
        vectors: &WordVectors,
        word: &str,
        top: usize,
    ) -> Result<Answer, TrainedError> {
        let index = index(vectors, word)?;
        let table = rows(vectors);
        Ok(answer(vectors, &[index], &neighbours(table, &table.row(index), &[index], top)))
    }

    pub(super) fn analogy(
        &self,
        vectors: &WordVectors,
        [a, b, c]: &[String; 3],
        top: usize,
    ) -> Result<Answer, TrainedError> {
        let words = [index(vectors, a)?, index(vectors, b)?, index(vectors, c)?];
        let found = complete_analogy(rows(vectors), words, Analogy::Sum, top);
        Ok(answer(vectors, &words, &found))
    }
}

fn rows(vectors: &WordVectors) -> Rows<'_, f32> {
    Rows::new(vectors.vectors(), vectors.dimensions())
}

fn index(vectors: &WordVectors, word: &str) -> Result<usize, TrainedError> {
    let found = vectors.vocabulary().index(word);
    found.ok_or_else(|| TrainedError::Question(format!("{word:?} has no vector")))
}

fn answer(vectors: &WordVectors, of: &[usize], found: &[Found]) -> Answer {
    let word = |index| vectors.vocabulary().word(index).unwrap_or_default().to_string();
    let alike = |found: &Found| Alike { word: word(found.index), similarity: found.similarity };
    Answer::Words {
        of: of.iter().map(|index| word(*index)).collect(),
        words: found.iter().map(alike).collect(),
    }
}
