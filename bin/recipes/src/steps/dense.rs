//! Weights and biases as the notebooks of courses 1 and 2 have them.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::Layer;
use fireside_dense::steps::propagation::{Backward, Forward};
use fireside_numpy_rng::NumpyRng;

use super::{Array, Named};
use crate::RecipeError;

/// `W` `(n_l, n_{l-1})` and `b` `(n_l, 1)` of one layer, or the gradients by them.
#[derive(Debug, Clone)]
pub(super) struct Parameters {
    pub(super) w: Array,
    pub(super) b: Array,
}

impl Parameters {
    /// Draws both as normal numbers.
    pub(super) fn randn(rng: &mut NumpyRng, units: usize, inputs: usize) -> Self {
        Self { w: Array::randn(rng, [units, inputs]), b: Array::randn(rng, [units, 1]) }
    }

    /// Draws a whole network, layer by layer; `sizes` are the units of each, the input's first.
    pub(super) fn network(rng: &mut NumpyRng, sizes: &[usize]) -> Vec<Self> {
        sizes.windows(2).map(|sizes| Self::randn(rng, sizes[1], sizes[0])).collect()
    }

    pub(super) fn of(layer: &Layer) -> Result<Self, RecipeError> {
        let w = Array::features_first(layer.weight.clone())?;
        Ok(Self { w, b: Array::features_first(layer.bias.clone())? })
    }

    pub(super) fn of_each(layers: &[Layer]) -> Result<Vec<Self>, RecipeError> {
        layers.iter().map(Self::of).collect()
    }

    pub(super) fn layer(&self, device: &Device) -> Layer {
        Layer { weight: self.w.batch_first(device), bias: self.b.batch_first(device) }
    }

    /// To the decimals that NumPy prints.
    pub(super) fn as_printed(&self) -> Self {
        Self { w: self.w.as_printed(), b: self.b.as_printed() }
    }
}

pub(super) fn layers(parameters: &[Parameters], device: &Device) -> Vec<Layer> {
    parameters.iter().map(|parameters| parameters.layer(device)).collect()
}

/// Names them `W1`, `b1`, `W2` and so on, behind a `prefix` such as `d`.
pub(super) fn named(parameters: &[Parameters], prefix: &str) -> Named {
    let named = parameters.iter().zip(1..).flat_map(|(Parameters { w, b }, l)| {
        [(format!("{prefix}W{l}"), w.into()), (format!("{prefix}b{l}"), b.into())]
    });
    named.collect()
}

/// As [`named`], of layers or of gradients by them.
pub(super) fn named_layers(layers: &[Layer], prefix: &str) -> Result<Named, RecipeError> {
    Ok(named(&Parameters::of_each(layers)?, prefix))
}

/// A forward pass as arrays, each layer's `Z` and `A`.
pub(super) fn arrays(forward: Forward) -> Result<Vec<[Array; 2]>, RecipeError> {
    let pairs = forward.z.into_iter().zip(forward.a);
    pairs.map(|(z, a)| Ok([Array::features_first(z)?, Array::features_first(a)?])).collect()
}

/// The forward pass that the arrays are of.
pub(super) fn forward(arrays: &[[Array; 2]], device: &Device) -> Forward {
    let each = |index: usize| -> Vec<Tensor<2>> {
        arrays.iter().map(|pair| pair[index].batch_first(device)).collect()
    };
    Forward { z: each(0), a: each(1) }
}

/// Names a forward pass `Z1`, `A1`, `Z2` and so on.
pub(super) fn named_forward(arrays: &[[Array; 2]]) -> Named {
    let named = arrays
        .iter()
        .zip(1..)
        .flat_map(|([z, a], l)| [(format!("Z{l}"), z.into()), (format!("A{l}"), a.into())]);
    named.collect()
}

/// Names a backward pass from the last layer to the first, as it goes.
pub(super) fn named_backward(gradients: Vec<Backward>) -> Result<Named, RecipeError> {
    let mut outputs = Named::new();
    for (l, Backward { dz, da, parameters }) in gradients.into_iter().enumerate().rev() {
        let l = l + 1;
        if let Some(da) = da {
            outputs.push((format!("dA{l}"), Array::features_first(da)?.into()));
        }
        outputs.push((format!("dZ{l}"), Array::features_first(dz)?.into()));
        let Parameters { w, b } = Parameters::of(&parameters)?;
        outputs.extend([(format!("dW{l}"), w.into()), (format!("db{l}"), b.into())]);
    }
    Ok(outputs)
}
