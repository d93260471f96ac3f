//! The notebooks that have everything written by hand, step by step: each of their functions on their own inputs, with
//! what it gives.
//!
//! Nothing is computed here: the functions are those of `steps` in the crates of models, and the optimisers,
//! initialisers and checks of `fireside_training`. The inputs are the notebook's, or those of the tests beside it: a
//! few numbers, or drawn by its seed in its order. So the results are the notebook's too, to the digits that it prints,
//! in 64-bit floats. A step whose inputs are others [says so](Step::official).
//!
//! Arrays have the axes of the notebooks: features first, `(n_x, m)` and `(n_x, m, T_x)`, and channels last,
//! `(m, n_H, n_W, n_C)`.
//!
//! ```
//! use burn::tensor::Device;
//! use fireside_recipes::steps::logistic_regression::NOTEBOOK;
//!
//! # fn main() -> Result<(), fireside_recipes::RecipeError> {
//! let steps = (NOTEBOOK.steps)(&Device::flex())?;
//! assert_eq!(steps[2].call, "propagate");
//! println!("{}", steps[2]);
//! # Ok(())
//! # }
//! ```

mod array;
pub mod car_detection;
pub mod cat_classifier;
pub mod convolution;
pub mod deep_network;
mod dense;
pub mod dinosaurs;
pub mod emojify;
pub mod gradient_checking;
pub mod initialization;
pub mod localization;
pub mod logistic_regression;
pub mod numpy_basics;
pub mod optimization;
pub mod planar_classification;
pub mod recurrent;
pub mod regularization;
mod tensorflow_random;
pub mod word_vectors;
mod writing;

use burn::tensor::Device;
use serde::Serialize;

pub use array::Array;

use crate::RecipeError;

/// A notebook of the course that has its functions written by hand.
#[derive(Debug, Clone, Copy)]
pub struct Notebook {
    /// Course, week and which of the week's notebooks: `c1w4a1` is the first of course 1, week 4.
    pub name: &'static str,
    /// Calls its functions, in its order; an error when the device fails.
    pub steps: fn(&Device) -> Result<Vec<Step>, RecipeError>,
}

/// A call of one function. Its text is what [`Display`](std::fmt::Display) writes, some lines long.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The function, as the notebook calls it.
    pub call: &'static str,
    /// What it computes, in one line.
    pub what: &'static str,
    /// Whether the inputs are the course's own.
    pub official: bool,
    /// The arguments, by the notebook's names.
    #[serde(serialize_with = "as_object")]
    pub inputs: Vec<(String, Value)>,
    /// What it returns, by the notebook's names; what it returns as a dictionary or a cache, entry by entry.
    #[serde(serialize_with = "as_object")]
    pub outputs: Vec<(String, Value)>,
}

/// An argument or a result.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// An array.
    Array(Array),
}

/// Named values, in the order in which they are told.
type Named = Vec<(String, Value)>;

impl Step {
    /// A call on the course's own inputs.
    fn new(call: &'static str, what: &'static str) -> Self {
        Self { call, what, official: true, inputs: Vec::new(), outputs: Vec::new() }
    }

    /// Says that the inputs are not the course's own.
    fn on_other_inputs(self) -> Self {
        Self { official: false, ..self }
    }

    fn input(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.inputs.push((name.into(), value.into()));
        self
    }

    fn inputs(mut self, named: Named) -> Self {
        self.inputs.extend(named);
        self
    }

    fn output(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.outputs.push((name.into(), value.into()));
        self
    }

    fn outputs(mut self, named: Named) -> Self {
        self.outputs.extend(named);
        self
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Number(count as f64)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_string())
    }
}

impl From<Array> for Value {
    fn from(array: Array) -> Self {
        Self::Array(array)
    }
}

impl From<&Array> for Value {
    fn from(array: &Array) -> Self {
        Self::Array(array.clone())
    }
}

fn as_object<S: serde::Serializer>(
    named: &[(String, Value)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(named.iter().map(|(name, value)| (name, value)))
}
