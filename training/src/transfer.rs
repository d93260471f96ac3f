//! Transfer learning: a network that has learnt one task, taught another (course 3, week 2).
//!
//! 1. Put a new head on it, the last layer, for the classes of the new task.
//! 2. With few examples, [`freeze`] the rest. Its activations never change then, so [`precompute`] them once
//!    and train the head on those: the same updates, without the rest's forward pass in each.
//! 3. With more, [`unfreeze`] and fine-tune the whole with a smaller learning rate.
//!
//! It pays when the old task has many examples and the new one few, both have the same kind of input, and
//! what the lower layers see is of use to the new task.

use burn::module::{Module, ModuleVisitor, Param, ParamGroup};
use burn::tensor::{Bool, Int, Tensor};

/// A layer that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no layer {name}: the model has {}", names.join(", "))]
pub struct UnknownLayer {
    /// The name that was given.
    pub name: String,
    /// The names of the parameters there are.
    pub names: Vec<String>,
}

/// Returns the name of every parameter, such as `layers.0.weight`, in the module's own order.
pub fn parameter_names<M: Module>(model: &M) -> Vec<String> {
    let mut collector = Names::default();
    model.visit(&mut collector);
    collector.found
}

/// Freezes the layers of these names: training leaves their parameters as they are, to the bit, and what they
/// count while they train (batch norm's running averages) stands still.
///
/// A name is that of a parameter (`layers.0.weight`) or what it begins with, up to a dot: `layers.1` is the
/// second layer, not the eleventh.
///
/// # Errors
/// [`UnknownLayer`] when nothing has such a name.
pub fn freeze<M: Module>(model: M, layers: &[&str]) -> Result<M, UnknownLayer> {
    let group = group(&model, layers)?;
    Ok(model.freeze_group(group))
}

/// Lets the layers of these names be trained again; see [`freeze`].
///
/// # Errors
/// [`UnknownLayer`] when nothing has such a name.
pub fn unfreeze<M: Module>(model: M, layers: &[&str]) -> Result<M, UnknownLayer> {
    let group = group(&model, layers)?;
    Ok(model.unfreeze_group(group))
}

/// Returns `features` of every example, computed `batch_size` at a time.
///
/// # Shapes
/// - `examples`: `[count, ...]`; output: `[count, ...]` of what `features` returns
///
/// # Panics
/// When there are no examples, or `batch_size` is 0.
pub fn precompute<const I: usize, const O: usize>(
    examples: &Tensor<I>,
    batch_size: usize,
    features: impl Fn(Tensor<I>) -> Tensor<O>,
) -> Tensor<O> {
    let batches = examples.clone().split(batch_size, 0);
    Tensor::cat(batches.into_iter().map(|batch| features(batch).detach()).collect(), 0)
}

fn group<M: Module>(model: &M, layers: &[&str]) -> Result<ParamGroup, UnknownLayer> {
    let names = parameter_names(model);
    let belongs = |name: &str, layer: &str| {
        name.strip_prefix(layer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    match layers.iter().find(|layer| !names.iter().any(|name| belongs(name, layer))) {
        Some(layer) => Err(UnknownLayer { name: layer.to_string(), names }),
        None => {
            let chosen = |name: &String| layers.iter().any(|layer| belongs(name, layer));
            Ok(ParamGroup::from_paths(names.into_iter().filter(chosen).collect()))
        }
    }
}

#[derive(Default)]
struct Names {
    path: Vec<String>,
    found: Vec<String>,
}

impl Names {
    fn add(&mut self) {
        self.found.push(self.path.join("."));
    }
}

impl ModuleVisitor for Names {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, _param: &Param<Tensor<D>>) {
        self.add();
    }

    fn visit_int<const D: usize>(&mut self, _param: &Param<Tensor<D, Int>>) {
        self.add();
    }

    fn visit_bool<const D: usize>(&mut self, _param: &Param<Tensor<D, Bool>>) {
        self.add();
    }

    fn visit_flag(&mut self, _flag: &Param<burn::module::Flag>) {
        self.add();
    }
}

#[cfg(test)]
mod tests;
