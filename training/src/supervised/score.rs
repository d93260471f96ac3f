//! How a batch was answered, and the metrics that an epoch makes of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::tensor::{ExecutionError, Int, Tensor, TensorReadError, activation};
use burn::train::ItemLazy;
use burn::train::metric::{
    Adaptor, Metric, MetricAttributes, MetricMetadata, MetricName, Numeric, NumericAttributes,
    NumericEntry, SerializedEntry,
};

use fireside_layers::ops::{CrossEntropy, cross_entropy};
use serde::{Deserialize, Serialize};

use crate::loss::softmax_cross_entropy;
use crate::multi_task::masked_binary_cross_entropy;

/// What stands in place of a label where there is none, as at padding.
pub const NO_LABEL: i64 = -1;

/// How a model answered one batch. Three tensors of one number each, so that nothing waits for the device.
#[derive(Debug, Clone)]
pub struct Score {
    /// Mean loss over the labels judged, `[1]`; its gradient is what trains.
    pub loss: Tensor<1>,
    /// Labels answered right, `[1]`.
    pub right: Tensor<1>,
    /// Labels judged, `[1]`: the weight of this batch in the mean over an epoch.
    pub judged: Tensor<1>,
}

impl Score {
    /// One class of several: softmax cross-entropy, and the largest logit as the answer.
    ///
    /// # Shapes
    /// - `logits`: `[batch, classes]`
    /// - `labels`: `[batch]`, class indices
    pub fn of_classes(logits: Tensor<2>, labels: Tensor<1, Int>) -> Self {
        let [batch, _] = logits.dims();
        let answers = logits.clone().detach().argmax(1).reshape([batch]);
        let right = answers.equal(labels.clone()).int().sum().float();
        Self {
            judged: Tensor::full([1], batch as f64, &right.device()),
            right,
            loss: softmax_cross_entropy(logits, labels),
        }
    }

    /// One class of several for every step of sequences: as [`Score::of_classes`], step by step. Steps labelled
    /// [`NO_LABEL`] take no part.
    ///
    /// # Shapes
    /// - `logits`: `[batch, time, classes]`
    /// - `labels`: `[batch, time]`, class indices
    pub fn of_steps(logits: Tensor<3>, labels: Tensor<2, Int>) -> Self {
        let [batch, time, classes] = logits.dims();
        let logits = logits.reshape([batch * time, classes]);
        let labels = labels.reshape([batch * time]);
        let answers = logits.clone().detach().argmax(1).reshape([batch * time]);
        let options = CrossEntropy { ignored: Some(NO_LABEL), ..CrossEntropy::default() };
        Self {
            right: answers.equal(labels.clone()).int().sum().float(),
            judged: labels.clone().not_equal_elem(NO_LABEL).int().sum().float(),
            loss: cross_entropy(logits, labels, &options),
        }
    }

    /// Several yes-or-no tasks, some labels of which may be missing:
    /// [`masked_binary_cross_entropy`], and the sign of the logit as the answer.
    ///
    /// # Shapes
    /// - `logits`: `[batch, tasks]`
    /// - `labels`: `[batch, tasks]`, 0 or 1; anything where unknown
    /// - `known`: `[batch, tasks]`, 1 where the label is known, else 0
    pub fn of_tasks(logits: Tensor<2>, labels: Tensor<2>, known: Tensor<2>) -> Self {
        let yes = activation::sigmoid(logits.clone().detach()).greater_elem(0.5);
        let right = yes.equal(labels.clone().greater_elem(0.5)).float() * known.clone();
        Self {
            right: right.sum(),
            judged: known.clone().sum(),
            loss: masked_binary_cross_entropy(logits, labels, known),
        }
    }
}

impl ItemLazy for Score {
    fn sync(self) -> Result<Self, ExecutionError> {
        self.loss.device().flush()?;
        Ok(Self {
            loss: self.loss.without_autodiff(),
            right: self.right.without_autodiff(),
            judged: self.judged.without_autodiff(),
        })
    }
}

impl Adaptor<Score> for Score {
    fn adapt(&self) -> Score {
        self.clone()
    }
}

