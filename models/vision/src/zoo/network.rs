use burn::config::Config;
use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::alexnet::{AlexNet, AlexNetConfig};
use crate::conv_net::{ConvNet, ConvNetConfig};
use crate::edition::unpublished;
use crate::efficientnet::{EfficientNet, EfficientNetConfig};
use crate::googlenet::{GoogLeNet, GoogLeNetConfig};
use crate::inception_resnet::{InceptionResNet, InceptionResNetConfig};
use crate::inception_v3::{InceptionV3, InceptionV3Config};
use crate::lenet::{LeNet5, LeNet5Config};
use crate::mobilenet_v1::{MobileNetV1, MobileNetV1Config};
use crate::mobilenet_v2::{MobileNetV2, MobileNetV2Config};
use crate::network_in_network::{NetworkInNetwork, NetworkInNetworkConfig};
use crate::resnet::{ResNet, ResNetConfig};
use crate::signs_net::{SignsNet, SignsNetConfig};
use crate::vgg::{Vgg, VggConfig};
use crate::{Classifier, ConfigError, Edition, Pixels, Renames};

/// A network of any architecture.
#[derive(Module, Debug)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is what its name says")]
#[allow(clippy::large_enum_variant, reason = "a program holds one of them")]
pub enum Network {
    AlexNet(AlexNet),
    ConvNet(ConvNet),
    EfficientNet(EfficientNet),
    GoogLeNet(GoogLeNet),
    InceptionResNet(InceptionResNet),
    InceptionV3(InceptionV3),
    LeNet5(LeNet5),
    MobileNetV1(MobileNetV1),
    MobileNetV2(MobileNetV2),
    NetworkInNetwork(NetworkInNetwork),
    ResNet(ResNet),
    SignsNet(SignsNet),
    Vgg(Vgg),
}

/// Configuration of a [`Network`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is what its name says")]
pub enum NetworkConfig {
    AlexNet(AlexNetConfig),
    ConvNet(ConvNetConfig),
    EfficientNet(EfficientNetConfig),
    GoogLeNet(GoogLeNetConfig),
    InceptionResNet(InceptionResNetConfig),
    InceptionV3(InceptionV3Config),
    LeNet5(LeNet5Config),
    MobileNetV1(MobileNetV1Config),
    MobileNetV2(MobileNetV2Config),
    NetworkInNetwork(NetworkInNetworkConfig),
    ResNet(ResNetConfig),
    SignsNet(SignsNetConfig),
    Vgg(VggConfig),
}

impl NetworkConfig {
    /// Builds the network.
    ///
    /// # Errors
    /// [`ConfigError`] when a setting is impossible.
    pub fn init(&self, device: &Device) -> Result<Network, ConfigError> {
        match self {
            Self::AlexNet(config) => config.init(device).map(Network::AlexNet),
            Self::ConvNet(config) => config.init(device).map(Network::ConvNet),
            Self::EfficientNet(config) => config.init(device).map(Network::EfficientNet),
            Self::GoogLeNet(config) => config.init(device).map(Network::GoogLeNet),
            Self::InceptionResNet(config) => config.init(device).map(Network::InceptionResNet),
            Self::InceptionV3(config) => config.init(device).map(Network::InceptionV3),
            Self::LeNet5(config) => config.init(device).map(Network::LeNet5),
            Self::MobileNetV1(config) => config.init(device).map(Network::MobileNetV1),
            Self::MobileNetV2(config) => config.init(device).map(Network::MobileNetV2),
            Self::NetworkInNetwork(config) => config.init(device).map(Network::NetworkInNetwork),
            Self::ResNet(config) => config.init(device).map(Network::ResNet),
            Self::SignsNet(config) => config.init(device).map(Network::SignsNet),
            Self::Vgg(config) => config.init(device).map(Network::Vgg),
        }
    }

