//! The notebook's second half: long short-term memory.

use burn::tensor::Device;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::steps::lstm::{
    LstmCell, LstmGates, lstm_backward, lstm_cell_backward, lstm_cell_forward, lstm_forward,
};
use fireside_sequence::steps::{Layer, predict};

use super::{M, N_A, N_X, N_Y, features_first, layer};
use crate::RecipeError;
use crate::steps::{Array, Named, Step};

const CELL: &str = "ft, it, ot = sigmoid(W [a_prev, xt] + b), cct = tanh(Wc [a_prev, xt] + bc); \
                    c_next = ft c_prev + it cct, a_next = ot tanh(c_next)";

/// `W` and `b` of the four gates and of the predictions, in the order of the notebook's tests.
struct Parameters([[Array; 2]; 5]);

impl Parameters {
    const NAMES: [&str; 5] = ["f", "i", "o", "c", "y"];

    fn randn(rng: &mut NumpyRng) -> Self {
        let sizes =
            [[N_A, N_A + N_X], [N_A, N_A + N_X], [N_A, N_A + N_X], [N_A, N_A + N_X], [N_Y, N_A]];
        Self(sizes.map(|[rows, columns]| {
            [Array::randn(rng, [rows, columns]), Array::randn(rng, [rows, 1])]
        }))
    }

    fn gates(&self, device: &Device) -> LstmGates {
        let [forget, update, output, candidate, _] = &self.0;
        let gate = |[weight, bias]: &[Array; 2]| layer(weight, bias, device);
        LstmGates {
            forget: gate(forget),
            update: gate(update),
            candidate: gate(candidate),
            output: gate(output),
        }
    }

    fn prediction(&self, device: &Device) -> Layer {
        let [.., [weight, bias]] = &self.0;
        layer(weight, bias, device)
    }

    fn named(&self) -> Named {
        let named = Self::NAMES.into_iter().zip(&self.0).flat_map(|(name, [weight, bias])| {
            [(format!("W{name}"), weight.into()), (format!("b{name}"), bias.into())]
        });
        named.collect()
    }
}

pub(super) fn cell_steps(device: &Device) -> Result<[Step; 2], RecipeError> {
    let mut rng = NumpyRng::new(1);
    let xt = Array::randn(&mut rng, [N_X, M]);
    let (a_prev, c_prev) = (Array::randn(&mut rng, [N_A, M]), Array::randn(&mut rng, [N_A, M]));
    let parameters = Parameters::randn(&mut rng);
    let (da_next, dc_next) = (Array::randn(&mut rng, [N_A, M]), Array::randn(&mut rng, [N_A, M]));

    let gates = parameters.gates(device);
    let [x, a, c] = [&xt, &a_prev, &c_prev].map(|array| array.batch_first(device));
    let cell = lstm_cell_forward(&x, &a, &c, &gates);
    let yt_pred = Array::features_first(predict(&cell.a_next, &parameters.prediction(device)))?;
    let [da, dc] = [&da_next, &dc_next].map(|array| array.batch_first(device));
    let found = lstm_cell_backward(&da, &dc, &cell, &x, &a, &c, &gates);
    let computed = named_cell(cell)?;
    Ok([
        Step::new("lstm_cell_forward", CELL)
            .input("xt", &xt)
            .input("a_prev", &a_prev)
            .input("c_prev", &c_prev)
            .inputs(parameters.named())
            .outputs(computed.clone())
            .output("yt_pred", yt_pred),
        Step::new(
            "lstm_cell_backward",
            "the gradients by the gates before their activations, and their products with W, a_prev and xt",
        )
        .input("da_next", da_next)
        .input("dc_next", dc_next)
        .inputs(computed)
        .input("a_prev", a_prev)
        .input("c_prev", c_prev)
        .input("xt", xt)
        .inputs(parameters.named())
        .output("dxt", Array::features_first(found.dxt)?)
        .output("da_prev", Array::features_first(found.da_prev)?)
        .output("dc_prev", Array::features_first(found.dc_prev)?)
        .outputs(named_gradients(found.gates)?),
    ])
}

pub(super) fn forward_step(device: &Device) -> Result<Step, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let (x, a0) = (Array::randn(&mut rng, [N_X, M, 7]), Array::randn(&mut rng, [N_A, M]));
    let parameters = Parameters::randn(&mut rng);
    let found = lstm_forward(
        &x.sequence(device),
        &a0.batch_first(device),
        &parameters.gates(device),
        &parameters.prediction(device),
    );
    Ok(Step::new("lstm_forward", "lstm_cell_forward from the first step of time to the last")
        .input("x", x)
        .input("a0", a0)
        .inputs(parameters.named())
        .output("a", Array::of_sequence(found.a)?)
        .output("y", Array::of_sequence(found.y)?)
        .output("c", Array::of_sequence(found.c)?))
}

pub(super) fn backward_step(device: &Device) -> Result<Step, RecipeError> {
    let time = 4;
    let mut rng = NumpyRng::new(1);
    let (x, a0) = (Array::randn(&mut rng, [N_X, M, time]), Array::randn(&mut rng, [N_A, M]));
    let parameters = Parameters::randn(&mut rng);
    let da = Array::randn(&mut rng, [N_A, M, time]);
    let (inputs, start, gates) =
        (x.sequence(device), a0.batch_first(device), parameters.gates(device));
    let forward = lstm_forward(&inputs, &start, &gates, &parameters.prediction(device));
    let found = lstm_backward(&da.sequence(device), &forward, &inputs, &start, &gates);
    Ok(Step::new(
        "lstm_backward",
        "lstm_cell_backward from the last step of time to the first, carrying da_prev and dc_prev",
    )
    .input("da", da)
    .input("x", x)
    .input("a0", a0)
    .inputs(parameters.named())
    .output("dx", Array::of_sequence(found.dx)?)
    .output("da0", Array::features_first(found.da0)?)
    .outputs(named_gradients(found.gates)?))
}

fn named_cell(cell: LstmCell) -> Result<Named, RecipeError> {
    let LstmCell { a_next, c_next, ft, it, cct, ot } = cell;
    features_first([
        ("a_next", a_next),
        ("c_next", c_next),
        ("ft", ft),
        ("it", it),
        ("cct", cct),
        ("ot", ot),
    ])
}

fn named_gradients(gates: LstmGates) -> Result<Named, RecipeError> {
    let LstmGates { forget, update, candidate, output } = gates;
    let mut named = Named::new();
    for (name, Layer { weight, bias }) in
        [("f", forget), ("i", update), ("o", output), ("c", candidate)]
    {
        named.push((format!("dW{name}"), Array::features_first(weight)?.into()));
        named.push((format!("db{name}"), Array::features_first(bias)?.into()));
    }
    Ok(named)
}
