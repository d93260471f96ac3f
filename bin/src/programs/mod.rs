//! Every assignment, in the order of the course: this is the one list of them.

pub(crate) mod files;

mod c1w1_house_prices;
mod c1w2_logistic_regression;
mod c1w2_numpy_basics;
mod c1w3_planar_classification;
mod c1w4_cat_classifier;
mod c1w4_deep_network_by_hand;
mod c2w1_gradient_checking;
mod c2w1_initialization;
mod c2w1_regularization;
mod c2w1_vanishing_gradients;
mod c2w2_optimization;
mod c2w3_batch_norm;
mod c2w3_hyperparameter_search;
mod c2w3_signs_softmax;
mod c3_strategy;
mod c3w2_multi_task;
mod c3w2_transfer_learning;
mod c4w1_convolution_by_hand;
mod c4w1_happy_house;
mod c4w1_signs_convnet;
mod c4w2_augmentation;
mod c4w2_classic_networks;
mod c4w2_residual_networks;
mod c4w2_transfer_learning;
mod c4w3_car_detection;
mod c4w3_object_localization;
mod c4w3_region_proposals;
mod c4w3_sliding_windows;
mod c5w1_dinosaurs;
mod c5w1_jazz;
mod c5w1_rnn_by_hand;
mod c5w1_shakespeare;
mod c5w2_emojify;
mod c5w2_named_entities;
mod c5w2_sentiment;
mod c5w2_train_embeddings;
mod c5w2_word_vectors;

pub use files::FileNames;

use crate::frame::Program;

/// Every assignment there is a program for.
pub const ALL: &[&Program] = &[
    &c1w1_house_prices::PROGRAM,
    &c1w2_numpy_basics::PROGRAM,
    &c1w2_logistic_regression::PROGRAM,
    &c1w3_planar_classification::PROGRAM,
    &c1w4_deep_network_by_hand::PROGRAM,
    &c1w4_cat_classifier::PROGRAM,
    &c2w1_initialization::PROGRAM,
    &c2w1_regularization::PROGRAM,
    &c2w1_gradient_checking::PROGRAM,
    &c2w1_vanishing_gradients::PROGRAM,
    &c2w2_optimization::PROGRAM,
    &c2w3_batch_norm::PROGRAM,
    &c2w3_hyperparameter_search::PROGRAM,
    &c2w3_signs_softmax::PROGRAM,
    &c3_strategy::PROGRAM,
    &c3w2_transfer_learning::PROGRAM,
    &c3w2_multi_task::PROGRAM,
    &c4w1_convolution_by_hand::PROGRAM,
    &c4w1_happy_house::PROGRAM,
    &c4w1_signs_convnet::PROGRAM,
    &c4w2_classic_networks::PROGRAM,
    &c4w2_residual_networks::PROGRAM,
    &c4w2_transfer_learning::PROGRAM,
    &c4w2_augmentation::PROGRAM,
    &c4w3_object_localization::PROGRAM,
    &c4w3_sliding_windows::PROGRAM,
    &c4w3_car_detection::PROGRAM,
    &c4w3_region_proposals::PROGRAM,
    &c5w1_rnn_by_hand::PROGRAM,
    &c5w1_dinosaurs::PROGRAM,
    &c5w1_shakespeare::PROGRAM,
    &c5w1_jazz::PROGRAM,
    &c5w2_word_vectors::PROGRAM,
    &c5w2_train_embeddings::PROGRAM,
    &c5w2_emojify::PROGRAM,
    &c5w2_sentiment::PROGRAM,
    &c5w2_named_entities::PROGRAM,
];

/// The assignment of this name; else those in whose names it occurs, such as `c1w2` or `emojify`.
pub fn find(name: &str) -> Vec<&'static Program> {
    let name = name.to_lowercase();
    let named = ALL.iter().copied().filter(|program| program.name == name);
    let of_this_name: Vec<_> = named.collect();
    if !of_this_name.is_empty() {
        return of_this_name;
    }
    ALL.iter().copied().filter(|program| program.name.contains(&name)).collect()
}
