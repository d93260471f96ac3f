//! Optimisation.

use burn::optim::Optimizer;
use burn::tensor::{Device, Tensor};
use fireside_datasets::planar;
use fireside_dense::steps::propagation::summed_cost;
use fireside_recipes::optimization::{decay, draw_net, loss};
use fireside_tests::case::{Case, Outputs, Problem, Value, features_first, scalar};
use fireside_tests::compare::{FUNCTION, TRAINING};
use fireside_training::initializer::Initializer;
use fireside_training::minibatch::{EpochSettings, epoch, partition, random_mini_batches, select};
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::optimizer::adam::Adam;
use fireside_training::optimizer::moments::Moments;
use fireside_training::optimizer::momentum::Momentum;
use fireside_training::schedule::Decay;

use crate::Handlers;
use crate::c1w3a1::{name_points, update_parameters};
use crate::c2w1a1::{backward, descended, forward, initialized};
use crate::numpy::{seeded, seeded_or};

pub const HANDLERS: Handlers = &[
    ("update_parameters_with_gd", FUNCTION, update_parameters),
    ("initialize_velocity", FUNCTION, initialize_velocity),
    ("update_parameters_with_momentum", FUNCTION, update_with_momentum),
    ("initialize_adam", FUNCTION, initialize_adam),
    ("update_parameters_with_adam", FUNCTION, update_with_adam),
    ("update_lr", FUNCTION, update_lr),
    ("schedule_lr_decay", FUNCTION, schedule_lr_decay),
    ("random_mini_batches", FUNCTION, mini_batches),
    ("forward_propagation", FUNCTION, forward),
    ("backward_propagation", FUNCTION, backward),
    ("compute_cost", FUNCTION, compute_cost),
    ("initialize_parameters", FUNCTION, initialize_parameters),
    ("model", TRAINING, model),
    ("load_dataset", FUNCTION, load_dataset),
];

/// The names `W1`, `b1`, `W2` and so on, as many as there are.
fn parameters(case: &Case) -> impl Iterator<Item = String> {
    let layers = (1..).take_while(|l| case.inputs.contains_key(&format!("W{l}")));
    layers.flat_map(|l| [format!("W{l}"), format!("b{l}")])
}

/// The first state of an optimiser is no state; it counts as zeros.
fn zeros_like(case: &Case, averages: &[&str], device: &Device) -> Result<Outputs, Problem> {
    let mut outputs = Outputs::new();
    for name in parameters(case) {
        let zeros = case.like(&name, case.flat(&name, device)?.zeros_like())?;
        for average in averages {
            outputs.insert(format!("{average}_d{name}"), zeros.clone());
        }
    }
    Ok(outputs)
}

fn initialize_velocity(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    zeros_like(case, &["v"], device)
}

fn initialize_adam(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    zeros_like(case, &["v", "s"], device)
}

