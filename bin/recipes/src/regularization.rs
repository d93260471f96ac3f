//! The football field with and without regularisation.

use std::ops::ControlFlow;
use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_datasets::football::Football;
use fireside_datasets::planar::PointSet;
use fireside_datasets::source::Source;
use fireside_dense::deep_net::DeepNet;
use fireside_numpy_rng::NumpyRng;
use fireside_training::descent::{Update, autodiff_at};
use fireside_training::initializer::Initializer;
use fireside_training::loss::binary_cross_entropy;
use fireside_training::metrics::binary_accuracy;
use fireside_training::regularizer::dropout::{KeepProb, KeepProbError};
use fireside_training::regularizer::penalty::{l1, l2};

use crate::RecipeError;
use crate::comparison::{self, Comparison, Reference};
use crate::initialization::first_net;
use crate::trained::{Architecture, Card};

/// What learns a field, and how much of it dropout keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learner {
    /// Units of each layer.
    pub layer_sizes: [usize; 4],
    /// The probability of keeping a hidden unit.
    pub keep_prob: f64,
}

/// The assignment's, for the course's field.
pub const OF_THE_COURSE: Learner = Learner { layer_sizes: [2, 20, 3, 1], keep_prob: 0.86 };

/// For any drawn field. From one seed of three a ReLU or more of the assignment's last three die, and what is left
/// learns too little by heart to be held back. Twenty learn more by heart, and go on to where one hidden unit of seven
/// is dropped.
pub const OF_DRAWN_FIELDS: Learner = Learner { layer_sizes: [2, 20, 20, 1], keep_prob: 0.5 };

impl Learner {
    /// What suits a source's field.
    pub fn of(source: &Source) -> Self {
        match source {
            Source::Real(_) => OF_THE_COURSE,
            Source::Embedded => OF_DRAWN_FIELDS,
        }
    }

    /// What is trained: a kind of network and the sizes of its layers.
    pub fn shape(&self) -> (&'static str, [usize; 4]) {
        ("DeepNet", self.layer_sizes)
    }

    /// The same, keeping a hidden unit by another probability where there is one.
    #[must_use]
    pub fn keeping(self, keep_prob: Option<f64>) -> Self {
        Self { keep_prob: keep_prob.unwrap_or(self.keep_prob), ..self }
    }

    /// Draws the assignment's first weights: normal with variance `1/inputs`.
    ///
    /// # Errors
    /// When a layer has no units.
    pub fn draw_net(&self, seed: u32, device: &Device) -> Result<DeepNet, RecipeError> {
        first_net(&self.layer_sizes, Initializer::Xavier, seed, device)
    }

    /// What describes the trained network that is held back by what is named so; that with L2 is the main one.
    pub fn card(&self, name: &str) -> Card {
        Card::of_points(Architecture::deep_net(&self.layer_sizes)).as_main_if(name == "L2")
    }

    /// What is compared.
    ///
    /// # Errors
    /// When the probability of keeping a unit is none.
    pub fn regularizers(
        &self,
        lambda: f64,
        seed: u32,
    ) -> Result<[(&'static str, Regularizer); 4], KeepProbError> {
        let keep_prob = KeepProb::new(self.keep_prob)?;
        Ok([
            ("none", Regularizer::None),
            ("L2", Regularizer::L2(lambda)),
            ("L1", Regularizer::L1(lambda)),
            ("dropout", Regularizer::Dropout(keep_prob, Masks::Fresh(seed))),
        ])
    }
}

/// What people call that which holds a network back.
pub fn called(name: &str) -> &str {
    match name {
        "none" => "nothing",
        name => name,
    }
}

/// What holds the network back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Regularizer {
    /// Nothing.
    None,
    /// The squares of the weights, by this λ.
    L2(f64),
    /// The sizes of the weights, by this λ.
    L1(f64),
    /// Hidden units dropped at random.
    Dropout(KeepProb, Masks),
}

/// Which hidden units are dropped when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Masks {
    /// The same in every iteration, of this seed: the assignment draws them so.
    Fixed(u32),
    /// New ones in every iteration, of this seed and those after it.
    Fresh(u32),
}

