//! The classifiers by name, for programs that are told which to take.

mod network;

use burn::tensor::Device;

use self::network::NetworkConfig as Of;
use crate::Edition::{self, Course, Keras, Lecture, Paper, Torchvision};
use crate::alexnet::AlexNetConfig;
use crate::conv_net::ConvNetConfig;
use crate::efficientnet::EfficientNetConfig;
use crate::googlenet::GoogLeNetConfig;
use crate::inception_resnet::InceptionResNetConfig;
use crate::inception_v3::InceptionV3Config;
use crate::lenet::LeNet5Config;
use crate::mobilenet_v1::MobileNetV1Config;
use crate::mobilenet_v2::MobileNetV2Config;
use crate::network_in_network::NetworkInNetworkConfig;
use crate::resnet::ResNetConfig;
use crate::signs_net::SignsNetConfig;
use crate::vgg::VggConfig;
use crate::{ConfigError, edition};

pub use self::network::{Network, NetworkConfig};

/// A network that can be had by name.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Entry {
    /// What it is called, in small letters: `resnet50`.
    pub name: &'static str,
    /// When it was published.
    pub year: u16,
    /// Classes that it was published for.
    pub classes: usize,
    /// Channels of the images it was published for: 3, but for LeNet-5, which reads digits in gray.
    pub channels: usize,
    /// Rows and columns of these images.
    pub side: usize,
    /// Rows and columns of the smallest images it takes, and of the largest.
    pub sides: [usize; 2],
    /// The editions for which there are published weights.
    pub published: &'static [Edition],
    config: fn(usize) -> NetworkConfig,
}

/// Classes of ImageNet.
const IMAGENET: usize = 1000;
/// Classes of the hands of the assignments: 0 to 5 fingers.
const FINGERS: usize = 6;

/// Libraries that have published weights.
const OF_TORCHVISION: &[Edition] = &[Torchvision];
const OF_KERAS: &[Edition] = &[Keras];
const OF_BOTH: &[Edition] = &[Torchvision, Keras];

impl Entry {
    const fn new(
        name: &'static str,
        year: u16,
        side: usize,
        least: usize,
        config: fn(usize) -> NetworkConfig,
    ) -> Self {
        let (sides, published) = ([least, usize::MAX], &[] as &[Edition]);
        Self { name, year, classes: IMAGENET, channels: 3, side, sides, published, config }
    }

    /// For others than ImageNet's thousand classes.
    const fn classes(mut self, classes: usize) -> Self {
        self.classes = classes;
        self
    }

    /// For images in gray.
    const fn gray(mut self) -> Self {
        self.channels = 1;
        self
    }

    /// For images of its own size alone.
    const fn fixed(mut self) -> Self {
        self.sides = [self.side; 2];
        self
    }

    const fn published(mut self, by: &'static [Edition]) -> Self {
        self.published = by;
        self
    }

    /// The configuration for images of `[channels, height, width]`: in the edition for which there are published
    /// weights, or without one in its own, which its name says or which is torchvision's. What is dropped in training
    /// is that of its own edition.
    ///
    /// # Errors
    /// [`ConfigError`] when the network takes no such images, or there are no weights of that edition.
    pub fn config(
        &self,
        num_classes: usize,
        image: [usize; 3],
        edition: Option<Edition>,
    ) -> Result<NetworkConfig, ConfigError> {
        let [_, height, width] = image;
        let [least, most] = self.sides;
        if height.max(width) > most {
            return Err(ConfigError::Setting {
                name: "the side of the images",
                expected: most.to_string(),
                found: height.max(width).to_string(),
            });
        }
        if height.min(width) < least {
            return Err(ConfigError::TooSmall { height, width, least });
        }
        let config = (self.config)(num_classes).for_images(image);
        match edition {
            None => Ok(config),
            Some(edition) if self.published.contains(&edition) => Ok(config.with_edition(edition)),
            Some(_) if self.published.is_empty() => {
                edition::unpublished("the network", self.name, "others")
            }
            Some(edition) => edition.unpublished(self.published),
        }
    }

    /// The rows and columns of images that the network takes, as near to `wanted` as there are.
    #[must_use]
    pub fn side_near(&self, wanted: usize) -> usize {
        let [least, most] = self.sides;
        wanted.clamp(least, most)
    }

    /// Builds the network in its own edition for images of `[channels, height, width]`.
    ///
    /// # Errors
    /// [`ConfigError`] when the network takes no such images, or there are no classes.
    pub fn build(
        &self,
        num_classes: usize,
        image: [usize; 3],
        device: &Device,
    ) -> Result<Network, ConfigError> {
        self.config(num_classes, image, None)?.init(device)
    }
}

