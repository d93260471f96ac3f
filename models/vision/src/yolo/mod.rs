//! Networks that find things on a grid in one pass (Redmon & Farhadi, 2016, "YOLO9000: better, faster, stronger";
//! course 4, week 3).
//!
//! | network | parameters | cell | for |
//! | --- | --- | --- | --- |
//! | [`v2`] | 50,962,889 | 32 | the 80 classes of COCO; the network of the assignment |
//! | [`tiny`] | 15.9 or 11.2 million | 32 | VOC or COCO on small machines |
//! | [`lite`] | 0.79 million | 8 | drawn scenes of 96x128 pixels, trained in minutes |
//! | [`faces`] | 193,321 | 32 | faces, with weights of face-api |
//!
//! Each is a [`YoloNetwork`], images in and the numbers of the last layer out; `head()` of the configuration says what
//! they mean ([`YoloHead`](crate::detection::yolo_head::YoloHead)), and
//! [`YoloLossConfig`](crate::detection::yolo_loss::YoloLossConfig) is how they are learnt.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use fireside_vision::detection::nms::Nms;
//! use fireside_vision::detection::Selection;
//! use fireside_vision::yolo::YoloNetwork as _;
//! use fireside_vision::yolo::lite::YoloLiteConfig;
//!
//! let device = Device::flex();
//! let config = YoloLiteConfig::new(3, vec![[1.5, 1.0], [3.0, 2.0]]);
//! let net = config.init(&device)?;
//! let logits = net.forward(Tensor::zeros([1, 3, 96, 128], &device));
//! assert_eq!(logits.dims(), [1, 2 * (5 + 3), 24, 32]);
//! let found = config.head()?.detect(logits, &Selection::new(0.5, Nms::new(0.5)?)?)?;
//! assert!(found[0].is_empty());
//! # Ok::<(), fireside_vision::ConfigError>(())
//! ```

pub mod faces;
pub mod lite;
pub mod names;
pub mod reorg;
pub mod tiny;
pub mod v2;

use burn::module::{Module, ModuleDisplay};
use burn::tensor::Tensor;

/// A network whose last layer is that of YOLO.
///
/// In training (on an autodiff device) batch normalisation uses the batch's own statistics; elsewhere not.
pub trait YoloNetwork: Module + ModuleDisplay {
    /// Returns the numbers of the last layer.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, sides of which `head().grid(..)` can make cells; the range of the
    ///   values is the architecture's
    /// - output: `[batch, anchors * (5 + num_classes), rows, columns]`
    ///
    /// # Panics
    /// When maps cannot be halved as often as the network does.
    fn forward(&self, images: Tensor<4>) -> Tensor<4>;
}
