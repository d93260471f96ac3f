//! The gradients of a module's parameters, by name.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{ExecutionError, Gradients, Tensor};

/// Returns the name of every parameter (`layers.0.weight`), in the module's own order, with its gradient,
/// row-major. A parameter that the loss does not depend on is left out.
///
/// # Errors
/// When the device fails.
pub fn named_gradients<M: Module>(
    module: &M,
    gradients: &Gradients,
) -> Result<Vec<(String, Vec<f64>)>, ExecutionError> {
    let mut collector = Collector { gradients, path: Vec::new(), found: Ok(Vec::new()) };
    module.visit(&mut collector);
    collector.found
}

struct Collector<'a> {
    gradients: &'a Gradients,
    path: Vec<String>,
    found: Result<Vec<(String, Vec<f64>)>, ExecutionError>,
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(gradient) = param.val().grad(self.gradients) else {
            return;
        };
        match (gradient.try_into_data(), &mut self.found) {
            (Ok(data), Ok(found)) => {
                found.push((self.path.join("."), data.iter::<f64>().collect()))
            }
            (Err(error), found) => *found = Err(error),
            (Ok(_), Err(_)) => (),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::LinearConfig;
    use burn::tensor::Device;

    /// The derivative of the sum of `x w + b` is `x` by `w` and 1 by `b`.
    #[test]
    fn gradients_come_with_the_names_of_their_parameters() {
        let device = Device::flex().autodiff();
        let linear = LinearConfig::new(2, 1).init(&device);
        let x = Tensor::<2>::from_data([[3.0, -4.0]], &device);
        let gradients = linear.forward(x).sum().backward();
        let found = named_gradients(&linear, &gradients).unwrap();
        let expected = [("weight", vec![3.0, -4.0]), ("bias", vec![1.0])];
        let expected = expected.map(|(name, values)| (name.to_string(), values));
        assert_eq!(found, expected);
    }
}
