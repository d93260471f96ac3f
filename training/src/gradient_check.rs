//! Gradient checking: a gradient against differences of the cost (course 2, week 1).
//!
//! ```text
//! approx_i = (J(θ_i + ε) - J(θ_i - ε)) / 2ε            difference = |grad - approx| / (|grad| + |approx|)
//! ```
//!
//! with Euclidean norms over all parameters. Everything is in 64-bit floats: with ε of 1e-7 and 32 bits, the
//! differences would be noise. A right gradient differs by about 1e-9 to 2e-7, a wrong one by 1e-3 and more.
//!
//! A cost that is drawn anew at each call, as under dropout, has no difference to take: such a check is
//! refused, and dropout is to be turned off for it. Regularisation belongs into both cost and gradient.

use burn::module::Module;
use burn::tensor::{DType, ExecutionError, Tensor};

use crate::gradients::named_gradients;
use crate::parameters::{Named, named_parameters, with_parameters};

/// Which difference approximates the derivative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// `(J(θ + ε) - J(θ - ε)) / 2ε`, off by the order of ε².
    Central,
    /// `(J(θ + ε) - J(θ)) / ε`, off by the order of ε. Some summaries of the course print a plus between the
    /// two costs; it is a difference.
    OneSided,
}

/// How to check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GradientCheck {
    /// The step ε on each side; 1e-7 in the course.
    pub epsilon: f64,
    /// The kind of difference.
    pub difference: Difference,
}

impl Default for GradientCheck {
    fn default() -> Self {
        Self { epsilon: 1e-7, difference: Difference::Central }
    }
}

/// The course's limit for a right gradient.
pub const TOLERANCE: f64 = 2e-7;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The relative difference over all parameters.
    pub difference: f64,
    /// Each tensor by itself, in the module's order.
    pub tensors: Vec<TensorReport>,
    /// The approximation of every entry, by name.
    pub approximation: Named,
}

/// What was found of one tensor.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorReport {
    /// The tensor's name.
    pub name: String,
    /// The relative difference over its entries.
    pub difference: f64,
    /// Position of the entry, row-major, whose gradient and approximation are farthest apart.
    pub index: usize,
    /// The gradient there.
    pub gradient: f64,
    /// The approximation there.
    pub approximation: f64,
}

impl Report {
    /// Whether the difference is at most `tolerance`.
    pub fn passes(&self, tolerance: f64) -> bool {
        self.difference <= tolerance
    }

    /// Returns the tensor with the entry whose gradient and approximation are farthest apart.
    pub fn worst(&self) -> Option<&TensorReport> {
        let apart = |tensor: &TensorReport| (tensor.gradient - tensor.approximation).abs();
        self.tensors.iter().max_by(|a, b| apart(a).total_cmp(&apart(b)))
    }

    /// Returns the tensors whose own difference is above `tolerance`, where the error is to be looked for.
    ///
    /// Rounding alone puts tiny gradients above the course's limit; 1e-4 tells errors from noise.
    pub fn suspects(&self, tolerance: f64) -> Vec<&TensorReport> {
        self.tensors.iter().filter(|tensor| tensor.difference > tolerance).collect()
    }
}

/// Why nothing was checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GradientCheckError {
    /// The cost is not a function of the parameters alone.
    #[error(
        "two calls with the same parameters cost {first} and {second}: turn dropout and whatever else is \
         drawn at random off to check a gradient"
    )]
    Random {
        /// The cost of the first call.
        first: f64,
        /// The cost of the second.
        second: f64,
    },
    /// The module computes in 32 bits.
    #[error("{name} holds {dtype:?}: gradients are checked in 64-bit floats")]
    NotDouble {
        /// The tensor.
        name: String,
        /// What it holds.
        dtype: DType,
    },
    /// The gradient is not that of the parameters.
    #[error("the gradient has {found} where the parameters have {expected}")]
    Mismatch {
        /// The parameter's name and size.
        expected: String,
        /// What the gradient has in its place.
        found: String,
    },
    /// ε is not above 0.
    #[error("epsilon is {0}: it must be a number above 0")]
    Epsilon(f64),
    /// The device failed.
    #[error(transparent)]
    Device(#[from] ExecutionError),
}

