//! Course 1, week 3: planar data classification with one hidden layer.
//!
//! The notebook's tests hold weights and activations as NumPy had printed them, to eight decimals, and so do the inputs
//! here.

use burn::tensor::Device;
use fireside_dense::steps::shallow::{
    Activations, backward_propagation, forward_propagation, initialize_parameters, layer_sizes,
    nn_model, predict,
};
use fireside_dense::steps::{Layer, compute_cost, update_parameters};
use fireside_numpy_rng::NumpyRng;

use super::array::scalar;
use super::dense::{self, Parameters, named, named_layers};
use super::{Array, Named, Notebook, Step};
use crate::RecipeError;

/// Planar data classification with one hidden layer.
pub const NOTEBOOK: Notebook = Notebook { name: "c1w3a1", steps };

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let (x, y) = (Array::randn(&mut rng, [5, 3]), Array::randn(&mut rng, [2, 3]));
    let (n_x, n_h, n_y) = layer_sizes(&x.batch_first(device), &y.batch_first(device));
    let sizes = Step::new("layer_sizes", "the rows of X, always 4 hidden units, the rows of Y")
        .input("X", x)
        .input("Y", y)
        .output("n_x", n_x)
        .output("n_h", n_h)
        .output("n_y", n_y);

    let mut rng = NumpyRng::new(2);
    let drawn = initialize_parameters(2, 4, 1, || rng.randn(), device);
    let initialized = Step::new("initialize_parameters", "W = 0.01 randn, b = 0")
        .input("n_x", 2.0)
        .input("n_h", 4.0)
        .input("n_y", 1.0)
        .input("seed", 2.0)
        .outputs(named_layers(&drawn, "")?);

    let drawn = Parameters::of_each(&drawn)?;
    let [hidden, output] = [drawn[0].as_printed(), drawn[1].as_printed()];
    let mut all = vec![sizes, initialized];
    all.push(forward_step(&hidden, &output, device)?);
    all.extend(backward_steps([hidden, output], device)?);
    all.extend(trained_steps(device)?);
    all.push(whole_model(device)?);
    Ok(all)
}

fn forward_step(
    hidden: &Parameters,
    output: &Parameters,
    device: &Device,
) -> Result<Step, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let x = Array::randn(&mut rng, [2, 3]);
    let hidden = Parameters { b: Array::randn(&mut rng, [4, 1]), ..hidden.clone() };
    let output = Parameters { b: Array::matrix(&[[-1.3]]), ..output.clone() };
    let layers = [hidden.layer(device), output.layer(device)];
    let found = forward_propagation(&x.batch_first(device), &layers);
    Ok(Step::new(
        "forward_propagation",
        "Z1 = W1 X + b1, A1 = tanh(Z1), Z2 = W2 A1 + b2, A2 = sigmoid(Z2)",
    )
    .input("X", x)
    .inputs(named(&[hidden, output], ""))
    .outputs(named_activations(&arrays(found)?)))
}

/// The cost and its gradients, of activations as they were printed.
fn backward_steps(parameters: [Parameters; 2], device: &Device) -> Result<[Step; 2], RecipeError> {
    let mut rng = NumpyRng::new(1);
    let for_cost = Array::randn(&mut rng, [1, 3]).above_zero();
    let mut rng = NumpyRng::new(1);
    let (x, y) = (Array::randn(&mut rng, [2, 3]), Array::randn(&mut rng, [1, 3]).above_zero());
    let (features, labels) = (x.batch_first(device), y.batch_first(device));
    let layers = both(&parameters, device);
    let printed = arrays(forward_propagation(&features, &layers))?.map(|array| array.as_printed());
    let [z1, a1, z2, a2] = printed.each_ref().map(|array| array.batch_first(device));
    let cost = scalar(compute_cost(&a2, &for_cost.batch_first(device)))?;
    let activations = Activations { z1, a1, z2, a2 };
    let gradients = backward_propagation(&layers, &activations, &features, &labels);
    Ok([
        Step::new("compute_cost", "the mean of -Y log A2 - (1 - Y) log(1 - A2)")
            .input("A2", &printed[3])
            .input("Y", for_cost)
            .output("cost", cost),
        Step::new(
            "backward_propagation",
            "dZ2 = A2 - Y, dZ1 = W2^T dZ2 (1 - A1^2); dW = dZ A^T / m, db = mean dZ",
        )
        .inputs(named(&parameters, ""))
        .inputs(named_activations(&printed))
        .input("X", x)
        .input("Y", y)
        .outputs(named_layers(&gradients, "d")?),
    ])
}

