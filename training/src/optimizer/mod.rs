//! Optimisers, ours and Burn's, under one configuration (course 2, week 2).
//!
//! Batch, stochastic and mini-batch gradient descent are one update rule given all examples, one, or a few
//! (see [`crate::minibatch`]).

pub mod adam;
pub mod moments;
pub mod momentum;
pub mod rmsprop;

use burn::optim::momentum::MomentumConfig;
use burn::optim::{
    AdaGradConfig, AdafactorConfig, AdamWConfig, AdanConfig, LambConfig, LionConfig,
    ModuleOptimizer, SgdConfig,
};
use serde::{Deserialize, Serialize};

use adam::Adam;
use momentum::Momentum;
use rmsprop::RmsProp;

/// Which optimiser, and its settings.
///
/// The first five are the course's; the rest are Burn's own with Burn's settings. The learning rate is given
/// at each step.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptimizerConfig {
    /// `p := p - α g`: Burn's.
    GradientDescent,
    /// `v = β v + (1 - β) g`, `p := p - α v`: ours, see [`momentum`].
    Momentum {
        /// Weight of the past, in 0..1; 0.9 in the course.
        beta: f64,
    },
    /// `v = μ v + g`, `p := p - α v`: Burn's, which keeps μ as a 32-bit number.
    ClassicMomentum {
        /// Weight of the past, in 0..1.
        momentum: f64,
        /// Whether to take the step of Nesterov, from where the velocity leads.
        nesterov: bool,
    },
    /// `s = β s + (1 - β) g²`, `p := p - α g / (√s + ε)`: ours, see [`rmsprop`].
    RmsProp {
        /// Weight of the past squares, in 0..1; 0.999 in the notes, 0.9 in Hinton's slides.
        beta: f64,
        /// Above 0; 1e-8 in the course.
        epsilon: f64,
    },
    /// Momentum and RMSprop with both averages corrected: ours, see [`adam`].
    Adam {
        /// Weight of the past gradients, in 0..1; 0.9 in the course.
        beta1: f64,
        /// Weight of the past squares, in 0..1; 0.999 in the course.
        beta2: f64,
        /// Above 0; 1e-8 in the course.
        epsilon: f64,
    },
    /// Adam with the weights decayed apart from the gradient.
    AdamW(AdamWConfig),
    /// A rate for each parameter by the sum of its squared gradients.
    AdaGrad(AdaGradConfig),
    /// Adam with the second moment kept by rows and columns.
    Adafactor(AdafactorConfig),
    /// Adam with Nesterov's momentum.
    Adan(AdanConfig),
    /// Adam with a rate for each layer.
    Lamb(LambConfig),
    /// The sign of an average of the gradients.
    Lion(LionConfig),
}

/// A setting that no optimiser can work with.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OptimizerError {
    /// The weight of the past is not in 0..1.
    #[error("{name} is {value}: it must be at least 0 and below 1")]
    Weight {
        /// Which weight.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// ε is not above 0.
    #[error("epsilon is {0}: it must be a number above 0")]
    Epsilon(f64),
}

impl OptimizerConfig {
    /// Momentum with the course's β of 0.9.
    pub fn momentum() -> Self {
        Self::Momentum { beta: 0.9 }
    }

    /// RMSprop with the notes' β of 0.999 and ε of 1e-8.
    pub fn rmsprop() -> Self {
        Self::RmsProp { beta: 0.999, epsilon: 1e-8 }
    }

    /// Adam with the course's β₁ of 0.9, β₂ of 0.999 and ε of 1e-8.
    pub fn adam() -> Self {
        Self::Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }

