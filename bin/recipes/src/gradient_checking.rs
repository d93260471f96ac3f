//! The assignment's network to check, and the differences its notebook prints.

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::Layer;
use fireside_dense::steps::gradient_checking::{
    backward_line, backward_propagation_with_planted_errors, forward_line,
};
use fireside_dense::steps::propagation::{
    Backward, Forward, backward_propagation, compute_loss, forward_propagation,
};
use fireside_numpy_rng::NumpyRng;
use fireside_training::gradient_check::{GradientCheck, GradientCheckError, Report};
use fireside_training::loss::binary_cross_entropy;
use fireside_training::parameters::{Named, named_parameters, with_parameters};
use fireside_training::regularizer::dropout::KeepProb;
use fireside_training::regularizer::penalty::l2;
use serde_json::Value;

use crate::RecipeError;
use crate::comparison::{Allowance, Comparison};

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
    pub fn check(
        &self,
        check: GradientCheck,
        backward: BackwardPass,
    ) -> Result<Report, RecipeError> {
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

    /// Checks autodiff's gradients.
    ///
    /// # Errors
    /// When the check cannot be made.
    pub fn check_autodiff(&self, check: GradientCheck) -> Result<Report, RecipeError> {
        Ok(check
            .check_module(&self.net(), |net| self.cross_entropy(net.forward(self.x.clone())))?)
    }

    /// Checks autodiff's gradients of the cost with L2.
    ///
    /// # Errors
    /// When the check cannot be made.
    pub fn check_with_l2(&self, check: GradientCheck, lambda: f64) -> Result<Report, RecipeError> {
        let [examples, _] = self.y.dims();
        let cost = |net: &DeepNet| {
            let cost = self.cross_entropy(net.forward(self.x.clone()));
            match l2(net, lambda, examples) {
                Some(penalty) => cost + penalty,
                None => cost,
            }
        };
        Ok(check.check_module(&self.net(), cost)?)
    }

    /// Tries to check autodiff's gradients under dropout, where there is nothing to check: a cost that is another at
    /// each call is refused.
    ///
    /// # Errors
    /// When the probability of keeping a unit is none.
    pub fn check_under_dropout(
        &self,
        check: GradientCheck,
        keep_prob: f64,
    ) -> Result<Result<Report, GradientCheckError>, RecipeError> {
        let keep_prob = KeepProb::new(keep_prob)?;
        let rng = RefCell::new(NumpyRng::new(1));
        Ok(check.check_module(&self.net(), |net| {
            let logits = net.forward_with(self.x.clone(), |_, hidden| {
                let [batch, units] = hidden.dims();
                let rng = &mut rng.borrow_mut();
                let mask = keep_prob.mask(batch, units, rng, &self.x.device());
                keep_prob.apply(hidden, &mask)
            });
            self.cross_entropy(logits)
        }))
    }

    fn net(&self) -> DeepNet {
        DeepNet::from_layers(&self.layers).train()
    }

    fn cross_entropy(&self, logits: Tensor<2>) -> Tensor<1> {
        binary_cross_entropy(logits, self.y.clone())
    }
}

/// Checks the derivative of the assignment's line, `J = theta x`, at x = 2 and theta = 4.
///
/// # Errors
/// When the check cannot be made.
pub fn check_line(check: GradientCheck) -> Result<Report, RecipeError> {
    check_line_at(check, 2.0, 4.0)
}

/// As [`check_line`], at any place.
///
/// # Errors
/// When the check cannot be made.
pub fn check_line_at(check: GradientCheck, x: f64, theta: f64) -> Result<Report, RecipeError> {
    let at = |theta| vec![("theta".to_string(), vec![theta])];
    let cost = |theta: &Named| Ok(forward_line(x, theta[0].1[0]));
    Ok(check.check(&at(theta), &at(backward_line(x, theta)), cost)?)
}

/// A right gradient's difference is what rounding leaves, other digits in every program.
const NOISE: Allowance =
    Allowance::new(0.0, 2e-7, "rounding noise: both below the course's limit of 2e-7");

/// The difference of a wrong gradient, out of approximations that are good to 1e-6.
const WRONG: Allowance = Allowance::new(1e-6, 0.0, "differences of costs are good to 1e-6");

/// Repeats the notebook's checks of the right and the wrong backward pass: the figures of both sides.
///
/// # Errors
/// When a check cannot be made or the notebook's figures cannot be read.
pub fn compare_with_course(runs: &Path, device: &Device) -> Result<Comparison, RecipeError> {
    let path = runs.join("c2w1a3_gradient_checking.json");
    let wrong = |reason: String| RecipeError::Input(format!("{}: {reason}", path.display()));
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
