//! How many fingers a hand shows, by two convolutional networks: that of the assignment, and one of today's making.
//!
//! What they come to hangs on the seed. Over several, with the processor time of each:
//!
//! ```sh
//! for seed in 1 2 3 4 5; do
//!     time course run c4w1-signs-convnet --data files --seed $seed --json |
//!         grep -o '"test_accuracy[a-z_]*":[0-9.]*'
//! done
//! ```

use burn::tensor::Device;
use fireside_datasets::signs::CLASSES;
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::conv_net::{ConvNet, ConvNetConfig};
use fireside_vision::signs_net::SignsNetConfig;
use fireside_vision::zoo::{Network, NetworkConfig};

use crate::RecipeError;
use crate::lesson::{Lesson, Pace};
use crate::picture_set::ImageBatch;
use crate::trained::{Architecture, Card};
use crate::{classify, signs_softmax};

/// Channels, rows and columns of the pictures.
pub const IMAGE: [usize; 3] = [3, 64, 64];

/// Pictures in a mini-batch of the assignment, and its learning rate, Keras's own.
const BATCH_SIZE: usize = 64;
const LEARNING_RATE: f64 = 1e-3;

/// The assignment's network, as Keras has it: Glorot's uniform weights and Adam.
///
/// # Errors
/// When no network can be built.
pub fn of_the_assignment(
    epochs: usize,
    seed: u32,
    device: &Device,
) -> Result<Lesson<Network, ImageBatch>, RecipeError> {
    let net = NetworkConfig::SignsNet(SignsNetConfig::new()).init(device)?;
    let config = SupervisedConfig::new(epochs).with_batch_size(BATCH_SIZE).with_seed(seed);
    Ok(Lesson {
        stage: "signs-net".to_string(),
        card: card(Architecture::named("signs-net", CLASSES.len(), IMAGE))
            .called("the assignment's network"),
        net: initialize(net, Initializer::GlorotUniform, &mut NumpyRng::new(seed)),
        training: signs_softmax::training(config, LEARNING_RATE),
        answer: classify::answer,
    })
}

/// The network of four stages on so many pictures.
///
/// # Errors
/// When no network can be built, or the learning rate is not in 0..=1.
pub fn of_today(
    pace: Pace,
    pictures: usize,
    device: &Device,
) -> Result<Lesson<Network, ImageBatch>, RecipeError> {
    let net = NetworkConfig::ConvNet(ConvNetConfig::new(CLASSES.len())).init(device)?;
    let card = card(Architecture::named("conv-net", CLASSES.len(), IMAGE)).as_main();
    let card = card.called("the deeper network");
    Ok(Lesson::of_pictures("net", card, net, pace, pictures)?.from_scratch(device))
}

/// The same network, in a training called `name`, as one of several that are asked together, with augmentation or
/// without.
///
/// # Errors
/// As [`of_today`].
pub fn of_several(
    name: &str,
    pace: Pace,
    pictures: usize,
    device: &Device,
) -> Result<Lesson<ConvNet, ImageBatch>, RecipeError> {
    let config = ConvNetConfig::new(CLASSES.len());
    let net = config.init(device)?;
    let card = card(Architecture::ConvNet(config)).called(format!("{name} augmentation"));
    Ok(Lesson::of_pictures(name, card, net, pace, pictures)?.from_scratch(device))
}

fn card(architecture: Architecture) -> Card {
    let [_, height, width] = IMAGE;
    Card::of_pictures(architecture, [height, width], &CLASSES)
}
