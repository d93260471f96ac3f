//! Course 2, week 1: gradient checking.

use burn::tensor::Device;
use fireside_dense::steps::gradient_checking::{
    backward_line, backward_propagation_with_planted_errors, forward_line,
};
use fireside_dense::steps::propagation::{backward_propagation, compute_loss, forward_propagation};
use fireside_training::gradient_check::{GradientCheck, TOLERANCE};

use super::array::scalar;
use super::dense::{Parameters, arrays, named, named_backward, named_forward, named_layers};
use super::{Array, Named, Notebook, Step};
use crate::RecipeError;
use crate::gradient_checking::{BackwardPass, LAYER_SIZES, Problem, check_line_at};

/// Gradient checking.
pub const NOTEBOOK: Notebook = Notebook { name: "c2w1a3", steps };

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let check = GradientCheck::default();
    let mut all = line_steps(check)?.to_vec();
    let problem = Problem::draw(1, device);
    let network = Network::of(&problem)?;
    let pass = forward_propagation(&problem.x, &problem.layers);
    let cost = scalar(compute_loss(pass.probabilities(), &problem.y))?;
    let shown = named_forward(&arrays(pass.clone())?);
    all.push(
        Step::new("forward_propagation_n", "relu, relu, sigmoid, and the cross-entropy")
            .input("X", &network.x)
            .input("Y", &network.y)
            .inputs(named(&network.parameters, ""))
            .output("cost", cost)
            .outputs(shown.clone()),
    );
    let passes: [(&str, &str, BackwardPass); 2] = [
        (
            "backward_propagation_n",
            "dZ3 = A3 - Y; dW = dZ A^T / m, db = mean dZ, dA = W^T dZ, dZ = dA where A > 0",
            backward_propagation,
        ),
        (
            "backward_propagation_n_wrong",
            "the same with the notebook's errors: dW2 doubled and db1 times 4",
            backward_propagation_with_planted_errors,
        ),
    ];
    for (call, what, backward) in passes {
        let found = backward(&problem.x, &problem.y, &pass, &problem.layers);
        all.push(
            Step::new(call, what)
                .input("X", &network.x)
                .input("Y", &network.y)
                .inputs(shown.clone())
                .inputs(named(&network.parameters, ""))
                .outputs(named_backward(found)?),
        );
        all.push(network.check(&problem, check, backward)?);
    }
    Ok(all)
}

/// `J = theta x`, at the numbers of the notebook's tests.
fn line_steps(check: GradientCheck) -> Result<[Step; 3], RecipeError> {
    let at = |step: Step, x: f64, theta: f64| step.input("x", x).input("theta", theta);
    let report = check_line_at(check, 3.0, 4.0)?;
    Ok([
        at(Step::new("forward_propagation", "J = theta x"), 2.0, 4.0)
            .output("J", forward_line(2.0, 4.0)),
        at(Step::new("backward_propagation", "dtheta = x"), 3.0, 4.0)
            .output("dtheta", backward_line(3.0, 4.0)),
        at(Step::new("gradient_check", "|grad - gradapprox| / (|grad| + |gradapprox|)"), 3.0, 4.0)
            .input("epsilon", check.epsilon)
            .output("difference", report.difference),
    ])
}

/// The network to check as the notebook has it.
struct Network {
    x: Array,
    y: Array,
    parameters: Vec<Parameters>,
}

impl Network {
    fn of(problem: &Problem) -> Result<Self, RecipeError> {
        Ok(Self {
            x: Array::features_first(problem.x.clone())?,
            y: Array::features_first(problem.y.clone())?,
            parameters: Parameters::of_each(&problem.layers)?,
        })
    }

    fn check(
        &self,
        problem: &Problem,
        check: GradientCheck,
        backward: BackwardPass,
    ) -> Result<Step, RecipeError> {
        let pass = forward_propagation(&problem.x, &problem.layers);
        let gradients = backward(&problem.x, &problem.y, &pass, &problem.layers);
        let gradients: Vec<_> = gradients.into_iter().map(|layer| layer.parameters).collect();
        let report = problem.check(check, backward)?;
        let passes = f64::from(u8::from(report.passes(TOLERANCE)));
        Ok(Step::new(
            "gradient_check_n",
            "differences of the cost, parameter by parameter, against the gradient; right below 2e-7",
        )
        .inputs(named(&self.parameters, ""))
        .inputs(named_layers(&gradients, "d")?)
        .input("X", &self.x)
        .input("Y", &self.y)
        .input("epsilon", check.epsilon)
        .outputs(approximated(&report.approximation))
        .output("passes", passes)
        .output("difference", report.difference))
    }
}

/// All approximations in one column, in the notebook's order: `W1` row by row, `b1`, `W2` and so on. The network
/// has its weights as `[inputs, outputs]`.
fn approximated(approximation: &[(String, Vec<f64>)]) -> Named {
    let mut column = Vec::new();
    for (sizes, pair) in LAYER_SIZES.windows(2).zip(approximation.chunks(2)) {
        for (_, values) in pair {
            let rows = values.len() / sizes[1]; // of a weight its inputs, of a bias 1
            for unit in 0..sizes[1] {
                column.extend((0..rows).map(|row| values[row * sizes[1] + unit]));
            }
        }
    }
    let gradapprox = Array::new(vec![column.len(), 1], column);
    vec![("gradapprox".to_string(), gradapprox.into())]
}