impl GradientCheck {
    /// Checks `gradient`, however it was found, at `parameters`.
    ///
    /// # Errors
    /// [`GradientCheckError`] when the cost is random, gradient and parameters do not match, or the device
    /// fails.
    pub fn check(
        &self,
        parameters: &Named,
        gradient: &Named,
        cost: impl Fn(&Named) -> Result<f64, ExecutionError>,
    ) -> Result<Report, GradientCheckError> {
        self.prepare(parameters, gradient)?;
        let (here, again) = (cost(parameters)?, cost(parameters)?);
        if here != again {
            return Err(GradientCheckError::Random { first: here, second: again });
        }
        let mut moved = parameters.clone();
        let mut approximation = parameters.clone();
        for tensor in 0..parameters.len() {
            for index in 0..parameters[tensor].1.len() {
                let theta = parameters[tensor].1[index];
                let mut cost_at = |value: f64| {
                    moved[tensor].1[index] = value;
                    cost(&moved)
                };
                approximation[tensor].1[index] = match self.difference {
                    Difference::Central => {
                        let (above, below) =
                            (cost_at(theta + self.epsilon)?, cost_at(theta - self.epsilon)?);
                        (above - below) / (2.0 * self.epsilon)
                    }
                    Difference::OneSided => (cost_at(theta + self.epsilon)? - here) / self.epsilon,
                };
                moved[tensor].1[index] = theta;
            }
        }
        Ok(compare(gradient, approximation))
    }

    /// Checks autodiff's gradient of `loss` by every parameter of a module that it depends on.
    ///
    /// The module lives on an autodiff device that computes in 64 bits; `loss` returns one number.
    ///
    /// # Errors
    /// [`GradientCheckError`], as for [`GradientCheck::check`], and for parameters of 32 bits.
    pub fn check_module<M: Module>(
        &self,
        module: &M,
        loss: impl Fn(&M) -> Tensor<1>,
    ) -> Result<Report, GradientCheckError> {
        let cost = loss(module);
        if cost.dtype() != DType::F64 {
            let (name, dtype) = ("the loss".to_string(), cost.dtype());
            return Err(GradientCheckError::NotDouble { name, dtype });
        }
        let gradient = named_gradients(module, &cost.backward())?;
        let mut parameters = named_parameters(module)?;
        parameters.retain(|(name, _)| gradient.iter().any(|(other, _)| name == other));
        self.check(&parameters, &gradient, |values| {
            let cost = loss(&with_parameters(module.clone(), values)).try_into_data()?;
            Ok(cost.iter::<f64>().sum())
        })
    }

    fn prepare(&self, parameters: &Named, gradient: &Named) -> Result<(), GradientCheckError> {
        if !(self.epsilon.is_finite() && self.epsilon > 0.0) {
            return Err(GradientCheckError::Epsilon(self.epsilon));
        }
        let describe = |entry: Option<&(String, Vec<f64>)>| match entry {
            Some((name, values)) => format!("{name} of {} entries", values.len()),
            None => "nothing".to_string(),
        };
        for place in 0..parameters.len().max(gradient.len()) {
            let expected = describe(parameters.get(place));
            let found = describe(gradient.get(place));
            if expected != found {
                return Err(GradientCheckError::Mismatch { expected, found });
            }
        }
        Ok(())
    }
}

