//! Optimisers and learning rate decays on the moons, by mini-batches.

use std::ops::ControlFlow;
use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_datasets::planar::{self, PointSet};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::normalized_net::{NormalizedNet, NormalizedNetConfig};
use fireside_numpy_rng::NumpyRng;
use fireside_training::descent::{Descent, DescentConfig};
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::loss::binary_cross_entropy;
use fireside_training::metrics::binary_accuracy;
use fireside_training::minibatch::{EpochSettings, epoch};
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::schedule::Decay;

use crate::RecipeError;
use crate::comparison::{self, Comparison, Reference};
use crate::initialization::first_net;
use crate::trained::{Architecture, Card};

/// Units of each layer of the assignment's network.
pub const COURSE_LAYER_SIZES: [usize; 4] = [2, 5, 2, 1];

/// Units of each layer, more than the assignment has: from one seed of four its last two ReLUs lose one or both, and no
/// optimiser brings them back.
pub const LAYER_SIZES: [usize; 4] = [2, 20, 10, 1];

/// Epochs between two falls of the assignment's second decay.
const INTERVAL: usize = 1000;

/// How the assignment lets the learning rate fall.
#[derive(Debug, Clone)]
pub struct Fall {
    /// What its figures are called.
    pub key: &'static str,
    /// When the rate falls.
    pub when: &'static str,
    /// The same, in a title.
    pub called: &'static str,
    /// How it falls.
    pub decay: Decay,
}

/// All of them.
pub const FALLS: [Fall; 3] = [
    Fall { key: "constant", when: "constant", called: "constant rate", decay: Decay::Constant },
    Fall {
        key: "every epoch",
        when: "every epoch",
        called: "rate falls every epoch",
        decay: Decay::InverseTime { decay_rate: 1.0 },
    },
    Fall {
        key: "every 1000",
        when: "every 1000 epochs",
        called: "rate falls every 1000 epochs",
        decay: Decay::FixedInterval { decay_rate: 1.0, interval: INTERVAL },
    },
];

