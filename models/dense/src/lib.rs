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

pub use fireside_layers::ConfigError;

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

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
