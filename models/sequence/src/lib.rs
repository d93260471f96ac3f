//! Sequence models on Burn: the architectures of course 5.

#![warn(missing_docs)]
