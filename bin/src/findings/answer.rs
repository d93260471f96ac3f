//! What a trained model says of an input of the user's.

use std::path::Path;

use fireside_recipes::trained::Answer;

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

    /// Keeps the class that a model gives to a sentence of the user's, as `key`, and its probability; says how many words
    /// it has no room for.
    pub fn said_of(&mut self, key: &str, answer: &Answer) {
        if let Answer::Class { class, probability, not_read, .. } = answer {
            if *not_read > 0 {
                self.say(&format!("Of --say the last {not_read} known words are not read: {key}."));
            }
            self.result(key, class.clone());
            self.result(&format!("{key}_probability"), *probability);
        }
    }
}
