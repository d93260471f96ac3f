//! Course 2, week 2: optimisation.

use burn::optim::Optimizer;
use burn::tensor::{Device, Tensor};
use fireside_dense::steps::update_parameters;
use fireside_numpy_rng::NumpyRng;
use fireside_training::minibatch::{random_mini_batches, select};
use fireside_training::optimizer::adam::Adam;
use fireside_training::optimizer::moments::Moments;
use fireside_training::optimizer::momentum::Momentum;
use fireside_training::schedule::Decay;

use super::dense::{Parameters, layers, named, named_layers};
use super::{Array, Named, Notebook, Step, Value};
use crate::RecipeError;

/// Optimisation.
pub const NOTEBOOK: Notebook = Notebook { name: "c2w2a1", steps };

/// Units of each layer in the tests.
const SIZES: [usize; 3] = [3, 2, 3];

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let parameters = Parameters::network(&mut rng, &SIZES);
    let gradients = Parameters::network(&mut rng, &SIZES);
    let others = Parameters::network(&mut NumpyRng::new(1), &[2, 3, 3]);
    let rate = 0.01;
    let found = update_parameters(&layers(&parameters, device), &layers(&gradients, device), rate);
    Ok(vec![
        Step::new("update_parameters_with_gd", "W - learning_rate dW, b - learning_rate db")
            .inputs(named(&parameters, ""))
            .inputs(named(&gradients, "d"))
            .input("learning_rate", rate)
            .outputs(named_layers(&found, "")?),
        mini_batches(device)?,
        Step::new("initialize_velocity", "v = 0, of the shape of each parameter")
            .inputs(named(&others, ""))
            .outputs(zeros(&others, "v")),
        with_momentum(&parameters, &gradients, device)?,
        Step::new("initialize_adam", "v = s = 0, of the shape of each parameter")
            .inputs(named(&parameters, ""))
            .outputs(zeros(&parameters, "v"))
            .outputs(zeros(&parameters, "s")),
        with_adam(&parameters, &gradients, device)?,
        decayed("update_lr", 2, Decay::InverseTime { decay_rate: 1.0 }),
        decayed("schedule_lr_decay", 10, Decay::FixedInterval { decay_rate: 0.3, interval: 100 }),
        decayed("schedule_lr_decay", 100, Decay::FixedInterval { decay_rate: 0.3, interval: 100 }),
    ])
}

fn mini_batches(device: &Device) -> Result<Step, RecipeError> {
    let (seed, size) = (0, 2);
    let mut rng = NumpyRng::new(1);
    let x = Array::randn(&mut rng, [5, 7]);
    let y = Array::randn(&mut rng, [1, 7]).map(|drawn| f64::from(u8::from(drawn < 0.5)));
    let y = y.of_integers();
    let (features, labels) = (x.batch_first(device), y.batch_first(device));
    let batches = random_mini_batches(7, size, &mut NumpyRng::new(seed));
    let mut step = Step::new(
        "random_mini_batches",
        "the columns in the order of the permutation, cut into pieces, the last one smaller",
    )
    .input("X", x)
    .input("Y", y)
    .input("mini_batch_size", size)
    .input("seed", f64::from(seed))
    .input("permutation", Array::counts(&batches.concat()))
    .output("num_mini_batches", batches.len());
    for (index, batch) in batches.iter().enumerate() {
        let x = Array::features_first(select(&features, batch))?;
        let y = Array::features_first(select(&labels, batch))?.of_integers();
        step = step
            .output(format!("mini_batch_X_{index}"), x)
            .output(format!("mini_batch_Y_{index}"), y);
    }
    Ok(step)
}

fn with_momentum(
    parameters: &[Parameters],
    gradients: &[Parameters],
    device: &Device,
) -> Result<Step, RecipeError> {
    let (momentum, rate) = (Momentum { beta: 0.9 }, 0.01);
    let updated = updated(&momentum, 0, rate, [parameters, gradients], device)?;
    let mut outputs = Named::new();
    for Updated { name, value, moments } in updated {
        outputs.push((format!("v_d{name}"), average(moments.first)?));
        outputs.push((name, value.into()));
    }
    let what = "v = beta v + (1 - beta) dW, W - learning_rate v, and the same of b";
    Ok(Step::new("update_parameters_with_momentum", what)
        .inputs(named(parameters, ""))
        .inputs(named(gradients, "d"))
        .inputs(zeros(parameters, "v"))
        .input("beta", momentum.beta)
        .input("learning_rate", rate)
        .outputs(outputs))
}

