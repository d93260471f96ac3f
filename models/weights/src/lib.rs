//! Trained weights in and out of Burn modules.
//!
//! [`load_file`] puts a file of Keras, TensorFlow, PyTorch, Darknet, NumPy or Burn, whatever its format, into a model. In two steps,
//! [`read`] takes the arrays out of it and [`load`] puts them into the model and reports every difference;
//! [`write()`] saves a model. What another library calls the layers of an architecture is a table beside that
//! architecture, which its configuration gives (`config.renames()`); how it orders the axes of a kernel and the
//! gates of a recurrent layer is known here.
//!
//! A crate of its own beside the architectures: these need no file formats, and the formats no architecture,
//! so that a program that only builds a network compiles neither HDF5 nor zip.
//!
//! ```
//! use burn::nn::LinearConfig;
//! use burn::tensor::Device;
//! use fireside_weights::{Limits, Options, load, load_file, read, write};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("linear.safetensors");
//! let device = Device::flex();
//! let trained = LinearConfig::new(3, 2).init(&device);
//! write(&trained, &path)?;
//!
//! let model = load_file(LinearConfig::new(3, 2).init(&device), &path, &[])?;
//! assert_eq!(model.weight.to_data(), trained.weight.to_data());
//!
//! let tensors = read(&path, &Limits::default())?;
//! let model = LinearConfig::new(3, 2).init(&device);
//! let (model, report) = load(model, &tensors, &[], &Options::default())?;
//! assert_eq!(report.matched.len(), 2);
//! assert_eq!(model.weight.to_data(), trained.weight.to_data());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![warn(missing_docs)]

mod arrange;
mod disguise;
mod error;
mod format;
mod gather;
mod limits;
mod load;
mod names;
mod parameter;
mod read;
mod renames;
mod report;
mod stream;
mod tensors;
mod within;
mod write;

pub use error::WeightsError;
pub use format::{darknet, tensor_bundle};
pub use limits::Limits;
pub use load::{Options, load, load_file, names, names_in};
pub use read::read;
pub use report::{Mismatch, Missing, Report};
pub use tensors::{Array, Library, Tensors, Values};
pub use write::write;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
