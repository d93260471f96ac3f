//! What programs that read sentences have in common.

use burn::module::{Module, ModuleDisplay};
use burn::tensor::Device;
use fireside_datasets::labelled_sentences::{Columns, LabelledSentences};
use fireside_datasets::words::Vocabulary;
use fireside_recipes::counted;
use fireside_recipes::sentences::{by_adam, passed_over};
use fireside_recipes::trained::{Beside, Card, Model, Trained};
use fireside_training::supervised::{Curve, Examples, Supervised, Task};

use crate::Failure;
use crate::run::Run;

/// How models of sentences learn the same examples, one after the other.
pub struct SentenceTraining<'a, D> {
    training: Supervised,
    sets: &'a [D; 2],
    dashboard: bool,
}

impl<'a, D: Examples> SentenceTraining<'a, D> {
    /// By Adam, so many epochs in mini-batches of such a size, on a set to learn and one to be judged by; with Burn's
    /// dashboard where it is wanted.
    pub fn by_adam(
        [epochs, batch_size]: [usize; 2],
        learning_rate: f64,
        seed: u32,
        sets: &'a [D; 2],
        dashboard: bool,
    ) -> Self {
        let training = by_adam(epochs, batch_size, learning_rate, seed);
        Self { training, sets, dashboard }
    }

    /// Trains a model below a title, in the stage of this name; its accuracies are told epoch by epoch.
    ///
    /// # Errors
    /// As [`EpochStage::train`](crate::epochs::EpochStage::train).
    pub fn train<M>(
        &self,
        run: &mut Run,
        (name, title): (&str, &str),
        model: M,
        task: Task<M, D::Batch>,
    ) -> Result<(M, Curve), Failure>
    where
        M: Module + ModuleDisplay + 'static,
    {
        run.say(&format!("\n{title}:"));
        let stage = run.epoch_stage(name, &(name, Module::num_params(&model)))?;
        let stage = stage.with_dashboard(self.dashboard);
        let [train, held_out] = self.sets;
        stage.train(self.training.clone(), model, task, train, held_out)
    }
}

impl Run {
    /// Says how many sentences there are, where they are from, what is not plain about their files, how many of each
    /// class there are, and some of each; draws the former.
    ///
    /// # Errors
    /// As [`Run::look_at_sentences`].
    pub fn sentences<'a>(
        &mut self,
        [train, test]: [&LabelledSentences; 2],
        classes: &[impl AsRef<str>],
        columns: impl IntoIterator<Item = &'a Columns>,
        from: &str,
    ) -> Result<(), Failure> {
        let (learnt, tested) = (counted(train.len(), "sentence"), test.len());
        self.say(&format!("Data: {learnt} to train on and {tested} to test: {from}."));
        columns.into_iter().flat_map(Columns::notes).for_each(|note| self.say(&note));
        self.look_at_sentences([train, test], classes)
    }

    /// Describes two models that know these words, each in the folder of its stage, and returns them to be asked.
    ///
    /// # Errors
    /// As [`Run::trained`].
    pub fn readers(
        &mut self,
        [one, other]: [(&str, Model); 2],
        [of_one, of_other]: [Card; 2],
        words: &Beside,
        device: &Device,
    ) -> Result<[Trained; 2], Failure> {
        let one = self.trained(one.0, of_one, one.1, words.clone(), device)?;
        let other = self.trained(other.0, of_other, other.1, words.clone(), device)?;
        Ok([one, other])
    }

    /// Says that no more words than `most` are read of a sentence, where the longest one has more.
    pub fn shortened(&self, longest: usize, most: usize) {
        if longest > most {
            self.say(&format!(
                "The longest has {longest} words: no more than {most} of any are read."
            ));
        }
    }

    /// Says which words of the sentences, and of one of the user's, are passed over, and `why`: with a blank or a comma
    /// before it.
    pub fn words_passed_over(
        &self,
        [train, test]: &[LabelledSentences; 2],
        said: Option<&str>,
        vocabulary: &Vocabulary,
        why: &str,
    ) {
        let said: Vec<String> = said.iter().map(ToString::to_string).collect();
        for (of, sentences) in [
            ("the sentences to train on", &train.sentences),
            ("the sentences to test", &test.sentences),
            ("--say", &said),
        ] {
            let words = passed_over(sentences, vocabulary);
            self.words(of, &format!("passed over{why}"), &words);
        }
    }
}
