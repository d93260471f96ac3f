//! What a trained model says of an input of the user's.

use std::path::Path;

use fireside_recipes::trained::{Answer, Question, Trained};

use crate::Failure;
use crate::run::Run;

impl Run {
    /// Says which class is the likeliest of a picture, and how likely: `prediction` and `probability`.
    pub fn answer(&mut self, path: &Path, answer: &Answer) {
        self.say(&format!("{} shows {answer}", path.display()));
        if let Answer::Class { class, probability, .. } = answer {
            self.result("prediction", class.clone());
            self.result("probability", *probability);
        }
    }

    /// Says whether `model` takes a picture for a cat, and how likely one is: `prediction_MODEL` and
    /// `probability_MODEL`.
    pub fn cat_answer(&mut self, model: &str, path: &Path, answer: &Answer) {
        if let Answer::Class { class, probabilities, .. } = answer {
            let cat = probabilities.last().map_or(0.0, |share| share.probability);
            let percent = 100.0 * cat;
            self.say(&format!("{model}: {} is a {class} (cat: {percent:.1} %)", path.display()));
            self.result(&format!("prediction_{model}"), class.clone());
            self.result(&format!("probability_{model}"), cat);
        }
    }

    /// Asks two models about a sentence of the user's, if there is one, and keeps the class each gives, by its key, and
    /// its probability, `KEY_probability`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn ask_sentence(
        &mut self,
        said: Option<&str>,
        keys: [&str; 2],
        [one, other]: &[Trained; 2],
    ) -> Result<Option<[Answer; 2]>, Failure> {
        let Some(said) = said else { return Ok(None) };
        let asked = Question::Sentence(said.to_string());
        let answers = [one.answer(&asked)?, other.answer(&asked)?];
        for (key, answer) in keys.into_iter().zip(&answers) {
            if let Answer::Class { class, probability, not_read, .. } = answer {
                if *not_read > 0 {
                    self.say(&format!(
                        "Of --say the last {not_read} known words are not read: {key}."
                    ));
                }
                self.result(key, class.clone());
                self.result(&format!("{key}_probability"), *probability);
            }
        }
        Ok(Some(answers))
    }
}