/// Every network that can be had by name, the oldest first.
pub const ENTRIES: &[Entry] = &[
    Entry::new("lenet5", 1998, 32, 32, |n| Of::LeNet5(LeNet5Config::new().with_num_classes(n)))
        .fixed()
        .classes(10)
        .gray(),
    Entry::new("alexnet", 2012, 227, 67, |n| alexnet(n, Lecture)),
    Entry::new("alexnet-two-groups", 2012, 227, 67, |n| alexnet(n, Paper)),
    Entry::new("alexnet-one-weird-trick", 2014, 227, 67, |n| alexnet(n, Torchvision))
        .published(OF_TORCHVISION),
    Entry::new("network-in-network", 2013, 224, 39, |n| {
        Of::NetworkInNetwork(NetworkInNetworkConfig::imagenet(n))
    }),
    Entry::new("vgg11", 2014, 224, 32, |n| Of::Vgg(VggConfig::vgg11(n))).published(OF_TORCHVISION),
    Entry::new("vgg11-bn", 2014, 224, 32, |n| normalized(VggConfig::vgg11(n)))
        .published(OF_TORCHVISION),
    Entry::new("vgg13", 2014, 224, 32, |n| Of::Vgg(VggConfig::vgg13(n))).published(OF_TORCHVISION),
    Entry::new("vgg13-bn", 2014, 224, 32, |n| normalized(VggConfig::vgg13(n)))
        .published(OF_TORCHVISION),
    Entry::new("vgg16", 2014, 224, 32, |n| Of::Vgg(VggConfig::vgg16(n))).published(OF_BOTH),
    Entry::new("vgg16-bn", 2014, 224, 32, |n| normalized(VggConfig::vgg16(n)))
        .published(OF_TORCHVISION),
    Entry::new("vgg19", 2014, 224, 32, |n| Of::Vgg(VggConfig::vgg19(n))).published(OF_BOTH),
    Entry::new("vgg19-bn", 2014, 224, 32, |n| normalized(VggConfig::vgg19(n)))
        .published(OF_TORCHVISION),
    Entry::new("googlenet", 2014, 224, 15, |n| googlenet(n, Torchvision)).published(OF_TORCHVISION),
    Entry::new("googlenet-paper", 2014, 224, 31, |n| googlenet(n, Paper)),
    Entry::new("inception-v3", 2015, 299, 75, |n| Of::InceptionV3(InceptionV3Config::new(n)))
        .published(OF_BOTH),
    Entry::new("resnet18", 2015, 224, 32, |n| Of::ResNet(ResNetConfig::resnet18(n)))
        .published(OF_TORCHVISION),
    Entry::new("resnet34", 2015, 224, 32, |n| Of::ResNet(ResNetConfig::resnet34(n)))
        .published(OF_TORCHVISION),
    Entry::new("resnet50", 2015, 224, 32, |n| Of::ResNet(ResNetConfig::resnet50(n))).published(&[
        Torchvision,
        Keras,
        Course,
    ]),
    Entry::new("resnet101", 2015, 224, 32, |n| Of::ResNet(ResNetConfig::resnet101(n)))
        .published(OF_BOTH),
    Entry::new("resnet152", 2015, 224, 32, |n| Of::ResNet(ResNetConfig::resnet152(n)))
        .published(OF_BOTH),
    Entry::new("inception-resnet-v2", 2016, 299, 75, |n| {
        Of::InceptionResNet(InceptionResNetConfig::new(n))
    })
    .published(OF_KERAS),
    Entry::new("mobilenet-v1", 2017, 224, 32, |n| Of::MobileNetV1(MobileNetV1Config::new(n)))
        .published(OF_KERAS),
    Entry::new("mobilenet-v2", 2018, 224, 32, |n| Of::MobileNetV2(MobileNetV2Config::new(n)))
        .published(OF_BOTH),
    efficientnet("efficientnet-b0", 224, |n| Of::EfficientNet(EfficientNetConfig::b0(n))),
    efficientnet("efficientnet-b1", 240, |n| Of::EfficientNet(EfficientNetConfig::b1(n))),
    efficientnet("efficientnet-b2", 260, |n| Of::EfficientNet(EfficientNetConfig::b2(n))),
    efficientnet("efficientnet-b3", 300, |n| Of::EfficientNet(EfficientNetConfig::b3(n))),
    efficientnet("efficientnet-b4", 380, |n| Of::EfficientNet(EfficientNetConfig::b4(n))),
    efficientnet("efficientnet-b5", 456, |n| Of::EfficientNet(EfficientNetConfig::b5(n))),
    efficientnet("efficientnet-b6", 528, |n| Of::EfficientNet(EfficientNetConfig::b6(n))),
    efficientnet("efficientnet-b7", 600, |n| Of::EfficientNet(EfficientNetConfig::b7(n))),
    Entry::new("signs-net", 2017, 64, 32, |n| {
        Of::SignsNet(SignsNetConfig::new().with_num_classes(n))
    })
    .published(&[Course])
    .classes(FINGERS),
    Entry::new("conv-net", 2026, 64, 16, |n| Of::ConvNet(ConvNetConfig::new(n))).classes(FINGERS),
];

