//! Convolutional networks: the architectures of course 4, each a Burn module beside its configuration.
//!
//! Every classifier is a [`Classifier`]: `features` turns images into feature maps, `logits` is the head on
//! them, so that a new task takes the features and brings a head of its own. [`summary`] prints a network
//! layer by layer.
//!
//! Some networks were written by several libraries, a little different each time; `with_edition` says whose it is
//! ([`Edition`]). A configuration that has published weights says what must agree with them: `renames()`, what
//! the library calls the layers, by which the weights crate reads the files, and `pixels()`, what numbers the
//! network was trained on. [`zoo`] has all networks by name.
//!
//! [`localization`], [`sliding_window`] and [`yolo`] find things in pictures; [`detection`] is what detectors have in
//! common: overlap of boxes, suppression, anchors, the head and the loss of YOLO. [`steps`] is by hand what the
//! assignments teach: convolution, pooling, the boxes of YOLO.
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
//!
//! With weights of Keras, were they here (`fireside_weights::load_file(net, path, config.renames()?)`):
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use fireside_vision::mobilenet_v2::MobileNetV2Config;
//! use fireside_vision::{Classifier as _, Edition};
//!
//! let device = Device::flex();
//! let config = MobileNetV2Config::new(1000).with_edition(Edition::Keras);
//! let net = config.init(&device)?;
//! let photographs = Tensor::<4>::zeros([1, 3, 96, 96], &device); // 0 to 1, red first
//! let logits = net.forward(config.pixels()?.apply(photographs));
//! assert_eq!(config.renames()?[0], ("stem.conv", "Conv1"));
//! # Ok::<(), fireside_vision::ConfigError>(())
//! ```
#![warn(missing_docs)]

pub mod alexnet;
pub mod blocks;
mod classifier;
pub mod conv_net;
pub mod conv_relu;
pub mod cost;
pub mod darknet19;
pub mod detection;
mod edition;
pub mod efficientnet;
pub mod googlenet;
pub mod happy_net;
pub mod inception;
pub mod inception_resnet;
pub mod inception_v3;
pub mod inverted_residual;
pub mod lenet;
pub mod localization;
pub mod mobilenet_v1;
pub mod mobilenet_v2;
pub mod network_in_network;
pub mod new_head;
mod pixels;
pub mod resnet;
pub mod signs_net;
pub mod sliding_window;
pub mod squeeze_excite;
pub mod steps;
pub mod summary;
pub mod vgg;
pub mod yolo;
pub mod zoo;

pub use classifier::{Classifier, TrainingLogits};
pub use edition::Edition;
pub use fireside_layers::{ConfigError, Pixels, Renames};

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
