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
    /// `official` where the inputs are the course's own.
    #[serde(default)]
    pub source: String,
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
    /// Whether there is an input of that name.
    pub fn has(&self, name: &str) -> bool {
        self.inputs.contains_key(name)
    }

    /// Returns a number; an array of one entry is one too, of any rank.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn number(&self, name: &str) -> Result<f64, Problem> {
        match self.inputs.get(name) {
            Some(Value::Number(number)) => Ok(*number),
            Some(Value::Array { data, .. }) if data.len() == 1 => Ok(data[0]),
            other => Err(format!("{name} is {other:?}, not a number")),
        }
    }

    /// Returns a number, or `default` where the case leaves it out, as the function's signature does.
    ///
    /// # Errors
    /// When it is something else.
    pub fn number_or(&self, name: &str, default: f64) -> Result<f64, Problem> {
        if self.has(name) { self.number(name) } else { Ok(default) }
    }

    /// Returns a whole number.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn count(&self, name: &str) -> Result<usize, Problem> {
        whole(name, self.number(name)?)
    }

    /// Returns a whole number, or `default` where the case leaves it out.
    ///
    /// # Errors
    /// When it is something else.
    pub fn count_or(&self, name: &str, default: usize) -> Result<usize, Problem> {
        if self.has(name) { self.count(name) } else { Ok(default) }
    }

    /// Returns a whole number for rows and one for columns; one alone is that of both, and `default` where the
    /// case leaves it out.
    ///
    /// # Errors
    /// When it is something else.
    pub fn pair_or(&self, name: &str, default: [usize; 2]) -> Result<[usize; 2], Problem> {
        match self.inputs.get(name) {
            None => Ok(default),
            Some(Value::Array { data, .. }) if data.len() == 2 => {
                Ok([whole(name, data[0])?, whole(name, data[1])?])
            }
            Some(_) => Ok([self.count(name)?; 2]),
        }
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
        self.entries(name)?.iter().map(|&entry| whole(name, entry)).collect()
    }

    /// Returns the entries of an array of any rank, or a number as the only one.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn entries(&self, name: &str) -> Result<&[f64], Problem> {
        match self.inputs.get(name) {
            Some(Value::Number(number)) => Ok(std::slice::from_ref(number)),
            _ => Ok(self.array(name)?.1),
        }
    }

    /// Returns [`entries`](Self::entries) as a tensor, for what is done entry by entry.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn flat(&self, name: &str, device: &Device) -> Result<Tensor<1>, Problem> {
        let entries = self.entries(name)?.to_vec();
        let count = entries.len();
        Ok(Tensor::from_data(TensorData::new(entries, [count]), device))
    }

    /// Returns a tensor's entries as an output in the shape of an input.
    ///
    /// # Errors
    /// When there is no such input, or it has another number of entries.
    pub fn like<const D: usize>(&self, name: &str, tensor: Tensor<D>) -> Result<Value, Problem> {
        let (data, count) = (entries(tensor), self.entries(name)?.len());
        if data.len() != count {
            return Err(format!("{} entries for the {count} of {name}", data.len()));
        }
        match self.inputs.get(name) {
            Some(Value::Array { shape, .. }) => Ok(Value::Array { shape: shape.clone(), data }),
            _ => Ok(Value::Number(data[0])),
        }
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
        if shape.iter().product::<usize>() != data.len() {
            return Err(format!("{name} has shape {shape:?} and {} entries", data.len()));
        }
        match shape.len() == D {
            true => Ok(Tensor::from_data(TensorData::new(data.to_vec(), shape.to_vec()), device)),
            false => Err(format!("{name} has shape {shape:?}, not {D} axes")),
        }
    }

    /// Returns an array as it stands, or none where the case leaves it out.
    ///
    /// # Errors
    /// When it has another rank.
    pub fn optional<const D: usize>(
        &self,
        name: &str,
        device: &Device,
    ) -> Result<Option<Tensor<D>>, Problem> {
        self.has(name).then(|| self.tensor(name, device)).transpose()
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

    /// Returns weight and bias of one layer; where the case leaves the bias out it is zeros.
    ///
    /// # Errors
    /// When there is no weight, or one has another rank.
    pub fn layer(&self, weight: &str, bias: &str, device: &Device) -> Result<Layer, Problem> {
        let weight = self.batch_first(weight, device)?;
        let bias = match self.has(bias) {
            true => self.batch_first(bias, device)?,
            false => Tensor::zeros([1, weight.dims()[1]], device),
        };
        Ok(Layer { weight, bias })
    }

    /// Returns the layers `{weight}1`, `{bias}1`, `{weight}2` and so on, as many as there are.
    ///
    /// # Errors
    /// When one has another rank.
    pub fn layers(&self, weight: &str, bias: &str, device: &Device) -> Result<Vec<Layer>, Problem> {
        (1..)
            .take_while(|l| self.has(&format!("{weight}{l}")))
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

fn whole(name: &str, number: f64) -> Result<usize, Problem> {
    let count = number as usize;
    match count as f64 == number {
        true => Ok(count),
        false => Err(format!("{name} is {number}, not a whole number from 0 on")),
    }
}