/// The optimisers that are compared, each with the rate that it begins with where the rate falls: RMSprop and Adam take
/// a tenth.
pub fn optimizers(falling_rate: f64) -> [(&'static str, OptimizerConfig, f64); 4] {
    [
        ("gradient descent", OptimizerConfig::GradientDescent, falling_rate),
        ("momentum", OptimizerConfig::momentum(), falling_rate),
        ("RMSprop", OptimizerConfig::rmsprop(), falling_rate / 10.0),
        ("Adam", OptimizerConfig::adam(), falling_rate / 10.0),
    ]
}

/// What describes the network of an optimiser whose rate falls so: Adam's at a constant rate is the main one.
pub fn card(optimizer: &str, fall: &str) -> Card {
    let is_main = [optimizer, fall] == ["Adam", "constant"];
    Card::of_points(Architecture::deep_net(&LAYER_SIZES)).as_main_if(is_main)
}

/// Draws the assignment's moons.
pub fn draw_moons(seed: u32) -> PointSet {
    planar::moons(300, 0.2, &mut NumpyRng::new(seed))
}

/// Draws the assignment's first weights: He's.
///
/// # Errors
/// When a layer has no units.
pub fn draw_net(layer_sizes: &[usize], seed: u32, device: &Device) -> Result<DeepNet, RecipeError> {
    first_net(layer_sizes, Initializer::He, seed, device)
}

/// Draws moons that clasp each other: the assignment's with half the noise, and the lower one raised. Of the
/// assignment's a straight line knows 87 to 90 %, which descent finds at once, and noise leaves no more than 97 to
/// anybody; of these it knows 80 to 88 %, and a bent line 99.
pub fn draw_clasped_moons(seed: u32) -> PointSet {
    let mut moons = planar::moons(300, 0.1, &mut NumpyRng::new(seed));
    for ([_, y], label) in moons.points.iter_mut().zip(&moons.labels) {
        *y += 0.3 * *label as f64;
    }
    moons
}

/// As [`draw_net`], with batch norm.
///
/// # Errors
/// When a layer has no units.
pub fn draw_normalized_net(
    layer_sizes: &[usize],
    seed: u32,
    device: &Device,
) -> Result<NormalizedNet, RecipeError> {
    let net = NormalizedNetConfig::new(layer_sizes.to_vec()).init(device)?;
    Ok(initialize(net, Initializer::He, &mut NumpyRng::new(seed)))
}

/// The loss of a mini-batch.
///
/// # Shapes
/// - `x`: `[batch, 2]`, `y`: `[batch, 1]`
/// - output: `[1]`
pub fn loss(net: &DeepNet, x: Tensor<2>, y: Tensor<2>) -> Tensor<1> {
    binary_cross_entropy(net.forward(x), y)
}

/// The decays of the assignment, as its runs name them.
///
/// # Errors
/// When the name is another.
pub fn decay(name: &str, decay_rate: f64) -> Result<Decay, RecipeError> {
    match name {
        "none" => Ok(Decay::Constant),
        "update_lr" => Ok(Decay::InverseTime { decay_rate }),
        "schedule_lr_decay" => Ok(Decay::FixedInterval { decay_rate, interval: INTERVAL }),
        other => Err(RecipeError::Input(format!("a reference run decays by {other}"))),
    }
}

/// Repeats the course's runs: the figures of both sides.
///
/// # Errors
/// When a training fails or the reference runs cannot be read.
pub fn compare_with_course(runs: &Path, device: &Device) -> Result<Comparison, RecipeError> {
    let mut comparison = Comparison::default();
    let points = draw_moons(3);
    let (x, y) = (points.features(device), points.targets(device));
    for reference in Reference::read(runs, "c2w2a1", "optimizer_model")? {
        let number = |name: &str| reference.hyperparameter(name);
        let name = reference.text("optimizer")?;
        let optimizer = match name.as_str() {
            "gd" => OptimizerConfig::GradientDescent,
            "momentum" => OptimizerConfig::Momentum { beta: number("beta")? },
            "adam" => OptimizerConfig::Adam {
                beta1: number("beta1")?,
                beta2: number("beta2")?,
                epsilon: number("epsilon")?,
            },
            other => {
                return Err(RecipeError::Input(format!("a reference run optimises by {other}")));
            }
        };
        let decay_name = reference.text("decay")?;
        let settings = EpochSettings {
            batch_size: number("mini_batch_size")? as usize,
            seed: number("seed_batches")? as u32,
            decay: decay(&decay_name, number("decay_rate")?)?,
        };
        let mut optimizer = optimizer.init()?;
        let net = draw_net(&COURSE_LAYER_SIZES, number("seed_init")? as u32, device)?.train();
        let config = DescentConfig::new(number("num_epochs")? as usize, number("learning_rate")?);
        let trained = Descent::new(config.with_cost_interval(1000)).run(
            net,
            epoch(&settings, &x, &y, &mut optimizer, loss),
            |_| ControlFlow::Continue(()),
        )?;
        let net = trained.model.valid();

        let run = format!("{name}, {decay_name}");
        let course = reference.figures("costs_every_1000")?;
        let ours = trained.history.costs_every(1000);
        comparison.add_costs(&run, 1000, &course, &ours, |_, _| comparison::PRINTED_6);
        let logits = net.forward(x.clone());
        let last = binary_cross_entropy(logits.clone(), y.clone()).try_into_data()?;
        comparison.add(
            format!("{run}: cost at the end"),
            reference.figure("final_cost")?,
            last.iter::<f64>().sum(),
            comparison::SUMMED,
        );
        let share = binary_accuracy(logits, &points.labels)?;
        let course = reference.figure("accuracy")?;
        comparison.add(format!("{run}: accuracy"), course, share, comparison::EXACT);
    }
    Ok(comparison)
}
