//! Optimisers on an elongated bowl, where gradient descent zig-zags.

use std::f64::consts::TAU;

use burn::module::Param;
use burn::nn::{Linear, LinearConfig};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use fireside_training::optimizer::OptimizerConfig;

use crate::RecipeError;

/// `J = (a x² + b y²) / 2`: flat along x, steep along y.
const STEEPNESS: [f64; 2] = [0.05, 1.0];
const START: [f64; 2] = [-9.0, 2.0];

/// Steps that are followed.
const STEPS: usize = 30;

/// Places `(x, y)`, one after the other.
pub type Path = Vec<(f64, f64)>;

/// Follows each optimiser from the bowl's rim for 30 steps, at a rate that suits it.
///
/// # Errors
/// When the device fails.
pub fn paths(device: &Device) -> Result<[(&'static str, Path); 4], RecipeError> {
    let rmsprop = OptimizerConfig::RmsProp { beta: 0.9, epsilon: 1e-8 };
    Ok([
        ("gradient descent", path(&OptimizerConfig::GradientDescent, 1.9, device)?),
        ("momentum", path(&OptimizerConfig::momentum(), 1.9, device)?),
        ("RMSprop", path(&rmsprop, 0.4, device)?),
        ("Adam", path(&OptimizerConfig::adam(), 0.6, device)?),
    ])
}

fn path(
    optimizer: &OptimizerConfig,
    learning_rate: f64,
    device: &Device,
) -> Result<Path, RecipeError> {
    let device = device.clone().autodiff();
    // Two parameters in a module, for the optimiser to find.
    let mut place: Linear = LinearConfig::new(2, 1).with_bias(false).init(&device);
    place.weight = Param::from_data([[START[0]], [START[1]]], &device);
    let steepness = Tensor::<2>::from_data([[STEEPNESS[0]], [STEEPNESS[1]]], &device);
    let mut optimizer = optimizer.init()?;
    let mut points = vec![(START[0], START[1])];
    for _ in 0..STEPS {
        let cost = (place.weight.val().square() * steepness.clone()).sum() / 2.0;
        let gradients = GradientsParams::from_grads(cost.backward(), &place);
        place = optimizer.step(learning_rate, place, gradients);
        let here: Vec<f64> = place.weight.val().try_into_data()?.iter::<f64>().collect();
        points.push((here[0], here[1]));
    }
    Ok(points)
}

/// The curves of equal height through points along the valley.
pub fn levels() -> Vec<Path> {
    let ellipse = |reach: f64| {
        let ratio = (STEEPNESS[0] / STEEPNESS[1]).sqrt();
        (0..=90)
            .map(|step| f64::from(step) / 90.0 * TAU)
            .map(move |angle| (reach * angle.cos(), reach * ratio * angle.sin()))
    };
    [2.0, 4.0, 6.0, 8.0, 10.0].into_iter().map(|reach| ellipse(reach).collect()).collect()
}
