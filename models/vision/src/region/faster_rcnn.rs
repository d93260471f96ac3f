//! Faster R-CNN (Ren et al., 2015), small: a region proposal network and a Fast R-CNN on the features of one trunk.
//!
//! Deviation: both are trained together in every step, as in the paper's later code and in torchvision, with no gradient
//! through the proposals.

use burn::config::Config;
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_numpy_rng::NumpyRng;

use super::check_truths;
use super::head::{RegionHeadConfig, RegionLoss, Selection};
use super::rcnn::{Cut, RegionNet, RegionNetConfig};
use super::rpn::{Proposal, Rpn, RpnConfig, RpnLoss};
use crate::ConfigError;
use crate::darknet_lite::{DarknetLite, DarknetLiteConfig};
use crate::detection::{Bounds, Detection, TrueBox};

/// Configuration of [`FasterRcnn`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct FasterRcnnConfig {
    /// What proposes regions. Its channels and its stride are those of the trunk.
    pub rpn: RpnConfig,
    /// What sorts them. Its channels are those of the trunk.
    pub head: RegionHeadConfig,
    /// The convolutions that both look at.
    #[config(default = "DarknetLiteConfig::new()")]
    pub trunk: DarknetLiteConfig,
}

/// Faster R-CNN.
#[derive(Module, Debug)]
pub struct FasterRcnn {
    rpn: Rpn,
    network: RegionNet,
}

/// What training is to lower.
#[derive(Debug, Clone)]
pub struct FasterRcnnLoss {
    /// Of the proposals.
    pub rpn: RpnLoss,
    /// Of the regions.
    pub regions: RegionLoss,
}

impl FasterRcnnConfig {
    /// With the usual trunk.
    pub fn lite(num_classes: usize) -> Self {
        let trunk = DarknetLiteConfig::new();
        Self::new(
            RpnConfig::new(trunk.features(), trunk.stride()),
            RegionHeadConfig::new(num_classes, trunk.features()),
        )
    }

    /// Builds the network.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, a share is none, or channels or strides are not those of the trunk.
    pub fn init(&self, device: &Device) -> Result<FasterRcnn, ConfigError> {
        let wanted = [
            ("channels of the region proposals", self.trunk.features(), self.rpn.channels),
            ("stride of the region proposals", self.trunk.stride(), self.rpn.stride),
        ];
        for (name, expected, found) in wanted {
            if expected != found {
                let expected = format!("{expected}, the trunk's,");
                return Err(ConfigError::Setting { name, expected, found: found.to_string() });
            }
        }
        let network =
            RegionNetConfig::new(Cut::Features, self.head.clone()).with_trunk(self.trunk.clone());
        Ok(FasterRcnn { network: network.init(device)?, rpn: self.rpn.init(device)? })
    }
}

impl FasterRcnn {
    /// The same on convolutions that have learnt something already, of the same configuration.
    #[must_use]
    pub fn with_trunk(self, trunk: DarknetLite) -> Self {
        Self { network: self.network.with_trunk(trunk), ..self }
    }

    /// The losses on samples of anchors and of proposals, which `rng` draws.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, values of 0 to 1
    ///
    /// # Errors
    /// [`ConfigError`] when a true box has no area on its picture or a class that the network has not, or the trunk
    /// cannot see images of this height and width.
    ///
    /// # Panics
    /// When there is not one list of truths for each image.
    pub fn loss(
        &self,
        images: Tensor<4>,
        truths: &[Vec<TrueBox>],
        rng: &mut NumpyRng,
    ) -> Result<FasterRcnnLoss, ConfigError> {
        let image = self.network.check_images(&images)?;
        check_truths(truths, image, self.network.num_classes())?;
        let features = self.network.source(images);
        let output = self.rpn.forward(features.clone());
        let there: Vec<Vec<Bounds>> = truths.iter().map(|truths| all_bounds(truths)).collect();
        let rpn = self.rpn.loss(&output, &there, rng);
        let proposals = bounds_of(&self.rpn.proposals(&output, image));
        let regions = self.network.loss_on(&features, image, &proposals, truths, rng);
        Ok(FasterRcnnLoss { rpn, regions })
    }

    /// Number of classes, nothing not counted.
    #[must_use]
    pub fn num_classes(&self) -> usize {
        self.network.num_classes()
    }

    /// The regions that may hold something, for each picture the surest first.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, values of 0 to 1
    ///
    /// # Errors
    /// [`ConfigError`] when the trunk cannot see images of this height and width.
    pub fn proposals(&self, images: Tensor<4>) -> Result<Vec<Vec<Proposal>>, ConfigError> {
        let image = self.network.check_images(&images)?;
        let output = self.rpn.forward(self.network.source(images));
        Ok(self.rpn.proposals(&output, image))
    }

    /// The boxes of each picture that stay, by falling score.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, values of 0 to 1
    ///
    /// # Errors
    /// [`ConfigError`] when the trunk cannot see images of this height and width.
    pub fn detect(
        &self,
        images: Tensor<4>,
        selection: &Selection,
    ) -> Result<Vec<Vec<Detection>>, ConfigError> {
        let image = self.network.check_images(&images)?;
        let features = self.network.source(images);
        let output = self.rpn.forward(features.clone());
        let proposals = bounds_of(&self.rpn.proposals(&output, image));
        Ok(self.network.detect_on(&features, image, &proposals, selection))
    }
}

impl FasterRcnnLoss {
    /// All four together.
    pub fn total(&self) -> Tensor<1> {
        self.rpn.total() + self.regions.total()
    }
}

fn all_bounds(truths: &[TrueBox]) -> Vec<Bounds> {
    truths.iter().map(|truth| truth.bounds).collect()
}

fn bounds_of(proposals: &[Vec<Proposal>]) -> Vec<Vec<Bounds>> {
    let bounds = |proposals: &Vec<Proposal>| proposals.iter().map(|found| found.bounds).collect();
    proposals.iter().map(bounds).collect()
}
