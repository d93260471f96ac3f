//! Names that a model makes up.

use burn::tensor::Device;
use fireside_recipes::counted;
use fireside_recipes::dinosaurs::{Corpus, Lesson, Look, number};
use fireside_recipes::trained::Trained;
use fireside_sequence::language_model::LanguageModel;
use fireside_training::history::History;

use crate::Failure;
use crate::asked::Names;
use crate::plot::Series;
use crate::run::Run;

impl Run {
    /// Says what a training by hand had come to whenever it was looked at: its smoothed loss, and names. Keeps what it
    /// came to in the end: `loss_by_hand` and `names_by_hand`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn names_by_hand(
        &mut self,
        looks: Vec<Look>,
        history: &History,
        names: Vec<String>,
    ) -> Result<(), Failure> {
        self.say("\nBy hand, the smoothed loss of a name, and what the network makes up:");
        for Look { iteration, loss, names } in looks {
            let (loss, names) = (number(loss)?, names.join(" "));
            self.say(&format!("    {iteration:6} {loss:9.4}  {names}"));
        }
        self.result("loss_by_hand", history.last_cost());
        self.result("names_by_hand", names);
        Ok(())
    }

    /// Says the mean loss of a name, of those that an LSTM has learnt and of those held out, where there are any, and
    /// keeps both: `loss_train` and `loss_held_out`. Draws how it fell, and how by hand: `losses.png`.
    ///
    /// # Errors
    /// When the device fails, or the picture cannot be drawn or written.
    pub fn names_learnt(
        &mut self,
        lesson: &Lesson,
        model: &LanguageModel,
        [by_hand, by_lstm]: [&History; 2],
        device: &Device,
    ) -> Result<(), Failure> {
        self.say("\nBy the LSTM, the mean loss of a name:");
        let sets = [("train", "learnt", &lesson.train), ("held_out", "held out", &lesson.held_out)];
        for (key, name, names) in sets.into_iter().filter(|(.., names)| !names.is_empty()) {
            let loss = lesson.mean_loss(model, names, device)?;
            self.say(&format!("    {loss:9.4} of {} {name}", counted(names.len(), "name")));
            self.result(&format!("loss_{key}"), loss);
        }
        let by_hand = Series::of_costs("by hand, smoothed", by_hand);
        let by_lstm = Series::new("LSTM", lesson.losses(by_lstm));
        let axes = ["names read", "loss of a name"];
        self.curves("losses.png", "Names learnt", axes, &[by_hand, by_lstm])
    }

    /// Asks the LSTM for names, says them and how many of them are in the list learnt from, and keeps both: `names` and
    /// `names_known`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn made_up(
        &mut self,
        corpus: &Corpus,
        asked: &Names,
        model: &Trained,
    ) -> Result<(), Failure> {
        self.say(&format!("\nMade up by the LSTM, at temperature {}:", asked.temperature));
        let count = self.examples(asked.sample.get());
        let names = model.answer(&asked.question(count))?.names();
        let known = names.iter().filter(|name| corpus.has(name)).count();
        names.iter().for_each(|name| self.say(&format!("    {name}")));
        self.say(&format!("In the list already: {known} of {}.", names.len()));
        self.result("names_known", known);
        self.result("names", names);
        Ok(())
    }
}
