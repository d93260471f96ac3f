//! Course 1, week 4: building a deep network step by step.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::deep::{
    Activation, Cache, LayerGradients, l_model_backward, l_model_forward,
    linear_activation_backward, linear_activation_forward, linear_backward, linear_forward, relu,
    relu_backward, sigmoid_backward,
};
use fireside_dense::steps::{
    Layer, WeightScale, basics, compute_cost, initialize_parameters_deep, update_parameters,
};
use fireside_numpy_rng::NumpyRng;

use super::array::scalar;
use super::dense::{Parameters, layers, named, named_layers};
use super::{Array, Named, Notebook, Step};
use crate::RecipeError;

/// Building a deep network step by step.
pub const NOTEBOOK: Notebook = Notebook { name: "c1w4a1", steps };

const ACTIVATIONS: [(&str, Activation); 2] =
    [("sigmoid", Activation::Sigmoid), ("relu", Activation::Relu)];

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let mut all = initializations(device)?;
    all.extend(forward_steps(device)?);
    all.extend(backward_steps(device)?);
    all.push(update_step(device)?);
    all.extend(helpers(device)?);
    Ok(all)
}

fn initializations(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let drawn = |sizes: &[usize], seed: u32| {
        let (mut rng, scale) = (NumpyRng::new(seed), WeightScale::Constant(0.01));
        named_layers(&initialize_parameters_deep(sizes, scale, || rng.randn(), device), "")
    };
    Ok(vec![
        Step::new("initialize_parameters", "two layers: W = 0.01 randn, b = 0")
            .input("n_x", 3.0)
            .input("n_h", 2.0)
            .input("n_y", 1.0)
            .input("seed", 1.0)
            .outputs(drawn(&[3, 2, 1], 1)?),
        Step::new("initialize_parameters_deep", "any number of layers: W = 0.01 randn, b = 0")
            .input("layer_dims", Array::counts(&[5, 4, 3]))
            .input("seed", 3.0)
            .outputs(drawn(&[5, 4, 3], 3)?),
    ])
}

fn forward_steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let a = Array::randn(&mut rng, [3, 2]);
    let parameters = Parameters::randn(&mut rng, 1, 3);
    let z = linear_forward(a.batch_first(device), &parameters.layer(device));
    let mut all = vec![
        Step::new("linear_forward", "Z = W A + b")
            .input("A", a)
            .inputs(alone(&parameters))
            .output("Z", Array::features_first(z)?),
    ];
    for (name, activation) in ACTIVATIONS {
        let mut rng = NumpyRng::new(2);
        let a_prev = Array::randn(&mut rng, [3, 2]);
        let parameters = Parameters::randn(&mut rng, 1, 3);
        let layer = parameters.layer(device);
        let (a, cache) = linear_activation_forward(a_prev.batch_first(device), &layer, activation);
        all.push(
            Step::new("linear_activation_forward", "Z = W A_prev + b, A = activation(Z)")
                .input("A_prev", a_prev)
                .inputs(alone(&parameters))
                .input("activation", name)
                .output("A", Array::features_first(a)?)
                .output("Z", Array::features_first(cache.z)?),
        );
    }

    let mut rng = NumpyRng::new(6);
    let x = Array::randn(&mut rng, [5, 4]);
    let parameters = Parameters::network(&mut rng, &[5, 4, 3, 1]);
    let (al, caches) = l_model_forward(&x.batch_first(device), &layers(&parameters, device));
    let mut found = Named::new();
    for (l, Cache { a_prev, z, .. }) in caches.into_iter().enumerate() {
        if l > 0 {
            found.push((format!("A{l}"), Array::features_first(a_prev)?.into()));
        }
        found.push((format!("Z{}", l + 1), Array::features_first(z)?.into()));
    }
    all.push(
        Step::new("L_model_forward", "relu in every layer but the last, sigmoid there")
            .input("X", x)
            .inputs(named(&parameters, ""))
            .outputs(found)
            .output("AL", Array::features_first(al)?),
    );

    let al = Array::matrix(&[[0.8, 0.9, 0.4]]);
    let y = Array::matrix(&[[1.0, 1.0, 0.0]]).of_integers();
    let cost = scalar(compute_cost(&al.batch_first(device), &y.batch_first(device)))?;
    all.push(
        Step::new("compute_cost", "the mean of -Y log AL - (1 - Y) log(1 - AL)")
            .input("AL", al)
            .input("Y", y)
            .output("cost", cost),
    );
    Ok(all)
}

fn backward_steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let (dz, a_prev) = (Array::randn(&mut rng, [3, 4]), Array::randn(&mut rng, [5, 4]));
    let parameters = Parameters::randn(&mut rng, 3, 5);
    let layer = parameters.layer(device);
    let found = linear_backward(dz.batch_first(device), &a_prev.batch_first(device), &layer);
    let mut all = vec![
        Step::new("linear_backward", "dW = dZ A_prev^T / m, db = mean dZ, dA_prev = W^T dZ")
            .input("dZ", dz)
            .input("A_prev", a_prev)
            .inputs(alone(&parameters))
            .outputs(gradients(found)?),
    ];
    for (name, activation) in ACTIVATIONS {
        let mut rng = NumpyRng::new(2);
        let (da, a_prev) = (Array::randn(&mut rng, [1, 2]), Array::randn(&mut rng, [3, 2]));
        let parameters = Parameters::randn(&mut rng, 1, 3);
        let z = Array::randn(&mut rng, [1, 2]);
        let cache = cache(&a_prev, &parameters, &z, activation, device);
        let found = linear_activation_backward(da.batch_first(device), &cache);
        all.push(
            Step::new("linear_activation_backward", "dZ = dA activation'(Z), then linear_backward")
                .input("dA", da)
                .input("A_prev", a_prev)
                .inputs(alone(&parameters))
                .input("Z", z)
                .input("activation", name)
                .outputs(gradients(found)?),
        );
    }
    all.push(whole_backward_step(device)?);
    Ok(all)
}

