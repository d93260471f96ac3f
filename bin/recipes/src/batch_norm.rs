//! The same deep network with and without batch norm, on the moons.

use burn::tensor::{Device, Tensor};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::normalized_net::{NormalizedNet, NormalizedNetConfig};
use fireside_training::descent::DescentConfig;
use fireside_training::minibatch::EpochSettings;
use fireside_training::schedule::Decay;

use crate::RecipeError;
use crate::optimization::{draw_net, draw_normalized_net};
use crate::trained::{Architecture, Card};

/// Learning rates that both are tried at.
pub const LEARNING_RATES: [f64; 3] = [0.01, 0.1, 1.0];
/// What the network with batch norm is called.
const NORMALIZED: &str = "batch norm";

/// A network of either kind.
#[derive(Debug)]
pub struct Contestant<M> {
    /// What it is called.
    pub name: &'static str,
    /// The network with its first weights.
    pub net: M,
    /// Features `[batch, 2]` to logits `[batch, 1]`.
    pub forward: fn(&M, Tensor<2>) -> Tensor<2>,
    /// What describes the trained network.
    pub card: Card,
}

impl<M> Contestant<M> {
    /// The same, to learn at this rate: with batch norm, at the rate between the others, it is the main one.
    #[must_use]
    pub fn at(self, rate: f64) -> Self {
        let is_main = self.name == NORMALIZED && rate == LEARNING_RATES[1];
        Self { card: self.card.as_main_if(is_main), ..self }
    }
}

impl Contestant<DeepNet> {
    /// Without batch norm.
    ///
    /// # Errors
    /// When a layer has no units.
    pub fn plain(layer_sizes: &[usize], seed: u32, device: &Device) -> Result<Self, RecipeError> {
        let card = Card::of_points(Architecture::deep_net(layer_sizes));
        let net = draw_net(layer_sizes, seed, device)?;
        Ok(Self { name: "plain", net, forward: DeepNet::forward, card })
    }
}

impl Contestant<NormalizedNet> {
    /// With batch norm.
    ///
    /// # Errors
    /// When a layer has no units.
    pub fn normalized(
        layer_sizes: &[usize],
        seed: u32,
        device: &Device,
    ) -> Result<Self, RecipeError> {
        let config = NormalizedNetConfig::new(layer_sizes.to_vec());
        let card = Card::of_points(Architecture::NormalizedNet(config));
        let net = draw_normalized_net(layer_sizes, seed, device)?;
        Ok(Self { name: NORMALIZED, net, forward: NormalizedNet::forward, card })
    }
}

/// How the points come, batch by batch.
pub fn batches(seed: u32) -> EpochSettings {
    EpochSettings { batch_size: 64, seed, decay: Decay::Constant }
}

/// How long and how fast to learn.
pub fn descent(epochs: usize, learning_rate: f64) -> DescentConfig {
    DescentConfig::new(epochs, learning_rate).with_cost_interval(2)
}
