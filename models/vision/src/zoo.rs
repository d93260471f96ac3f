//! The classifiers by name, for programs that are told which to take.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use crate::alexnet::{AlexNet, AlexNetConfig};
use crate::conv_net::{ConvNet, ConvNetConfig};
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
use crate::{Classifier, ConfigError};

/// A network of any architecture.
#[derive(Module, Debug)]
#[allow(missing_docs, reason = "each is what its name says")]
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

impl Network {
    fn classifier(&self) -> &dyn Forward {
        match self {
            Self::AlexNet(net) => net,
            Self::ConvNet(net) => net,
            Self::EfficientNet(net) => net,
            Self::GoogLeNet(net) => net,
            Self::InceptionResNet(net) => net,
            Self::InceptionV3(net) => net,
            Self::LeNet5(net) => net,
            Self::MobileNetV1(net) => net,
            Self::MobileNetV2(net) => net,
            Self::NetworkInNetwork(net) => net,
            Self::ResNet(net) => net,
            Self::SignsNet(net) => net,
            Self::Vgg(net) => net,
        }
    }
}

/// What of a [`Classifier`] can be called without knowing which it is.
trait Forward {
    fn features(&self, images: Tensor<4>) -> Tensor<4>;
    fn logits(&self, features: Tensor<4>) -> Tensor<2>;
}

impl<M: Classifier> Forward for M {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        Classifier::features(self, images)
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        Classifier::logits(self, features)
    }
}

impl Classifier for Network {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        self.classifier().features(images)
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        self.classifier().logits(features)
    }
}

/// A network that can be had by name.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// What it is called, in small letters: `resnet50`.
    pub name: &'static str,
    /// When it was published.
    pub year: u16,
    /// The images it was published for, `[channels, height, width]`.
    pub image: [usize; 3],
    /// Whether it takes images of no other height and width.
    pub is_fixed: bool,
    build: Build,
}

/// Builds a network for a number of classes and images of `[channels, height, width]`.
type Build = fn(usize, [usize; 3], &Device) -> Result<Network, ConfigError>;

impl Entry {
    const fn new(name: &'static str, year: u16, side: usize, build: Build) -> Self {
        Self { name, year, image: [3, side, side], is_fixed: false, build }
    }

    const fn of_one_size(self) -> Self {
        Self { is_fixed: true, ..self }
    }

    /// Builds the network for images of `[channels, height, width]`; a network [of one size](Entry::is_fixed)
    /// is built for that.
    ///
    /// # Errors
    /// [`ConfigError`] when the network cannot be built for such images or that number of classes.
    pub fn build(
        &self,
        num_classes: usize,
        image: [usize; 3],
        device: &Device,
    ) -> Result<Network, ConfigError> {
        (self.build)(num_classes, image, device)
    }
}