/// One update by autodiff's gradient of the regularised cost.
///
/// # Shapes
/// - `x`: `[batch, 2]`, `y`: `[batch, 1]`
pub fn by_autodiff(
    x: Tensor<2>,
    y: Tensor<2>,
    regularizer: Regularizer,
) -> impl FnMut(DeepNet, Update) -> (DeepNet, Option<Tensor<1>>) {
    let [examples, _] = x.dims();
    autodiff_at(move |net: &DeepNet, iteration| {
        let logits = match regularizer {
            Regularizer::Dropout(keep_prob, masks) => {
                let mut rng = NumpyRng::new(match masks {
                    Masks::Fixed(seed) => seed,
                    Masks::Fresh(seed) => seed.wrapping_add(iteration as u32),
                });
                net.forward_with(x.clone(), |_, hidden| {
                    let [batch, units] = hidden.dims();
                    let mask = keep_prob.mask(batch, units, &mut rng, &x.device());
                    keep_prob.apply(hidden, &mask)
                })
            }
            _ => net.forward(x.clone()),
        };
        let cost = binary_cross_entropy(logits, y.clone());
        let penalty = match regularizer {
            Regularizer::L2(lambda) => l2(net, lambda, examples),
            Regularizer::L1(lambda) => l1(net, lambda, examples),
            _ => None,
        };
        match penalty {
            Some(penalty) => cost + penalty,
            None => cost,
        }
    })
}

/// Four points of five to learn from, and the others to stop early by.
pub fn hold_out(points: &PointSet, seed: u32) -> [PointSet; 2] {
    let order = NumpyRng::new(seed).permutation(points.labels.len());
    let (dev, train) = order.split_at(points.labels.len() / 5);
    [points.subset(train), points.subset(dev)]
}

/// The cost of a network on these points, penalties left out.
pub fn cost_on(
    points: &PointSet,
    device: &Device,
) -> impl Fn(&DeepNet) -> Result<f64, RecipeError> + use<> {
    let (x, y) = (points.features(device), points.targets(device));
    move |net| Ok(binary_cross_entropy(net.forward(x.clone()), y.clone()).try_into_scalar()?)
}

/// Repeats the course's runs on its own points: the figures of both sides.
///
/// # Errors
/// When a training fails or the reference runs cannot be read.
pub fn compare_with_course(
    runs: &Path,
    football: &Football,
    device: &Device,
) -> Result<Comparison, RecipeError> {
    let mut comparison = Comparison::default();
    let (x, y) = (football.train.features(device), football.train.targets(device));
    for reference in Reference::read(runs, "c2w1a2", "regularization_model")? {
        let lambda = reference.hyperparameter("lambd")?;
        let keep_prob = reference.hyperparameter("keep_prob")?;
        let seed = reference.hyperparameter("seed_dropout")? as u32;
        let (run, regularizer) = match (lambda > 0.0, keep_prob < 1.0) {
            (true, _) => (format!("L2 {lambda}"), Regularizer::L2(lambda)),
            (_, true) => {
                let keep = KeepProb::new(keep_prob)?;
                (format!("keep_prob {keep_prob}"), Regularizer::Dropout(keep, Masks::Fixed(seed)))
            }
            _ => ("none".to_string(), Regularizer::None),
        };
        let seed_init = reference.hyperparameter("seed_init")? as u32;
        let start = OF_THE_COURSE.draw_net(seed_init, device)?.train();
        let update = by_autodiff(x.clone(), y.clone(), regularizer);
        let descent = reference.descent(10_000)?;
        let trained = descent.run(start, update, |_| ControlFlow::Continue(()))?;
        let net = trained.model.valid();

        let course = reference.figures("costs_every_10000")?;
        let ours = trained.history.costs_every(10_000);
        comparison.add_costs(&run, 10_000, &course, &ours, |_, _| comparison::SUMMED);
        let share = |points: &PointSet| {
            binary_accuracy(net.forward(points.features(device)), &points.labels)
        };
        comparison.add_accuracies(
            &run,
            &reference,
            [share(&football.train)?, share(&football.test)?],
        )?;
    }
    Ok(comparison)
}

#[cfg(test)]
mod tests {
    use fireside_datasets::source::Source;

    use super::*;

    #[test]
    fn every_point_is_either_learnt_from_or_held_out() {
        let points = Football::load(&Source::Embedded, 3).unwrap().train;
        let [train, dev] = hold_out(&points, 3);
        assert_eq!(dev.labels.len(), points.labels.len() / 5);
        let sorted = |sets: &[&PointSet]| {
            let all = sets.iter().flat_map(|set| set.points.iter().zip(&set.labels));
            let mut all: Vec<_> = all.map(|(at, label)| (at.map(f64::to_bits), *label)).collect();
            all.sort_unstable();
            all
        };
        assert_eq!(sorted(&[&train, &dev]), sorted(&[&points]));
    }
}