/// On caches that are drawn and not computed, as in the notebook's test.
fn whole_backward_step(device: &Device) -> Result<Step, RecipeError> {
    let mut rng = NumpyRng::new(3);
    let (al, y) = (Array::randn(&mut rng, [1, 2]), Array::matrix(&[[1.0, 0.0]]).of_integers());
    let a0 = Array::randn(&mut rng, [4, 2]);
    let hidden = Parameters::randn(&mut rng, 3, 4);
    let (z1, a1) = (Array::randn(&mut rng, [3, 2]), Array::randn(&mut rng, [3, 2]));
    let output = Parameters::randn(&mut rng, 1, 3);
    let z2 = Array::randn(&mut rng, [1, 2]);
    let caches = [
        cache(&a0, &hidden, &z1, Activation::Relu, device),
        cache(&a1, &output, &z2, Activation::Sigmoid, device),
    ];
    let found = l_model_backward(&al.batch_first(device), &y.batch_first(device), &caches);
    let mut outputs = Named::new();
    for (l, LayerGradients { da_prev, parameters }) in found.into_iter().enumerate().rev() {
        let Parameters { w, b } = Parameters::of(&parameters)?;
        outputs.extend([
            (format!("dA{l}"), Array::features_first(da_prev)?.into()),
            (format!("dW{}", l + 1), w.into()),
            (format!("db{}", l + 1), b.into()),
        ]);
    }
    Ok(Step::new("L_model_backward", "dAL = (1 - Y)/(1 - AL) - Y/AL, then back through the layers")
        .input("AL", al)
        .input("Y", y)
        .input("A0", a0)
        .input("Z1", z1)
        .input("A1", a1)
        .input("Z2", z2)
        .inputs(named(&[hidden, output], ""))
        .outputs(outputs))
}

fn update_step(device: &Device) -> Result<Step, RecipeError> {
    let draw = |seed| {
        let mut rng = NumpyRng::new(seed);
        Parameters::network(&mut rng, &[4, 3, 1])
    };
    let (parameters, gradients, rate) = (draw(2), draw(3), 0.1);
    let found = update_parameters(&layers(&parameters, device), &layers(&gradients, device), rate);
    Ok(Step::new("update_parameters", "W - learning_rate dW, b - learning_rate db")
        .inputs(named(&parameters, ""))
        .inputs(named(&gradients, "d"))
        .input("learning_rate", rate)
        .outputs(named_layers(&found, "")?))
}

/// What the notebook imports ready-made, and so has no test for.
fn helpers(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let z = Array::matrix(&[[-1.0, 0.0, 2.0]]);
    let da = Array::matrix(&[[1.0, 2.0, 3.0]]);
    let forward = |call, what, function: fn(Tensor<2>) -> Tensor<2>| {
        let found = Array::features_first(function(z.batch_first(device)))?;
        Ok::<_, RecipeError>(
            Step::new(call, what).on_other_inputs().input("Z", &z).output("A", found),
        )
    };
    let backward = |call, what, function: fn(Tensor<2>, Tensor<2>) -> Tensor<2>| {
        let found = Array::features_first(function(da.batch_first(device), z.batch_first(device)))?;
        let step = Step::new(call, what).on_other_inputs().input("dA", &da).input("Z", &z);
        Ok::<_, RecipeError>(step.output("dZ", found))
    };
    Ok(vec![
        forward("sigmoid", "1 / (1 + e^-Z)", basics::sigmoid)?,
        forward("relu", "max(0, Z)", relu)?,
        backward("sigmoid_backward", "dA s (1 - s) with s = sigmoid(Z)", sigmoid_backward)?,
        backward("relu_backward", "dA where Z > 0, else 0", relu_backward)?,
    ])
}

/// The parameters of one layer that has no number.
fn alone(parameters: &Parameters) -> Named {
    let Parameters { w, b } = parameters;
    vec![("W".to_string(), w.into()), ("b".to_string(), b.into())]
}

fn cache(
    a_prev: &Array,
    parameters: &Parameters,
    z: &Array,
    activation: Activation,
    device: &Device,
) -> Cache {
    let layer: Layer = parameters.layer(device);
    Cache { a_prev: a_prev.batch_first(device), layer, z: z.batch_first(device), activation }
}

fn gradients(found: LayerGradients) -> Result<Named, RecipeError> {
    let Parameters { w, b } = Parameters::of(&found.parameters)?;
    let da_prev = Array::features_first(found.da_prev)?;
    Ok(vec![
        ("dA_prev".to_string(), da_prev.into()),
        ("dW".to_string(), w.into()),
        ("db".to_string(), b.into()),
    ])
}
