//! The data of the assignments: readers of the course's own files, generators of its point sets, and
//! drawn or generated stand-ins for what is not ours to ship.
//!
//! A set of one assignment is a module of its own ([`cats`], [`dinosaurs`], [`emojify`], [`football`], [`happy`],
//! [`house_prices`], [`jazz`], [`named_entities`], [`planar`], [`reviews`], [`scenes`], [`signs`], [`verse`]) that
//! reads it or makes it; the others read formats ([`boxes_files`], [`hdf5`], [`image_file`], [`image_folder`],
//! [`labelled_sentences`], [`landmark_files`],
//! [`mat`], [`midi`], [`table`], [`word_vectors`]), change pictures ([`augmentation`], [`principal_colors`],
//! [`transform`]) or hand them over ([`pictures`], [`image_examples`],
//! [`labelled_images`], [`tagged_text`]). [`drawn_house`] is a
//! single picture.
//!
//! [`drawn_street`] draws street scenes with boxes and masks, [`face_landmarks`] faces with the places of their features.
//!
//! [`synthesiser`] makes tunes heard.
//!
//! Texts become words by the one rule of [`words`]. [`corpus`] and [`cooccurrences`] read texts to learn word
//! vectors from, [`generated_corpus`] makes one.
//!
//! Whatever is read from a file is checked before it is used: sizes are bounded before memory is taken,
//! and damage of any kind is a [`DataError`] that names the file.

pub mod augmentation;
pub mod boxes_files;
mod canvas;
pub mod cats;
mod conll;
pub mod cooccurrences;
pub mod corpus;
mod course_pictures;
pub mod dinosaurs;
mod drawn_cats;
mod drawn_faces;
mod drawn_hands;
pub mod drawn_house;
mod drawn_scenes;
pub mod drawn_street;
pub mod emojify;
mod entity_classes;
mod error;
pub mod face_landmarks;
pub mod football;
pub mod generated_corpus;
mod generated_feelings;
mod generated_names;
mod generated_reviews;
pub mod happy;
pub mod hdf5;
pub mod house_prices;
pub mod image_examples;
pub mod image_file;
pub mod image_folder;
pub mod jazz;
pub mod labelled_box;
pub mod labelled_images;
pub mod labelled_sentences;
pub mod landmark_files;
mod marked_spans;
pub mod mat;
pub mod midi;
pub mod named_entities;
pub mod pictures;
pub mod planar;
pub mod principal_colors;
pub mod reviews;
pub mod scenes;
mod sentence_grammar;
pub mod signs;
pub mod source;
pub mod synthesiser;
pub mod table;
pub mod tagged_text;
pub mod transform;
pub mod verse;
mod whole_numbers;
pub mod word_vectors;
pub mod words;

pub use error::{DataError, SettingError};

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
