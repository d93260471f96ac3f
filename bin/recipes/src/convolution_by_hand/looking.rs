//! A picture under every edge detector, and halved by pooling.

use burn::tensor::{Tensor, s};
use fireside_vision::steps::edges::{DETECTORS, detect_edges, edge_strength, filters};
use fireside_vision::steps::pooling::{PoolMode, PoolSettings, pool_forward};

use crate::RecipeError;

/// How often a picture is halved.
const HALVINGS: usize = 3;

/// What a detector says of a picture.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The detector.
    pub name: &'static str,
    /// Its edges, `[1, 1, height - 2, width - 2]`, of either sign.
    pub edges: Tensor<4>,
    /// Their mean magnitude, for weights of 1 in all.
    pub mean: f64,
}

/// Asks every detector about a gray picture, `[1, 1, height, width]`.
///
/// # Errors
/// When the device fails.
pub fn answers(gray: &Tensor<4>) -> Result<Vec<Answer>, RecipeError> {
    let kernels = DETECTORS.map(|(_, kernel)| kernel);
    let edges = detect_edges(gray, &filters(&kernels, &gray.device()));
    let mut found = Vec::new();
    for (place, (name, kernel)) in DETECTORS.into_iter().enumerate() {
        let edges = edges.clone().slice(s![.., place..place + 1, .., ..]);
        let weight: f64 = kernel.iter().flatten().map(|entry| entry.abs()).sum();
        let mean = number(edges.clone().abs().mean())? / weight;
        found.push(Answer { name, edges, mean });
    }
    Ok(found)
}

/// What a learnt kernel says of a picture.
#[derive(Debug, Clone)]
pub struct LearntAnswer {
    /// Its edges, as of [`Answer`].
    pub edges: Tensor<4>,
    /// Their mean magnitude, for weights of 1 in all.
    pub mean: f64,
}

/// Asks a kernel, `[1, 1, 3, 3]`, about a gray picture, `[1, 1, height, width]`.
///
/// # Errors
/// When the device fails.
pub fn answer_of(kernel: &Tensor<4>, gray: &Tensor<4>) -> Result<LearntAnswer, RecipeError> {
    let edges = detect_edges(gray, kernel);
    let weight = number(kernel.clone().abs().sum())?.max(f64::MIN_POSITIVE);
    let mean = number(edges.clone().abs().mean())? / weight;
    Ok(LearntAnswer { edges, mean })
}

/// How strong edges are in any direction, 1 the strongest, by those detectors that look along both axes.
///
/// # Errors
/// When the device fails.
pub fn strengths(answers: &[Answer]) -> Result<Vec<(&'static str, Tensor<4>)>, RecipeError> {
    let strength = |(name, vertical): (&'static str, usize)| {
        let edges = |place: usize| answers[place].edges.clone();
        let strength = edge_strength(edges(vertical), edges(vertical + 1));
        let largest = number(strength.clone().max())?.max(f64::MIN_POSITIVE);
        Ok((name, strength / largest))
    };
    [("Sobel", 2), ("Scharr", 4)].into_iter().map(strength).collect()
}

/// The picture, and what pooling makes of it, halved once more each time.
pub fn halvings(picture: &Tensor<4>, mode: PoolMode) -> Vec<Tensor<4>> {
    let mut found = vec![picture.clone()];
    for times in 0..HALVINGS {
        found.push(pool_forward(&found[times], PoolSettings { f: 2, stride: 2, mode }));
    }
    found
}

/// Reads a tensor of one number.
///
/// # Errors
/// When the device fails.
pub fn number(tensor: Tensor<1>) -> Result<f64, RecipeError> {
    Ok(tensor.try_into_data()?.iter::<f64>().sum())
}
