//! What a model is, with its configuration: enough to build it and to fill it with its weights.

use std::path::Path;

use burn::nn::LinearConfig;
use burn::tensor::Device;
use fireside_dense::deep_net::DeepNetConfig;
use fireside_dense::logistic_regression::LogisticRegressionConfig;
use fireside_dense::normalized_net::NormalizedNetConfig;
use fireside_dense::shallow_net::ShallowNetConfig;
use fireside_layers::Layer as _;
use fireside_layers::pixels::{ColorOrder, Pixels};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::emojify::EmojifyV2Config;
use fireside_sequence::entity_tagger::EntityTaggerConfig;
use fireside_sequence::language_model::LanguageModelConfig;
use fireside_sequence::mean_classifier::MeanClassifierConfig;
use fireside_sequence::music_model::MusicModelConfig;
use fireside_sequence::sentiment_classifier::SentimentClassifierConfig;
use fireside_training::initializer::{Initializer, initialize};
use fireside_vision::Edition;
use fireside_vision::conv_net::ConvNetConfig;
use fireside_vision::happy_net::HappyNetConfig;
use fireside_vision::localization::LocalizerConfig;
use fireside_vision::new_head::NewHead;
use fireside_vision::region::faster_rcnn::FasterRcnnConfig;
use fireside_vision::region::head::RegionHeadConfig;
use fireside_vision::region::rcnn::{Cut, RegionNetConfig};
use fireside_vision::resnet::ResNetConfig;
use fireside_vision::resnet::small::SmallResNetConfig;
use fireside_vision::sliding_window::WindowConfig;
use fireside_vision::yolo::lite::YoloLiteConfig;
use fireside_vision::zoo::{self, NetworkConfig};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TrainedError;
use super::model::{Model, fill};
use crate::car_detection::detector::Detector;
use crate::convolution_by_hand::Pupil;
use crate::dinosaurs::ByHand;
use crate::emojify::of_layer;

/// What a model is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "name", content = "config", rename_all = "snake_case")]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is what its name says")]
pub enum Architecture {
    LogisticRegression(LogisticRegressionConfig),
    ShallowNet(ShallowNetConfig),
    DeepNet(DeepNetConfig),
    NormalizedNet(NormalizedNetConfig),
    /// One fully connected layer, such as a head on the features of another network.
    Linear {
        inputs: usize,
        outputs: usize,
    },
    HappyNet(HappyNetConfig),
    ConvNet(ConvNetConfig),
    ResNet(ResNetConfig),
    SmallResNet(SmallResNetConfig),
    Zoo(Named),
    NewHead(HeadOn),
    Localizer(LocalizerConfig),
    WindowNet(WindowConfig),
    YoloLite(YoloLiteConfig),
    /// R-CNN or Fast R-CNN.
    RegionNet(RegionNetConfig),
    FasterRcnn(FasterRcnnConfig),
    /// A kernel of 3x3 that has learnt to find edges.
    EdgeKernel,
    MeanClassifier(MeanClassifierConfig),
    SentimentClassifier(SentimentClassifierConfig),
    EntityTagger(EntityTaggerConfig),
    /// The mean of word vectors and a softmax.
    #[serde(rename = "emojify_v1")]
    EmojifyV1 {
        classes: usize,
        dimensions: usize,
    },
    #[serde(rename = "emojify_v2")]
    EmojifyV2(EmojifyV2Config),
    LanguageModel(LanguageModelConfig),
    /// The network of names by hand.
    CharacterRnn {
        vocab_size: usize,
        hidden: usize,
    },
    MusicModel(MusicModelConfig),
    /// A table of word vectors.
    WordVectors {
        words: usize,
        dimensions: usize,
    },
}

/// A network that can be had by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// What it is called, as in [`zoo`].
    pub network: String,
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels, rows and columns of its images.
    pub image: [usize; 3],
    /// Whose it is, where it is not its own edition.
    #[serde(default)]
    pub edition: Option<String>,
}

/// The features of a network that can be had by name, and a head for another task on them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadOn {
    /// The network; its own head is not used.
    pub base: Named,
    /// What numbers it expects for pixels.
    pub pixels: PixelChange,
    /// Features that the head sees.
    pub features: usize,
    /// Number of output classes.
    pub num_classes: usize,
}