fn compare(gradient: &Named, approximation: Named) -> Report {
    let pairs = gradient.iter().zip(&approximation);
    let tensors = pairs
        .map(|((name, gradient), (_, approximation))| {
            let apart = |index: usize| (gradient[index] - approximation[index]).abs();
            let index = (0..gradient.len()).max_by(|a, b| apart(*a).total_cmp(&apart(*b)));
            let index = index.unwrap_or(0);
            TensorReport {
                name: name.clone(),
                difference: relative_difference(gradient, approximation),
                index,
                gradient: gradient.get(index).copied().unwrap_or(0.0),
                approximation: approximation.get(index).copied().unwrap_or(0.0),
            }
        })
        .collect();
    let all =
        |named: &Named| named.iter().flat_map(|(_, values)| values.clone()).collect::<Vec<_>>();
    let difference = relative_difference(&all(gradient), &all(&approximation));
    Report { difference, tensors, approximation }
}

/// `|a - b| / (|a| + |b|)` by Euclidean norms, 0 where both are zero.
pub fn relative_difference(a: &[f64], b: &[f64]) -> f64 {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
    let apart = norm(&mut a.iter().zip(b).map(|(a, b)| a - b));
    let size = norm(&mut a.iter().copied()) + norm(&mut b.iter().copied());
    if apart == 0.0 { 0.0 } else { apart / size }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `J = θ₀³ + 2 θ₁`, with the gradient `(3 θ₀², 2)`.
    fn cubic(theta: &Named) -> Result<f64, ExecutionError> {
        let [a, b] = [theta[0].1[0], theta[1].1[0]];
        Ok(a.powi(3) + 2.0 * b)
    }

    fn named(a: f64, b: f64) -> Named {
        vec![("a".to_string(), vec![a]), ("b".to_string(), vec![b])]
    }

    #[test]
    fn right_gradient_passes_and_central_is_closer_than_one_sided() {
        let at = named(1.5, -1.0);
        let gradient = named(3.0 * 1.5 * 1.5, 2.0);
        let check = GradientCheck { epsilon: 1e-4, ..GradientCheck::default() };
        let central = check.check(&at, &gradient, cubic).unwrap();
        let check = GradientCheck { difference: Difference::OneSided, ..check };
        let one_sided = check.check(&at, &gradient, cubic).unwrap();
        // The errors are ε² and 3 θ₀ ε, over |grad| + |approx|, about 14.
        assert!(central.passes(1e-8), "{}", central.difference);
        assert!((2e-5..5e-5).contains(&one_sided.difference), "{}", one_sided.difference);
    }

    #[test]
    fn wrong_entry_is_named_with_both_values() {
        let report =
            GradientCheck::default().check(&named(1.0, 0.0), &named(3.0, 4.0), cubic).unwrap();
        assert!(!report.passes(TOLERANCE));
        let worst = report.worst().unwrap();
        assert_eq!((worst.name.as_str(), worst.index, worst.gradient), ("b", 0, 4.0));
        assert!((worst.approximation - 2.0).abs() < 1e-6);
        let suspects: Vec<_> = report.suspects(1e-4).iter().map(|t| t.name.clone()).collect();
        assert_eq!(suspects, ["b"]);
    }

    #[test]
    fn random_costs_and_foreign_gradients_are_refused() {
        let calls = std::cell::Cell::new(0.0);
        let drawn = |_: &Named| {
            calls.set(calls.get() + 1.0);
            Ok(calls.get())
        };
        let check = GradientCheck::default();
        let error = check.check(&named(0.0, 0.0), &named(0.0, 0.0), drawn).unwrap_err();
        assert!(error.to_string().contains("turn dropout"), "{error}");
        let short = named(0.0, 0.0)[..1].to_vec();
        let error = check.check(&named(0.0, 0.0), &short, cubic).unwrap_err();
        assert!(error.to_string().contains("nothing where the parameters have b"), "{error}");
        let check = GradientCheck { epsilon: 0.0, ..check };
        let error = check.check(&named(0.0, 0.0), &named(0.0, 0.0), cubic).unwrap_err();
        assert!(matches!(error, GradientCheckError::Epsilon(_)));
    }
}
