//! How many sentences got the right emoji, and which got another.

use fireside_datasets::emojify::CLASSES;
use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_recipes::emojify::{EMOJI, confusion};
use fireside_training::metrics::{accuracy, misclassified};

use crate::run::Run;

impl Run {
    /// Says how many sentences of a set, such as `train`, a model gets right, in percent, and keeps the figure:
    /// `MODEL_SET_accuracy`.
    pub fn emoji_accuracy(
        &mut self,
        [model, set]: [&str; 2],
        found: &[usize],
        sentences: &LabelledSentences,
    ) {
        let share = accuracy(found, &sentences.labels);
        self.accuracy(&format!("{set} accuracy"), &format!("{model}_{set}_accuracy"), share);
    }

    /// Says how often each class, a row, was taken for each, a column; and which sentences were taken for another.
    pub fn emoji_confusion(&self, found: &[usize], set: &LabelledSentences) {
        let names = EMOJI.map(|emoji| format!("{emoji:>5}")).concat();
        self.say(&format!("{:16}{names}", "is, taken for"));
        for (name, counts) in CLASSES.iter().zip(confusion(found, &set.labels)) {
            let counts: String = counts.iter().map(|count| format!("{count:>5}")).collect();
            self.say(&format!("{name:16}{counts}"));
        }
        for place in misclassified(found, &set.labels) {
            let (is, taken) = (EMOJI[set.labels[place]], EMOJI[found[place]]);
            self.say(&format!("    {is} taken for {taken}: {}", set.sentences[place].trim()));
        }
    }
}
