//! One conformance case: named inputs and the outputs expected of them.
//!
//! The data puts features first, `(features, batch)`, and channels last, `(batch, height, width, channels)`; the
//! library is batch first, channels second. The conversion is here and nowhere else.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use fireside_dense::steps::Layer;
use serde::Deserialize;

/// A file of cases.
#[derive(Debug, Deserialize)]
pub struct CaseFile {
    /// Course, week and notebook, such as `c1w4a1`.
    pub assignment: String,
    /// The cases.
    pub cases: Vec<Case>,
}

/// A call of one function.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// The function, as the course names it.
    pub op: String,
    /// `f32` where the reference computed in single precision.
    #[serde(default)]
    pub precision: Option<String>,
    /// The arguments.
    pub inputs: BTreeMap<String, Value>,
    /// The results expected.
    pub outputs: BTreeMap<String, Value>,
}

/// A named value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
    /// An array, row-major.
    Array {
        /// Its axes.
        shape: Vec<usize>,
        /// Its entries.
        data: Vec<f64>,
    },
}

/// What a handler returns.
pub type Outputs = BTreeMap<String, Value>;

/// What a handler reports when a case is not of the form it knows.
pub type Problem = String;

impl Case {
    /// Returns a number.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn number(&self, name: &str) -> Result<f64, Problem> {
        match self.inputs.get(name) {
            Some(Value::Number(number)) => Ok(*number),
            other => Err(format!("{name} is {other:?}, not a number")),
        }
    }

    /// Returns a whole number.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn count(&self, name: &str) -> Result<usize, Problem> {
        self.number(name).map(|number| number as usize)
    }

    /// Returns a text.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn text(&self, name: &str) -> Result<&str, Problem> {
        match self.inputs.get(name) {
            Some(Value::Text(text)) => Ok(text),
            other => Err(format!("{name} is {other:?}, not a text")),
        }
    }

    /// Returns a list of texts.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn texts(&self, name: &str) -> Result<&[String], Problem> {
        match self.inputs.get(name) {
            Some(Value::Texts(texts)) => Ok(texts),
            other => Err(format!("{name} is {other:?}, not a list of texts")),
        }
    }

    /// Returns the shape and the entries of an array.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn array(&self, name: &str) -> Result<(&[usize], &[f64]), Problem> {
        match self.inputs.get(name) {
            Some(Value::Array { shape, data }) => Ok((shape, data)),
            other => Err(format!("{name} is {other:?}, not an array")),
        }
    }

    /// Returns the entries of an array as whole numbers.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn counts(&self, name: &str) -> Result<Vec<usize>, Problem> {
        let (_, data) = self.array(name)?;
        Ok(data.iter().map(|&entry| entry as usize).collect())
    }

    /// Returns an array as it stands.
    ///
    /// # Errors
    /// When there is none of that name and rank.
    pub fn tensor<const D: usize>(
        &self,
        name: &str,
        device: &Device,
    ) -> Result<Tensor<D>, Problem> {
        let (shape, data) = self.array(name)?;
        match shape.len() == D {
            true => Ok(Tensor::from_data(TensorData::new(data.to_vec(), shape.to_vec()), device)),
            false => Err(format!("{name} has shape {shape:?}, not {D} axes")),
        }
    }

    /// Returns an array of one column for each example as one row for each; a plain list is one feature.
    ///
    /// # Errors
    /// When there is none of that name and rank.
    pub fn batch_first(&self, name: &str, device: &Device) -> Result<Tensor<2>, Problem> {
        match self.array(name)?.0 {
            [_] => Ok(self.tensor::<1>(name, device)?.unsqueeze_dim(1)),
            _ => Ok(self.tensor::<2>(name, device)?.transpose()),
        }
    }

    /// Returns images of channels last as `[batch, channels, height, width]`.
    ///
    /// # Errors
    /// When there is none of that name and rank.
    pub fn channels_first(&self, name: &str, device: &Device) -> Result<Tensor<4>, Problem> {
        Ok(self.tensor::<4>(name, device)?.permute([0, 3, 1, 2]))
    }

    /// Returns weight and bias of one layer.
    ///
    /// # Errors
    /// When one is missing.
    pub fn layer(&self, weight: &str, bias: &str, device: &Device) -> Result<Layer, Problem> {
        Ok(Layer {
            weight: self.batch_first(weight, device)?,
            bias: self.batch_first(bias, device)?,
        })
    }

    /// Returns the layers `{weight}1`, `{bias}1`, `{weight}2` and so on, as many as there are.
    ///
    /// # Errors
    /// When a bias is missing.
    pub fn layers(&self, weight: &str, bias: &str, device: &Device) -> Result<Vec<Layer>, Problem> {
        (1..)
            .take_while(|l| self.inputs.contains_key(&format!("{weight}{l}")))
            .map(|l| self.layer(&format!("{weight}{l}"), &format!("{bias}{l}"), device))
            .collect()
    }
}

/// Returns a tensor as it stands, as an output.
pub fn as_is<const D: usize>(tensor: Tensor<D>) -> Value {
    let shape = tensor.dims().to_vec();
    Value::Array { shape, data: entries(tensor) }
}

/// Returns a batch-first tensor as an output of one column for each example.
pub fn features_first(tensor: Tensor<2>) -> Value {
    as_is(tensor.transpose())
}

/// Returns images, `[batch, channels, height, width]`, as an output of channels last.
pub fn channels_last(images: Tensor<4>) -> Value {
    as_is(images.permute([0, 2, 3, 1]))
}

/// Returns the only entry of a tensor.
///
/// # Panics
/// When there is not exactly one.
pub fn scalar<const D: usize>(tensor: Tensor<D>) -> Value {
    Value::Number(tensor.into_scalar::<f64>())
}

/// Returns numbers as a list.
pub fn list(data: Vec<f64>) -> Value {
    Value::Array { shape: vec![data.len()], data }
}

/// Names weights and biases as the data does: `{weight}1`, `{bias}1`, ...
pub fn name_layers(layers: &[Layer], weight: &str, bias: &str) -> Outputs {
    let named = layers.iter().zip(1..).flat_map(|(layer, l)| {
        [
            (format!("{weight}{l}"), features_first(layer.weight.clone())),
            (format!("{bias}{l}"), features_first(layer.bias.clone())),
        ]
    });
    named.collect()
}

fn entries<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}