fn alexnet(num_classes: usize, edition: Edition) -> NetworkConfig {
    Of::AlexNet(AlexNetConfig::new(num_classes).with_edition(edition))
}

fn normalized(config: VggConfig) -> NetworkConfig {
    Of::Vgg(config.with_batch_norm(true))
}

fn googlenet(num_classes: usize, edition: Edition) -> NetworkConfig {
    Of::GoogLeNet(GoogLeNetConfig::new(num_classes).with_edition(edition))
}

const fn efficientnet(
    name: &'static str,
    side: usize,
    config: fn(usize) -> NetworkConfig,
) -> Entry {
    Entry::new(name, 2019, side, 32, config).published(OF_BOTH)
}

/// Returns the entry of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use fireside_layers::pixels::ColorOrder;

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

    #[test]
    fn side_near_another_is_one_that_the_network_takes() {
        let near = |name: &str| find(name).unwrap().side_near(64);
        assert_eq!([near("lenet5"), near("alexnet"), near("resnet50")], [32, 67, 64]);
    }

    /// What the table promises and what the configurations say is the same.
    #[test]
    fn names_and_pixels_are_known_of_all_published_weights_and_of_no_others() {
        for entry in ENTRIES {
            let image = [3, entry.side, entry.side];
            let own = entry.config(1000, image, None).unwrap();
            assert_eq!(own.renames().is_ok(), !entry.published.is_empty(), "{}", entry.name);
            for edition in [Paper, Lecture, Torchvision, Keras, Course] {
                let config = entry.config(1000, image, Some(edition));
                if let Ok(config) = config {
                    assert!(config.renames().is_ok() && config.pixels().is_ok(), "{}", entry.name);
                    continue;
                }
                // A configuration without editions stays as it is.
                let other = own.clone().with_edition(edition).renames();
                let is_same = other == own.renames();
                assert!(other.is_err() || is_same || entry.published.is_empty(), "{}", entry.name);
            }
        }
    }

    /// The first channel of a black and of a white picture, by the documentation of the libraries. torchvision turns
    /// the pixels of its other networks into -1 to 1 for its Inceptions (`transform_input`).
    #[test]
    fn pixels_are_those_of_the_library_that_trained_the_network() {
        let standard = [-0.485 / 0.229, (1.0 - 0.485) / 0.229];
        let (symmetric, caffe) = ([-1.0, 1.0], [-103.939, 255.0 - 103.939]);
        for (name, edition, expected) in [
            ("alexnet-one-weird-trick", Torchvision, standard),
            ("vgg16-bn", Torchvision, standard),
            ("vgg16", Keras, caffe),
            ("googlenet", Torchvision, symmetric),
            ("inception-v3", Torchvision, symmetric),
            ("inception-v3", Keras, symmetric),
            ("inception-resnet-v2", Keras, symmetric),
            ("resnet50", Torchvision, standard),
            ("resnet50", Keras, caffe),
            ("resnet50", Course, [0.0, 1.0]),
            ("mobilenet-v1", Keras, symmetric),
            ("mobilenet-v2", Torchvision, standard),
            ("mobilenet-v2", Keras, symmetric),
            ("efficientnet-b0", Torchvision, standard),
            ("efficientnet-b0", Keras, [0.0, 255.0]),
            ("signs-net", Course, [0.0, 1.0]),
        ] {
            let entry = find(name).unwrap();
            let config = entry.config(1000, [3, entry.side, entry.side], Some(edition)).unwrap();
            let pixels = config.pixels().unwrap();
            let [found, ..] = pixels.range();
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{name}");
            assert_eq!(pixels.order == ColorOrder::Bgr, expected == caffe, "{name}");
        }
        let gray = find("resnet50").unwrap().config(9, [1, 64, 64], Some(Keras)).unwrap();
        let error = gray.pixels().unwrap_err().to_string();
        assert_eq!(error, "channels is 1: published weights are for 3");
    }

    #[test]
    fn networks_without_weights_say_so_in_a_sentence() {
        let config = |name: &str, edition| {
            let found = find(name).unwrap().config(10, [3, 224, 224], Some(edition));
            found.map(|_| ()).unwrap_err().to_string()
        };
        let alone = "the network is conv-net: published weights are for others";
        assert_eq!(config("conv-net", Keras), alone);
        let other = "edition is keras: published weights are for torchvision";
        assert_eq!(config("resnet18", Keras), other);
    }
}
