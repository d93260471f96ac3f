//! The share of examples that a model gets right.

use crate::run::Run;

impl Run {
    /// Says a share of 0 to 1 as `what: 90.75 %`, and keeps the percentage under `key`; returns it.
    pub fn accuracy(&mut self, what: &str, key: &str, share: f64) -> f64 {
        let percent = 100.0 * share;
        self.say(&format!("{what}: {percent:.2} %"));
        self.result(key, percent);
        percent
    }

    /// As [`Run::accuracy`] of a model on its training and its test set: `train_accuracy_MODEL` and
    /// `test_accuracy_MODEL`.
    pub fn accuracies(&mut self, model: &str, shares: [f64; 2]) {
        for (set, share) in ["train", "test"].into_iter().zip(shares) {
            self.accuracy(&format!("{set} accuracy"), &format!("{set}_accuracy_{model}"), share);
        }
    }

    /// Says the share of the test set that one of several contestants gets right, its name in a column of `width`
    /// characters, and keeps the percentage as `test_accuracy_NAME`.
    pub fn test_accuracy(&mut self, name: &str, width: usize, share: f64) {
        let percent = 100.0 * share;
        self.say(&format!("{name:>width$}: test accuracy {percent:.2} %"));
        self.result(&format!("test_accuracy {name}"), percent);
    }
}
