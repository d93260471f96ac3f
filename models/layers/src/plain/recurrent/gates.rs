//! The gates of the recurrent layers.

use burn::serde::{Deserialize, Serialize};
use burn::tensor::{Tensor, activation};

use crate::plain::activation::hard_sigmoid;

/// What keeps a gate between 0 and 1.
///
/// Configurations say `"Logistic"`, `"HardSigmoid"` for that of [old Keras](Self::OLD_KERAS), and slope and offset of
/// any other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(crate = "burn::serde", into = "Named", from = "Named")]
pub enum GateActivation {
    /// The logistic function.
    #[default]
    Logistic,
    /// [`hard_sigmoid`](crate::ops::hard_sigmoid).
    HardSigmoid {
        /// The slope between the cuts.
        slope: f64,
        /// The value at 0.
        offset: f64,
    },
}

impl GateActivation {
    /// `0.2 x + 0.5`, cut off at 0 and 1, as Keras had it before version 2.3 and weights of that time need it.
    pub const OLD_KERAS: Self = Self::HardSigmoid { slope: 0.2, offset: 0.5 };
}

/// How configurations say it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(crate = "burn::serde", rename = "GateActivation")]
enum Named {
    Logistic,
    HardSigmoid,
    #[serde(untagged)]
    Other {
        slope: f64,
        offset: f64,
    },
}

impl From<GateActivation> for Named {
    fn from(gate: GateActivation) -> Self {
        match gate {
            GateActivation::Logistic => Self::Logistic,
            GateActivation::OLD_KERAS => Self::HardSigmoid,
            GateActivation::HardSigmoid { slope, offset } => Self::Other { slope, offset },
        }
    }
}

impl From<Named> for GateActivation {
    fn from(named: Named) -> Self {
        match named {
            Named::Logistic => Self::Logistic,
            Named::HardSigmoid => Self::OLD_KERAS,
            Named::Other { slope, offset } => Self::HardSigmoid { slope, offset },
        }
    }
}

/// One gate's columns.
pub(super) fn gate(columns: &Tensor<2>, index: usize, gates: usize) -> Tensor<2> {
    let hidden = columns.dims()[1] / gates;
    columns.clone().narrow(1, index * hidden, hidden)
}

/// The gate, from what it sees.
pub(super) fn open(gates: GateActivation, sum: Tensor<2>) -> Tensor<2> {
    match gates {
        GateActivation::Logistic => activation::sigmoid(sum),
        GateActivation::HardSigmoid { slope, offset } => hard_sigmoid(sum, slope, offset),
    }
}
