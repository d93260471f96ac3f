//! The parameters of a model by their paths.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

/// Values by path, `stages.0.1.conv2.conv.weight`.
pub type Values = BTreeMap<String, TensorData>;

/// Sets all parameters and running statistics of a model.
///
/// # Errors
/// When a value is missing, is left over, or has another shape.
pub fn set_parameters<M: Module>(model: M, values: Values) -> Result<M, String> {
    let mut setter = Setter { values, path: Vec::new(), problem: None };
    let model = model.map(&mut setter);
    let left = setter.values.into_keys().next().map(|path| format!("there is no {path} to set"));
    match setter.problem.or(left) {
        Some(problem) => Err(problem),
        None => Ok(model),
    }
}

struct Setter {
    values: Values,
    path: Vec<String>,
    problem: Option<String>,
}

impl ModuleMapper for Setter {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (path, shape) = (self.path.join("."), param.val().dims());
        match self.values.remove(&path) {
            Some(data) if data.shape().as_slice() == shape => {
                param.map(|tensor| Tensor::from_data(data, &tensor.device()))
            }
            Some(data) => {
                self.problem = Some(format!("{path} is {shape:?}, its value {:?}", data.shape()));
                param
            }
            None => {
                self.problem = Some(format!("{path} has no value"));
                param
            }
        }
    }
}

/// Entries of a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Of its parameters.
    pub parameters: usize,
    /// Of its running statistics.
    pub statistics: usize,
}

/// Counts the entries of a model without drawing its weights.
pub fn count<M: Module>(model: &M) -> Counts {
    let mut counter = Counter::default();
    model.visit(&mut counter);
    counter.counts
}

#[derive(Default)]
struct Counter {
    path: Vec<String>,
    counts: Counts,
}

impl ModuleVisitor for Counter {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let entries = param.lazy_shape().num_elements();
        match self.path.last().map(String::as_str) {
            Some("running_mean" | "running_var" | "mean" | "variance" | "count") => {
                self.counts.statistics += entries;
            }
            _ => self.counts.parameters += entries,
        }
    }
}
