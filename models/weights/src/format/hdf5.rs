//! Keras models in HDF5, read through [`hdf5_reader`].
//!
//! Three layouts:
//! - Keras 1 and 2, and Keras 3 under the ending `.h5`: every layer is a group, and the attributes
//!   `layer_names` and `weight_names` list what it holds in order. In the file of a whole model all lies in
//!   `model_weights`, beside the state of the optimizer, which is left alone.
//! - Keras 3, `.weights.h5`: groups named after classes (`conv2d_3`), whose `vars` hold variables by number
//!   and tell the layer's name.
//! - Any other: every data set, named by the groups that it lies in.

use std::path::Path;

use burn::tensor::DType;
use hdf5_reader::group::Group;
use hdf5_reader::{Dataset, Datatype, Hdf5File, OpenOptions};

use super::not_numbers;
use crate::limits::{Budget, Limits};
use crate::{Array, Library, Tensors, Values, WeightsError};

const FORMAT: &str = "HDF5";

/// Models within models within models; a group that lies in itself would have no end.
const MAX_DEPTH: usize = 24;

pub fn read(path: &Path, contents: Vec<u8>, limits: &Limits) -> Result<Tensors, WeightsError> {
    let budget = Budget::new(path, contents.len() as u64, limits);
    let largest = usize::try_from(budget.bytes()).unwrap_or(usize::MAX);
    let options =
        OpenOptions { max_read_bytes: largest, max_chunk_bytes: largest, ..OpenOptions::default() };
    let malformed = |error| WeightsError::malformed(path, FORMAT, error);
    let file = Hdf5File::from_vec_with_options(contents, options).map_err(malformed)?;
    let root = file.root_group().map_err(malformed)?;
    let mut reader = Reader { path, budget, groups_left: limits.arrays, arrays: Vec::new() };
    let model = reader.child(&root, "model_weights")?.unwrap_or(root);
    if let Some(layers) = reader.names(&model, "layer_names")? {
        reader.layers(&model, &layers)?;
    } else if reader.child(&model, "layers")?.is_some() {
        reader.variables(&model, "", &[], 0)?;
    } else {
        reader.everything(&model, "", 0)?;
    }
    Ok(Tensors { library: Library::Keras, arrays: reader.arrays })
}

struct Reader<'a> {
    path: &'a Path,
    budget: Budget<'a>,
    groups_left: usize,
    arrays: Vec<Array>,
}