    /// Builds the optimiser, for the parameters of any module.
    ///
    /// # Errors
    /// [`OptimizerError`] for a weight outside 0..1 or an ε that is not above 0.
    pub fn init(&self) -> Result<ModuleOptimizer, OptimizerError> {
        Ok(match *self {
            Self::GradientDescent => SgdConfig::new().init(),
            Self::Momentum { beta } => {
                ModuleOptimizer::from(Momentum { beta: weight("beta", beta)? })
            }
            Self::ClassicMomentum { momentum, nesterov } => {
                let momentum = MomentumConfig::new()
                    .with_momentum(weight("momentum", momentum)?)
                    .with_dampening(0.0)
                    .with_nesterov(nesterov);
                SgdConfig::new().with_momentum(Some(momentum)).init()
            }
            Self::RmsProp { beta, epsilon } => {
                let beta = weight("beta", beta)?;
                ModuleOptimizer::from(RmsProp { beta, epsilon: positive(epsilon)? })
            }
            Self::Adam { beta1, beta2, epsilon } => ModuleOptimizer::from(Adam {
                beta1: weight("beta1", beta1)?,
                beta2: weight("beta2", beta2)?,
                epsilon: positive(epsilon)?,
            }),
            Self::AdamW(ref config) => config.init(),
            Self::AdaGrad(ref config) => config.init(),
            Self::Adafactor(ref config) => config.init(),
            Self::Adan(ref config) => config.init(),
            Self::Lamb(ref config) => config.init(),
            Self::Lion(ref config) => config.init(),
        })
    }
}

fn weight(name: &'static str, value: f64) -> Result<f64, OptimizerError> {
    match (0.0..1.0).contains(&value) {
        true => Ok(value),
        false => Err(OptimizerError::Weight { name, value }),
    }
}

