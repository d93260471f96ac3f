use burn::nn::transformer::{PositionWiseFeedForward, TransformerEncoder, TransformerEncoderLayer};
use burn::tensor::{Bool, Tensor};

use super::{AttentionInput, Layer};

/// What a Transformer's encoder works on: Burn's `TransformerEncoderInput`, whose fields nobody else can read.
#[derive(Debug, Clone)]
pub struct EncoderInput {
    /// `[batch, time, d_model]`
    pub x: Tensor<3>,
    /// Steps of padding, `[batch, time]`.
    pub mask_pad: Option<Tensor<2, Bool>>,
    /// Steps that a step does not see, `[batch, time, time]`.
    pub mask_attn: Option<Tensor<3, Bool>>,
}

impl EncoderInput {
    /// Every step sees every step.
    pub fn new(x: Tensor<3>) -> Self {
        Self { x, mask_pad: None, mask_attn: None }
    }
}

impl<const D: usize> Layer<Tensor<D>> for PositionWiseFeedForward {
    type Output = Tensor<D>;

    fn apply(&self, input: Tensor<D>) -> Tensor<D> {
        let hidden = self.activation.apply(self.linear_inner.apply(input));
        self.linear_outer.apply(self.dropout.forward(hidden))
    }
}

impl Layer<EncoderInput> for TransformerEncoderLayer {
    type Output = Tensor<3>;

    fn apply(&self, input: EncoderInput) -> Tensor<3> {
        let attend = |x: Tensor<3>| {
            let (mask_pad, mask_attn) = (input.mask_pad.clone(), input.mask_attn.clone());
            let input = AttentionInput { mask_pad, mask_attn, ..AttentionInput::self_attention(x) };
            self.dropout.forward(self.mha.apply(input))
        };
        let feed_forward = |x: Tensor<3>| self.dropout.forward(self.pwff.apply(x));
        let x = input.x;
        // Burn's `norm_2` is the one at attention when norms come first, and the last one when they follow.
        if self.norm_first {
            let x = attend(self.norm_2.apply(x.clone())) + x;
            feed_forward(self.norm_1.apply(x.clone())) + x
        } else {
            let x = self.norm_1.apply(attend(x.clone()) + x);
            self.norm_2.apply(feed_forward(x.clone()) + x)
        }
    }
}

impl Layer<EncoderInput> for TransformerEncoder {
    type Output = Tensor<3>;

    fn apply(&self, input: EncoderInput) -> Tensor<3> {
        let EncoderInput { x, mask_pad, mask_attn } = input;
        self.layers.iter().fold(x, |x, layer| {
            let (mask_pad, mask_attn) = (mask_pad.clone(), mask_attn.clone());
            layer.apply(EncoderInput { x, mask_pad, mask_attn })
        })
    }
}

/// Without masks.
impl Layer<Tensor<3>> for TransformerEncoder {
    type Output = Tensor<3>;

    fn apply(&self, input: Tensor<3>) -> Tensor<3> {
        self.apply(EncoderInput::new(input))
    }
}