/// Takes a step for every parameter, of any rank, from the averages of the case, or from none; `rest` names what
/// else came of it.
fn step<O: Optimizer<State<1> = Moments<1>>>(
    case: &Case,
    optimizer: &O,
    time: usize,
    device: &Device,
    rest: impl Fn(&Moments<1>) -> Vec<(&'static str, Tensor<1>)>,
) -> Result<Outputs, Problem> {
    let rate = case.number_or("learning_rate", 0.01)?;
    let mut outputs = Outputs::new();
    for name in parameters(case) {
        let average = |kind: &str| case.flat(&format!("{kind}_d{name}"), device).ok();
        let state = Moments { time, first: average("v"), second: average("s") };
        let gradient = case.flat(&format!("d{name}"), device)?;
        let parameter = case.flat(&name, device)?;
        let (updated, state) = optimizer.step(rate, parameter, gradient, Some(state));
        let state = state.ok_or("the optimiser forgot its state")?;
        outputs.insert(name.clone(), case.like(&name, updated)?);
        for (kind, tensor) in rest(&state) {
            outputs.insert(format!("{kind}_d{name}"), case.like(&name, tensor)?);
        }
    }
    Ok(outputs)
}

fn averages(moments: &Moments<1>) -> Vec<(&'static str, Tensor<1>)> {
    let named = [("v", &moments.first), ("s", &moments.second)];
    named.into_iter().filter_map(|(name, average)| Some((name, average.clone()?))).collect()
}

fn update_with_momentum(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let momentum = Momentum { beta: case.number("beta")? };
    step(case, &momentum, 0, device, averages)
}

fn update_with_adam(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let adam = Adam {
        beta1: case.number_or("beta1", 0.9)?,
        beta2: case.number_or("beta2", 0.999)?,
        epsilon: case.number_or("epsilon", 1e-8)?,
    };
    let before = case.count("t")?.checked_sub(1).ok_or("t counts from 1")?;
    step(case, &adam, before, device, |moments| {
        let mut named = averages(moments);
        if let Some((first, second)) = adam.corrected(moments) {
            named.extend([("v_corrected", first), ("s_corrected", second)]);
        }
        named
    })
}

/// The rate of the case's epoch under a decay.
pub fn decayed(case: &Case, decay: &Decay) -> Result<Outputs, Problem> {
    let rate = decay.rate(case.number("learning_rate0")?, case.count("epoch_num")?, 1);
    Ok([("learning_rate".to_string(), Value::Number(rate))].into())
}

fn update_lr(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    decayed(case, &Decay::InverseTime { decay_rate: case.number("decay_rate")? })
}

fn schedule_lr_decay(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (decay_rate, interval) =
        (case.number("decay_rate")?, case.count_or("time_interval", 1000)?);
    decayed(case, &Decay::FixedInterval { decay_rate, interval })
}

fn mini_batches(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let size = case.count_or("mini_batch_size", 64)?;
    let mut batches = random_mini_batches(x.dims()[0], size, &mut seeded_or(case, 0)?);
    if case.has("permutation") {
        let given = partition(&case.counts("permutation")?, size);
        if case.has("seed") && batches != given {
            return Err("the order drawn from the seed is another".to_string());
        }
        batches = given;
    }
    let count = Value::Number(batches.len() as f64);
    let mut outputs: Outputs = [("num_mini_batches".to_string(), count)].into();
    for (index, batch) in batches.iter().enumerate() {
        for (name, set) in [("X", &x), ("Y", &y)] {
            let name = format!("mini_batch_{name}_{index}");
            outputs.insert(name, features_first(select(set, batch)));
        }
    }
    Ok(outputs)
}

fn compute_cost(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (a3, y) = (case.batch_first("a3", device)?, case.batch_first("Y", device)?);
    Ok([("cost".to_string(), scalar(summed_cost(&a3, &y)))].into())
}

fn initialize_parameters(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    initialized(case, "layer_dims", Initializer::He, device)
}

fn model(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let optimizer = match case.text("optimizer")? {
        "gd" => OptimizerConfig::GradientDescent,
        "momentum" => OptimizerConfig::Momentum { beta: case.number_or("beta", 0.9)? },
        "adam" => OptimizerConfig::Adam {
            beta1: case.number_or("beta1", 0.9)?,
            beta2: case.number_or("beta2", 0.999)?,
            epsilon: case.number_or("epsilon", 1e-8)?,
        },
        other => return Err(format!("unknown optimizer {other}")),
    };
    let decay_rate = case.number_or("decay_rate", 1.0)?;
    let name = if case.has("decay") { case.text("decay")? } else { "none" };
    let settings = EpochSettings {
        batch_size: case.count_or("mini_batch_size", 64)?,
        seed: case.number_or("seed_batches", 10.0)? as u32,
        decay: decay(name, decay_rate).map_err(|failure| failure.to_string())?,
    };
    let sizes = case.counts("layers_dims")?;
    let net = draw_net(&sizes, case.number_or("seed_init", 3.0)? as u32, device);
    let net = net.map_err(|failure| failure.to_string())?;
    let mut optimizer = optimizer.init().map_err(|error| error.to_string())?;
    let update = epoch(&settings, &x, &y, &mut optimizer, loss);
    let epochs = case.count_or("num_epochs", 5000)?;
    descended(net, epochs, case.number_or("learning_rate", 0.0007)?, update)
}

fn load_dataset(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let mut rng = seeded(case)?;
    let points = planar::moons(case.count("n_samples")?, case.number("noise")?, &mut rng);
    Ok(name_points(&points, device))
}
