//! Batch normalisation by hand (Ioffe & Szegedy, 2015; course 2, week 3).
//!
//! ```text
//! μ = mean z        σ² = mean (z - μ)²        ẑ = (z - μ) / √(σ² + ε)        z̃ = γ ẑ + β
//! dγ = Σ dz̃ ẑ      dβ = Σ dz̃                dz = (m dẑ - Σ dẑ - ẑ Σ dẑ ẑ) / (m √(σ² + ε)),  dẑ = γ dz̃
//! ```
//!
//! Sums and means are over the examples. Here ε belongs inside the root. The bias of a normalised layer does
//! nothing, since `μ` takes it away again; `β` is there for it.
//!
//! At test time `μ` and `σ²` are exponentially weighted averages of those seen in training. Which variance
//! goes into the average differs: Keras and Burn take the population's, as the course does; PyTorch the
//! sample's, `m/(m-1)` of it.

use burn::tensor::Tensor;

/// What the forward pass computed and the backward pass needs.
#[derive(Debug, Clone)]
pub struct Normalized {
    /// The layer's output `z̃`, `[batch, units]`.
    pub output: Tensor<2>,
    /// `ẑ`, `[batch, units]`.
    pub z_norm: Tensor<2>,
    /// `μ`, `[1, units]`.
    pub mean: Tensor<2>,
    /// `σ²`, the population's, `[1, units]`.
    pub variance: Tensor<2>,
}

impl Normalized {
    /// The sample's variance, `m/(m-1) σ²`, `[1, units]`: what PyTorch averages. Infinite for one example.
    pub fn sample_variance(&self) -> Tensor<2> {
        let [batch, _] = self.output.dims();
        self.variance.clone() * (batch as f64 / (batch as f64 - 1.0))
    }
}

/// The gradients of [`forward`].
#[derive(Debug, Clone)]
pub struct Gradients {
    /// By the layer's input, `[batch, units]`.
    pub dz: Tensor<2>,
    /// By the scale, `[1, units]`.
    pub dgamma: Tensor<2>,
    /// By the shift, `[1, units]`.
    pub dbeta: Tensor<2>,
}

/// Normalises a mini-batch by its own mean and variance.
///
/// # Shapes
/// - `z`: `[batch, units]`, `gamma`, `beta`: `[1, units]`
#[must_use]
pub fn forward(z: &Tensor<2>, gamma: &Tensor<2>, beta: &Tensor<2>, epsilon: f64) -> Normalized {
    let mean = z.clone().mean_dim(0);
    let variance = (z.clone() - mean.clone()).square().mean_dim(0);
    let z_norm = (z.clone() - mean.clone()) / (variance.clone() + epsilon).sqrt();
    let output = z_norm.clone() * gamma.clone() + beta.clone();
    Normalized { output, z_norm, mean, variance }
}

/// Returns the gradients, those that run through mean and variance included.
///
/// # Shapes
/// - `doutput`: `[batch, units]`, the gradient by the layer's output; `gamma`: `[1, units]`
#[must_use]
pub fn backward(
    doutput: &Tensor<2>,
    normalized: &Normalized,
    gamma: &Tensor<2>,
    epsilon: f64,
) -> Gradients {
    let z_norm = normalized.z_norm.clone();
    let dz_norm = doutput.clone() * gamma.clone();
    let along = (dz_norm.clone() * z_norm.clone()).mean_dim(0);
    let centered = dz_norm.clone() - dz_norm.mean_dim(0) - z_norm.clone() * along;
    Gradients {
        dz: centered / (normalized.variance.clone() + epsilon).sqrt(),
        dgamma: (doutput.clone() * z_norm).sum_dim(0),
        dbeta: doutput.clone().sum_dim(0),
    }
}

/// The averages that stand in for a mini-batch's own figures at test time.
#[derive(Debug, Clone)]
pub struct RunningAverages {
    /// Of the means, `[1, units]`.
    pub mean: Tensor<2>,
    /// Of the variances, `[1, units]`.
    pub variance: Tensor<2>,
}

impl RunningAverages {
    /// Takes in one mini-batch: `average := momentum · average + (1 - momentum) · figure`.
    pub fn update(&self, mean: &Tensor<2>, variance: &Tensor<2>, momentum: f64) -> Self {
        let averaged = |old: &Tensor<2>, new: &Tensor<2>| {
            old.clone() * momentum + new.clone() * (1.0 - momentum)
        };
        Self { mean: averaged(&self.mean, mean), variance: averaged(&self.variance, variance) }
    }

    /// Normalises by the averages, one example or many.
    ///
    /// # Shapes
    /// - `z`, output: `[batch, units]`, `gamma`, `beta`: `[1, units]`
    pub fn normalize(
        &self,
        z: &Tensor<2>,
        gamma: &Tensor<2>,
        beta: &Tensor<2>,
        epsilon: f64,
    ) -> Tensor<2> {
        let deviation = (self.variance.clone() + epsilon).sqrt();
        (z.clone() - self.mean.clone()) / deviation * gamma.clone() + beta.clone()
    }
}
