//! Convolutional networks: the architectures of course 4, each a Burn module beside its configuration.
//!
//! Every classifier is a [`Classifier`]: `features` turns images into feature maps, `logits` is the head on
//! them, so that a new task takes the features and brings a head of its own. [`summary`] prints a network
//! layer by layer. The names that other libraries give to the parameters stand beside each architecture
//! ([`Renames`]); the weights crate reads files by them.
//!
//! [`steps`] is convolution and pooling by hand, as the first assignment teaches them.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use fireside_vision::Classifier as _;
//! use fireside_vision::lenet::LeNet5Config;
//!
//! let device = Device::flex();
//! let net = LeNet5Config::new().init(&device)?;
//! let images = Tensor::<4>::zeros([2, 1, 32, 32], &device);
//! assert_eq!(net.forward(images).dims(), [2, 10]);
//! # Ok::<(), fireside_vision::ConfigError>(())
//! ```
#![warn(missing_docs)]

pub mod alexnet;
pub mod blocks;
mod classifier;
pub mod conv_net;
pub mod conv_relu;
pub mod cost;
pub mod efficientnet;
mod error;
pub mod googlenet;
pub mod happy_net;
pub mod inception;
pub mod inception_resnet;
pub mod inception_v3;
pub mod inverted_residual;
pub mod lenet;
pub mod mobilenet_v1;
pub mod mobilenet_v2;
pub mod network_in_network;
pub mod new_head;
pub mod pixels;
mod renames;
pub mod resnet;
pub mod signs_net;
pub mod squeeze_excite;
pub mod steps;
pub mod summary;
pub mod vgg;
pub mod zoo;

pub use classifier::{Classifier, TrainingLogits};
pub use error::ConfigError;
pub use renames::Renames;
