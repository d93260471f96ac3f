//! Networks of any depth on the cats, by hand and by autodiff.

use std::ops::ControlFlow;
use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_datasets::cats::Cats;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::deep::gradient_step;
use fireside_dense::steps::{Layer, WeightScale, initialize_parameters_deep};
use fireside_numpy_rng::NumpyRng;
use fireside_training::descent::{Update, autodiff};
use fireside_training::history::History;
use fireside_training::loss::binary_cross_entropy;

use crate::Failure;
use crate::cats::{CatTensors, Judgement};
use fireside_recipes::comparison::{self, Comparison, Reference};

/// A network of the assignment.
#[derive(Debug)]
pub struct Plan {
    /// What it is called.
    pub name: &'static str,
    /// What the reference runs call it.
    pub reference: &'static str,
    /// Units of its hidden layers.
    pub hidden: &'static [usize],
    /// How large its first weights are.
    pub scale: WeightScale,
}

/// Both networks of the assignment.
pub const PLANS: [Plan; 2] = [
    Plan {
        name: "two-layer",
        reference: "two_layer_model",
        hidden: &[7],
        scale: WeightScale::Constant(0.01),
    },
    Plan {
        name: "L-layer",
        reference: "L_layer_model",
        hidden: &[20, 7, 5],
        scale: WeightScale::InverseRootOfInputs,
    },
];

impl Plan {
    /// Units of every layer, the input first.
    pub fn layer_sizes(&self, num_features: usize) -> Vec<usize> {
        [&[num_features], self.hidden, &[1]].concat()
    }
}

/// Draws first weights, NumPy's for the seed.
pub fn draw_weights(
    layer_sizes: &[usize],
    scale: WeightScale,
    seed: u32,
    device: &Device,
) -> Vec<Layer> {
    let mut rng = NumpyRng::new(seed);
    initialize_parameters_deep(layer_sizes, scale, || rng.randn(), device)
}

/// One update, by the gradients that the backward pass by hand gives.
///
/// # Shapes
/// - `x`: `[batch, num_features]`, `y`: `[batch, 1]`
pub fn by_hand(
    x: Tensor<2>,
    y: Tensor<2>,
) -> impl FnMut(Vec<Layer>, Update) -> (Vec<Layer>, Option<Tensor<1>>) {
    move |layers, update| {
        let (layers, logits) = gradient_step(&layers, &x, &y, update.learning_rate);
        (layers, update.cost_wanted.then(|| binary_cross_entropy(logits, y.clone())))
    }
}

/// One update, by autodiff's gradients.
///
/// # Shapes
/// - `x`: `[batch, num_features]`, `y`: `[batch, 1]`
pub fn by_autodiff(
    x: Tensor<2>,
    y: Tensor<2>,
) -> impl FnMut(DeepNet, Update) -> (DeepNet, Option<Tensor<1>>) {
    autodiff(move |net: &DeepNet| binary_cross_entropy(net.forward(x.clone()), y.clone()))
}

/// Repeats the course's runs of both networks, by autodiff, and prints both sides.
///
/// # Errors
/// When a figure differs by more than allowed, or the reference runs cannot be read.
pub fn compare_with_course(
    runs: &Path,
    cats: &Cats,
    tensors: &CatTensors,
) -> Result<Comparison, Failure> {
    let mut comparison = Comparison::default();
    for plan in &PLANS {
        for reference in Reference::read(runs, "c1w4a2", plan.reference)? {
            let start = first_weights(plan, &reference, cats, tensors)?;
            let net = DeepNet::from_layers(&start).train();
            let update = by_autodiff(tensors.x_train.clone(), tensors.y_train.clone());
            let trained =
                reference.descent(100)?.run(net, update, |_| ControlFlow::Continue(()))?;
            let net = trained.model.valid();

            add_costs(&mut comparison, plan.name, &reference, &trained.history)?;
            let found = Judgement::new(cats, tensors, |x| net.forward(x))?;
            found.compare(plan.name, 1.0, &reference, &mut comparison)?;
        }
    }
    Ok(comparison)
}

/// Repeats the course's run of the deep network, by hand, and prints both sides.
///
/// # Errors
/// When a figure differs by more than allowed, or the reference runs cannot be read.
pub fn compare_by_hand(
    runs: &Path,
    cats: &Cats,
    tensors: &CatTensors,
) -> Result<Comparison, Failure> {
    let mut comparison = Comparison::default();
    let plan = &PLANS[1];
    for reference in Reference::read(runs, "c1w4a2", plan.reference)? {
        let start = first_weights(plan, &reference, cats, tensors)?;
        let update = by_hand(tensors.x_train.clone(), tensors.y_train.clone());
        let trained = reference.descent(100)?.run(start, update, |_| ControlFlow::Continue(()))?;
        add_costs(&mut comparison, "by hand", &reference, &trained.history)?;
    }
    Ok(comparison)
}

fn first_weights(
    plan: &Plan,
    reference: &Reference,
    cats: &Cats,
    tensors: &CatTensors,
) -> Result<Vec<Layer>, Failure> {
    let sizes = plan.layer_sizes(cats.train.num_features());
    Ok(draw_weights(&sizes, plan.scale, reference.seed()?, &tensors.x_train.device()))
}

fn add_costs(
    comparison: &mut Comparison,
    run: &str,
    reference: &Reference,
    history: &History,
) -> Result<(), Failure> {
    let course = reference.figures("costs_every_100")?;
    let ours = history.costs_every(100);
    comparison.add_costs(run, 100, &course, &ours, |_, _| comparison::SUMMED);
    let course = reference.figure("cost_iteration_2499")?;
    let ours = history.last_cost().unwrap_or(f64::NAN);
    comparison.add(format!("{run}: cost 2499"), course, ours, comparison::SUMMED);
    Ok(())
}