/// The change from pixels of 0 to 1, red first, to what a network expects: [`Pixels`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "as there")]
pub struct PixelChange {
    pub white: f64,
    pub mean: [f64; 3],
    pub deviation: [f64; 3],
    pub blue_first: bool,
}

impl From<Pixels> for PixelChange {
    fn from(pixels: Pixels) -> Self {
        let Pixels { white, mean, deviation, order } = pixels;
        Self { white, mean, deviation, blue_first: order == ColorOrder::Bgr }
    }
}

impl From<PixelChange> for Pixels {
    fn from(change: PixelChange) -> Self {
        let PixelChange { white, mean, deviation, blue_first } = change;
        let order = if blue_first { ColorOrder::Bgr } else { ColorOrder::Rgb };
        Self { white, mean, deviation, order }
    }
}

impl Named {
    /// A network of its own edition, for images of `[channels, height, width]`.
    pub fn new(network: &str, num_classes: usize, image: [usize; 3]) -> Self {
        Self { network: network.to_string(), num_classes, image, edition: None }
    }

    fn config(&self, path: &Path) -> Result<NetworkConfig, TrainedError> {
        let entry = zoo::find(&self.network).ok_or_else(|| {
            TrainedError::malformed(path, format!("there is no network {}", self.network))
        })?;
        let edition = self.edition.as_deref().map(str::parse::<Edition>).transpose()?;
        Ok(entry.config(self.num_classes, self.image, edition)?)
    }
}

