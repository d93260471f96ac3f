//! Scaled dot-product attention (course 5, week 4; Vaswani et al., 2017), with a backward pass that computes
//! the scores again rather than keep them (Dao et al., 2022): memory grows with the time, not its square.

use burn::tensor::Tensor;

use crate::fused;
use crate::plain::{self, Attention};

/// `softmax(scale query keyᵗ + mask) value`, head by head.
///
/// A query that sees nothing, all its scores being minus infinity, gets zeros.
///
/// # Shapes
/// - `query`: `[batch, time_q, heads * features]`
/// - `key`: `[batch, time_k, heads * features]`
/// - `value`: `[batch, time_k, heads * value_features]`
/// - output: `[batch, time_q, heads * value_features]`
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn attention(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    options: &Attention,
) -> Tensor<3> {
    check(options, query.dims(), key.dims());
    let [batch, time, width] = value.dims();
    assert!(
        [batch, time] == key.dims()[..2] && width.is_multiple_of(options.heads),
        "attention: the key is {:?} and the value {:?} in {} heads, but one batch, one time and a width that \
         is a multiple of the heads are wanted",
        key.dims(),
        value.dims(),
        options.heads
    );
    fused::attention(query, key, value, options)
}

/// The weights of [`attention`], for those who want to look at them; made of Burn's operations.
///
/// # Shapes
/// - `query`: `[batch, time_q, heads * features]`
/// - `key`: `[batch, time_k, heads * features]`
/// - output: `[batch, heads, time_q, time_k]`
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn attention_weights(query: Tensor<3>, key: Tensor<3>, options: &Attention) -> Tensor<4> {
    check(options, query.dims(), key.dims());
    plain::attention_weights(query, key, options)
}

/// Asserts that queries, keys and masks fit each other.
fn check(options: &Attention, query: [usize; 3], key: [usize; 3]) {
    let heads = options.heads;
    assert!(
        heads > 0 && query[2].is_multiple_of(heads) && query[2] == key[2] && query[0] == key[0],
        "attention: the query is {query:?} and the key {key:?} in {heads} heads, but one batch and one \
         width, a multiple of the heads, are wanted"
    );
    let scores = [query[0], heads, query[1], key[1]];
    for mask in [options.mask.as_ref().map(Tensor::dims), options.hidden.as_ref().map(Tensor::dims)]
    {
        let Some(mask) = mask else { continue };
        let fits = mask[..3].iter().zip(&scores).all(|(mask, score)| *mask == 1 || mask == score);
        assert!(
            fits && mask[3] == scores[3],
            "attention: the scores are {scores:?} and a mask {mask:?}, but those sizes, or 1 for the \
             first three, are wanted"
        );
    }
}
