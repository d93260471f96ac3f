//! Networks that sort proposed regions: R-CNN (Girshick et al., 2013) and Fast R-CNN (Girshick, 2015), small.
//!
//! They differ in one thing. R-CNN cuts every region out of the picture, warps it to one size and looks at it by itself;
//! Fast R-CNN looks at the whole picture once and cuts the regions out of the features. The trunk and the head are the
//! same, so that a comparison shows what the exchange alone is worth.
//!
//! Deviations: one network trained in one go with a softmax, where R-CNN had support vector machines and a regression
//! after it; regions are cut by RoIAlign, where Fast R-CNN had RoIPool.

use burn::config::Config;
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_layers::ops::{self, Region, RoiAlignOptions};
use fireside_numpy_rng::NumpyRng;

use super::head::{
    RegionHead, RegionHeadConfig, RegionLoss, RegionScores, SampledRegion, Selection,
};
use super::{check_truths, clipped};
use crate::ConfigError;
use crate::darknet_lite::{DarknetLite, DarknetLiteConfig};
use crate::detection::{Bounds, Detection, TrueBox};

/// Regions cut out of the picture that are looked at in one go where nothing is learnt.
const CROPS_AT_ONCE: usize = 64;

/// Rows and columns that R-CNN usually warps a region to.
pub const CROP: usize = 64;

/// What regions are cut out of.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The picture: R-CNN.
    Picture,
    /// The features of the picture: Fast R-CNN.
    Features,
}

/// Configuration of [`RegionNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct RegionNetConfig {
    /// What regions are cut out of.
    pub cut: Cut,
    /// The layers after them. Its channels are those of the trunk's features.
    pub head: RegionHeadConfig,
    /// The convolutions.
    #[config(default = "DarknetLiteConfig::new()")]
    pub trunk: DarknetLiteConfig,
    /// Rows and columns that R-CNN warps a region of the picture to.
    #[config(default = "CROP")]
    pub crop: usize,
}

/// A network that sorts proposed regions.
#[derive(Module, Debug)]
pub struct RegionNet {
    trunk: DarknetLite,
    head: RegionHead,
    #[module(skip)]
    settings: RegionNetConfig,
}

impl RegionNetConfig {
    /// R-CNN with the usual trunk.
    pub fn rcnn(num_classes: usize) -> Self {
        Self::usual(Cut::Picture, num_classes)
    }

    /// Fast R-CNN with the usual trunk.
    pub fn fast_rcnn(num_classes: usize) -> Self {
        Self::usual(Cut::Features, num_classes)
    }

    fn usual(cut: Cut, num_classes: usize) -> Self {
        Self::new(cut, RegionHeadConfig::new(num_classes, DarknetLiteConfig::new().features()))
    }

    /// Builds the network.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, a share is none, the head's channels are not those of the trunk, or the trunk
    /// cannot see crops of this side.
    pub fn init(&self, device: &Device) -> Result<RegionNet, ConfigError> {
        let (expected, found) = (self.trunk.features(), self.head.channels);
        if expected != found {
            return Err(ConfigError::Setting {
                name: "channels of the head",
                expected: format!("{expected}, as many as the trunk has,"),
                found: found.to_string(),
            });
        }
        self.trunk.check_image([self.crop; 2])?;
        Ok(RegionNet {
            trunk: self.trunk.init(device)?,
            head: self.head.init(device)?,
            settings: self.clone(),
        })
    }
}

impl RegionNet {
    /// The same on convolutions that have learnt something already, of the same configuration.
    #[must_use]
    pub fn with_trunk(self, trunk: DarknetLite) -> Self {
        Self { trunk, ..self }
    }

    /// The loss on a sample of the regions proposed for each picture and of the truths, which `rng` draws.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, values of 0 to 1
    ///
    /// # Errors
    /// [`ConfigError`] when a true box has no area on its picture or a class that the network has not, or the trunk
    /// cannot see images of this height and width.
    ///
    /// # Panics
    /// When there is not one list of proposals and one of truths for each image.
    pub fn loss(
        &self,
        images: Tensor<4>,
        proposals: &[Vec<Bounds>],
        truths: &[Vec<TrueBox>],
        rng: &mut NumpyRng,
    ) -> Result<RegionLoss, ConfigError> {
        let image = self.check_images(&images)?;
        check_truths(truths, image, self.head.num_classes())?;
        let source = self.source(images);
        Ok(self.loss_on(&source, image, proposals, truths, rng))
    }

