//! The data of the assignments: readers of the course's own files, generators of its point sets, and
//! drawn or generated stand-ins for what is not ours to ship.
//!
//! Whatever is read from a file is checked before it is used: sizes are bounded before memory is taken,
//! and damage of any kind is a [`DataError`] that names the file.

pub mod cats;
mod drawn_cats;
mod error;
pub mod hdf5;
pub mod house_prices;
pub mod image_file;
pub mod labelled_images;
pub mod planar;
pub mod source;

pub use error::DataError;