/// Every network that can be had by name, the oldest first.
pub const ENTRIES: &[Entry] = &[
    Entry::new("lenet5", 1998, 32, |classes, [channels, ..], device| {
        let config = LeNet5Config::new().with_num_classes(classes).with_channels(channels);
        config.init(device).map(Network::LeNet5)
    })
    .of_one_size(),
    Entry::new("alexnet", 2012, 227, |classes, image, device| {
        alexnet(AlexNetConfig::two_groups(classes), image, device)
    }),
    Entry::new("alexnet-one-tower", 2012, 227, |classes, image, device| {
        alexnet(AlexNetConfig::one_tower(classes), image, device)
    }),
    Entry::new("network-in-network", 2013, 32, |classes, image, device| {
        network_in_network(NetworkInNetworkConfig::cifar10(classes), image, device)
    }),
    Entry::new("network-in-network-large", 2013, 224, |classes, image, device| {
        network_in_network(NetworkInNetworkConfig::imagenet(classes), image, device)
    }),
    Entry::new("alexnet-torchvision", 2014, 224, |classes, image, device| {
        alexnet(AlexNetConfig::one_weird_trick(classes), image, device)
    }),
    Entry::new("vgg11", 2014, 224, |classes, image, device| {
        vgg(VggConfig::vgg11(classes), image, device)
    }),
    Entry::new("vgg13", 2014, 224, |classes, image, device| {
        vgg(VggConfig::vgg13(classes), image, device)
    }),
    Entry::new("vgg16", 2014, 224, |classes, image, device| {
        vgg(VggConfig::vgg16(classes), image, device)
    }),
    Entry::new("vgg19", 2014, 224, |classes, image, device| {
        vgg(VggConfig::vgg19(classes), image, device)
    }),
    Entry::new("googlenet", 2014, 224, |classes, image, device| {
        googlenet(GoogLeNetConfig::paper(classes), image, device)
    }),
    Entry::new("vgg11-bn", 2015, 224, |classes, image, device| {
        vgg(VggConfig::vgg11(classes).with_batch_norm(true), image, device)
    }),
    Entry::new("vgg13-bn", 2015, 224, |classes, image, device| {
        vgg(VggConfig::vgg13(classes).with_batch_norm(true), image, device)
    }),
    Entry::new("vgg16-bn", 2015, 224, |classes, image, device| {
        vgg(VggConfig::vgg16(classes).with_batch_norm(true), image, device)
    }),
    Entry::new("vgg19-bn", 2015, 224, |classes, image, device| {
        vgg(VggConfig::vgg19(classes).with_batch_norm(true), image, device)
    }),
    Entry::new("googlenet-bn", 2015, 224, |classes, image, device| {
        googlenet(GoogLeNetConfig::torchvision(classes), image, device)
    }),
    Entry::new("inception-v3", 2015, 299, |classes, [channels, ..], device| {
        let config = InceptionV3Config::torchvision(classes).with_channels(channels);
        config.init(device).map(Network::InceptionV3)
    }),
    Entry::new("resnet18", 2015, 224, |classes, image, device| {
        resnet(ResNetConfig::resnet18(classes), image, device)
    }),
    Entry::new("resnet34", 2015, 224, |classes, image, device| {
        resnet(ResNetConfig::resnet34(classes), image, device)
    }),
    Entry::new("resnet50", 2015, 224, |classes, image, device| {
        resnet(ResNetConfig::resnet50(classes), image, device)
    }),
    Entry::new("resnet101", 2015, 224, |classes, image, device| {
        resnet(ResNetConfig::resnet101(classes), image, device)
    }),
    Entry::new("resnet152", 2015, 224, |classes, image, device| {
        resnet(ResNetConfig::resnet152(classes), image, device)
    }),
    Entry::new("inception-resnet-v2", 2016, 299, |classes, [channels, ..], device| {
        let config = InceptionResNetConfig::new(classes).with_channels(channels);
        config.init(device).map(Network::InceptionResNet)
    }),
    Entry::new("mobilenet-v1", 2017, 224, |classes, [channels, ..], device| {
        let config = MobileNetV1Config::new(classes).with_channels(channels);
        config.init(device).map(Network::MobileNetV1)
    }),
    Entry::new("mobilenet-v2", 2018, 224, |classes, [channels, ..], device| {
        let config = MobileNetV2Config::new(classes).with_channels(channels);
        config.init(device).map(Network::MobileNetV2)
    }),
    Entry::new("efficientnet-b0", 2019, 224, |classes, image, device| {
        efficientnet(EfficientNetConfig::b0(classes), image, device)
    }),
    Entry::new("efficientnet-b1", 2019, 240, |classes, image, device| {
        efficientnet(EfficientNetConfig::b1(classes), image, device)
    }),
    Entry::new("efficientnet-b2", 2019, 260, |classes, image, device| {
        efficientnet(EfficientNetConfig::b2(classes), image, device)
    }),
    Entry::new("efficientnet-b3", 2019, 300, |classes, image, device| {
        efficientnet(EfficientNetConfig::b3(classes), image, device)
    }),
    Entry::new("efficientnet-b4", 2019, 380, |classes, image, device| {
        efficientnet(EfficientNetConfig::b4(classes), image, device)
    }),
    Entry::new("efficientnet-b5", 2019, 456, |classes, image, device| {
        efficientnet(EfficientNetConfig::b5(classes), image, device)
    }),
    Entry::new("efficientnet-b6", 2019, 528, |classes, image, device| {
        efficientnet(EfficientNetConfig::b6(classes), image, device)
    }),
    Entry::new("efficientnet-b7", 2019, 600, |classes, image, device| {
        efficientnet(EfficientNetConfig::b7(classes), image, device)
    }),
    Entry::new("signs-net", 2017, 64, |classes, [channels, height, width], device| {
        let config = SignsNetConfig::new().with_num_classes(classes).with_channels(channels);
        config.with_image([height, width]).init(device).map(Network::SignsNet)
    }),
    Entry::new("conv-net", 2026, 64, |classes, [channels, ..], device| {
        let config = ConvNetConfig::new(classes).with_channels(channels);
        config.init(device).map(Network::ConvNet)
    }),
];

fn alexnet(
    config: AlexNetConfig,
    [channels, ..]: [usize; 3],
    device: &Device,
) -> Result<Network, ConfigError> {
    config.with_channels(channels).init(device).map(Network::AlexNet)
}

fn network_in_network(
    config: NetworkInNetworkConfig,
    [channels, ..]: [usize; 3],
    device: &Device,
) -> Result<Network, ConfigError> {
    config.with_channels(channels).init(device).map(Network::NetworkInNetwork)
}

fn vgg(
    config: VggConfig,
    [channels, ..]: [usize; 3],
    device: &Device,
) -> Result<Network, ConfigError> {
    config.with_channels(channels).init(device).map(Network::Vgg)
}

fn googlenet(
    config: GoogLeNetConfig,
    [channels, ..]: [usize; 3],
    device: &Device,
) -> Result<Network, ConfigError> {
    config.with_channels(channels).init(device).map(Network::GoogLeNet)
}

fn resnet(
    config: ResNetConfig,
    [channels, ..]: [usize; 3],
    device: &Device,
) -> Result<Network, ConfigError> {
    config.with_channels(channels).init(device).map(Network::ResNet)
}

fn efficientnet(
    config: EfficientNetConfig,
    [channels, ..]: [usize; 3],
    device: &Device,
) -> Result<Network, ConfigError> {
    config.with_channels(channels).init(device).map(Network::EfficientNet)
}

/// Returns the entry of a name.
pub fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}
