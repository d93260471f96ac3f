//! The recurrent networks and what is made of them, and the learners of word vectors.

mod recurrent_models;
mod word_maps;
mod word_vectors;
