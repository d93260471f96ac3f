//! Arrays into a model.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};

use crate::arrange::arrange;
use crate::names::{candidates, is_no_parameter};
use crate::parameter::{Gate, Parameter, Role, parameters};
use crate::read::read;
use crate::renames::{Table, Theirs};
use crate::within::{self, Key};
use crate::{Array, Library, Limits, Mismatch, Missing, Report, Tensors, Values, WeightsError};

/// Which differences between file and model are no error. By default none is allowed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Parameters that the file lacks keep their values.
    pub allow_missing: bool,
    /// Arrays that the model lacks are left out.
    pub allow_unexpected: bool,
    /// Parameters that have another shape in the file keep their values.
    pub allow_mismatched: bool,
}

impl Options {
    /// Takes what fits: a trained network under a new head.
    pub fn what_fits() -> Self {
        Self { allow_missing: true, allow_unexpected: true, allow_mismatched: true }
    }
}

/// Puts the arrays of a file into a model of any kind.
///
/// Parameters are found by the names of their layers, changed by `renames`, and turned from the axes of the
/// file's library into Burn's: kernels, depthwise kernels, the rows of a layer behind a flattening, gates of
/// recurrent layers. Fireside's own recurrent layers take Keras's LSTM and simple RNN; weights of other cells and
/// libraries go into Burn's. Biases of a convolution, linear layer and so on must be there if and only if the model
/// has them; statistics of batch normalisation are parameters as any other. Gradients are required of each
/// parameter as before.
///
/// In a file of Keras or PyTorch the model may lie within something larger: a dictionary of a training, what a wrapper
/// puts before every name, a layer of another model. Where most of its parameters are is where it is read from;
/// [`Report::within`] says where that is and [`Report::outside`] what else is there.
///
/// # Errors
/// [`WeightsError::Differs`] for parameters that the file lacks, arrays that the model lacks, and other
/// shapes, unless the options allow them; [`WeightsError::Template`] when the table is no table;
/// [`WeightsError::Ambiguous`] when several places in the file hold the model.
pub fn load<M: Module>(
    model: M,
    tensors: &Tensors,
    renames: &[(&str, &str)],
    options: &Options,
) -> Result<(M, Report), WeightsError> {
    let table = Table::parse(renames)?;
    let parameters = parameters(&model);
    let theirs: Vec<Theirs> =
        parameters.iter().map(|parameter| table.theirs(&parameter.layer)).collect();
    let wanted: Vec<Vec<String>> = parameters
        .iter()
        .zip(&theirs)
        .map(|(parameter, theirs)| candidates(parameter, tensors.library, &theirs.layer))
        .collect();
    let keys = within::keys(tensors);
    let within = within::find(tensors, &keys, &wanted, |place, array| {
        let (parameter, channels) = (&parameters[place], theirs[place].channels);
        arrange(parameter, tensors.library, channels, &array.shape).is_some()
    })?;
    let arrays = Arrays::new(tensors, &keys, &within);
    let mut report = Report { within, ..Report::default() };
    let mut values = HashMap::new();
    let mut used = HashSet::new();
    for ((parameter, theirs), names) in parameters.iter().zip(&theirs).zip(wanted) {
        let Parameter { path, shape, .. } = parameter;
        let found = names.iter().find_map(|name| arrays.get(name));
        if let Some(constant) = implied(parameter, found, &arrays, &theirs.layer) {
            report.implied.push((path.clone(), constant));
            values.insert(path.clone(), Values::F64(vec![constant; shape.iter().product()]));
            continue;
        }
        let Some((index, array)) = found else {
            let theirs = names.into_iter().next().unwrap_or_default();
            report.missing.push(Missing { ours: path.clone(), theirs });
            continue;
        };
        used.insert(index);
        match arrange(parameter, tensors.library, theirs.channels, &array.shape) {
            Some(gather) => {
                let gathered = array.values.gather(&gather.view, &gather.fixed, &gather.axes);
                values.insert(path.clone(), gathered);
                report.matched.push((path.clone(), array.name.clone()));
            }
            None => report.mismatched.push(Mismatch {
                ours: path.clone(),
                our_shape: shape.clone(),
                theirs: array.name.clone(),
                their_shape: array.shape.clone(),
            }),
        }
    }
    for (index, array) in tensors.arrays.iter().enumerate() {
        match arrays.name_within(index) {
            None => report.outside.push(array.name.clone()),
            Some(name) => {
                let is_known = is_no_parameter(name) || table.is_theirs_alone(name);
                if !used.contains(&index) && !is_known {
                    report.unexpected.push(array.name.clone());
                }
            }
        }
    }
    let refused = (!report.missing.is_empty() && !options.allow_missing)
        || (!report.unexpected.is_empty() && !options.allow_unexpected)
        || (!report.mismatched.is_empty() && !options.allow_mismatched);
    if refused {
        return Err(WeightsError::Differs(Box::new(report)));
    }
    let model = model.map(&mut Setter { fields: Vec::new(), values });
    Ok((model, report))
}

