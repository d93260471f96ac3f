//! How many fingers a hand shows, by two convolutional networks: that of the assignment, and one of today's making.

use burn::tensor::Device;
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::signs::CLASSES;
use fireside_numpy_rng::NumpyRng;
use fireside_recipes::signs_softmax;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::supervised::{Curve, Supervised, SupervisedConfig};
use fireside_vision::Classifier as _;
use fireside_vision::conv_net::ConvNetConfig;
use fireside_vision::signs_net::SignsNetConfig;
use fireside_vision::summary::summary;
use fireside_vision::zoo::{Network, NetworkConfig};

use crate::Failure;
use crate::plot::{self, Series, Titles};
use crate::recipes::classify;
use crate::run::Run;

/// Pictures in a mini-batch of the assignment, and its learning rate, Keras's own.
const BATCH_SIZE: usize = 64;
const LEARNING_RATE: f64 = 1e-3;

/// A network and how it learns.
pub struct Contestant {
    /// What it is called.
    pub name: &'static str,
    stage: &'static str,
    judged: [&'static str; 2],
    identity: &'static str,
    net: Network,
    training: Supervised,
    is_augmented: bool,
}

impl Contestant {
    /// The assignment's, as Keras has it: Glorot's uniform weights and Adam on the pictures as they are.
    ///
    /// # Errors
    /// When no network can be built.
    pub fn of_the_assignment(epochs: usize, seed: u32, device: &Device) -> Result<Self, Failure> {
        let net = NetworkConfig::SignsNet(SignsNetConfig::new()).init(device)?;
        let config = SupervisedConfig::new(epochs).with_batch_size(BATCH_SIZE).with_seed(seed);
        Ok(Self {
            name: "SignsNet",
            stage: "signs-net",
            judged: ["signs_net_train", "signs_net_test"],
            identity: "SignsNet",
            net: initialize(net, Initializer::GlorotUniform, &mut NumpyRng::new(seed)),
            training: signs_softmax::training(config, LEARNING_RATE),
            is_augmented: false,
        })
    }

    /// That of four stages: decoupled weight decay, a learning rate that falls to nothing, changed pictures.
    ///
    /// # Errors
    /// When no network can be built, or the learning rate is not in 0..=1.
    pub fn of_today(
        config: SupervisedConfig,
        learning_rate: f64,
        is_augmented: bool,
        examples: usize,
        device: &Device,
    ) -> Result<Self, Failure> {
        let net = NetworkConfig::ConvNet(ConvNetConfig::new(CLASSES.len())).init(device)?;
        Ok(Self {
            name: "ConvNet",
            stage: "net",
            judged: ["train", "test"],
            identity: "ConvNet [32, 64, 128, 256]",
            net: classify::draw_weights(net, config.seed, device),
            training: classify::training(config, examples, learning_rate, 5e-3)?,
            is_augmented,
        })
    }

    /// Prints its layers, trains it, and says what it gets right; returns the network with its answers to the test
    /// pictures and its curve.
    ///
    /// # Errors
    /// When the training cannot work or the device fails.
    pub fn run(
        self,
        run: &mut Run,
        [train, test]: [&ImageExamples; 2],
        dashboard: bool,
        device: &Device,
    ) -> Result<(Network, Vec<usize>, Curve), Failure> {
        let Self {
            stage, judged: [of_train, of_test], identity, net, training, is_augmented, ..
        } = self;
        run.say(&summary(&net, Network::forward, [3, 64, 64], device).to_string());
        let learnt = match is_augmented {
            false => train.clone(),
            true => {
                let seed = training.config().seed;
                classify::augmented(train, &classify::CHANGES_OF_HANDS, seed)?
            }
        };
        let stage = run.epoch_stage(stage, identity).with_dashboard(dashboard);
        let (net, curve) = stage.train(
            training,
            net,
            classify::answer,
            &classify::batches(&learnt),
            &classify::batches(test),
        )?;
        classify::judge(run, &net, of_train, train)?;
        let found = classify::judge(run, &net, of_test, test)?;
        Ok((net, found, curve))
    }
}

/// Draws the accuracies of the networks over the epochs.
///
/// # Errors
/// When the picture cannot be drawn or written.
pub fn draw_side_by_side(run: &mut Run, curves: &[(&str, Curve)]) -> Result<(), Failure> {
    let lines: Vec<Series> = curves
        .iter()
        .flat_map(|(name, curve)| {
            [
                Series::of_epochs(format!("{name}, train"), curve, |point| point.train.accuracy),
                Series::of_epochs(format!("{name}, test"), curve, |p| p.held_out.accuracy),
            ]
        })
        .collect();
    let titles = Titles { title: "Fingers of a hand", x: "epoch", y: "share right" };
    run.picture("side-by-side.png", &plot::lines(titles, &lines)?)
}