fn positive(epsilon: f64) -> Result<f64, OptimizerError> {
    match epsilon.is_finite() && epsilon > 0.0 {
        true => Ok(epsilon),
        false => Err(OptimizerError::Epsilon(epsilon)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::{Linear, LinearConfig};
    use burn::optim::{AdamConfig, GradientsParams, RmsPropConfig};
    use burn::tensor::{Device, Tensor};

    fn start() -> Linear {
        let device = Device::flex().autodiff();
        let ones = burn::nn::Initializer::Constant { value: 0.5 };
        LinearConfig::new(2, 1).with_bias(false).with_initializer(ones).init(&device)
    }

    /// Steps along gradients that differ in size, sign and time; returns the weights after each.
    fn path(mut optimizer: ModuleOptimizer, steps: usize) -> Vec<[f32; 2]> {
        let mut linear = start();
        let device = linear.weight.val().device();
        (0..steps)
            .map(|step| {
                let sign = if step % 3 == 2 { -1.0 } else { 1.0 };
                let x = Tensor::<2>::from_data([[sign, 0.1 * (step + 1) as f32]], &device);
                let gradients =
                    GradientsParams::from_grads(linear.forward(x).sum().backward(), &linear);
                linear = optimizer.step(0.1, linear.clone(), gradients);
                let weights: Vec<f32> = linear.weight.val().into_data().iter().collect();
                [weights[0], weights[1]]
            })
            .collect()
    }

    fn assert_same_path(ours: ModuleOptimizer, theirs: ModuleOptimizer, tolerance: f32) {
        for (ours, theirs) in path(ours, 12).into_iter().zip(path(theirs, 12)) {
            for (ours, theirs) in ours.into_iter().zip(theirs) {
                assert!((ours - theirs).abs() < tolerance, "{ours} {theirs}");
            }
        }
    }

    /// Burn's β₂ of 0.999 in 32 bits leaves its 1 - β₂ᵗ off by 3e-5, a step by 1.5e-5 and 12 steps of 0.1 by
    /// less than 2e-5.
    #[test]
    fn adam_takes_the_steps_of_burns_in_single_precision() {
        let theirs = AdamConfig::new().with_epsilon(1e-8).init();
        assert_same_path(OptimizerConfig::adam().init().unwrap(), theirs, 2e-5);
    }

    #[test]
    fn rmsprop_takes_the_steps_of_burns_without_its_momentum() {
        let theirs =
            RmsPropConfig::new().with_alpha(0.9).with_momentum(0.0).with_epsilon(1e-8).init();
        let ours = OptimizerConfig::RmsProp { beta: 0.9, epsilon: 1e-8 }.init().unwrap();
        assert_same_path(ours, theirs, 2e-6);
    }

    /// With a constant gradient of 1 the course's velocity is 1 - βᵗ, the classic one (1 - βᵗ) / (1 - β).
    #[test]
    fn classic_momentum_goes_ten_times_as_far_as_the_courses() {
        let moved = |config: OptimizerConfig| {
            let mut optimizer = config.init().unwrap();
            let mut linear = start();
            let device = linear.weight.val().device();
            for _ in 0..5 {
                let x = Tensor::<2>::from_data([[1.0, 1.0]], &device);
                let gradients =
                    GradientsParams::from_grads(linear.forward(x).sum().backward(), &linear);
                linear = optimizer.step(0.01, linear, gradients);
            }
            0.5 - linear.weight.val().into_data().iter::<f64>().next().unwrap()
        };
        let course = moved(OptimizerConfig::momentum());
        let classic = moved(OptimizerConfig::ClassicMomentum { momentum: 0.9, nesterov: false });
        let by_hand: f64 = (1..=5).map(|t| 0.01 * (1.0 - 0.9_f64.powi(t))).sum();
        assert!((course - by_hand).abs() < 1e-6, "{course} {by_hand}");
        assert!((classic / course - 10.0).abs() < 1e-4, "{classic} {course}");
    }

    #[test]
    fn every_optimizer_comes_back_from_json_and_moves_against_the_gradient() {
        let all = [
            OptimizerConfig::GradientDescent,
            OptimizerConfig::momentum(),
            OptimizerConfig::ClassicMomentum { momentum: 0.9, nesterov: true },
            OptimizerConfig::rmsprop(),
            OptimizerConfig::adam(),
            OptimizerConfig::AdamW(AdamWConfig::new()),
            OptimizerConfig::AdaGrad(AdaGradConfig::new()),
            OptimizerConfig::Adafactor(AdafactorConfig::new()),
            OptimizerConfig::Adan(AdanConfig::new()),
            OptimizerConfig::Lamb(LambConfig::new()),
            OptimizerConfig::Lion(LionConfig::new()),
        ];
        for config in all {
            let text = serde_json::to_string(&config).unwrap();
            let config: OptimizerConfig = serde_json::from_str(&text).unwrap();
            let [first, _] = path(config.init().unwrap(), 1)[0];
            assert!(first < 0.5, "{text}: {first}");
        }
    }

    /// The state of an optimiser, written and read back, leads to the same next steps.
    #[test]
    fn state_comes_back_bit_for_bit() {
        for config in
            [OptimizerConfig::momentum(), OptimizerConfig::rmsprop(), OptimizerConfig::adam()]
        {
            let mut optimizer = config.init().unwrap();
            let linear = start();
            let step = |optimizer: &mut ModuleOptimizer, size: f32| {
                let x = Tensor::<2>::from_data([[size, 2.0]], &linear.weight.val().device());
                let gradients =
                    GradientsParams::from_grads(linear.forward(x).sum().backward(), &linear);
                optimizer.step(0.1, linear.clone(), gradients).weight.val().into_data()
            };
            step(&mut optimizer, 1.0);
            step(&mut optimizer, 3.0);
            let bytes = optimizer.into_bytes().unwrap();
            let mut restored = config.init().unwrap().from_bytes(bytes).unwrap();
            assert_eq!(step(&mut optimizer, 0.3), step(&mut restored, 0.3));
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused_by_name() {
        let error = OptimizerConfig::Momentum { beta: 1.0 }.init().err().unwrap();
        assert_eq!(error, OptimizerError::Weight { name: "beta", value: 1.0 });
        let bad = OptimizerConfig::Adam { beta1: 0.9, beta2: -0.1, epsilon: 1e-8 };
        assert!(bad.init().err().unwrap().to_string().contains("beta2 is -0.1"));
        let bad = OptimizerConfig::RmsProp { beta: 0.9, epsilon: 0.0 };
        assert_eq!(bad.init().err(), Some(OptimizerError::Epsilon(0.0)));
    }
}
