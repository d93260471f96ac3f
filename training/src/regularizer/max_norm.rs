//! Max-norm: no unit's weights grow longer than a limit (Srivastava et al., 2014).
//!
//! Applied after each update, with or without dropout. Biases are free.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::Tensor;

use crate::parameters::replace;

/// Shortens the weights that lead into each unit to the length `limit` where they are longer.
///
/// A matrix `[inputs, units]` is looked at column by column; tensors of other rank stay as they are.
pub fn max_norm<M: Module>(module: M, limit: f64) -> M {
    module.map(&mut Shortener { limit })
}

struct Shortener {
    limit: f64,
}

impl ModuleMapper for Shortener {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if D != 2 {
            return param;
        }
        let limit = self.limit;
        replace(param, |weight| {
            let length = weight.clone().square().sum_dim(0).sqrt(); // [1, units]
            let longer = length.clone().greater_elem(limit);
            let factor = (length.recip() * limit).mask_fill(longer.bool_not(), 1.0);
            weight * factor
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::LinearConfig;
    use burn::tensor::Device;

    /// Columns (3, 4), (0.3, 0.4) and (0, 0), of lengths 5, 0.5 and 0.
    #[test]
    fn only_units_beyond_the_limit_are_shortened_and_keep_their_direction() {
        let device = Device::flex();
        let mut linear = LinearConfig::new(2, 3).init(&device);
        linear.weight = Param::from_data([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]], &device);
        let bias = linear.bias.as_ref().unwrap().val().into_data();
        let linear = max_norm(linear, 2.0);
        let weights: Vec<f64> = linear.weight.val().into_data().iter::<f64>().collect();
        for (found, expected) in weights.into_iter().zip([1.2, 0.3, 0.0, 1.6, 0.4, 0.0]) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
        assert_eq!(linear.bias.unwrap().val().into_data(), bias);
    }
}