/// Name of the mean loss.
pub(super) const LOSS: &str = "Loss";
/// Name of the share of labels answered right.
pub(super) const ACCURACY: &str = "Accuracy";

/// The mean of a quantity over the labels of an epoch.
///
/// Burn's `LossMetric` weighs every batch alike, so that a smaller last batch counts too much.
#[derive(Debug, Clone)]
pub(super) struct EpochMean {
    name: MetricName,
    higher_is_better: bool,
    /// The sum of the quantity over a batch, out of its mean loss, right answers and judged labels.
    sum_of: fn(Numbers) -> f64,
    batch: Sum,
    epoch: SharedSum,
}

/// A [`Score`] read back.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    loss: f64,
    right: f64,
    judged: f64,
}

/// What a quantity comes to over some labels, and how many they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sum {
    total: f64,
    weight: f64,
}

/// A sum that goes on in a metric, which Burn owns, and that a checkpoint has to know.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedSum(Arc<Mutex<Sum>>);

impl SharedSum {
    pub(super) fn of(sum: Sum) -> Self {
        Self(Arc::new(Mutex::new(sum)))
    }

    pub(super) fn get(&self) -> Sum {
        *self.sum()
    }

    fn sum(&self) -> MutexGuard<'_, Sum> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sum {
    /// 0 where nothing was judged.
    fn mean(self) -> f64 {
        if self.weight == 0.0 { 0.0 } else { self.total / self.weight }
    }
}

impl EpochMean {
    /// The mean loss, going on from what the epoch comes to so far.
    pub(super) fn of_loss(epoch: SharedSum) -> Self {
        Self::new(LOSS, false, epoch, |numbers| numbers.loss * numbers.judged)
    }

    /// The share of labels answered right, in 0..=1.
    pub(super) fn of_right_answers(epoch: SharedSum) -> Self {
        Self::new(ACCURACY, true, epoch, |numbers| numbers.right)
    }

    fn new(
        name: &str,
        higher_is_better: bool,
        epoch: SharedSum,
        sum_of: fn(Numbers) -> f64,
    ) -> Self {
        let batch = Sum::default();
        Self { name: Arc::new(name.to_string()), higher_is_better, sum_of, batch, epoch }
    }

    fn entry(&self, entry: NumericEntry) -> SerializedEntry {
        let formatted =
            format!("epoch {:.4} - batch {:.4}", self.epoch.get().mean(), self.batch.mean());
        SerializedEntry::new(formatted, entry.serialize())
    }
}

impl Metric for EpochMean {
    type Input = Score;

    fn name(&self) -> MetricName {
        self.name.clone()
    }

    fn attributes(&self) -> MetricAttributes {
        NumericAttributes { unit: None, higher_is_better: self.higher_is_better }.into()
    }

    fn update(
        &mut self,
        score: &Score,
        _metadata: &MetricMetadata,
    ) -> Result<SerializedEntry, TensorReadError> {
        let numbers = Numbers {
            loss: score.loss.clone().try_into_scalar()?,
            right: score.right.clone().try_into_scalar()?,
            judged: score.judged.clone().try_into_scalar()?,
        };
        self.batch = Sum { total: (self.sum_of)(numbers), weight: numbers.judged };
        let mut epoch = self.epoch.sum();
        epoch.total += self.batch.total;
        epoch.weight += self.batch.weight;
        drop(epoch);
        Ok(self.entry(NumericEntry::Value(self.batch.mean())))
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        Ok(self.entry(self.final_value()))
    }

    fn clear(&mut self) {
        self.batch = Sum::default();
        *self.epoch.sum() = Sum::default();
    }
}

impl Numeric for EpochMean {
    fn value(&self) -> Option<NumericEntry> {
        Some(NumericEntry::Value(self.batch.mean()))
    }

    fn running_value(&self) -> Option<NumericEntry> {
        Some(NumericEntry::Value(self.epoch.get().mean()))
    }

    fn final_value(&self) -> NumericEntry {
        NumericEntry::Final(self.epoch.get().mean())
    }
}
