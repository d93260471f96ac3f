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

    /// Asks a model about a sentence of the user's, and keeps the class, as `key`, and its probability,
    /// `KEY_probability`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn ask_sentence(
        &mut self,
        key: &str,
        model: &Trained,
        said: &str,
    ) -> Result<Answer, Failure> {
        let answer = model.answer(&Question::Sentence(said.to_string()))?;
        if let Answer::Class { class, probability, .. } = &answer {
            self.result(key, class.clone());
            self.result(&format!("{key}_probability"), *probability);
        }
        Ok(answer)
    }
}
