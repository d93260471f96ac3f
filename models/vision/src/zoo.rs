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
    /// Rows and columns of the images it was published for.
    pub side: usize,
    /// Rows and columns of the smallest images it takes, and of the largest.
    pub sides: [usize; 2],
    build: Build,
}

/// Builds a network for a number of classes and images of so many channels, rows and columns.
type Build = fn(usize, [usize; 3], &Device) -> Result<Network, ConfigError>;

impl Entry {
    const fn new(name: &'static str, year: u16, side: usize, least: usize, build: Build) -> Self {
        Self { name, year, side, sides: [least, usize::MAX], build }
    }

    /// For images of one size alone.
    const fn fixed(name: &'static str, year: u16, side: usize, build: Build) -> Self {
        Self { name, year, side, sides: [side; 2], build }
    }

    /// Builds the network for images of `[channels, height, width]`.
    ///
    /// # Errors
    /// [`ConfigError`] when the network takes no such images, or there are no classes.
    pub fn build(
        &self,
        num_classes: usize,
        image: [usize; 3],
        device: &Device,
    ) -> Result<Network, ConfigError> {
        let [_, height, width] = image;
        let [least, most] = self.sides;
        if height.max(width) > most {
            return Err(ConfigError::Setting {
                name: "the side of the images",
                expected: most.to_string(),
                found: height.max(width).to_string(),
            });
        }
        match height.min(width) < least {
            true => Err(ConfigError::TooSmall { height, width, least }),
            false => (self.build)(num_classes, image, device),
        }
    }
}

