//! The parameters of a module as named numbers, and back.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{ExecutionError, Tensor, TensorData};

/// Named lists of numbers: a tensor's name (`layers.0.weight`) and its entries, row-major.
pub type Named = Vec<(String, Vec<f64>)>;

/// Returns every float parameter of a module, in the module's own order.
///
/// # Errors
/// When the device fails.
pub fn named_parameters<M: Module>(module: &M) -> Result<Named, ExecutionError> {
    let mut reader = Reader { path: Vec::new(), found: Ok(Vec::new()) };
    module.visit(&mut reader);
    reader.found
}

/// Puts numbers in the place of a module's float parameters; a parameter that `values` does not name, or
/// with another number of entries, stays as it is.
pub fn with_parameters<M: Module>(module: M, values: &Named) -> M {
    module.map(&mut Writer { path: Vec::new(), values })
}

/// Changes a parameter's value outside autodiff's graph and keeps whether it is trained.
pub(crate) fn replace<const D: usize>(
    param: Param<Tensor<D>>,
    change: impl FnOnce(Tensor<D>) -> Tensor<D>,
) -> Param<Tensor<D>> {
    param.map(|tensor| {
        let (trained, differentiable) = (tensor.is_require_grad(), tensor.is_autodiff());
        let mut changed = change(tensor.without_autodiff());
        if differentiable {
            changed = changed.autodiff();
        }
        if trained { changed.require_grad() } else { changed }
    })
}

struct Reader {
    path: Vec<String>,
    found: Result<Named, ExecutionError>,
}

impl ModuleVisitor for Reader {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        match (param.val().try_into_data(), &mut self.found) {
            (Ok(data), Ok(found)) => {
                found.push((self.path.join("."), data.iter::<f64>().collect()));
            }
            (Err(error), found) => *found = Err(error),
            (Ok(_), Err(_)) => (),
        }
    }
}

struct Writer<'a> {
    path: Vec<String>,
    values: &'a Named,
}

impl ModuleMapper for Writer<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let path = self.path.join(".");
        let Some((_, values)) = self.values.iter().find(|(name, _)| *name == path) else {
            return param;
        };
        replace(param, |tensor| match tensor.shape().num_elements() == values.len() {
            true => {
                let data = TensorData::new(values.clone(), tensor.dims());
                Tensor::from_data(data, (&tensor.device(), tensor.dtype()))
            }
            false => tensor,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::LinearConfig;
    use burn::tensor::Device;

    #[test]
    fn parameters_come_out_and_go_back_by_name() {
        let device = Device::flex().autodiff();
        let linear = LinearConfig::new(2, 1).init(&device);
        let values: Named = vec![("weight".into(), vec![0.25, -4.0]), ("bias".into(), vec![0.5])];
        let linear = with_parameters(linear, &values);
        assert_eq!(named_parameters(&linear).unwrap(), values);
        assert!(linear.weight.val().is_require_grad());
    }
}
