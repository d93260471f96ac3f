//! Course 5 by hand, under the assignments' names.
//!
//! - [`emojify`]: a sentence as the mean of its words, softmax regression

pub mod emojify;