/// Every network that can be had by name, the oldest first.
pub const ENTRIES: &[Entry] = &[
    Entry::fixed("lenet5", 1998, 32, |classes, [channels, ..], device| {
        let config = LeNet5Config::new().with_num_classes(classes);
        config.with_channels(channels).init(device).map(Network::LeNet5)
    }),
    Entry::new("alexnet", 2012, 227, 67, |classes, [channels, ..], device| {
        let config = AlexNetConfig::one_tower(classes).with_channels(channels);
        config.init(device).map(Network::AlexNet)
    }),
    Entry::new("alexnet-two-groups", 2012, 227, 67, |classes, [channels, ..], device| {
        let config = AlexNetConfig::two_groups(classes).with_channels(channels);
        config.init(device).map(Network::AlexNet)
    }),
    Entry::new("alexnet-one-weird-trick", 2014, 227, 67, |classes, [channels, ..], device| {
        let config = AlexNetConfig::one_weird_trick(classes).with_channels(channels);
        config.init(device).map(Network::AlexNet)
    }),
    Entry::new("network-in-network", 2013, 224, 39, |classes, [channels, ..], device| {
        let config = NetworkInNetworkConfig::imagenet(classes).with_channels(channels);
        config.init(device).map(Network::NetworkInNetwork)
    }),
    Entry::new("vgg11", 2014, 224, 32, |classes, [channels, ..], device| {
        let config = VggConfig::vgg11(classes).with_channels(channels);
        config.init(device).map(Network::Vgg)
    }),
    Entry::new("vgg11-bn", 2014, 224, 32, |classes, [channels, ..], device| {
        let config = VggConfig::vgg11(classes).with_channels(channels);
        config.with_batch_norm(true).init(device).map(Network::Vgg)
    }),
    Entry::new("vgg13", 2014, 224, 32, |classes, [channels, ..], device| {
        let config = VggConfig::vgg13(classes).with_channels(channels);
        config.init(device).map(Network::Vgg)
    }),
    Entry::new("vgg13-bn", 2014, 224, 32, |classes, [channels, ..], device| {
        let config = VggConfig::vgg13(classes).with_channels(channels);
        config.with_batch_norm(true).init(device).map(Network::Vgg)
    }),
    Entry::new("vgg16", 2014, 224, 32, |classes, [channels, ..], device| {
        let config = VggConfig::vgg16(classes).with_channels(channels);
        config.init(device).map(Network::Vgg)
    }),
    Entry::new("vgg16-bn", 2014, 224, 32, |classes, [channels, ..], device| {
        let config = VggConfig::vgg16(classes).with_channels(channels);
        config.with_batch_norm(true).init(device).map(Network::Vgg)
    }),
    Entry::new("vgg19", 2014, 224, 32, |classes, [channels, ..], device| {
        let config = VggConfig::vgg19(classes).with_channels(channels);
        config.init(device).map(Network::Vgg)
    }),
    Entry::new("vgg19-bn", 2014, 224, 32, |classes, [channels, ..], device| {
        let config = VggConfig::vgg19(classes).with_channels(channels);
        config.with_batch_norm(true).init(device).map(Network::Vgg)
    }),
    Entry::new("googlenet", 2014, 224, 15, |classes, [channels, ..], device| {
        let config = GoogLeNetConfig::torchvision(classes).with_channels(channels);
        config.init(device).map(Network::GoogLeNet)
    }),
    Entry::new("googlenet-paper", 2014, 224, 31, |classes, [channels, ..], device| {
        let config = GoogLeNetConfig::paper(classes).with_channels(channels);
        config.init(device).map(Network::GoogLeNet)
    }),
    Entry::new("inception-v3", 2015, 299, 75, |classes, [channels, ..], device| {
        let config = InceptionV3Config::torchvision(classes).with_channels(channels);
        config.init(device).map(Network::InceptionV3)
    }),
    Entry::new("resnet18", 2015, 224, 32, |classes, [channels, ..], device| {
        let config = ResNetConfig::resnet18(classes).with_channels(channels);
        config.init(device).map(Network::ResNet)
    }),
    Entry::new("resnet34", 2015, 224, 32, |classes, [channels, ..], device| {
        let config = ResNetConfig::resnet34(classes).with_channels(channels);
        config.init(device).map(Network::ResNet)
    }),
    Entry::new("resnet50", 2015, 224, 32, |classes, [channels, ..], device| {
        let config = ResNetConfig::resnet50(classes).with_channels(channels);
        config.init(device).map(Network::ResNet)
    }),
    Entry::new("resnet101", 2015, 224, 32, |classes, [channels, ..], device| {
        let config = ResNetConfig::resnet101(classes).with_channels(channels);
        config.init(device).map(Network::ResNet)
    }),
    Entry::new("resnet152", 2015, 224, 32, |classes, [channels, ..], device| {
        let config = ResNetConfig::resnet152(classes).with_channels(channels);
        config.init(device).map(Network::ResNet)
    }),
    Entry::new("inception-resnet-v2", 2016, 299, 75, |classes, [channels, ..], device| {
        let config = InceptionResNetConfig::new(classes).with_channels(channels);
        config.init(device).map(Network::InceptionResNet)
    }),
    Entry::new("mobilenet-v1", 2017, 224, 32, |classes, [channels, ..], device| {
        let config = MobileNetV1Config::new(classes).with_channels(channels);
        config.init(device).map(Network::MobileNetV1)
    }),
    Entry::new("mobilenet-v2", 2018, 224, 32, |classes, [channels, ..], device| {
        let config = MobileNetV2Config::new(classes).with_channels(channels);
        config.init(device).map(Network::MobileNetV2)
    }),
    Entry::new("efficientnet-b0", 2019, 224, 32, |classes, [channels, ..], device| {
        let config = EfficientNetConfig::b0(classes).with_channels(channels);
        config.init(device).map(Network::EfficientNet)
    }),
    Entry::new("efficientnet-b1", 2019, 240, 32, |classes, [channels, ..], device| {
        let config = EfficientNetConfig::b1(classes).with_channels(channels);
        config.init(device).map(Network::EfficientNet)
    }),
    Entry::new("efficientnet-b2", 2019, 260, 32, |classes, [channels, ..], device| {
        let config = EfficientNetConfig::b2(classes).with_channels(channels);
        config.init(device).map(Network::EfficientNet)
    }),
    Entry::new("efficientnet-b3", 2019, 300, 32, |classes, [channels, ..], device| {
        let config = EfficientNetConfig::b3(classes).with_channels(channels);
        config.init(device).map(Network::EfficientNet)
    }),
    Entry::new("efficientnet-b4", 2019, 380, 32, |classes, [channels, ..], device| {
        let config = EfficientNetConfig::b4(classes).with_channels(channels);
        config.init(device).map(Network::EfficientNet)
    }),
    Entry::new("efficientnet-b5", 2019, 456, 32, |classes, [channels, ..], device| {
        let config = EfficientNetConfig::b5(classes).with_channels(channels);
        config.init(device).map(Network::EfficientNet)
    }),
    Entry::new("efficientnet-b6", 2019, 528, 32, |classes, [channels, ..], device| {
        let config = EfficientNetConfig::b6(classes).with_channels(channels);
        config.init(device).map(Network::EfficientNet)
    }),
    Entry::new("efficientnet-b7", 2019, 600, 32, |classes, [channels, ..], device| {
        let config = EfficientNetConfig::b7(classes).with_channels(channels);
        config.init(device).map(Network::EfficientNet)
    }),
    Entry::new("signs-net", 2017, 64, 32, |classes, image, device| {
        let [channels, height, width] = image;
        let config = SignsNetConfig::new().with_num_classes(classes).with_channels(channels);
        config.with_image([height, width]).init(device).map(Network::SignsNet)
    }),
    Entry::new("conv-net", 2026, 64, 16, |classes, [channels, ..], device| {
        let config = ConvNetConfig::new(classes).with_channels(channels);
        config.init(device).map(Network::ConvNet)
    }),
];

/// Returns the entry of a name.
pub fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_all_different() {
        for entry in ENTRIES {
            assert_eq!(ENTRIES.iter().filter(|other| other.name == entry.name).count(), 1);
        }
    }

    #[test]
    fn images_that_a_network_does_not_take_are_refused_before_it_is_built() {
        let build = |name: &str, side| {
            let found = find(name).unwrap().build(2, [3, side, side], &Device::flex());
            found.map(|_| ()).unwrap_err().to_string()
        };
        let found = build("alexnet", 64);
        assert_eq!(found, "images of 64x64 are too small: 67x67 is the least");
        assert_eq!(build("lenet5", 64), "the side of the images is 64: 32 is needed");
    }
}
