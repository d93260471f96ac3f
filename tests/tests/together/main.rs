//! Models on data sets, in training: what no crate can test without another.

mod image_examples;
mod learnt_words;
mod recurrent_weights;
mod sentence_models;
mod yolo_names;
