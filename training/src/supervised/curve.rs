//! What a training by epochs recorded.

use serde::{Deserialize, Serialize};

/// Figures of one set over one epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Mean loss over the labels.
    pub loss: f64,
    /// Share of the labels answered right, in 0..=1.
    pub accuracy: f64,
}

/// One epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpochPoint {
    /// Number of the epoch, counted from 1.
    pub epoch: usize,
    /// Learning rate of the last update of the epoch.
    pub learning_rate: f64,
    /// On the training set, batch by batch while the model changes: each batch is judged before it is
    /// learnt from.
    pub train: Figures,
    /// On the set that is not trained on, a dev set or a test set, after the last update of the epoch.
    #[serde(alias = "validation")] // of runs before
    pub held_out: Figures,
}

/// The epochs of a training, in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The recorded epochs.
    pub points: Vec<EpochPoint>,
}

impl Curve {
    /// Epochs done.
    pub fn epochs(&self) -> usize {
        self.points.len()
    }

    /// Returns the most recent epoch.
    pub fn last(&self) -> Option<&EpochPoint> {
        self.points.last()
    }

    /// Returns the epoch with the smallest held-out loss, the first of them where several are equal.
    pub fn best(&self) -> Option<&EpochPoint> {
        let better =
            |best: &EpochPoint, point: &EpochPoint| point.held_out.loss < best.held_out.loss;
        self.points.iter().reduce(|best, point| if better(best, point) { point } else { best })
    }

    /// Whether the held-out loss has not become smaller for `patience` epochs.
    pub fn has_stalled(&self, patience: usize) -> bool {
        self.best().is_some_and(|best| self.epochs() - best.epoch >= patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(losses: &[f64]) -> Curve {
        let point = |(index, &loss): (usize, &f64)| EpochPoint {
            epoch: index + 1,
            learning_rate: 0.1,
            train: Figures { loss: 0.0, accuracy: 0.0 },
            held_out: Figures { loss, accuracy: 0.0 },
        };
        Curve { points: losses.iter().enumerate().map(point).collect() }
    }

    #[test]
    fn curve_of_an_earlier_run_is_read() {
        let point = r#"{"epoch": 1, "learning_rate": 0.1, "train": {"loss": 0.0, "accuracy": 0.0},
                        "validation": {"loss": 3.0, "accuracy": 0.0}}"#;
        let read: Curve = serde_json::from_str(&format!(r#"{{"points": [{point}]}}"#)).unwrap();
        assert_eq!(read, curve(&[3.0]));
    }

    #[test]
    fn curve_stalls_after_patience_epochs_without_a_smaller_held_out_loss() {
        assert!(!curve(&[]).has_stalled(1));
        assert!(!curve(&[3.0, 2.0, 2.0]).has_stalled(2));
        assert!(curve(&[3.0, 2.0, 2.0, 2.5]).has_stalled(2));
        assert_eq!(curve(&[3.0, 2.0, 2.0, 2.5]).best().map(|best| best.epoch), Some(2));
    }
}
