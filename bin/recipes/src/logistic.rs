//! Logistic regression on the cats, by hand.

use std::ops::ControlFlow;
use std::path::Path;

use burn::tensor::Tensor;
use fireside_datasets::cats::Cats;
use fireside_dense::logistic_regression::LogisticRegression;
use fireside_dense::steps::Layer;
use fireside_dense::steps::logistic::{gradient_step, initialize_with_zeros};
use fireside_training::descent::Update;
use fireside_training::loss::binary_cross_entropy;

use crate::RecipeError;
use crate::by_hand::ByHand;
use crate::cats::{CatTensors, Judgement};
use crate::comparison::{self, Comparison, Reference};

/// Learning rates that the assignment compares.
pub const COMPARED_RATES: [f64; 3] = [0.01, 0.001, 0.0001];

/// Weight and bias of the model, for [`by_hand`].
pub const BY_HAND: ByHand<LogisticRegression, Layer> =
    ByHand { parameters: LogisticRegression::layer, module: LogisticRegression::from_layer };

/// One update, by the gradient that the backward pass by hand gives.
///
/// # Shapes
/// - `x`: `[batch, num_features]`, `y`: `[batch, 1]`
pub fn by_hand(
    x: Tensor<2>,
    y: Tensor<2>,
) -> impl FnMut(Layer, Update) -> (Layer, Option<Tensor<1>>) {
    move |layer, update| {
        let (layer, _, logits) = gradient_step(&layer, &x, &y, update.learning_rate);
        (layer, update.cost_wanted.then(|| binary_cross_entropy(logits, y.clone())))
    }
}

/// Repeats the course's runs on its own pictures: the figures of both sides.
///
/// # Errors
/// When a training fails or the reference runs cannot be read.
pub fn compare_with_course(
    runs: &Path,
    cats: &Cats,
    tensors: &CatTensors,
) -> Result<Comparison, RecipeError> {
    let mut comparison = Comparison::default();
    let (x, y) = (&tensors.x_train, &tensors.y_train);
    for reference in Reference::read(runs, "c1w2a2", "logistic_regression_cat")? {
        let zeros = initialize_with_zeros(cats.train.num_features(), &x.device());
        let update = by_hand(x.clone(), y.clone());
        let trained = reference.descent(100)?.run(zeros, update, |_| ControlFlow::Continue(()))?;
        let model = LogisticRegression::from_layer(&trained.model);

        let run = format!("rate {}", reference.hyperparameter("learning_rate")?);
        let ours = trained.history.costs_every(100);
        let course = reference.figures("costs_every_100")?;
        comparison.add_costs(&run, 100, &course, &ours, |_, _| comparison::SUMMED);
        let found = Judgement::new(cats, tensors, |x| model.forward(x))?;
        found.compare(&run, 100.0, &reference, &mut comparison)?;
    }
    Ok(comparison)
}
