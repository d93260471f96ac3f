//! How many fingers a hand shows, by two convolutional networks: that of the assignment, and one of today's making.

use burn::tensor::Device;
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::signs::CLASSES;
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::supervised::{Supervised, SupervisedConfig};
use fireside_vision::conv_net::ConvNetConfig;
use fireside_vision::signs_net::SignsNetConfig;
use fireside_vision::zoo::{Network, NetworkConfig};

use crate::RecipeError;
use crate::{classify, signs_softmax};

/// Pictures in a mini-batch of the assignment, and its learning rate, Keras's own.
const BATCH_SIZE: usize = 64;
const LEARNING_RATE: f64 = 1e-3;

/// A network and how it learns.
pub struct Contestant {
    /// What its training is called.
    pub stage: &'static str,
    /// What the keys of its figures begin with, and what it is called.
    pub named: (&'static str, &'static str),
    /// Its architecture.
    pub shape: NetworkConfig,
    /// The network with its first weights.
    pub net: Network,
    /// How it learns.
    pub training: Supervised,
    /// Whether its pictures are changed anew in every epoch.
    pub is_augmented: bool,
}

impl Contestant {
    /// The assignment's, as Keras has it: Glorot's uniform weights and Adam on the pictures as they are.
    ///
    /// # Errors
    /// When no network can be built.
    pub fn of_the_assignment(
        epochs: usize,
        seed: u32,
        device: &Device,
    ) -> Result<Self, RecipeError> {
        let shape = NetworkConfig::SignsNet(SignsNetConfig::new());
        let net = shape.init(device)?;
        let config = SupervisedConfig::new(epochs).with_batch_size(BATCH_SIZE).with_seed(seed);
        Ok(Self {
            stage: "signs-net",
            named: ("signs_net_", " of the assignment's network"),
            shape,
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
    ) -> Result<Self, RecipeError> {
        let shape = NetworkConfig::ConvNet(ConvNetConfig::new(CLASSES.len()));
        let net = shape.init(device)?;
        Ok(Self {
            stage: "net",
            named: ("", " of the deeper network"),
            shape,
            net: classify::draw_weights(net, config.seed, device),
            training: classify::training(config, examples, learning_rate, 5e-3)?,
            is_augmented,
        })
    }

    /// The pictures as it learns them.
    ///
    /// # Errors
    /// When a picture cannot be read to find the colours of the set.
    pub fn pictures(&self, train: &ImageExamples) -> Result<ImageExamples, RecipeError> {
        match self.is_augmented {
            false => Ok(train.clone()),
            true => {
                let seed = self.training.config().seed;
                classify::augmented(train, &classify::CHANGES_OF_HANDS, seed)
            }
        }
    }
}