    /// As [`RegionNet::loss`], on what [`RegionNet::source`] returned.
    pub(super) fn loss_on(
        &self,
        source: &Tensor<4>,
        image: [usize; 2],
        proposals: &[Vec<Bounds>],
        truths: &[Vec<TrueBox>],
        rng: &mut NumpyRng,
    ) -> RegionLoss {
        let batch = source.dims()[0];
        assert!(
            proposals.len() == batch && truths.len() == batch,
            "{} lists of proposals and {} of truths for {batch} images",
            proposals.len(),
            truths.len()
        );
        let mut regions = Vec::new();
        let mut sampled = Vec::new();
        for (picture, (proposals, truths)) in proposals.iter().zip(truths).enumerate() {
            let proposals = on_picture(proposals, image);
            let sample = self.head.sample(&proposals, truths, rng);
            regions.extend(sample.iter().map(|region| at(picture, region.bounds)));
            sampled.extend(sample);
        }
        if sampled.is_empty() {
            // Nothing is there and nothing was proposed: the whole of a picture then is nothing.
            let whole = [0.0, 0.0, image[1] as f64, image[0] as f64];
            regions.push(at(0, whole));
            sampled.push(SampledRegion { bounds: whole, truth: None });
        }
        self.head.loss(&self.look(source, &regions), &sampled)
    }

    /// The boxes of each picture that stay, by falling score.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, values of 0 to 1
    ///
    /// # Errors
    /// [`ConfigError`] when the trunk cannot see images of this height and width.
    ///
    /// # Panics
    /// When there is not one list of proposals for each image.
    pub fn detect(
        &self,
        images: Tensor<4>,
        proposals: &[Vec<Bounds>],
        selection: &Selection,
    ) -> Result<Vec<Vec<Detection>>, ConfigError> {
        let image = self.check_images(&images)?;
        Ok(self.detect_on(&self.source(images), image, proposals, selection))
    }

    /// As [`RegionNet::detect`], on what [`RegionNet::source`] returned.
    pub(super) fn detect_on(
        &self,
        source: &Tensor<4>,
        image: [usize; 2],
        proposals: &[Vec<Bounds>],
        selection: &Selection,
    ) -> Vec<Vec<Detection>> {
        assert_eq!(proposals.len(), source.dims()[0], "one list of proposals for each image");
        let at_once = match self.settings.cut {
            Cut::Picture => CROPS_AT_ONCE,
            Cut::Features => usize::MAX,
        };
        let pictures = proposals.iter().enumerate().map(|(picture, proposals)| {
            let bounds = on_picture(proposals, image);
            let regions: Vec<Region> = bounds.iter().map(|bounds| at(picture, *bounds)).collect();
            let found: Vec<RegionScores> =
                regions.chunks(at_once).map(|regions| self.look(source, regions)).collect();
            if found.is_empty() {
                return Vec::new();
            }
            let found = RegionScores {
                scores: Tensor::cat(found.iter().map(|part| part.scores.clone()).collect(), 0),
                deltas: Tensor::cat(found.iter().map(|part| part.deltas.clone()).collect(), 0),
            };
            self.head.detections(&found, &bounds, image, selection)
        });
        pictures.collect()
    }

    /// What regions are cut out of: the features, or the images themselves.
    pub(super) fn source(&self, images: Tensor<4>) -> Tensor<4> {
        match self.settings.cut {
            Cut::Picture => images,
            Cut::Features => self.trunk.forward(images),
        }
    }

    /// Cuts the regions out and says what they are.
    fn look(&self, source: &Tensor<4>, regions: &[Region]) -> RegionScores {
        let RegionNetConfig { cut, head, trunk, crop } = &self.settings;
        let pooling = RoiAlignOptions::new([head.size; 2], 1.0 / trunk.stride() as f64);
        let pooled = match cut {
            Cut::Picture => {
                let warping = RoiAlignOptions::new([*crop; 2], 1.0);
                let crops = ops::roi_align(source.clone(), regions, &warping);
                let bounds = [0.0, 0.0, *crop as f64, *crop as f64];
                let whole: Vec<Region> = (0..regions.len()).map(|crop| at(crop, bounds)).collect();
                ops::roi_align(self.trunk.forward(crops), &whole, &pooling)
            }
            Cut::Features => ops::roi_align(source.clone(), regions, &pooling),
        };
        self.head.forward(pooled) // [regions, features, size, size]
    }

    /// Rows and columns of the images.
    pub(super) fn check_images(&self, images: &Tensor<4>) -> Result<[usize; 2], ConfigError> {
        let [_, _, height, width] = images.dims();
        self.settings.trunk.check_image([height, width])?;
        Ok([height, width])
    }

    /// Number of classes, nothing not counted.
    #[must_use]
    pub fn num_classes(&self) -> usize {
        self.head.num_classes()
    }
}

fn at(image: usize, bounds: Bounds) -> Region {
    Region { image, bounds }
}

/// What lies on the picture of the boxes that do.
fn on_picture(boxes: &[Bounds], image: [usize; 2]) -> Vec<Bounds> {
    boxes.iter().filter_map(|bounds| clipped(*bounds, image)).collect()
}
