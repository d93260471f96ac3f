use burn::module::{Module, ModuleDisplay};
use burn::tensor::Tensor;

/// A network that sorts images into classes, in two parts.
///
/// In training (on an autodiff device) batch normalisation uses the batch's own statistics and dropout is
/// active; elsewhere neither, so that an image's logits do not depend on its neighbours.
pub trait Classifier: Module + ModuleDisplay {
    /// Returns what the convolutions see in the images.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`; the range of the values is the architecture's
    /// - output: `[batch, feature channels, height, width]`, smaller
    fn features(&self, images: Tensor<4>) -> Tensor<4>;

    /// Returns class logits: the head, with its pooling.
    ///
    /// # Shapes
    /// - `features`: as [`Classifier::features`] returns them
    /// - output: `[batch, num_classes]`
    fn logits(&self, features: Tensor<4>) -> Tensor<2>;

    /// Returns class logits of images.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`
    /// - output: `[batch, num_classes]`
    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        self.logits(self.features(images))
    }
}

/// The logits of a network and of its auxiliary heads, which see the image half way: in training their losses
/// are added to that of the network, so that gradients reach the early layers.
#[derive(Debug, Clone)]
pub struct TrainingLogits {
    /// Of the network, `[batch, num_classes]`.
    pub main: Tensor<2>,
    /// Of the auxiliary heads, the earliest first, `[batch, num_classes]` each.
    pub auxiliary: Vec<Tensor<2>>,
}
