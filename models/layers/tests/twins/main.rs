//! Every operation agrees with its plain twin, in value and in every gradient: over odd sizes, inputs that do
//! not lie row by row, a batch of one, nothing at all, NaN and infinities; 32-bit floats within 1e-5 of the
//! largest value, 64-bit floats within 1e-10. Regions agree with torchvision as well.

#![allow(clippy::expect_used, reason = "what fails here fails the test")]

mod activations;
mod adam;
mod attention;
mod batch_norm;
mod compare;
mod convolution;
mod layer_norm;
mod layers;
mod linear;
mod loss;
mod pooling;
mod random_shapes;
mod recurrent;
mod recurrent_layers;
mod region;
mod softmax;
mod torchvision;
mod transformer;
