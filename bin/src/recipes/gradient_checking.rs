//! The assignment's network to check, and the differences its notebook prints.

use std::fs;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::Layer;
use fireside_dense::steps::gradient_checking::backward_propagation_with_planted_errors;
use fireside_dense::steps::propagation::{
    Backward, Forward, backward_propagation, compute_loss, forward_propagation,
};
use fireside_numpy_rng::NumpyRng;
use fireside_training::gradient_check::{GradientCheck, Report};
use fireside_training::parameters::{Named, named_parameters, with_parameters};
use serde_json::Value;

use crate::Failure;
use fireside_recipes::comparison::{Allowance, Comparison};

/// Units of each layer.
pub const LAYER_SIZES: [usize; 4] = [4, 5, 3, 1];

/// A backward pass by hand.
pub type BackwardPass = fn(&Tensor<2>, &Tensor<2>, &Forward, &[Layer]) -> Vec<Backward>;

/// A network with three examples.
#[derive(Debug)]
pub struct Problem {
    /// `[3, 4]`
    pub x: Tensor<2>,
    /// `[3, 1]`
    pub y: Tensor<2>,
    /// The network's parameters.
    pub layers: Vec<Layer>,
}

impl Problem {
    /// Draws inputs, weights and biases from the seed, in the notebook's order; labels 1, 1, 0.
    pub fn draw(seed: u32, device: &Device) -> Self {
        let mut rng = NumpyRng::new(seed);
        let mut randn = |rows, columns| {
            let drawn = TensorData::new(rng.randn_vec(rows * columns), [rows, columns]);
            Tensor::<2>::from_data(drawn, device).transpose()
        };
        let x = randn(LAYER_SIZES[0], 3);
        let layers = LAYER_SIZES
            .windows(2)
            .map(|sizes| Layer { weight: randn(sizes[1], sizes[0]), bias: randn(sizes[1], 1) })
            .collect();
        Self { x, y: Tensor::from_data([[1.0], [1.0], [0.0]], device), layers }
    }

    /// Checks a backward pass by hand, parameter by parameter.
    ///
    /// # Errors
    /// When the check cannot be made.
    pub fn check(&self, check: GradientCheck, backward: BackwardPass) -> Result<Report, Failure> {
        let net = DeepNet::from_layers(&self.layers);
        let parameters = named_parameters(&net)?;
        let forward = forward_propagation(&self.x, &self.layers);
        let gradients = backward(&self.x, &self.y, &forward, &self.layers);
        let gradients: Vec<Layer> = gradients.into_iter().map(|layer| layer.parameters).collect();
        let gradient = named_parameters(&DeepNet::from_layers(&gradients))?;
        let cost = |at: &Named| {
            let layers = with_parameters(net.clone(), at).layers();
            let forward = forward_propagation(&self.x, &layers);
            let cost = compute_loss(forward.probabilities(), &self.y).try_into_data()?;
            Ok(cost.iter::<f64>().sum())
        };
        Ok(check.check(&parameters, &gradient, cost)?)
    }
}

/// A right gradient's difference is what rounding leaves, other digits in every program.
const NOISE: Allowance =
    Allowance::new(0.0, 2e-7, "rounding noise: both below the course's limit of 2e-7");

/// The difference of a wrong gradient, out of approximations that are good to 1e-6.
const WRONG: Allowance = Allowance::new(1e-6, 0.0, "differences of costs are good to 1e-6");

/// Repeats the notebook's checks of the right and the wrong backward pass and prints both sides.
///
/// # Errors
/// When a difference is another, or the notebook's cannot be read.
pub fn compare_with_course(runs: &Path, device: &Device) -> Result<Comparison, Failure> {
    let path = runs.join("c2w1a3_gradient_checking.json");
    let wrong = |reason: String| Failure::Input(format!("{}: {reason}", path.display()));
    let text = fs::read(&path)
        .map_err(|error| wrong(format!("{error}; give its folder with --reference")))?;
    let document: Value = serde_json::from_slice(&text).map_err(|e| wrong(e.to_string()))?;
    let printed = |passes: u64| {
        let cases = document["cases"].as_array().into_iter().flatten();
        let mut official =
            cases.filter(|case| case["op"] == "gradient_check_n" && case["source"] == "official");
        let case = official.find(|case| case["outputs"]["passes"].as_u64() == Some(passes));
        case.and_then(|case| case["outputs"]["difference"].as_f64())
            .ok_or_else(|| wrong("it has no difference of the notebook".to_string()))
    };
    let problem = Problem::draw(1, device);
    let mut comparison = Comparison::default();
    let passes: [(&str, u64, BackwardPass, Allowance); 2] = [
        ("right backward pass", 1, backward_propagation, NOISE),
        ("with the planted errors", 0, backward_propagation_with_planted_errors, WRONG),
    ];
    for (name, passes, backward, allowance) in passes {
        let report = problem.check(GradientCheck::default(), backward)?;
        let figure = format!("{name}: difference");
        comparison.add(figure, printed(passes)?, report.difference, allowance);
    }
    Ok(comparison)
}
