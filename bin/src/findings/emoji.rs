//! How many sentences got the right emoji, and which got another.

use burn::nn::Linear;
use burn::tensor::Device;
use fireside_datasets::emojify::CLASSES;
use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_recipes::emojify::{COST_INTERVAL, EMOJI, Lesson, confusion, of_layer};
use fireside_recipes::sentences::excerpt;
use fireside_sequence::emojify::EmojifyV2;
use fireside_training::history::History;
use fireside_training::metrics::{accuracy, misclassified};

use crate::Failure;
use crate::run::Run;

impl Run {
    /// Says the costs of the first network, which the course prints too.
    pub fn emoji_costs(&self, history: &History) {
        let costs = history.points.iter().map(|point| format!("{:.3}", point.cost));
        let costs = costs.collect::<Vec<_>>().join(", ");
        self.say(&format!("\nMean and softmax, costs every {COST_INTERVAL} epochs: {costs}"));
    }

    /// Says of a network how many sentences of both sets are right, in percent, and keeps the figures,
    /// `train_accuracy_NAME` and `test_accuracy_NAME`; and says what those to test were taken for.
    pub fn emoji(
        &mut self,
        name: &str,
        [train, test]: &[LabelledSentences; 2],
        [of_train, of_test]: &[Vec<usize>; 2],
    ) {
        let shares = [(of_train, train), (of_test, test)];
        self.accuracies(name, shares.map(|(found, set)| accuracy(found, &set.labels)));
        self.emoji_confusion(of_test, test);
    }

    /// Describes both networks, the second with LSTMs of `hidden` units, and asks them about a sentence of the user's,
    /// if there is one: `prediction_v1` and so on.
    ///
    /// # Errors
    /// As [`Run::trained`].
    pub fn emoji_said(
        &mut self,
        said: Option<&str>,
        v1: &Linear,
        v2: EmojifyV2,
        lesson: &Lesson,
        hidden: usize,
        device: &Device,
    ) -> Result<(), Failure> {
        let models = [("v1", of_layer(v1)?.into()), ("v2", v2.into())];
        let networks = self.readers(models, lesson.cards(hidden), &lesson.lexicon(), device)?;
        let answers = self.ask_sentence(said, ["v1", "v2"], &networks)?;
        if let (Some(said), Some([v1, v2])) = (said, answers) {
            self.say(&format!("\n{said} {} (two LSTMs: {})", v1.emoji(), v2.emoji()));
        }
        Ok(())
    }

    /// Says how often each class, a row, was taken for each, a column; and which sentences were taken for another.
    fn emoji_confusion(&self, found: &[usize], set: &LabelledSentences) {
        let names = EMOJI.map(|emoji| format!("{emoji:>5}")).concat();
        self.say(&format!("{:16}{names}", "is, taken for"));
        for (name, counts) in CLASSES.iter().zip(confusion(found, &set.labels)) {
            let counts: String = counts.iter().map(|count| format!("{count:>5}")).collect();
            self.say(&format!("{name:16}{counts}"));
        }
        for place in misclassified(found, &set.labels) {
            let (is, taken) = (EMOJI[set.labels[place]], EMOJI[found[place]]);
            let sentence = excerpt(set.sentences[place].trim());
            self.say(&format!("    {is} taken for {taken}: {sentence}"));
        }
    }
}
