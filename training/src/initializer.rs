//! First weights for any Burn module, as the course draws them (course 2, week 1).
//!
//! Every weight of rank 2 or more is drawn anew, every bias becomes zero, and what normalises (scales,
//! shifts, running averages) stays as it is. `n` is the number of inputs a unit sees, `n_out` the number of
//! units that see an input.
//!
//! The notes call a variance of `2/n` right for ReLU and `1/n` or `2/(n + n_out)` for tanh, without the
//! papers' names: He et al., "Delving Deep into Rectifiers" (2015), and Glorot & Bengio, "Understanding the
//! difficulty of training deep feedforward neural networks" (2010).

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::parameters::replace;
use fireside_numpy_rng::NumpyRng;

/// How first weights are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initializer {
    /// All zero: every unit of a layer stays equal to its neighbours.
    Zeros,
    /// Normal with this standard deviation; 10 is the assignment's "large random", 0.01 that of course 1.
    Normal(f64),
    /// Uniform between minus this and this.
    Uniform(f64),
    /// Normal with variance `2/n`, for ReLU.
    He,
    /// Uniform with variance `2/n`.
    HeUniform,
    /// Normal with variance `1/n`, for tanh: what the notes call Xavier.
    Xavier,
    /// Normal with variance `2/(n + n_out)`: what Glorot and Bengio propose.
    Glorot,
    /// Uniform with variance `2/(n + n_out)`.
    GlorotUniform,
}

impl Initializer {
    /// Draws one weight of a layer of `inputs` and `outputs`.
    pub fn draw(self, inputs: usize, outputs: usize, rng: &mut NumpyRng) -> f64 {
        let (n, n_out) = (inputs as f64, outputs as f64);
        // A uniform number within ±sqrt(3 v) has variance v.
        let mut uniform = |variance: f64| {
            let limit = (3.0 * variance).sqrt();
            rng.uniform(-limit, limit)
        };
        match self {
            Self::Zeros => 0.0,
            Self::Uniform(limit) => rng.uniform(-limit, limit),
            Self::HeUniform => uniform(2.0 / n),
            Self::GlorotUniform => uniform(2.0 / (n + n_out)),
            Self::Normal(deviation) => rng.randn() * deviation,
            Self::He => rng.randn() * (2.0 / n).sqrt(),
            Self::Xavier => rng.randn() / n.sqrt(),
            Self::Glorot => rng.randn() * (2.0 / (n + n_out)).sqrt(),
        }
    }
}

/// Draws every weight of `module` anew and sets every bias to zero, layer by layer in the module's order.
///
/// A matrix is taken as `[inputs, outputs]` and drawn unit by unit, as the course draws its `[outputs,
/// inputs]`, so that the course's seeds give its weights. A weight of higher rank is taken as `[outputs,
/// inputs, ...]` with a window behind it, and drawn as it lies.
pub fn initialize<M: Module>(module: M, initializer: Initializer, rng: &mut NumpyRng) -> M {
    module.map(&mut Drawer { initializer, rng, path: Vec::new() })
}

struct Drawer<'a> {
    initializer: Initializer,
    rng: &'a mut NumpyRng,
    path: Vec<String>,
}

impl Drawer<'_> {
    fn draw(&mut self, dims: &[usize]) -> Vec<f64> {
        match *dims {
            [inputs, outputs] => {
                let mut weight = vec![0.0; inputs * outputs];
                for output in 0..outputs {
                    for input in 0..inputs {
                        weight[input * outputs + output] =
                            self.initializer.draw(inputs, outputs, self.rng);
                    }
                }
                weight
            }
            _ => {
                let window: usize = dims[2..].iter().product();
                let (inputs, outputs) = (dims[1] * window, dims[0] * window);
                let count = dims.iter().product();
                (0..count).map(|_| self.initializer.draw(inputs, outputs, self.rng)).collect()
            }
        }
    }
}

impl ModuleMapper for Drawer<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let is_bias = self.path.last().is_some_and(|name| name == "bias");
        let is_weight = D >= 2;
        replace(param, |tensor| match (is_bias, is_weight) {
            (true, _) => tensor.zeros_like(),
            (false, true) => {
                let dims = tensor.dims();
                let drawn = TensorData::new(self.draw(&dims), dims);
                Tensor::from_data(drawn, (&tensor.device(), tensor.dtype()))
            }
            (false, false) => tensor,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::conv::Conv2dConfig;
    use burn::nn::{BatchNormConfig, LinearConfig};
    use burn::tensor::Device;

    fn moments(values: &[f64]) -> (f64, f64) {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64;
        (mean, variance)
    }

    /// 200,000 draws: the variance of the sample is within 2 % of the distribution's.
    #[test]
    fn variances_are_those_of_the_papers() {
        let (inputs, outputs) = (50, 30);
        let expected = [
            (Initializer::Normal(10.0), 100.0),
            (Initializer::Uniform(0.3), 0.03),
            (Initializer::He, 2.0 / 50.0),
            (Initializer::HeUniform, 2.0 / 50.0),
            (Initializer::Xavier, 1.0 / 50.0),
            (Initializer::Glorot, 2.0 / 80.0),
            (Initializer::GlorotUniform, 2.0 / 80.0),
        ];
        for (initializer, variance) in expected {
            let mut rng = NumpyRng::new(7);
            let drawn: Vec<f64> =
                (0..200_000).map(|_| initializer.draw(inputs, outputs, &mut rng)).collect();
            let (mean, found) = moments(&drawn);
            assert!((found / variance - 1.0).abs() < 0.02, "{initializer:?}: {found}");
            assert!(mean.abs() < 0.02 * variance.sqrt(), "{initializer:?}: {mean}");
        }
    }

    /// `np.random.seed(3); np.random.randn(2, 3)`, the course's `[outputs, inputs]`, times 10.
    #[test]
    fn matrix_is_drawn_unit_by_unit_and_its_bias_is_zero() {
        let linear = LinearConfig::new(3, 2).init(&Device::flex());
        let linear = initialize(linear, Initializer::Normal(10.0), &mut NumpyRng::new(3));
        let drawn: Vec<f32> = linear.weight.val().into_data().iter().collect();
        let course = [17.886284, 4.365099, 0.96497464, -18.634927, -2.773882, -3.547589];
        for (place, course) in course.into_iter().enumerate() {
            let (output, input) = (place / 3, place % 3);
            assert!((drawn[input * 2 + output] - course).abs() < 1e-5, "{drawn:?}");
        }
        let bias: Vec<f32> = linear.bias.unwrap().val().into_data().iter().collect();
        assert_eq!(bias, [0.0, 0.0]);
    }

    /// A filter of 3x3 over 4 channels sees 36 inputs.
    #[test]
    fn filters_count_their_window_and_scales_stay() {
        let device = Device::flex();
        let conv = Conv2dConfig::new([4, 200], [3, 3]).init(&device);
        let conv = initialize(conv, Initializer::He, &mut NumpyRng::new(1));
        let weights: Vec<f64> = conv.weight.val().into_data().iter::<f64>().collect();
        let (_, variance) = moments(&weights);
        assert!((variance * 18.0 - 1.0).abs() < 0.05, "{variance}");
        let norm = initialize(
            BatchNormConfig::new(3).init(&device),
            Initializer::Zeros,
            &mut NumpyRng::new(1),
        );
        let gamma: Vec<f32> = norm.gamma.val().into_data().iter().collect();
        assert_eq!(gamma, [1.0, 1.0, 1.0]);
    }
}
