//! Course 1, week 4: the deep network's application, on the small inputs of its tests.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::Layer;
use fireside_dense::steps::deep::{l_layer_model, two_layer_model};
use fireside_numpy_rng::NumpyRng;

use super::array::scalar;
use super::dense::named_layers;
use super::{Array, Notebook, Step};
use crate::RecipeError;

/// The deep network's application.
pub const NOTEBOOK: Notebook = Notebook { name: "c1w4a2", steps };

/// The seed of the first weights.
const SEED: u32 = 1;

const RATE: f64 = 0.0075;
const ITERATIONS: usize = 2;

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let x = Array::randn(&mut rng, [10, 10]);
    let drawn = Array::randn(&mut rng, [1, 10]); // the test takes normal numbers for labels
    let given = Array::matrix(&[[1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0]]).of_integers();
    let features = x.batch_first(device);

    let (two, deep) = ([10, 4, 1], [10, 5, 6, 1]);
    let mut rng = NumpyRng::new(SEED);
    let labels = drawn.batch_first(device);
    let of_two = two_layer_model(&features, &labels, two, RATE, ITERATIONS, || rng.randn());
    let mut rng = NumpyRng::new(SEED);
    let labels = given.batch_first(device);
    let of_deep = l_layer_model(&features, &labels, &deep, RATE, ITERATIONS, || rng.randn());
    Ok(vec![
        learnt(
            "two_layer_model",
            "linear, relu, linear, sigmoid, from W = 0.01 randn",
            &two,
            of_two,
        )?
        .input("X", &x)
        .input("Y", drawn),
        learnt(
            "L_layer_model",
            "any number of layers, from W = randn / sqrt(n_{l-1})",
            &deep,
            of_deep,
        )?
        .input("X", x)
        .input("Y", given),
    ])
}

/// A training but for its examples; the costs are those of iterations 0, 100, 200 and so on.
fn learnt(
    call: &'static str,
    what: &'static str,
    sizes: &[usize],
    (layers, costs): (Vec<Layer>, Vec<Tensor<1>>),
) -> Result<Step, RecipeError> {
    let costs: Vec<f64> = costs.into_iter().map(scalar).collect::<Result<_, _>>()?;
    Ok(Step::new(call, what)
        .input("layers_dims", Array::counts(sizes))
        .input("learning_rate", RATE)
        .input("num_iterations", ITERATIONS)
        .input("seed", f64::from(SEED))
        .outputs(named_layers(&layers, "")?)
        .output("costs", Array::list(costs)))
}
