//! Fully connected networks: logistic and softmax regression, one hidden layer, and any depth.
//!
//! Each architecture is a Burn module beside its configuration, and runs on every backend. [`steps`] holds the same
//! networks by hand, forward and backward, as course 1 teaches them.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use fireside_dense::deep_net::DeepNetConfig;
//!
//! let device = Device::flex();
//! let net = DeepNetConfig::new(vec![12288, 20, 7, 5, 1]).init(&device)?;
//! let images = Tensor::<2>::zeros([3, 12288], &device);
//! assert_eq!(net.forward(images).dims(), [3, 1]);
//! # Ok::<(), fireside_dense::ConfigError>(())
//! ```

pub mod deep_net;
pub mod logistic_regression;
pub mod normalized_net;
pub mod shallow_net;
pub mod softmax_regression;
pub mod steps;

/// A network of impossible sizes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A layer has no units.
    #[error("layer {layer} has 0 units: every layer needs at least 1")]
    EmptyLayer {
        /// Position of the layer, the input being 0.
        layer: usize,
    },
    /// There is no layer after the input.
    #[error("{0} layer sizes were given: a network needs its input and at least one layer")]
    TooFewLayers(usize),
    /// A new last layer does not fit the network.
    #[error("the new head has {found} inputs: the layer before it has {expected} units")]
    OtherInputs {
        /// Units of the layer before the head.
        expected: usize,
        /// Inputs of the head.
        found: usize,
    },
}

/// Checks the sizes of a network, its input first.
fn check_sizes(layer_sizes: &[usize]) -> Result<(), ConfigError> {
    if layer_sizes.len() < 2 {
        return Err(ConfigError::TooFewLayers(layer_sizes.len()));
    }
    match layer_sizes.iter().position(|&size| size == 0) {
        Some(layer) => Err(ConfigError::EmptyLayer { layer }),
        None => Ok(()),
    }
}
