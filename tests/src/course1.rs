//! The training of course 1's programs, one update at a time, for benchmarks.
//!
//! Each job is the work of one program at the course's own size, on drawn pictures or generated points, in
//! the 32-bit floats that everyone trains in, and along the path that the program takes.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_datasets::cats::Cats;
use fireside_datasets::planar::Shape;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::shallow_net::ShallowNet;
use fireside_dense::steps::{WeightScale, deep, initialize_parameters_deep, logistic, shallow};
use fireside_training::descent::{Update, autodiff};
use fireside_training::loss::binary_cross_entropy;
use fireside_training::rng::NumpyRng;

/// A training that goes on by one update at each call of `update`.
pub struct Job {
    /// What is trained, and how.
    pub name: &'static str,
    /// Updates of the course's own run.
    pub iterations: usize,
    /// Whether this is the way the program goes; the others are there to compare.
    pub is_program: bool,
    /// One update.
    pub update: Box<dyn FnMut()>,
}

/// Returns every job, on `device`.
pub fn jobs(device: &Device) -> Vec<Job> {
    let cats = Cats::embedded(1).train;
    let (x, y) = (cats.features(device), cats.targets(device));
    let two = (vec![12288, 7, 1], WeightScale::Constant(0.01));
    let deep = (vec![12288, 20, 7, 5, 1], WeightScale::InverseRootOfInputs);
    vec![
        logistic_by_hand(&x, &y),
        deep_by_autodiff("two_layer", &two, &x, &y),
        deep_by_hand("two_layer_by_hand", &two, &x, &y),
        deep_by_autodiff("l_layer", &deep, &x, &y),
        deep_by_hand("l_layer_by_hand", &deep, &x, &y),
        planar_by_hand(device),
        planar_by_autodiff(device),
    ]
}

/// A job whose model is replaced at each update.
fn job<M: 'static>(
    name: &'static str,
    iterations: usize,
    is_program: bool,
    model: M,
    mut step: impl FnMut(M) -> M + 'static,
) -> Job {
    let mut model = Some(model);
    let update = Box::new(move || model = model.take().map(&mut step));
    Job {
        name,
        iterations,
        is_program,
        update,
    }
}

fn logistic_by_hand(x: &Tensor<2>, y: &Tensor<2>) -> Job {
    let (x, y) = (x.clone(), y.clone());
    let start = logistic::initialize_with_zeros(x.dims()[1], &x.device());
    job("logistic", 2000, true, start, move |layer| {
        logistic::gradient_step(&layer, &x, &y, 0.005).0
    })
}

type Plan = (Vec<usize>, WeightScale);

fn deep_by_hand(name: &'static str, plan: &Plan, x: &Tensor<2>, y: &Tensor<2>) -> Job {
    let (x, y) = (x.clone(), y.clone());
    let mut rng = NumpyRng::new(1);
    let start = initialize_parameters_deep(&plan.0, plan.1, || rng.randn(), &x.device());
    job(name, 2500, false, start, move |layers| {
        deep::gradient_step(&layers, &x, &y, 0.0075).0
    })
}

fn deep_by_autodiff(name: &'static str, plan: &Plan, x: &Tensor<2>, y: &Tensor<2>) -> Job {
    let (x, y) = (x.clone(), y.clone());
    let mut rng = NumpyRng::new(1);
    let start = initialize_parameters_deep(&plan.0, plan.1, || rng.randn(), &x.device());
    let cross_entropy = move |net: &DeepNet| binary_cross_entropy(net.forward(x.clone()), y.clone());
    let mut update = autodiff(cross_entropy);
    job(name, 2500, true, DeepNet::from_layers(&start).train(), move |net| {
        update(net, without_cost(0.0075)).0
    })
}

fn planar_by_hand(device: &Device) -> Job {
    let points = Shape::Petals.generate(400, 1);
    let (x, y) = (points.features(device), points.targets(device));
    let mut rng = NumpyRng::new(3);
    let start = shallow::initialize_parameters(2, 4, 1, || rng.randn(), device);
    job("planar", 10_000, true, start, move |layers| {
        shallow::gradient_step(&layers, &x, &y, 1.2).0
    })
}

fn planar_by_autodiff(device: &Device) -> Job {
    let points = Shape::Petals.generate(400, 1);
    let (x, y) = (points.features(device), points.targets(device));
    let mut rng = NumpyRng::new(3);
    let start = shallow::initialize_parameters(2, 4, 1, || rng.randn(), device);
    let cross_entropy = move |net: &ShallowNet| binary_cross_entropy(net.forward(x.clone()), y.clone());
    let mut update = autodiff(cross_entropy);
    job("planar_by_autodiff", 10_000, false, ShallowNet::from_layers(&start).train(), move |net| {
        update(net, without_cost(1.2)).0
    })
}

fn without_cost(learning_rate: f64) -> Update {
    Update {
        learning_rate,
        cost_wanted: false,
    }
}