impl Reader<'_> {
    fn layers(&mut self, model: &Group, layers: &[String]) -> Result<(), WeightsError> {
        for layer in layers {
            let group = model.group(layer).map_err(|error| self.malformed(error))?;
            for weight in self.names(&group, "weight_names")?.unwrap_or_default() {
                let parts: Vec<&str> = weight.split('/').filter(|part| !part.is_empty()).collect();
                let Some((last, groups)) = parts.split_last() else {
                    return Err(self.malformed(format!("{layer} has a weight without a name")));
                };
                let mut inner = group.clone();
                for part in groups {
                    inner = inner.group(part).map_err(|error| self.malformed(error))?;
                }
                let dataset = inner.dataset(last).map_err(|error| self.malformed(error))?;
                self.array(weight_name(layer, &parts), &dataset)?;
            }
        }
        Ok(())
    }

    /// The variables of a group and of those in it; `layer` are the names of the layers around it.
    fn variables(
        &mut self,
        group: &Group,
        group_name: &str,
        layer: &[String],
        depth: usize,
    ) -> Result<(), WeightsError> {
        let (groups, _) = self.members(group, depth)?;
        let mut layer = layer.to_vec();
        if let Some(vars) = groups.iter().find(|group| group.name() == "vars") {
            if depth > 0 {
                let name = self.names(vars, "name")?.and_then(|names| names.into_iter().next());
                layer.push(name.unwrap_or_else(|| group_name.to_string()));
            }
            let (_, mut datasets) = self.members(vars, depth + 1)?;
            datasets.sort_by_key(|dataset| dataset.name().parse::<usize>().unwrap_or(usize::MAX));
            let count = datasets.len();
            for (index, dataset) in datasets.iter().enumerate() {
                let name = match variable_names(class(group_name), count).get(index) {
                    Some(name) => (*name).to_string(),
                    None => format!("vars/{}", dataset.name()),
                };
                let parts: Vec<&str> = layer.iter().map(String::as_str).chain([&*name]).collect();
                self.array(parts.join("/"), dataset)?;
            }
        }
        for inner in &groups {
            let is_state = depth == 0 && inner.name() == "optimizer";
            if inner.name() != "vars" && !is_state {
                self.variables(inner, inner.name(), &layer, depth + 1)?;
            }
        }
        Ok(())
    }

    fn everything(&mut self, group: &Group, name: &str, depth: usize) -> Result<(), WeightsError> {
        let within = |inner: &str| match name {
            "" => inner.to_string(),
            _ => format!("{name}/{inner}"),
        };
        let (groups, datasets) = self.members(group, depth)?;
        for dataset in &datasets {
            self.array(within(dataset.name()), dataset)?;
        }
        for inner in &groups {
            self.everything(inner, &within(inner.name()), depth + 1)?;
        }
        Ok(())
    }

    fn array(&mut self, name: String, dataset: &Dataset) -> Result<(), WeightsError> {
        let name = name.strip_suffix(":0").unwrap_or(&name).to_string();
        let dtype = match dataset.dtype() {
            Datatype::FloatingPoint { size: 8, .. } => DType::F64,
            Datatype::FloatingPoint { size: 4, .. } => DType::F32,
            Datatype::FloatingPoint { size: 2, .. } => DType::F16,
            Datatype::FixedPoint { size: 8, signed: true, .. } => DType::I64,
            Datatype::FixedPoint { size: 4, signed: true, .. } => DType::I32,
            Datatype::FixedPoint { size: 8, signed: false, .. } => DType::U64,
            Datatype::FixedPoint { size: 4, signed: false, .. } => DType::U32,
            Datatype::FixedPoint { size: 2, signed: true, .. } => DType::I16,
            Datatype::FixedPoint { size: 2, signed: false, .. } => DType::U16,
            Datatype::FixedPoint { size: 1, signed: true, .. } => DType::I8,
            Datatype::FixedPoint { size: 1, signed: false, .. } => DType::U8,
            other => return Err(not_numbers(self.path, &name, format!("{other:?}"))),
        };
        let shape: Option<Vec<usize>> =
            dataset.shape().iter().map(|&extent| usize::try_from(extent).ok()).collect();
        let shape = shape.ok_or_else(|| self.malformed(format!("{name} has no end")))?;
        let count = self.budget.spend(&name, &shape, dtype.size())?;
        let bytes = dataset.read_native_bytes().map_err(|error| self.malformed(error))?;
        if bytes.len() != count * dtype.size() {
            return Err(self.malformed(format!("{name} {shape:?} has {} bytes", bytes.len())));
        }
        let bytes = little_endian(bytes, dtype.size());
        let values = Values::decode(dtype, &bytes)
            .ok_or_else(|| not_numbers(self.path, &name, format!("{dtype:?}")))?;
        self.arrays.push(Array { name, shape, values });
        Ok(())
    }

    /// The texts of an attribute, also of one that Keras has cut into pieces (`layer_names0`, `layer_names1`)
    /// because an attribute has 64 KiB at the most. An attribute without elements has any type.
    fn names(&self, group: &Group, name: &str) -> Result<Option<Vec<String>>, WeightsError> {
        let attributes = group.attributes().map_err(|error| self.malformed(error))?;
        let mut pieces: Vec<_> = attributes
            .iter()
            .filter_map(|attribute| {
                let piece = attribute.name.strip_prefix(name)?;
                match piece {
                    "" => Some((0, attribute)),
                    _ => Some((piece.parse::<usize>().ok()?, attribute)),
                }
            })
            .collect();
        pieces.sort_by_key(|(piece, _)| *piece);
        let mut texts = Vec::new();
        for (_, piece) in &pieces {
            if piece.num_elements().map_err(|error| self.malformed(error))? == 0 {
                continue;
            }
            let strings = piece
                .read_strings()
                .or_else(|_| piece.read_string().map(|text| vec![text]))
                .map_err(|error| self.malformed(error))?;
            texts.extend(strings);
        }
        Ok((!pieces.is_empty()).then_some(texts))
    }

    fn child(&mut self, group: &Group, name: &str) -> Result<Option<Group>, WeightsError> {
        let (groups, _) = group.member_names().map_err(|error| self.malformed(error))?;
        if !groups.iter().any(|group| group == name) {
            return Ok(None);
        }
        group.group(name).map(Some).map_err(|error| self.malformed(error))
    }

    fn members(
        &mut self,
        group: &Group,
        depth: usize,
    ) -> Result<(Vec<Group>, Vec<Dataset>), WeightsError> {
        if depth > MAX_DEPTH {
            return Err(self.malformed(format!("its groups are nested {MAX_DEPTH} deep")));
        }
        self.groups_left = self.groups_left.checked_sub(1).ok_or_else(|| self.budget.too_many())?;
        let (groups, mut datasets) = group.members().map_err(|error| self.malformed(error))?;
        datasets.sort_by(|a, b| a.name().cmp(b.name()));
        Ok((groups, datasets))
    }

    fn malformed(&self, reason: impl ToString) -> WeightsError {
        WeightsError::malformed(self.path, FORMAT, reason)
    }
}