    /// What the library whose edition it is calls the layers.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when nobody has published weights for such a network.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        match self {
            Self::AlexNet(config) => config.renames(),
            Self::EfficientNet(config) => config.renames(),
            Self::GoogLeNet(config) => config.renames(),
            Self::InceptionResNet(config) => config.renames(),
            Self::InceptionV3(config) => config.renames(),
            Self::MobileNetV1(config) => config.renames(),
            Self::MobileNetV2(config) => config.renames(),
            Self::ResNet(config) => config.renames(),
            Self::SignsNet(config) => config.renames(),
            Self::Vgg(config) => config.renames(),
            Self::ConvNet(_) => without_weights("ConvNet"),
            Self::LeNet5(_) => without_weights("LeNet-5"),
            Self::NetworkInNetwork(_) => without_weights("Network in Network"),
        }
    }

    /// What pixels the published weights want.
    ///
    /// # Errors
    /// As [`NetworkConfig::renames`], and when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        match self {
            Self::AlexNet(config) => config.pixels(),
            Self::EfficientNet(config) => config.pixels(),
            Self::GoogLeNet(config) => config.pixels(),
            Self::InceptionResNet(config) => config.pixels(),
            Self::InceptionV3(config) => config.pixels(),
            Self::MobileNetV1(config) => config.pixels(),
            Self::MobileNetV2(config) => config.pixels(),
            Self::ResNet(config) => config.pixels(),
            Self::SignsNet(config) => config.pixels(),
            Self::Vgg(config) => config.pixels(),
            Self::ConvNet(_) => without_weights("ConvNet"),
            Self::LeNet5(_) => without_weights("LeNet-5"),
            Self::NetworkInNetwork(_) => without_weights("Network in Network"),
        }
    }

    /// The same network of another library. One that has no editions stays as it is. Dropout stays too, where Keras has
    /// none.
    pub(super) fn with_edition(self, edition: Edition) -> Self {
        match self {
            Self::AlexNet(config) => Self::AlexNet(config.with_edition(edition)),
            Self::EfficientNet(config) => Self::EfficientNet(config.with_edition(edition)),
            Self::GoogLeNet(config) => Self::GoogLeNet(config.with_edition(edition)),
            Self::InceptionV3(config) => Self::InceptionV3(config.with_edition(edition)),
            Self::MobileNetV2(config) => Self::MobileNetV2(config.with_edition(edition)),
            Self::ResNet(config) => Self::ResNet(config.with_edition(edition)),
            Self::Vgg(config) => Self::Vgg(config.with_edition(edition)),
            other => other,
        }
    }

    /// The network for images of `[channels, height, width]`.
    pub(super) fn for_images(self, [channels, height, width]: [usize; 3]) -> Self {
        match self {
            Self::AlexNet(config) => Self::AlexNet(config.with_channels(channels)),
            Self::ConvNet(config) => Self::ConvNet(config.with_channels(channels)),
            Self::EfficientNet(config) => Self::EfficientNet(config.with_channels(channels)),
            Self::GoogLeNet(config) => Self::GoogLeNet(config.with_channels(channels)),
            Self::InceptionResNet(config) => Self::InceptionResNet(config.with_channels(channels)),
            Self::InceptionV3(config) => Self::InceptionV3(config.with_channels(channels)),
            Self::LeNet5(config) => Self::LeNet5(config.with_channels(channels)),
            Self::MobileNetV1(config) => Self::MobileNetV1(config.with_channels(channels)),
            Self::MobileNetV2(config) => Self::MobileNetV2(config.with_channels(channels)),
            Self::NetworkInNetwork(config) => {
                Self::NetworkInNetwork(config.with_channels(channels))
            }
            Self::ResNet(config) => {
                Self::ResNet(config.with_channels(channels).with_image([height, width]))
            }
            Self::SignsNet(config) => {
                Self::SignsNet(config.with_channels(channels).with_image([height, width]))
            }
            Self::Vgg(config) => Self::Vgg(config.with_channels(channels)),
        }
    }
}

fn without_weights<T>(name: &str) -> Result<T, ConfigError> {
    unpublished("the network", name, "others")
}

impl Classifier for Network {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        match self {
            Self::AlexNet(net) => net.features(images),
            Self::ConvNet(net) => net.features(images),
            Self::EfficientNet(net) => net.features(images),
            Self::GoogLeNet(net) => net.features(images),
            Self::InceptionResNet(net) => net.features(images),
            Self::InceptionV3(net) => net.features(images),
            Self::LeNet5(net) => net.features(images),
            Self::MobileNetV1(net) => net.features(images),
            Self::MobileNetV2(net) => net.features(images),
            Self::NetworkInNetwork(net) => net.features(images),
            Self::ResNet(net) => net.features(images),
            Self::SignsNet(net) => net.features(images),
            Self::Vgg(net) => net.features(images),
        }
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        match self {
            Self::AlexNet(net) => net.logits(features),
            Self::ConvNet(net) => net.logits(features),
            Self::EfficientNet(net) => net.logits(features),
            Self::GoogLeNet(net) => net.logits(features),
            Self::InceptionResNet(net) => net.logits(features),
            Self::InceptionV3(net) => net.logits(features),
            Self::LeNet5(net) => net.logits(features),
            Self::MobileNetV1(net) => net.logits(features),
            Self::MobileNetV2(net) => net.logits(features),
            Self::NetworkInNetwork(net) => net.logits(features),
            Self::ResNet(net) => net.logits(features),
            Self::SignsNet(net) => net.logits(features),
            Self::Vgg(net) => net.logits(features),
        }
    }
}
