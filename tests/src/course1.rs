//! The training of course 1's programs, one update at a time, for benchmarks.
//!
//! Each job is the work of one program at the course's own size, on drawn pictures or generated points, in
//! the 32-bit floats that everyone trains in. A name without an ending goes the way of the program; one that
//! ends in `_by_hand` or `_by_autodiff` goes the other, to compare.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_datasets::cats::Cats;
use fireside_datasets::planar::{PointSet, Shape};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::shallow_net::ShallowNet;
use fireside_dense::steps::Layer;
use fireside_dense::steps::logistic::initialize_with_zeros;
use fireside_recipes::deep::{self, Plan};
use fireside_recipes::{logistic, planar};
use fireside_training::descent::{Update, autodiff};
use fireside_training::loss::binary_cross_entropy;

/// A training that goes on by one update at each call of `update`.
pub struct Job {
    /// What is trained, and how.
    pub name: &'static str,
    /// Updates of the course's own run.
    pub iterations: usize,
    /// One update.
    pub update: Box<dyn FnMut()>,
}

/// The names of all jobs.
pub const NAMES: [&str; 7] = [
    "logistic",
    "two_layer",
    "two_layer_by_hand",
    "l_layer",
    "l_layer_by_hand",
    "planar",
    "planar_by_autodiff",
];

/// Returns every job, in the order of [`NAMES`], on `device`.
pub fn jobs(device: &Device) -> Vec<Job> {
    let cats = Cats::embedded(1).train;
    let (x, y) = (cats.features(device), cats.targets(device));
    let points = planar::draw_points(Shape::Petals, 1);
    let [two, four] = &deep::PLANS;
    vec![
        logistic_by_hand(&x, &y),
        deep_by_autodiff("two_layer", two, &x, &y),
        deep_by_hand("two_layer_by_hand", two, &x, &y),
        deep_by_autodiff("l_layer", four, &x, &y),
        deep_by_hand("l_layer_by_hand", four, &x, &y),
        planar_by_hand(&points, device),
        planar_by_autodiff(&points, device),
    ]
}

/// A job whose model is replaced at each update.
fn job<M: 'static>(
    name: &'static str,
    iterations: usize,
    model: M,
    mut step: impl FnMut(M) -> M + 'static,
) -> Job {
    let mut model = Some(model);
    let update = Box::new(move || model = model.take().map(&mut step));
    Job { name, iterations, update }
}

fn logistic_by_hand(x: &Tensor<2>, y: &Tensor<2>) -> Job {
    let start = initialize_with_zeros(x.dims()[1], &x.device());
    let mut update = logistic::by_hand(x.clone(), y.clone());
    job("logistic", 2000, start, move |layer| update(layer, without_cost(0.005)).0)
}

fn deep_by_hand(name: &'static str, plan: &Plan, x: &Tensor<2>, y: &Tensor<2>) -> Job {
    let start = deep_weights(plan, x);
    let mut update = deep::by_hand(x.clone(), y.clone());
    job(name, 2500, start, move |layers| update(layers, without_cost(0.0075)).0)
}

fn deep_by_autodiff(name: &'static str, plan: &Plan, x: &Tensor<2>, y: &Tensor<2>) -> Job {
    let start = DeepNet::from_layers(&deep_weights(plan, x)).train();
    let mut update = deep::by_autodiff(x.clone(), y.clone());
    job(name, 2500, start, move |net| update(net, without_cost(0.0075)).0)
}

fn deep_weights(plan: &Plan, x: &Tensor<2>) -> Vec<Layer> {
    let sizes = plan.layer_sizes(x.dims()[1]);
    deep::draw_weights(&sizes, plan.scale, 1, &x.device())
}

fn planar_by_hand(points: &PointSet, device: &Device) -> Job {
    let start = planar::draw_weights(4, 3, device);
    let mut update = planar::by_hand(points.features(device), points.targets(device));
    job("planar", 10_000, start, move |layers| update(layers, without_cost(1.2)).0)
}

fn planar_by_autodiff(points: &PointSet, device: &Device) -> Job {
    let (x, y) = (points.features(device), points.targets(device));
    let start = ShallowNet::from_layers(&planar::draw_weights(4, 3, device)).train();
    let mut update =
        autodiff(move |net: &ShallowNet| binary_cross_entropy(net.forward(x.clone()), y.clone()));
    let name = "planar_by_autodiff";
    job(name, 10_000, start, move |net| update(net, without_cost(1.2)).0)
}

fn without_cost(learning_rate: f64) -> Update {
    Update { iteration: 0, learning_rate, cost_wanted: false }
}
