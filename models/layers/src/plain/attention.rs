//! Twins of attention.

use burn::tensor::{Bool, Tensor};

/// How [`attention`] attends. Without more, every query sees every key.
#[derive(Debug, Clone)]
pub struct Attention {
    /// The number of heads that the last axis holds side by side.
    pub heads: usize,
    /// What products of queries and keys are multiplied by; without, one over the root of a head's width.
    pub scale: Option<f64>,
    /// Whether a query sees no key later than itself.
    pub causal: bool,
    /// Added to the scores, `[1 or batch, 1 or heads, 1 or time_q, time_k]`. No gradient flows to it.
    pub mask: Option<Tensor<4>>,
    /// Keys that are not seen, `[1 or batch, 1 or heads, 1 or time_q, time_k]`.
    pub hidden: Option<Tensor<4, Bool>>,
    /// The score of hidden keys, minus infinity by default.
    pub hidden_score: f64,
}

impl Attention {
    /// Every query sees every key.
    pub fn new(heads: usize) -> Self {
        Self {
            heads,
            scale: None,
            causal: false,
            mask: None,
            hidden: None,
            hidden_score: f64::NEG_INFINITY,
        }
    }

    /// No query sees a key later than itself.
    pub fn causal(self) -> Self {
        Self { causal: true, ..self }
    }

    /// Products of queries and keys are multiplied by `scale`.
    pub fn with_scale(self, scale: f64) -> Self {
        Self { scale: Some(scale), ..self }
    }

    /// Adds `mask` to the scores; `[time_q, time_k]` takes the form wanted by `unsqueeze`.
    pub fn with_mask(self, mask: Tensor<4>) -> Self {
        Self { mask: Some(mask), ..self }
    }

    /// Hides keys where `hidden` is true.
    pub fn with_hidden(self, hidden: Tensor<4, Bool>) -> Self {
        Self { hidden: Some(hidden), ..self }
    }

    /// The factor of the scores for queries of this width.
    pub(crate) fn scale_for(&self, width: usize) -> f64 {
        self.scale.unwrap_or_else(|| 1.0 / ((width / self.heads) as f64).sqrt())
    }
}

/// Twin of [`ops::attention`](crate::ops::attention).
pub fn attention(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    options: &Attention,
) -> Tensor<3> {
    let [batch, time, _] = query.dims();
    let width = value.dims()[2];
    let weights = attention_weights(query, key, options);
    weights.matmul(by_head(value, options.heads)).swap_dims(1, 2).reshape([batch, time, width])
}

/// Twin of [`ops::attention_weights`](crate::ops::attention_weights).
pub fn attention_weights(query: Tensor<3>, key: Tensor<3>, options: &Attention) -> Tensor<4> {
    let scale = options.scale_for(query.dims()[2]);
    let (query, key) = (by_head(query, options.heads), by_head(key, options.heads));
    let mut scores = query.matmul(key.transpose()) * scale; // [batch, heads, time_q, time_k]
    if let Some(hidden) = &options.hidden {
        scores = scores.mask_fill(hidden.clone(), options.hidden_score);
    }
    if let Some(mask) = &options.mask {
        let mask = mask.clone().detach().cast(scores.dtype());
        scores = scores + mask;
    }
    if options.causal {
        let [.., time_q, time_k] = scores.dims();
        let steps = |time| Tensor::arange(0..time as i64, &scores.device());
        let [own, other] = [steps(time_q).reshape([time_q, 1]), steps(time_k).reshape([1, time_k])];
        let later = own.expand([time_q, time_k]).lower(other.expand([time_q, time_k]));
        scores = scores.mask_fill(later.unsqueeze(), f64::NEG_INFINITY);
    }
    // A softmax that gives zeros, not NaN, where nothing can be seen.
    let largest = scores.clone().detach().max_dim(3);
    let blind = largest.clone().equal_scalar(f64::NEG_INFINITY);
    let powers = (scores - largest.mask_fill(blind, 0.0)).exp();
    let sum = powers.clone().sum_dim(3);
    let nothing = sum.clone().equal_scalar(0.0);
    powers / sum.mask_fill(nothing, 1.0)
}

/// `[batch, time, heads * features]` as `[batch, heads, time, features]`.
fn by_head(x: Tensor<3>, heads: usize) -> Tensor<4> {
    let [batch, time, width] = x.dims();
    x.reshape([batch, time, heads, width / heads]).swap_dims(1, 2)
}
