use burn::nn::Dropout;
use burn::nn::attention::{MhaInput, MultiHeadAttention};
use burn::tensor::{Bool, Tensor};

use super::Layer;
use crate::ops::{self, Attention};

/// What multi-head attention works on: Burn's [`MhaInput`], whose fields nobody else can read.
#[derive(Debug, Clone)]
pub struct AttentionInput {
    /// `[batch, time_q, d_model]`
    pub query: Tensor<3>,
    /// `[batch, time_k, d_model]`
    pub key: Tensor<3>,
    /// `[batch, time_k, d_model]`
    pub value: Tensor<3>,
    /// Keys of padding, `[batch, time_k]`.
    pub mask_pad: Option<Tensor<2, Bool>>,
    /// Keys that a query does not see, `[batch, time_q, time_k]`.
    pub mask_attn: Option<Tensor<3, Bool>>,
}

impl AttentionInput {
    /// Attention of a sequence to itself, `[batch, time, d_model]`.
    pub fn self_attention(x: Tensor<3>) -> Self {
        Self::new(x.clone(), x.clone(), x)
    }

    /// Attention without masks.
    pub fn new(query: Tensor<3>, key: Tensor<3>, value: Tensor<3>) -> Self {
        Self { query, key, value, mask_pad: None, mask_attn: None }
    }

    /// True in both masks together, `[1 or batch, 1, 1 or time_q, time_k]`.
    fn hidden(&self) -> Option<Tensor<4, Bool>> {
        let pad = self.mask_pad.clone().map(|mask| {
            let [batch, keys] = mask.dims();
            mask.reshape([batch, 1, 1, keys])
        });
        let attn = self.mask_attn.clone().map(|mask| mask.unsqueeze_dim::<4>(1));
        match (pad, attn) {
            (Some(pad), Some(attn)) => Some(pad.expand(attn.dims()).bool_or(attn)),
            (pad, attn) => pad.or(attn),
        }
    }
}

impl From<AttentionInput> for MhaInput {
    fn from(input: AttentionInput) -> Self {
        let mut burns = Self::new(input.query, input.key, input.value);
        if let Some(mask) = input.mask_pad {
            burns = burns.mask_pad(mask);
        }
        if let Some(mask) = input.mask_attn {
            burns = burns.mask_attn(mask);
        }
        burns
    }
}

/// The context that `forward` returns, without the weights: they are never kept. Burn's own `forward` runs
/// where it must, for dropout in training and for the quiet softmax.
impl Layer<AttentionInput> for MultiHeadAttention {
    type Output = Tensor<3>;

    fn apply(&self, input: AttentionInput) -> Tensor<3> {
        if self.quiet_softmax || drops(&self.dropout, &input.query) {
            return self.forward(input.into()).context;
        }
        let options = Attention {
            hidden: input.hidden(),
            hidden_score: self.min_float,
            // As Burn has it, whatever the projections' widths.
            scale: Some(1.0 / (self.d_k as f64).sqrt()),
            ..Attention::new(self.n_heads)
        };
        let query = self.query.apply(input.query);
        let key = self.key.apply(input.key);
        let value = self.value.apply(input.value);
        self.output.apply(ops::attention(query, key, value, &options))
    }
}

/// Attention of a sequence to itself.
impl Layer<Tensor<3>> for MultiHeadAttention {
    type Output = Tensor<3>;

    fn apply(&self, input: Tensor<3>) -> Tensor<3> {
        self.apply(AttentionInput::self_attention(input))
    }
}

/// Whether dropout changes `x`: Burn's own condition.
pub(super) fn drops<const D: usize>(dropout: &Dropout, x: &Tensor<D>) -> bool {
    dropout.prob != 0.0 && dropout.training.is_enabled() && x.device().is_autodiff()
}
