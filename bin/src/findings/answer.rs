//! What a trained model says of an input of the user's.

use std::path::Path;

use fireside_datasets::image_file::read_within;
use fireside_recipes::trained::{Answer, FoundBox, Question, Trained};

use super::Boxed;
use crate::plot::class_color;

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

    /// Says what is in a picture and where, or where the features of a face are, keeps it under `key` and draws it.
    ///
    /// # Errors
    /// When the picture cannot be read any more, or be drawn or written.
    pub fn answer_where(
        &mut self,
        (key, file): (&str, &str),
        path: &Path,
        answer: &Answer,
    ) -> Result<(), Failure> {
        self.say(&format!("{}: {answer}", path.display()));
        let picture = read_within(path, u32::MAX)?;
        let boxed = Boxed::new(&picture.pixels, [picture.height as usize, picture.width as usize]);
        let boxed = match answer {
            Answer::Boxes { boxes, .. } => {
                self.result(key, serde_json::json!(boxes));
                let mut classes: Vec<&str> = boxes.iter().map(|found| &*found.class).collect();
                classes.sort_unstable();
                classes.dedup();
                boxes.iter().fold(boxed, |boxed, found| {
                    let FoundBox { class, score, .. } = found;
                    let number = classes.iter().position(|name| name == class).unwrap_or(0);
                    let color = class_color(number, classes.len());
                    boxed.framed(found.bounds(), format!("{class} {score:.2}"), color)
                })
            }
            Answer::Points { points, .. } => {
                self.result(key, serde_json::json!(points));
                let points: Vec<[f64; 2]> = points.iter().map(|point| [point.x, point.y]).collect();
                boxed.points(&points, [255, 230, 60])
            }
            _ => boxed,
        };
        self.boxes(file, &boxed)
    }

    /// Says whether a model takes a picture for a cat, and how likely one is: `prediction_NAME` and `probability_NAME`;
    /// `called` is what people call it.
    pub fn cat_answer(&mut self, [name, called]: [&str; 2], path: &Path, answer: &Answer) {
        if let Answer::Class { class, probabilities, .. } = answer {
            let cat = probabilities.last().map_or(0.0, |share| share.probability);
            let percent = 100.0 * cat;
            self.say(&format!("{called}: {} is a {class} (cat: {percent:.1} %)", path.display()));
            self.result(&format!("prediction_{name}"), class.clone());
            self.result(&format!("probability_{name}"), cat);
        }
    }

    /// Asks two models about a sentence of the user's, if there is one, and keeps the class each gives and its
    /// probability: `prediction_NAME` and `probability_NAME`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn ask_sentence(
        &mut self,
        said: Option<&str>,
        names: [&str; 2],
        [one, other]: &[Trained; 2],
    ) -> Result<Option<[Answer; 2]>, Failure> {
        let Some(said) = said else { return Ok(None) };
        let asked = Question::Sentence(said.to_string());
        let answers = [one.answer(&asked)?, other.answer(&asked)?];
        for (name, answer) in names.into_iter().zip(&answers) {
            if let Answer::Class { class, probability, not_read, .. } = answer {
                if *not_read > 0 {
                    self.say(&format!(
                        "Of --say the last {not_read} known words are not read by {name}."
                    ));
                }
                self.result(&format!("prediction_{name}"), class.clone());
                self.result(&format!("probability_{name}"), *probability);
            }
        }
        Ok(Some(answers))
    }
}