/// Reads a file of weights into a model: [`read`] within the usual limits, then [`load`], with which no difference
/// between file and model is allowed. Where the model lies within something larger, what is around it is left alone;
/// [`load`] says what that is.
///
/// `renames` is what the configuration of the model says (`config.renames()?`), or a table of one's own; files that
/// [`write()`](crate::write()) has written have our names whatever it says.
///
/// # Errors
/// As [`read`] and [`load`].
pub fn load_file<M: Module>(
    model: M,
    path: impl AsRef<Path>,
    renames: &[(&str, &str)],
) -> Result<M, WeightsError> {
    let tensors = read(path.as_ref(), &Limits::default())?;
    Ok(load(model, &tensors, renames, &Options::default())?.0)
}

/// The paths of a model's parameters, and their shapes.
#[must_use]
pub fn names<M: Module>(model: &M) -> Vec<(String, Vec<usize>)> {
    parameters(model).into_iter().map(|parameter| (parameter.path, parameter.shape)).collect()
}

/// The paths of a model's parameters, and the names that a library has for them. Parameters of one recurrent
/// layer share an array.
///
/// # Errors
/// [`WeightsError::Template`] when the table is no table.
pub fn names_in<M: Module>(
    model: &M,
    library: Library,
    renames: &[(&str, &str)],
) -> Result<Vec<(String, String)>, WeightsError> {
    let table = Table::parse(renames)?;
    let named = parameters(model).into_iter().map(|parameter| {
        let layer = table.theirs(&parameter.layer).layer;
        let names = candidates(&parameter, library, &layer);
        (parameter.path, names.into_iter().next().unwrap_or_default())
    });
    Ok(named.collect())
}

/// The arrays of a file by the names that they have within a place of it.
struct Arrays<'a> {
    library: Library,
    by_name: HashMap<&'a str, (usize, &'a Array)>,
    names: HashMap<usize, &'a str>,
}

impl<'a> Arrays<'a> {
    fn new(tensors: &'a Tensors, keys: &'a [Key], within: &str) -> Self {
        let (mut by_name, mut names) = (HashMap::new(), HashMap::new());
        for Key { name, index } in keys {
            if let Some(name) = name.strip_prefix(within) {
                by_name.entry(name).or_insert((*index, &tensors.arrays[*index]));
                names.insert(*index, name); // the last is without wrappers
            }
        }
        Self { library: tensors.library, by_name, names }
    }

    fn get(&self, name: &str) -> Option<(usize, &'a Array)> {
        self.by_name.get(name).copied()
    }

    /// The name of an array within the place; none if it lies outside.
    fn name_within(&self, index: usize) -> Option<&'a str> {
        self.names.get(&index).copied()
    }
}

/// The value of a parameter that a library does not write where it changes nothing: scale and shift of a
/// batch normalisation without them, biases of a recurrent layer without, and a second bias where one is
/// enough.
fn implied(
    parameter: &Parameter,
    found: Option<(usize, &Array)>,
    arrays: &Arrays,
    layer: &str,
) -> Option<f64> {
    let has = |role: Role| {
        let sibling = Parameter { role, ..parameter.clone() };
        candidates(&sibling, arrays.library, layer).iter().any(|name| arrays.get(name).is_some())
    };
    if arrays.library == Library::Fireside {
        return None;
    }
    match (&parameter.role, found) {
        (Role::Scale { has_statistics: true }, None) if has(Role::RunningMean) => Some(1.0),
        (Role::Shift { has_statistics: true }, None) if has(Role::RunningMean) => Some(0.0),
        (Role::Gate(gate @ Gate { is_bias: true, .. }), None) => {
            has(Role::Gate(Gate { is_bias: false, ..*gate })).then_some(0.0)
        }
        (Role::Gate(Gate { is_bias: true, of_hidden: true, .. }), Some((_, array))) => {
            let is_of_input = arrays.library == Library::Keras && array.shape.len() == 1;
            is_of_input.then_some(0.0)
        }
        _ => None,
    }
}

/// Gives parameters their values by path.
struct Setter {
    fields: Vec<String>,
    values: HashMap<String, Values>,
}

impl ModuleMapper for Setter {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.fields.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.fields.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(values) = self.values.remove(&self.fields.join(".")) else {
            return param;
        };
        param.map(|old| {
            let data = match values {
                Values::F32(values) => TensorData::new(values, old.shape()),
                Values::F64(values) => TensorData::new(values, old.shape()),
            };
            let new = Tensor::from_data(data, (&old.device(), old.dtype()));
            new.set_require_grad(old.is_require_grad())
        })
    }
}