fn with_adam(
    parameters: &[Parameters],
    gradients: &[Parameters],
    device: &Device,
) -> Result<Step, RecipeError> {
    let adam = Adam { beta1: 0.8, beta2: 0.888, epsilon: 1e-2 };
    let (t, rate) = (2, 0.02);
    let updated = updated(&adam, t - 1, rate, [parameters, gradients], device)?;
    let mut outputs = Named::new();
    for Updated { name, value, moments } in updated {
        let (v_corrected, s_corrected) = adam.corrected(&moments).unzip();
        outputs.push((format!("v_d{name}"), average(moments.first)?));
        outputs.push((format!("s_d{name}"), average(moments.second)?));
        outputs.push((format!("v_corrected_d{name}"), average(v_corrected)?));
        outputs.push((format!("s_corrected_d{name}"), average(s_corrected)?));
        outputs.push((name, value.into()));
    }
    let what = "v = beta1 v + (1 - beta1) dW, s = beta2 s + (1 - beta2) dW^2, both divided by 1 - beta^t; \
                W - learning_rate v / (sqrt(s) + epsilon)";
    Ok(Step::new("update_parameters_with_adam", what)
        .inputs(named(parameters, ""))
        .inputs(named(gradients, "d"))
        .inputs(zeros(parameters, "v"))
        .inputs(zeros(parameters, "s"))
        .input("t", t)
        .input("learning_rate", rate)
        .input("beta1", adam.beta1)
        .input("beta2", adam.beta2)
        .input("epsilon", adam.epsilon)
        .outputs(outputs))
}

/// What a step leaves of one parameter.
struct Updated {
    name: String,
    value: Array,
    moments: Moments<2>,
}

/// A step of every parameter from averages of 0, `taken` of which count as taken before.
fn updated<O: Optimizer<State<2> = Moments<2>>>(
    optimizer: &O,
    taken: usize,
    rate: f64,
    [parameters, gradients]: [&[Parameters]; 2],
    device: &Device,
) -> Result<Vec<Updated>, RecipeError> {
    let mut all = Vec::new();
    for ((parameters, gradients), l) in parameters.iter().zip(gradients).zip(1..) {
        let pairs = [
            (format!("W{l}"), &parameters.w, &gradients.w),
            (format!("b{l}"), &parameters.b, &gradients.b),
        ];
        for (name, parameter, gradient) in pairs {
            let (parameter, gradient) = (parameter.tensor::<2>(device), gradient.tensor(device));
            let zeros = || Some(parameter.zeros_like());
            let start = Moments { time: taken, first: zeros(), second: zeros() };
            let (value, moments) = optimizer.step(rate, parameter, gradient, Some(start));
            let moments = moments.unwrap_or_else(Moments::start);
            all.push(Updated { name, value: Array::of(value)?, moments });
        }
    }
    Ok(all)
}

/// An average that is not there yet is none.
fn average(tensor: Option<Tensor<2>>) -> Result<Value, RecipeError> {
    let array = tensor.map(Array::of).transpose()?;
    Ok(array.unwrap_or(Array::zeros([0])).into())
}

/// Zeros of the shape of each parameter, named `v_dW1`, `v_db1` and so on.
fn zeros(parameters: &[Parameters], average: &str) -> Named {
    let zeros: Vec<_> = parameters
        .iter()
        .map(|Parameters { w, b }| Parameters { w: w.map(|_| 0.0), b: b.map(|_| 0.0) })
        .collect();
    named(&zeros, &format!("{average}_d"))
}

fn decayed(call: &'static str, epoch: usize, decay: Decay) -> Step {
    let initial = 0.5;
    let (what, decay_rate, interval) = match decay {
        Decay::FixedInterval { decay_rate, interval } => (
            "learning_rate0 / (1 + decay_rate floor(epoch_num / time_interval))",
            decay_rate,
            Some(interval),
        ),
        Decay::InverseTime { decay_rate } => {
            ("learning_rate0 / (1 + decay_rate epoch_num)", decay_rate, None)
        }
        _ => ("learning_rate0", 0.0, None),
    };
    let step = Step::new(call, what)
        .input("learning_rate0", initial)
        .input("epoch_num", epoch)
        .input("decay_rate", decay_rate);
    let step = match interval {
        Some(interval) => step.input("time_interval", interval),
        None => step,
    };
    step.output("learning_rate", decay.rate(initial, epoch, 1))
}
