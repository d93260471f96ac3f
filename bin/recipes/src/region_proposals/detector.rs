//! R-CNN, Fast R-CNN or Faster R-CNN, asked about a picture of any size.

use std::fmt;

use burn::tensor::{Device, Tensor};
use fireside_datasets::image_file::Picture;
use fireside_datasets::labelled_images::images;
use fireside_vision::ConfigError;
use fireside_vision::detection::nms::Nms;
use fireside_vision::detection::{Bounds, Detection};
use fireside_vision::region::faster_rcnn::FasterRcnn;
use fireside_vision::region::head::Selection;
use fireside_vision::region::rcnn::RegionNet;
use fireside_vision::region::selective_search::SelectiveSearch;

use super::proposals::{propose, search};
use crate::car_detection::SIZE;
use crate::car_detection::detector::{PIXELS, numbered};
use crate::car_detection::placing::Placing;
use crate::car_detection::scenes::Scenes;

/// The least probability of a box, where nobody says it.
pub const SCORE: f64 = 0.4;
/// The overlap above which a box goes that another of its class is surer of.
pub const IOU: f64 = 0.45;
/// Boxes of a picture at most.
const MOST: usize = 100;

/// Which boxes are kept.
///
/// # Errors
/// When the overlap is not in 0..=1.
pub fn selection(score: Option<f64>, iou: Option<f64>) -> Result<Selection, ConfigError> {
    let nms = Nms::new(iou.unwrap_or(IOU))?.with_max_boxes(MOST);
    Ok(Selection::new(score.unwrap_or(SCORE), nms))
}

/// A detector by regions.
pub struct RegionDetector {
    net: Net,
    /// Rows and columns that it sees; a picture is scaled to them.
    pub size: [usize; 2],
    /// What its classes are called.
    pub classes: Vec<String>,
}

enum Net {
    /// Of regions that were searched.
    Searched(Box<RegionNet>, SelectiveSearch),
    /// Of its own regions.
    Proposed(Box<FasterRcnn>),
}

impl fmt::Debug for RegionDetector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a detector by regions for {:?} of {:?}", self.classes, self.size)
    }
}

impl From<RegionNet> for RegionDetector {
    /// R-CNN or Fast R-CNN for drawn scenes, by the regions of selective search.
    fn from(net: RegionNet) -> Self {
        let classes = numbered(net.num_classes());
        Self { net: Net::Searched(Box::new(net), search()), size: SIZE, classes }
    }
}

impl From<FasterRcnn> for RegionDetector {
    /// Faster R-CNN for drawn scenes.
    fn from(net: FasterRcnn) -> Self {
        let classes = numbered(net.num_classes());
        Self { net: Net::Proposed(Box::new(net)), size: SIZE, classes }
    }
}

impl RegionDetector {
    /// The same for scenes of this size and these classes.
    #[must_use]
    pub fn for_scenes(self, scenes: &Scenes) -> Self {
        Self { size: scenes.size, classes: scenes.classes.clone(), ..self }
    }

    /// The regions that it looks at in a picture of its size, the surest first where it proposes them itself.
    ///
    /// # Errors
    /// When the network cannot see a picture of this size.
    pub fn regions(&self, pixels: &[u8], device: &Device) -> Result<Vec<Bounds>, ConfigError> {
        match &self.net {
            Net::Searched(_, search) => propose(search, pixels, self.size),
            Net::Proposed(net) => {
                let found = net.proposals(tensor(pixels, self.size, device))?;
                Ok(found.into_iter().flatten().map(|proposal| proposal.bounds).collect())
            }
        }
    }

    /// What is found in a picture of any size, in its pixels, by falling score.
    ///
    /// # Errors
    /// As [`RegionDetector::regions`].
    pub fn detect(
        &self,
        picture: &Picture,
        selection: &Selection,
        device: &Device,
    ) -> Result<Vec<Detection>, ConfigError> {
        self.detect_within(self.size, picture, selection, device)
    }

    /// The same, where the picture is scaled to other rows and columns.
    pub(crate) fn detect_within(
        &self,
        size: [usize; 2],
        picture: &Picture,
        selection: &Selection,
        device: &Device,
    ) -> Result<Vec<Detection>, ConfigError> {
        let placed = Placing::Squash.place(picture, size);
        let images = tensor(&placed.pixels, size, device);
        let found = match &self.net {
            Net::Searched(net, search) => {
                let regions = propose(search, &placed.pixels, size)?;
                net.detect(images, &[regions], selection)?
            }
            Net::Proposed(net) => net.detect(images, selection)?,
        };
        Ok(found.iter().flatten().map(|found| placed.back(found)).collect())
    }

    /// What one region of a picture of its size is taken for, where it is taken for something; it has to be one that was
    /// not proposed by the network itself.
    ///
    /// # Errors
    /// As [`RegionDetector::regions`].
    pub fn sorted(
        &self,
        pixels: &[u8],
        region: Bounds,
        device: &Device,
    ) -> Result<Option<Detection>, ConfigError> {
        let Net::Searched(net, _) = &self.net else { return Ok(None) };
        let all = selection(Some(0.0), None)?;
        let found = net.detect(tensor(pixels, self.size, device), &[vec![region]], &all)?;
        Ok(found.into_iter().flatten().next())
    }
}

/// A picture as the networks see it: `[1, 3, height, width]`, values of -1 to 1.
fn tensor(pixels: &[u8], [height, width]: [usize; 2], device: &Device) -> Tensor<4> {
    PIXELS.apply(images(pixels, [1, height, width, 3], device))
}
