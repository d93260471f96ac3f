//! The architectures of the Deep Learning Specialization on [Burn](https://burn.dev), each a module you can
//! import, with what it takes to train them. Fast on a CPU by default.
//!
//! ```toml
//! [dependencies]
//! burn = { version = "0.22.1", default-features = false, features = ["std", "optim"] }
//! fireside = "0.1"
//! ```
//!
//! A **ResNet-50 with weights**. The file may come from PyTorch, Keras or NumPy, or be one of ours, as here;
//! each architecture knows what other libraries call its layers, and what pixels it was trained on.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use fireside::vision::Classifier as _;
//! use fireside::vision::resnet::ResNetConfig;
//! use fireside::weights::{load_file, write};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("resnet50.safetensors");
//! let device = Device::flex();
//! let config = ResNetConfig::resnet50(1000);
//! let trained = config.init(&device)?;
//! write(&trained, &path)?;
//!
//! let net = load_file(config.init(&device)?, &path, config.renames()?)?;
//! let images = Tensor::<4>::ones([1, 3, 64, 64], &device); // [batch, channels, height, width], 0 to 1
//! let logits = net.forward(config.pixels()?.apply(images.clone())); // [1, 1000]
//! let expected = trained.forward(config.pixels()?.apply(images));
//! assert_eq!(logits.to_data(), expected.to_data());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A **language model**: what comes next, given all before.
//!
//! ```
//! use burn::tensor::{Device, Int, Tensor};
//! use fireside::sequence::language_model::LanguageModelConfig;
//! use fireside::sequence::recurrent::Cell;
//!
//! let device = Device::flex();
//! let model = LanguageModelConfig::new(Cell::LSTM, 27, 64) // letters, units
//!     .with_embedding(Some(16))
//!     .init(&device)?;
//! let tokens = Tensor::<2, Int>::from_data([[4, 9, 14, 15]], &device); // [batch, time]
//! let (logits, state) = model.forward(tokens, None, None);
//! assert_eq!(logits.dims(), [1, 4, 27]);
//! let (next, _) = model.step(Tensor::from_data([19], &device), Some(state)); // one letter more
//! assert_eq!(next.dims(), [1, 27]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An **optimiser with a schedule**: Adam, at a rate that falls from epoch to epoch.
//!
//! ```
//! use burn::lr_scheduler::LrScheduler as _;
//! use burn::optim::GradientsParams;
//! use burn::tensor::{Device, Tensor};
//! use fireside::dense::deep_net::DeepNetConfig;
//! use fireside::layers::ops;
//! use fireside::training::optimizer::OptimizerConfig;
//! use fireside::training::schedule::{Decay, Schedule};
//!
//! let device = Device::flex().autodiff();
//! let x = Tensor::<2>::from_data([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], &device);
//! let y = Tensor::<2>::from_data([[0.0], [1.0], [1.0], [1.0]], &device); // or
//! let mut net = DeepNetConfig::new(vec![2, 8, 1]).init(&device)?;
//! let mut optimizer = OptimizerConfig::adam().init()?;
//! let mut schedule = Schedule::new(Decay::InverseTime { decay_rate: 0.01 }, 0.1, 200, 1)?;
//! for _ in 0..200 {
//!     let loss = ops::binary_cross_entropy(net.forward(x.clone()), y.clone());
//!     let gradients = GradientsParams::from_grads(loss.backward(), &net);
//!     net = optimizer.step(schedule.step(), net, gradients);
//! }
//! let right = net.forward(x).greater_elem(0.0).equal(y.greater_elem(0.5));
//! assert!(right.all().into_scalar::<bool>());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! Each crate is behind the feature of its name, all of them on: [`dense`], [`vision`], [`sequence`],
//! [`weights`], [`training`], [`datasets`]; [`layers`] is always there. A program that wants less compiles less:
//!
//! ```toml
//! fireside = { version = "0.1", default-features = false, features = ["flex", "vision"] }
//! ```
//!
//! `flex`, on by default, is Burn's CPU backend with the kernels of [`layers`]. `ndarray`, `wgpu`, `vulkan`,
//! `metal`, `cuda`, `rocm`, `cpu` and `tch` are Burn's other backends by Burn's names. `tsne` puts maps of words into
//! [`sequence`].

#[cfg(feature = "datasets")]
#[doc(inline)]
pub use fireside_datasets as datasets;
#[cfg(feature = "dense")]
#[doc(inline)]
pub use fireside_dense as dense;
#[doc(inline)]
pub use fireside_layers as layers;
#[cfg(feature = "sequence")]
#[doc(inline)]
pub use fireside_sequence as sequence;
#[cfg(feature = "training")]
#[doc(inline)]
pub use fireside_training as training;
#[cfg(feature = "vision")]
#[doc(inline)]
pub use fireside_vision as vision;
#[cfg(feature = "weights")]
#[doc(inline)]
pub use fireside_weights as weights;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
