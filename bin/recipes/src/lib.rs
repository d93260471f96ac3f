//! Each assignment of the course as a recipe: a model together with its data set, how it starts and takes one update,
//! and what is found when it is done.
//!
//! Nothing here knows a command line, prints or draws: `course` of `fireside-bin` tells the stories around the
//! recipes, and so can a program of your own.

pub mod augmentation;
pub mod basics;
pub mod batch_norm;
pub mod bowl;
pub mod by_hand;
pub mod car_detection;
pub mod cats;
pub mod classify;
pub mod comparison;
pub mod convolution_by_hand;
pub mod deep;
pub mod dinosaurs;
pub mod embeddings;
pub mod emojify;
mod error;
pub mod fingers;
pub mod gradient_checking;
pub mod house_prices;
pub mod initialization;
pub mod jazz;
pub mod lesson;
pub mod localization;
pub mod logistic;
pub mod multi_task;
pub mod named_entities;
pub mod networks;
pub mod optimization;
pub mod picture_set;
pub mod planar;
pub mod pretrained;
pub mod region_proposals;
pub mod regularization;
pub mod residual;
pub mod rnn_by_hand;
pub mod sampling;
pub mod schedules;
pub mod sentences;
pub mod sentiment;
pub mod shakespeare;
pub mod signs_softmax;
pub mod signs_transfer;
pub mod sliding_windows;
pub mod steps;
pub mod timing;
pub mod trained;
pub mod tuning;
pub mod vanishing_gradients;
pub mod vectorization;
pub mod word_bias;
pub mod word_vectors;

pub use error::RecipeError;
pub use fireside_strategy::number::counted;