/// An update of parameters that were printed while the network learnt, and what they predict.
fn trained_steps(device: &Device) -> Result<[Step; 2], RecipeError> {
    let parameters = [
        Parameters {
            w: Array::matrix(&[
                [-0.00615039, 0.0169021],
                [-0.02311792, 0.03137121],
                [-0.0169217, -0.01752545],
                [0.00935436, -0.05018221],
            ]),
            b: Array::matrix(&[
                [-8.97523455e-07],
                [8.15562092e-06],
                [6.04810633e-07],
                [-2.54560700e-06],
            ]),
        },
        Parameters {
            w: Array::matrix(&[[-0.0104319, -0.04019007, 0.01607211, 0.04440255]]),
            b: Array::matrix(&[[9.14954378e-05]]),
        },
    ];
    let gradients = [
        Parameters {
            w: Array::matrix(&[
                [0.00023322, -0.00205423],
                [0.00082222, -0.00700776],
                [-0.00031831, 0.0028636],
                [-0.00092857, 0.00809933],
            ]),
            b: Array::matrix(&[
                [1.05570087e-07],
                [-3.81814487e-06],
                [-1.90155145e-07],
                [5.46467802e-07],
            ]),
        },
        Parameters {
            w: Array::matrix(&[[
                -1.75740039e-05,
                3.70231337e-03,
                -1.25683095e-03,
                -2.55715317e-03,
            ]]),
            b: Array::matrix(&[[-1.08923140e-05]]),
        },
    ];
    let rate = 1.2;
    let layers = both(&parameters, device);
    let updated = update_parameters(&layers, &dense::layers(&gradients, device), rate);
    let x = Array::randn(&mut NumpyRng::new(1), [2, 3]);
    let predictions = predict(&layers, &x.batch_first(device));
    Ok([
        Step::new("update_parameters", "W - learning_rate dW, b - learning_rate db")
            .inputs(named(&parameters, ""))
            .inputs(named(&gradients, "d"))
            .input("learning_rate", rate)
            .outputs(named_layers(&updated, "")?),
        Step::new("predict", "1 where A2 > 0.5, else 0")
            .inputs(named(&parameters, ""))
            .input("X", x)
            .output("predictions", Array::features_first(predictions)?),
    ])
}

fn whole_model(device: &Device) -> Result<Step, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let (x, y) = (Array::randn(&mut rng, [2, 4]), Array::randn(&mut rng, [1, 4]).above_zero());
    let (n_h, iterations, seed, rate) = (4, 10_000, 3, 1.2);
    let mut rng = NumpyRng::new(seed);
    let start = initialize_parameters(2, n_h, 1, || rng.randn(), device);
    let (features, labels) = (x.batch_first(device), y.batch_first(device));
    let found = nn_model(&features, &labels, start, iterations, rate);
    Ok(Step::new(
        "nn_model",
        "initialize_parameters, then forward, cost, backward, update in turns",
    )
    .input("X", x)
    .input("Y", y)
    .input("n_h", n_h)
    .input("num_iterations", iterations)
    .input("seed", f64::from(seed))
    .input("learning_rate", rate)
    .outputs(named_layers(&found, "")?))
}

fn both(parameters: &[Parameters; 2], device: &Device) -> [Layer; 2] {
    parameters.each_ref().map(|parameters| parameters.layer(device))
}

/// `Z1`, `A1`, `Z2`, `A2`.
fn arrays(found: Activations) -> Result<[Array; 4], RecipeError> {
    let [z1, a1] = [Array::features_first(found.z1)?, Array::features_first(found.a1)?];
    Ok([z1, a1, Array::features_first(found.z2)?, Array::features_first(found.a2)?])
}

fn named_activations(arrays: &[Array; 4]) -> Named {
    let named = ["Z1", "A1", "Z2", "A2"].into_iter().zip(arrays);
    named.map(|(name, array)| (name.to_string(), array.into())).collect()
}
