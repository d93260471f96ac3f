//! What every model must pass.

use std::cell::Cell;
use std::ops::ControlFlow;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};
use fireside_training::checkpoint::{Identity, Place, Shelf, model_bytes};
use fireside_training::descent::{Descent, DescentConfig, Progress, autodiff};
use fireside_training::gradients::named_gradients;

/// Largest difference between a batch of many and batches of one, and from the reference: rounding of
/// 32-bit floats over sums of a few terms.
const ROUNDING: f64 = 1e-5;

/// What is expected of one model, on the device its parameters and inputs are on.
#[derive(Debug)]
pub struct Suite<M, const I: usize, const O: usize> {
    /// The model, as its configuration builds it.
    pub model: M,
    /// Its forward pass.
    pub forward: fn(&M, Tensor<I>) -> Tensor<O>,
    /// A batch of at least two.
    pub input: Tensor<I>,
    /// Something to learn for that batch.
    pub target: Tensor<O>,
    /// Parameters, counted by hand from the layer table.
    pub num_params: usize,
    /// Shape of the output.
    pub output_shape: [usize; O],
    /// The output, row-major, computed apart, once [`with_formula_weights`] set the parameters.
    pub reference: Vec<f64>,
    /// Learning rate and updates after which the batch is learnt by heart.
    pub overfits: (f64, usize),
}

impl<M: Module, const I: usize, const O: usize> Suite<M, I, O> {
    /// Checks everything.
    ///
    /// # Panics
    /// When an expectation is not met.
    pub fn check(self) {
        assert_eq!(self.model.num_params(), self.num_params, "parameters");
        self.check_output();
        self.check_batches();
        self.check_gradients();
        self.check_save_and_load();
        self.check_overfitting();
    }

    fn output(&self, model: &M, input: Tensor<I>) -> Vec<f64> {
        entries((self.forward)(model, input))
    }

    fn check_output(&self) {
        let output = (self.forward)(&self.model, self.input.clone());
        assert_eq!(output.dims(), self.output_shape, "output shape");
        assert!(entries(output).iter().all(|entry| entry.is_finite()), "finite output");
        let model = with_formula_weights(self.model.clone());
        assert_close(&self.output(&model, self.input.clone()), &self.reference, "reference");
    }

    fn check_batches(&self) {
        let together = self.output(&self.model, self.input.clone());
        let batch = self.input.dims()[0];
        let alone: Vec<f64> = (0..batch)
            .flat_map(|index| {
                let one = self.input.clone().slice_dim(0, index..index + 1);
                self.output(&self.model, one)
            })
            .collect();
        assert_close(&alone, &together, "batch of one");
    }

    /// Squared error of the output: smooth, and right for any number of outputs.
    fn loss(&self) -> impl Fn(&M) -> Tensor<1> {
        let (forward, input, target) = (self.forward, self.input.clone(), self.target.clone());
        move |model| (forward(model, input.clone()) - target.clone()).square().mean()
    }

    fn check_gradients(&self) {
        let model = self.model.clone().train();
        let gradients = self.loss()(&model).backward();
        let gradients = named_gradients(&model, &gradients).expect("a working device");
        let reached: usize = gradients.iter().map(|(_, values)| values.len()).sum();
        assert_eq!(reached, self.num_params, "a gradient for every parameter");
        for (name, values) in gradients {
            assert!(values.iter().all(|value| value.is_finite()), "finite gradient of {name}");
            assert!(values.iter().any(|value| *value != 0.0), "some gradient of {name}");
        }
    }

    fn check_save_and_load(&self) {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("model");
        let mut shelf = Shelf::new(&path, "epochs", Identity::default());
        let bytes = model_bytes(&self.model).expect("a working device");
        shelf.finish(Place::default(), &Progress::default(), &bytes, false).expect("saved");
        let other = with_formula_weights(self.model.clone());
        let found = shelf.find::<Progress>().expect("readable").checkpoint;
        let loaded = found.expect("saved").load_model(other).expect("loaded");
        let output = |model: &M| self.output(model, self.input.clone());
        assert_eq!(output(&loaded), output(&self.model), "loaded equals saved");
    }

    fn check_overfitting(&self) {
        let (learning_rate, iterations) = self.overfits;
        let trained = Descent::new(DescentConfig::new(iterations, learning_rate))
            .run(self.model.clone().train(), autodiff(self.loss()), |_| ControlFlow::Continue(()))
            .expect("a descent that converges");
        let cost = trained.history.last_cost().expect("a recorded cost");
        assert!(cost < 1e-3, "overfits a tiny batch: squared error {cost}");
    }
}

/// Sets every parameter to `0.1 ((7 k) mod 11 - 5)` at entry `k`, counted through all parameters in the
/// module's order, so that a reference needs no weights on file.
pub fn with_formula_weights<M: Module>(model: M) -> M {
    model.map(&mut Formula(Cell::new(0)))
}

/// The weight at entry `k` of [`with_formula_weights`].
pub fn formula_weight(k: usize) -> f64 {
    0.1 * ((7 * k % 11) as f64 - 5.0)
}

struct Formula(Cell<usize>);

impl ModuleMapper for Formula {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| {
            let count = tensor.shape().num_elements();
            let first = self.0.replace(self.0.get() + count);
            let values: Vec<f64> = (first..first + count).map(formula_weight).collect();
            Tensor::from_data(TensorData::new(values, tensor.dims()), &tensor.device())
        })
    }
}

fn entries<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}: number of entries");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (found - expected).abs() <= ROUNDING * expected.abs().max(1.0),
            "{what}: entry {index} is {found}, expected {expected}"
        );
    }
}
