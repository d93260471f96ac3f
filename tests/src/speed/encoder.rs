//! The encoder of a Transformer (Vaswani et al., 2017; course 5, week 4): ReLU, norms after the sums.

use burn::nn::activation::ActivationConfig;
use burn::nn::transformer::TransformerEncoderConfig;

use super::{Setup, Step, step};

const LAYERS: usize = 2;
/// Heads of every attention.
pub(super) const HEADS: usize = 4;

pub(super) fn encoder(setup: Setup) -> Step {
    let (path, sizes) = (setup.path, setup.sizes);
    let model = TransformerEncoderConfig::new(sizes.channels, 4 * sizes.channels, HEADS, LAYERS)
        .with_dropout(0.0)
        .with_activation(ActivationConfig::Relu)
        .init(&setup.device());
    let tokens = setup.data([sizes.batch, sizes.time, sizes.channels]);
    step::of_model(
        setup,
        model,
        path.adam(),
        move |model| path.encoder(model, tokens.clone()),
        |output| output.square().mean(),
    )
}
