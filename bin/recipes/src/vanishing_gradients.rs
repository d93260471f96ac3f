//! How large the gradient of the first layer is, by the depth of the network behind it.

use burn::module::{Module, ModuleMapper, Param};
use burn::nn::activation::ActivationConfig;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_dense::deep_net::{DeepNet, DeepNetConfig};
use fireside_dense::normalized_net::NormalizedNetConfig;
use fireside_numpy_rng::NumpyRng;
use fireside_training::gradients::named_gradients;
use fireside_training::initializer::{Initializer, initialize};

use crate::RecipeError;

/// A way to begin a deep network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Start {
    /// A multiple of the identity in every layer, and no activation.
    Identity(f64),
    /// Drawn weights, and this activation.
    Drawn(Initializer, Hidden),
    /// Drawn weights, batch norm and ReLU.
    Normalized(Initializer),
}

/// The activation of drawn weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// `max(0, z)`
    Relu,
    /// `tanh z`
    Tanh,
}

/// What is compared.
pub const STARTS: [(&str, Start); 7] = [
    ("0.5 I", Start::Identity(0.5)),
    ("I", Start::Identity(1.0)),
    ("1.5 I", Start::Identity(1.5)),
    ("He, ReLU", Start::Drawn(Initializer::He, Hidden::Relu)),
    ("Xavier, tanh", Start::Drawn(Initializer::Xavier, Hidden::Tanh)),
    ("0.1 randn, ReLU", Start::Drawn(Initializer::Normal(0.1), Hidden::Relu)),
    ("0.1 randn, batch norm", Start::Normalized(Initializer::Normal(0.1))),
];

/// Returns the Euclidean norm of the gradient by the first layer's weights, in a network of `depth` layers of
/// `width` units each.
///
/// The cost is the outputs along a fixed random direction, averaged over a batch of random examples, so that
/// the gradient that enters at the end is the same for every network.
///
/// # Errors
/// When the device fails or a layer has no units.
pub fn first_gradient(
    start: Start,
    depth: usize,
    width: usize,
    seed: u32,
    device: &Device,
) -> Result<f64, RecipeError> {
    const BATCH: usize = 64;
    let mut rng = NumpyRng::new(seed);
    let device = device.clone().autodiff();
    let mut normal = |rows: usize| {
        let drawn = TensorData::new(rng.randn_vec(rows * width), [rows, width]);
        Tensor::<2>::from_data(drawn, &device)
    };
    let (x, direction) = (normal(BATCH), normal(1));
    let sizes = vec![width; depth + 1];
    let cost = |outputs: Tensor<2>| (outputs * direction.clone()).sum() / BATCH as f64;
    let deep = |activation| DeepNetConfig::new(sizes.clone()).with_activation(activation);
    let gradients = match start {
        Start::Identity(scale) => {
            let net = deep(ActivationConfig::Identity).init(&device)?;
            let net: DeepNet = net.map(&mut Diagonal(scale));
            named_gradients(&net, &cost(net.forward(x)).backward())?
        }
        Start::Drawn(initializer, hidden) => {
            let activation = match hidden {
                Hidden::Relu => ActivationConfig::Relu,
                Hidden::Tanh => ActivationConfig::Tanh,
            };
            let net = initialize(deep(activation).init(&device)?, initializer, &mut rng);
            named_gradients(&net, &cost(net.forward(x)).backward())?
        }
        Start::Normalized(initializer) => {
            let net = NormalizedNetConfig::new(sizes.clone()).init(&device)?;
            let net = initialize(net, initializer, &mut rng);
            named_gradients(&net, &cost(net.forward(x)).backward())?
        }
    };
    let first = gradients.first().map(|(_, values)| values.iter().map(|g| g * g).sum::<f64>());
    Ok(first.unwrap_or(0.0).sqrt())
}

/// The middle one of [`first_gradient`] of several networks, drawn from this seed and those after it.
///
/// # Errors
/// As [`first_gradient`].
pub fn median_gradient(
    start: Start,
    depth: usize,
    width: usize,
    draws: usize,
    seed: u32,
    device: &Device,
) -> Result<f64, RecipeError> {
    let seeds = (0..draws.max(1) as u32).map(|draw| seed.wrapping_add(draw));
    let norms = seeds.map(|seed| first_gradient(start, depth, width, seed, device));
    let mut norms = norms.collect::<Result<Vec<f64>, RecipeError>>()?;
    norms.sort_by(f64::total_cmp);
    Ok(norms[norms.len() / 2])
}

/// Sets every matrix to a multiple of the identity and every bias to zero.
struct Diagonal(f64);

impl ModuleMapper for Diagonal {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| {
            let dims = tensor.dims();
            let count: usize = dims.iter().product();
            let columns = dims[D - 1];
            let on_diagonal = |place: usize| D == 2 && place / columns == place % columns;
            let entries: Vec<f64> =
                (0..count).map(|place| if on_diagonal(place) { self.0 } else { 0.0 }).collect();
            let tensor = Tensor::from_data(TensorData::new(entries, dims), &tensor.device());
            tensor.require_grad()
        })
    }
}
