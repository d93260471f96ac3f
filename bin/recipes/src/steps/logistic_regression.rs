//! Course 1, week 2: logistic regression with a neural network mindset.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::logistic::{
    Optimized, initialize_with_zeros, optimize, predict, propagate,
};
use fireside_dense::steps::{Layer, basics, compute_cost};

use super::array::scalar;
use super::{Array, Named, Notebook, Step};
use crate::RecipeError;
use crate::by_hand::entries;

/// Logistic regression with a neural network mindset.
pub const NOTEBOOK: Notebook = Notebook { name: "c1w2a2", steps };

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let z = Array::counts(&[0, 2]);
    let (w, b) = (Array::matrix(&[[1.0], [2.0]]), 1.5);
    let layer = layer(&w, b, device);
    let x = Array::matrix(&[[1.0, -2.0, -1.0], [3.0, 0.5, -3.2]]);
    let y = Array::matrix(&[[1.0, 1.0, 0.0]]).of_integers();
    let (features, labels) = (x.batch_first(device), y.batch_first(device));

    let (gradient, logits) = propagate(&layer, &features, &labels);
    let cost = scalar(compute_cost(&basics::sigmoid(logits), &labels))?;
    let (iterations, rate) = (100, 0.009);
    let Optimized { layer: found, gradient: last, costs } =
        optimize(layer, &features, &labels, iterations, rate);
    let last = last.map(|gradient| named(gradient, ["dw", "db"])).transpose()?;
    let costs: Vec<f64> = costs.into_iter().map(scalar).collect::<Result<_, _>>()?;
    Ok(vec![
        Step::new("sigmoid", "1 / (1 + e^-z)")
            .input("z", &z)
            .output("s", Array::of(basics::sigmoid(z.tensor::<1>(device)))?),
        Step::new("initialize_with_zeros", "a weight for each feature, and a bias: all 0")
            .input("dim", 2.0)
            .outputs(named(initialize_with_zeros(2, device), ["w", "b"])?),
        Step::new(
            "propagate",
            "A = sigmoid(w^T X + b); the cost, dw = X (A - Y)^T / m and db = mean (A - Y)",
        )
        .input("w", &w)
        .input("b", b)
        .input("X", &x)
        .input("Y", &y)
        .outputs(named(gradient, ["dw", "db"])?)
        .output("cost", cost),
        Step::new(
            "optimize",
            "gradient descent; the costs are those of iterations 0, 100, 200 ...",
        )
        .input("w", &w)
        .input("b", b)
        .input("X", &x)
        .input("Y", &y)
        .input("num_iterations", iterations)
        .input("learning_rate", rate)
        .outputs(named(found, ["w", "b"])?)
        .outputs(last.unwrap_or_default())
        .output("costs", Array::list(costs)),
        predicted(device)?,
    ])
}

fn predicted(device: &Device) -> Result<Step, RecipeError> {
    let (w, b) = (Array::matrix(&[[0.1124579], [0.23106775]]), -0.3);
    let x = Array::matrix(&[[1.0, -1.1, -3.2], [1.2, 2.0, 0.1]]);
    let found = predict(&layer(&w, b, device), &x.batch_first(device));
    Ok(Step::new("predict", "1 where A > 0.5, else 0")
        .input("w", &w)
        .input("b", b)
        .input("X", &x)
        .output("Y_prediction", Array::features_first(found)?))
}

/// Here the course has `w` as `(n_x, 1)`, and `b` is a number.
fn layer(w: &Array, b: f64, device: &Device) -> Layer {
    Layer { weight: w.tensor(device), bias: Tensor::from_data([[b]], device) }
}

fn named(layer: Layer, [w, b]: [&str; 2]) -> Result<Named, RecipeError> {
    let bias: f64 = entries(layer.bias)?.into_iter().sum();
    Ok(vec![(w.to_string(), Array::of(layer.weight)?.into()), (b.to_string(), bias.into())])
}
