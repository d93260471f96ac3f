//! Networks of any depth on the cats, by hand and by autodiff.

use std::ops::ControlFlow;
use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_datasets::cats::Cats;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::deep::{gradient_step, l_model_backward, l_model_forward};
use fireside_dense::steps::{Layer, WeightScale, initialize_parameters_deep};
use fireside_numpy_rng::NumpyRng;
use fireside_training::descent::{Update, autodiff};
use fireside_training::gradient_check::relative_difference;
use fireside_training::gradients::named_gradients;
use fireside_training::history::History;
use fireside_training::loss::binary_cross_entropy;

use crate::RecipeError;
use crate::by_hand::{ByHand, entries};
use crate::cats::{CatTensors, Judgement};
use crate::comparison::{self, Comparison, Reference};

/// A network of the assignment.
#[derive(Debug)]
pub struct Plan {
    /// What its figures and its folder are called.
    pub name: &'static str,
    /// What people call it.
    pub called: &'static str,
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
        called: "two layers",
        reference: "two_layer_model",
        hidden: &[7],
        scale: WeightScale::Constant(0.01),
    },
    Plan {
        name: "L-layer",
        called: "four layers",
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

/// Weights and biases of a network, for [`by_hand`].
pub const BY_HAND: ByHand<DeepNet, Vec<Layer>> =
    ByHand { parameters: DeepNet::layers, module: |layers| DeepNet::from_layers(layers) };

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

/// The gradient of a parameter, by hand and by autodiff, entry by entry.
#[derive(Debug, Clone)]
pub struct BothGradients {
    /// Which parameter of the network.
    pub name: String,
    /// By the backward pass by hand.
    pub by_hand: Vec<f64>,
    /// By autodiff.
    pub by_autodiff: Vec<f64>,
}

impl BothGradients {
    /// How far they are apart, in Euclidean norms.
    pub fn difference(&self) -> f64 {
        relative_difference(&self.by_hand, &self.by_autodiff)
    }
}

/// The gradients of every layer, both ways.
///
/// # Shapes
/// - `x`: `[batch, num_features]`, `y`: `[batch, 1]`
///
/// # Errors
/// When the device fails.
pub fn gradients_both_ways(
    layers: &[Layer],
    x: &Tensor<2>,
    y: &Tensor<2>,
) -> Result<Vec<BothGradients>, RecipeError> {
    let (al, caches) = l_model_forward(x, layers);
    let by_hand = l_model_backward(&al, y, &caches).into_iter();
    let by_hand = by_hand.map(|gradients| gradients.parameters);
    let by_hand = by_hand.flat_map(|layer| [layer.weight, layer.bias]);

    let net = DeepNet::from_layers(layers).train();
    let gradients = binary_cross_entropy(net.forward(x.clone()), y.clone()).backward();
    let by_autodiff = named_gradients(&net, &gradients)?;
    let pairs = by_hand.zip(by_autodiff).map(|(by_hand, (name, by_autodiff))| {
        Ok(BothGradients { name, by_hand: entries(by_hand)?, by_autodiff })
    });
    pairs.collect()
}

/// Repeats the course's runs of both networks, by autodiff: the figures of both sides.
///
/// # Errors
/// When a training fails or the reference runs cannot be read.
pub fn compare_with_course(
    runs: &Path,
    cats: &Cats,
    tensors: &CatTensors,
) -> Result<Comparison, RecipeError> {
    let mut comparison = Comparison::default();
    for plan in &PLANS {
        for reference in Reference::read(runs, "c1w4a2", plan.reference)? {
            let start = first_weights(plan, &reference, cats, tensors)?;
            let net = DeepNet::from_layers(&start).train();
            let update = by_autodiff(tensors.x_train.clone(), tensors.y_train.clone());
            let trained =
                reference.descent(100)?.run(net, update, |_| ControlFlow::Continue(()))?;
            let net = trained.model.valid();

            add_costs(&mut comparison, plan.called, &reference, &trained.history)?;
            let found = Judgement::new(cats, tensors, |x| net.forward(x))?;
            found.compare(plan.called, 1.0, &reference, &mut comparison)?;
        }
    }
    Ok(comparison)
}

/// Repeats the course's run of the deep network, by hand: the figures of both sides.
///
/// # Errors
/// When a training fails or the reference runs cannot be read.
pub fn compare_by_hand(
    runs: &Path,
    cats: &Cats,
    tensors: &CatTensors,
) -> Result<Comparison, RecipeError> {
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
) -> Result<Vec<Layer>, RecipeError> {
    let sizes = plan.layer_sizes(cats.train.num_features());
    Ok(draw_weights(&sizes, plan.scale, reference.seed()?, &tensors.x_train.device()))
}

fn add_costs(
    comparison: &mut Comparison,
    run: &str,
    reference: &Reference,
    history: &History,
) -> Result<(), RecipeError> {
    let course = reference.figures("costs_every_100")?;
    let ours = history.costs_every(100);
    comparison.add_costs(run, 100, &course, &ours, |_, _| comparison::SUMMED);
    let course = reference.figure("cost_iteration_2499")?;
    let ours = history.last_cost().unwrap_or(f64::NAN);
    comparison.add(format!("{run}: cost 2499"), course, ours, comparison::SUMMED);
    Ok(())
}