impl Architecture {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::LogisticRegression(_) => "logistic regression",
            Self::ShallowNet(_) => "a shallow network",
            Self::DeepNet(_) => "a deep network",
            Self::NormalizedNet(_) => "a normalised network",
            Self::Linear { .. } => "a fully connected layer",
            Self::HappyNet(_) => "HappyNet",
            Self::ConvNet(_) => "ConvNet",
            Self::ResNet(_) => "ResNet",
            Self::SmallResNet(_) => "a small ResNet",
            Self::Zoo(_) => "a network by name",
            Self::NewHead(_) => "a new head on a network",
            Self::Localizer(_) => "a localiser",
            Self::WindowNet(_) => "a classifier of windows",
            Self::YoloLite(_) => "a small YOLO",
            Self::RegionNet(config) if config.cut == Cut::Picture => "a small R-CNN",
            Self::RegionNet(_) => "a small Fast R-CNN",
            Self::FasterRcnn(_) => "a small Faster R-CNN",
            Self::EdgeKernel => "a kernel for edges",
            Self::MeanClassifier(_) => "a mean of word vectors",
            Self::SentimentClassifier(_) => "a sentiment classifier",
            Self::EntityTagger(_) => "an entity tagger",
            Self::EmojifyV1 { .. } => "Emojify's first model",
            Self::EmojifyV2(_) => "Emojify's second model",
            Self::LanguageModel(_) => "a language model",
            Self::CharacterRnn { .. } => "a network of characters by hand",
            Self::MusicModel(_) => "the jazz model",
            Self::WordVectors { .. } => "word vectors",
        }
    }

    /// A number of parameters that a model of this configuration has at least; far more than a file could hold where
    /// a size is absurd. Nothing is built to know it.
    #[must_use]
    pub fn least_parameters(&self) -> u128 {
        // Every number of a configuration is of units, channels, layers, pixels: there is a parameter for each.
        let numbers = serde_json::to_value(self).as_ref().map_or(u128::MAX, sum);
        let product = |a: usize, b: usize| (a as u128).saturating_mul(b as u128);
        let chain = |sizes: &[usize]| {
            sizes
                .windows(2)
                .fold(0, |all: u128, pair| all.saturating_add(product(pair[0], pair[1])))
        };
        let recurrent = |features: usize, hidden: usize, layers: usize| {
            let first = product(hidden, features.saturating_add(hidden));
            first.saturating_add(
                product(layers.saturating_sub(1), hidden).saturating_mul(hidden as u128),
            )
        };
        let of_regions = |head: &RegionHeadConfig| {
            let features = product(head.size, head.size).saturating_mul(head.channels as u128);
            features.saturating_mul(head.hidden as u128)
        };
        let products = match self {
            Self::LogisticRegression(config) => config.num_features as u128,
            Self::ShallowNet(config) => {
                chain(&[config.num_features, config.hidden, config.num_outputs])
            }
            Self::DeepNet(config) => chain(&config.layer_sizes),
            Self::NormalizedNet(config) => chain(&config.layer_sizes),
            Self::Linear { inputs, outputs } => product(*inputs, *outputs),
            Self::ConvNet(config) => chain(&config.widths),
            Self::NewHead(head) => product(head.features, head.num_classes),
            Self::Localizer(config) => {
                let [rows, columns] = config.image.map(|side| side / 32);
                product(rows, columns).saturating_mul(product(config.hidden, 1))
            }
            Self::WindowNet(config) => {
                // Of a window that is halved so often, less what the convolutions take off its edges.
                let halvings = u32::try_from(config.convs.len()).unwrap_or(u32::MAX);
                let lost = config.convs.iter().fold(0, |all: usize, [_, k]| all.saturating_add(*k));
                let side = config.window.checked_shr(halvings).unwrap_or(0);
                let side = side.saturating_sub(lost.saturating_add(config.convs.len()));
                let units = config.hidden.first().copied().unwrap_or(config.num_classes);
                product(side, side).saturating_mul(units as u128)
            }
            Self::MeanClassifier(config) => product(config.vocab_size, config.embedding),
            Self::SentimentClassifier(config) => product(config.vocab_size, config.embedding)
                .saturating_add(recurrent(config.embedding, config.hidden, config.layers)),
            Self::EntityTagger(config) => product(config.vocab_size, config.embedding)
                .saturating_add(recurrent(config.embedding, config.hidden, config.layers)),
            Self::EmojifyV1 { classes, dimensions } => product(*classes, *dimensions),
            Self::EmojifyV2(config) => product(config.num_words, config.emb_dim)
                .saturating_add(recurrent(config.emb_dim, config.hidden, 2)),
            Self::LanguageModel(config) => {
                let features = config.embedding.unwrap_or(config.vocab_size);
                recurrent(features, config.hidden, config.layers)
                    .saturating_add(product(config.hidden, config.vocab_size))
            }
            Self::CharacterRnn { vocab_size, hidden } => recurrent(*vocab_size, *hidden, 1),
            Self::MusicModel(config) => recurrent(config.num_values, config.hidden, 1),
            Self::WordVectors { words, dimensions } => product(*words, *dimensions),
            Self::YoloLite(config) => product(config.anchors.len(), config.num_classes),
            Self::RegionNet(config) => of_regions(&config.head),
            Self::FasterRcnn(config) => of_regions(&config.head)
                .saturating_add(product(config.rpn.channels, config.rpn.channels)),
            Self::HappyNet(_)
            | Self::ResNet(_)
            | Self::SmallResNet(_)
            | Self::Zoo(_)
            | Self::EdgeKernel => 0,
        };
        numbers.max(products)
    }

    /// The numbers that a run of this seed drew after it had drawn its model's first weights, where it did.
    ///
    /// # Errors
    /// When the configuration is impossible.
    pub(super) fn draws_after_weights(
        &self,
        seed: u32,
        drew_weights: bool,
        device: &Device,
    ) -> Result<NumpyRng, TrainedError> {
        let mut rng = NumpyRng::new(seed);
        match self {
            _ if !drew_weights => (),
            Self::LanguageModel(config) => {
                initialize(config.init(device)?, Initializer::GlorotUniform, &mut rng);
            }
            Self::MusicModel(config) => {
                initialize(config.init(device)?, Initializer::GlorotUniform, &mut rng);
            }
            _ => (),
        }
        Ok(rng)
    }

    /// Builds the model and fills it with its weights; `path` is their file. Word vectors are no module: see
    /// [`Trained::load`](super::Trained::load).
    ///
    /// # Errors
    /// When the configuration is impossible, or the weights are damaged or those of another model.
    pub(super) fn load(
        &self,
        path: &Path,
        weights: Vec<u8>,
        device: &Device,
    ) -> Result<Model, TrainedError> {
        let on_images = |config: NetworkConfig, weights| -> Result<Model, TrainedError> {
            Ok(Model::of_images(fill(config.init(device)?, path, weights)?))
        };
        Ok(match self {
            Self::LogisticRegression(config) => {
                let net = fill(config.init(device)?, path, weights)?;
                Model::of_features(move |x| net.forward(x))
            }
            Self::ShallowNet(config) => {
                let net = fill(config.init(device)?, path, weights)?;
                Model::of_features(move |x| net.forward(x))
            }
            Self::DeepNet(config) => {
                let net = fill(config.init(device)?, path, weights)?;
                Model::of_features(move |x| net.forward(x))
            }
            Self::NormalizedNet(config) => {
                let net = fill(config.init(device)?, path, weights)?;
                Model::of_features(move |x| net.forward(x))
            }
            Self::Linear { inputs, outputs } => {
                let layer = LinearConfig::new(*inputs, *outputs).init(device);
                let layer = fill(layer, path, weights)?;
                Model::of_features(move |x| layer.apply(x))
            }
            Self::HappyNet(config) => Model::of_images(fill(config.init(device)?, path, weights)?),
            Self::ConvNet(config) => Model::of_images(fill(config.init(device)?, path, weights)?),
            Self::ResNet(config) => Model::of_images(fill(config.init(device)?, path, weights)?),
            Self::SmallResNet(config) => {
                Model::of_images(fill(config.init(device)?, path, weights)?)
            }
            Self::Zoo(named) => on_images(named.config(path)?, weights)?,
            Self::NewHead(HeadOn { base, pixels, features, num_classes }) => {
                let base = base.config(path)?.init(device)?;
                let head = LinearConfig::new(*features, *num_classes).init(device);
                // What it drops in training does not matter any more.
                let net = NewHead::new(base, (*pixels).into(), head, 0.0);
                Model::of_images(fill(net, path, weights)?)
            }
            Self::Localizer(config) => {
                Model::Localizer(Box::new(fill(config.init(device)?, path, weights)?))
            }
            Self::WindowNet(config) => {
                let net = fill(config.init(device)?, path, weights)?;
                Model::Windows(Box::new(net.into_convolutional()))
            }
            Self::YoloLite(config) => {
                let net = fill(config.init(device)?, path, weights)?;
                Model::Detector(Box::new(Detector::of_lite(net, config)?))
            }
            Self::RegionNet(config) => {
                let net = fill(config.init(device)?, path, weights)?;
                Model::Regions(Box::new(net.into()))
            }
            Self::FasterRcnn(config) => {
                let net = fill(config.init(device)?, path, weights)?;
                Model::Regions(Box::new(net.into()))
            }
            Self::EdgeKernel => Model::Edges(fill(Pupil::start(device), path, weights)?),
            Self::MeanClassifier(config) => fill(config.init(device)?, path, weights)?.into(),
            Self::SentimentClassifier(config) => fill(config.init(device)?, path, weights)?.into(),
            Self::EntityTagger(config) => {
                Model::Tagger(Box::new(fill(config.init(device)?, path, weights)?))
            }
            Self::EmojifyV1 { classes, dimensions } => {
                let layer = LinearConfig::new(*dimensions, *classes).init(device);
                Model::Mean(of_layer(&fill(layer, path, weights)?)?)
            }
            Self::EmojifyV2(config) => fill(config.init(device)?, path, weights)?.into(),
            Self::LanguageModel(config) => {
                Model::Language(Box::new(fill(config.init(device)?, path, weights)?))
            }
            Self::CharacterRnn { vocab_size, hidden } => {
                let net = ByHand::of_zeros(*vocab_size, *hidden, device);
                Model::ByHand(Box::new(fill(net, path, weights)?))
            }
            Self::MusicModel(config) => {
                Model::Music(Box::new(fill(config.init(device)?, path, weights)?))
            }
            Self::WordVectors { .. } => {
                return Err(TrainedError::malformed(path, "word vectors are no module"));
            }
        })
    }
}

/// The sum of all whole numbers in a value.
fn sum(value: &Value) -> u128 {
    match value {
        Value::Number(number) => number.as_u64().map_or(0, u128::from),
        Value::Array(values) => {
            values.iter().map(sum).fold(values.len() as u128, u128::saturating_add)
        }
        Value::Object(object) => object.values().map(sum).fold(0, u128::saturating_add),
        _ => 0,
    }
}
