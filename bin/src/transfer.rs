//! Flags of a trained network that is taught another task.

use burn::tensor::Device;
use clap::Args;
use fireside_datasets::signs::CLASSES;
use fireside_recipes::lesson::Pace;
use fireside_recipes::networks::NetworkName;
use fireside_recipes::pretrained::{EditionName, Published, load_weights};
use fireside_vision::zoo::Entry;
use serde::{Deserialize, Serialize};

use crate::values::{Count, InputPath, LearningRate, Share, Units};
use crate::{Failure, Given};

/// Rows and columns of the hands.
const SIDE: usize = 64;

/// A network, and where its weights are from.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct PretrainedNetwork {
    /// The network
    #[arg(long, value_name = "NAME", default_value = "mobilenet-v2")]
    model: NetworkName,
    /// Published weights: Keras HDF5, PyTorch, or safetensors
    #[arg(long, value_name = "FILE")]
    weights: Option<InputPath>,
    /// Whose the weights are: torchvision, keras or course [default: told by the file]
    #[arg(long, value_name = "NAME", requires = "weights")]
    edition: Option<EditionName>,
    /// Rows and columns of the pictures [default: 64, or what the network takes]
    #[arg(long)]
    side: Option<Units>,
}

impl PretrainedNetwork {
    /// The network.
    pub fn entry(&self) -> &'static Entry {
        self.model.entry()
    }

    /// Rows and columns of its pictures.
    pub fn side(&self) -> usize {
        self.side.map_or(self.entry().side_near(SIDE), Units::get)
    }

    /// Reads the weights, where there are some.
    ///
    /// # Errors
    /// When the network takes no pictures of this size, or the file is damaged or holds other weights.
    pub fn published(&self, device: &Device) -> Result<Option<Published>, Failure> {
        let (entry, side) = (self.entry(), self.side());
        entry.config(CLASSES.len(), [3, side, side], None)?;
        let edition = self.edition.map(|name| name.0);
        let read = |path: &InputPath| load_weights(entry, path, edition, side, device);
        self.weights.as_ref().map(read).transpose().given_by("--weights")
    }
}

/// How the old task and the new one are learnt.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct TwoTasks {
    /// Times through the drawn hands
    #[arg(long, default_value = "20")]
    epochs: Count,
    /// Times through the few pictures of the new task
    #[arg(long, default_value = "40")]
    new_epochs: Count,
    /// Pictures of each new class to learn from
    #[arg(long, default_value = "20")]
    pub count: Units,
    /// Share of the layers that stay frozen when the others are fine-tuned; three quarters in the assignment
    #[arg(long, default_value = "0.75")]
    pub frozen: Share,
    /// Learning rate of a whole network
    #[arg(long, default_value = "1e-3")]
    pub lr: LearningRate,
    /// Learning rate of a head alone
    #[arg(long, default_value = "1e-2")]
    pub head_lr: LearningRate,
    /// Learning rate to fine-tune with
    #[arg(long, default_value = "3e-4")]
    pub fine_lr: LearningRate,
}

impl TwoTasks {
    /// How the new task is learnt, at this rate.
    pub fn pace(&self, rate: LearningRate, seed: u32) -> Pace {
        let (epochs, rate) = (self.new_epochs.get(), rate.get());
        Pace { epochs, batch_size: 16, rate, weight_decay: 1e-2, seed }
    }

    /// How the old task is learnt.
    pub fn pace_of_the_old(&self, seed: u32) -> Pace {
        let (epochs, rate) = (self.epochs.get(), self.lr.get());
        Pace { epochs, batch_size: 32, rate, weight_decay: 5e-3, seed }
    }
}
