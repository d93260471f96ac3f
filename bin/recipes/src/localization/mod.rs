//! One object or none in a picture, what it is and where; and where the features of a face are.

mod landmarks;
mod objects;
mod set;

use burn::tensor::Tensor;
use fireside_vision::localization::{BoxLoss, LocalizerConfig};

pub use self::landmarks::{FaceFigures, Faces, face_figures};
pub use self::objects::{ObjectFigures, Objects, object_figures};
pub use self::set::{Located, Targets};

/// Rows and columns of the pictures.
pub const IMAGE: [usize; 2] = [64, 64];

/// By what an object is learnt.
pub const LOSSES: [(&str, BoxLoss); 2] =
    [("mixed", BoxLoss::Mixed { coordinates: 5.0 }), ("squared", BoxLoss::Squared)];

/// Pictures as a localiser sees them: values of 0 to 1 become those of -1 to 1.
pub fn signed<const D: usize>(images: Tensor<D>) -> Tensor<D> {
    images * 2.0 - 1.0
}

/// A localiser of pictures of this size.
fn config(head: fireside_vision::localization::Head) -> LocalizerConfig {
    LocalizerConfig::new(head).with_image(IMAGE)
}