/// `layer/variable`, whether the weight's own name begins with the layer or not, or with a second one of it
/// (`conv_1/kernel` in layer `conv`).
fn weight_name(layer: &str, parts: &[&str]) -> String {
    if let [single] = parts
        && let Some(variable) = variable_of_keras_1(layer, single)
    {
        return format!("{layer}/{variable}");
    }
    let is_layer = |first: &str| {
        let rest = first.strip_prefix(layer).map(|rest| rest.strip_prefix('_').unwrap_or(rest));
        rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let variable = match parts {
        [first, rest @ ..] if !rest.is_empty() && is_layer(first) => rest,
        _ => parts,
    };
    format!("{layer}/{}", variable.join("/"))
}

/// What a weight of Keras 1 is, which has the name of its layer and perhaps a number at the end: `conv_W_1`. So are
/// those of `keras.applications` that are as old, VGG's.
fn variable_of_keras_1(layer: &str, weight: &str) -> Option<&'static str> {
    let name = weight.strip_suffix(":0").unwrap_or(weight);
    let name = name.strip_prefix(layer)?.strip_prefix('_')?;
    let name = match name.rsplit_once('_') {
        Some((name, number))
            if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            name
        }
        _ => name,
    };
    Some(match name {
        "W" => "kernel",
        "b" => "bias",
        "gamma" => "gamma",
        "beta" => "beta",
        "running_mean" => "moving_mean",
        "running_std" => "moving_variance", // a variance in spite of its name
        _ => return None,
    })
}

/// The class that a group of Keras 3 is named after: `conv2d_3` is a `conv2d`.
fn class(group_name: &str) -> &str {
    match group_name.rsplit_once('_') {
        Some((class, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => class,
        _ => group_name,
    }
}

/// What the numbered variables of a layer are. A batch normalisation with one of scale and shift is taken to
/// have the shift, as those of Inception-v3 do: the file does not say.
fn variable_names(class: &str, count: usize) -> &'static [&'static str] {
    match (class, count) {
        ("batch_normalization", 4) => &["gamma", "beta", "moving_mean", "moving_variance"],
        ("batch_normalization", 3) => &["beta", "moving_mean", "moving_variance"],
        ("batch_normalization", 2) => &["moving_mean", "moving_variance"],
        ("normalization", _) => &["mean", "variance", "count"],
        ("layer_normalization" | "group_normalization", _) => &["gamma", "beta"],
        ("separable_conv1d" | "separable_conv2d", _) => {
            &["depthwise_kernel", "pointwise_kernel", "bias"]
        }
        ("embedding", _) => &["embeddings"],
        ("p_re_lu", _) => &["alpha"],
        ("cell", _) => &["kernel", "recurrent_kernel", "bias"],
        ("seed_generator", _) => &["seed_generator_state"],
        _ => &["kernel", "bias"],
    }
}

#[cfg(target_endian = "little")]
fn little_endian(bytes: Vec<u8>, _size: usize) -> Vec<u8> {
    bytes
}

#[cfg(target_endian = "big")]
fn little_endian(mut bytes: Vec<u8>, size: usize) -> Vec<u8> {
    bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_have_the_name_of_their_layer_and_variable_in_all_versions_of_keras() {
        let cases: [(&str, &[&str], &str); 7] = [
            ("conv", &["conv", "kernel:0"], "conv/kernel:0"),
            ("conv", &["conv_1", "kernel:0"], "conv/kernel:0"),
            ("conv", &["kernel:0"], "conv/kernel:0"),
            ("block1_conv1", &["block1_conv1_W_1:0"], "block1_conv1/kernel"),
            ("fc1", &["fc1_b:0"], "fc1/bias"),
            ("bn_conv1", &["bn_conv1_running_std:0"], "bn_conv1/moving_variance"),
            ("conv", &["conv_mask:0"], "conv/conv_mask:0"),
        ];
        for (layer, parts, expected) in cases {
            assert_eq!(weight_name(layer, parts), expected);
        }
    }
}
