//! Finding things in pictures, in 64-bit floats: heads, losses and their gradients, windows.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod localization;
mod sliding_window;
mod yolo_head;
mod yolo_loss;

use burn::tensor::{Device, Tensor, TensorData};
use fireside_numpy_rng::NumpyRng;
use fireside_suite::in_doubles;
use fireside_training::gradient_check::{Difference, GradientCheck};
use fireside_training::parameters::Named;

/// The device, in 64-bit floats for this whole process.
fn device() -> Device {
    in_doubles(Device::flex())
}

fn tensor<const D: usize>(values: Vec<f64>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), &device())
}

fn drawn<const D: usize>(shape: [usize; D], seed: u32) -> Tensor<D> {
    tensor(NumpyRng::new(seed).randn_vec(shape.iter().product()), shape)
}

fn entries<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

fn assert_near(claim: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{claim}");
    for (found, expected) in found.iter().zip(expected) {
        let apart = (found - expected).abs();
        assert!(apart <= tolerance, "{claim}: {found}, expected {expected}");
    }
}

/// Autodiff's gradient of `cost` by `x`.
fn gradient<const D: usize>(x: &Tensor<D>, cost: impl Fn(&Tensor<D>) -> Tensor<1>) -> Vec<f64> {
    let leaf = x.clone().autodiff().require_grad();
    let gradients = cost(&leaf).backward();
    entries(leaf.grad(&gradients).unwrap())
}

/// Checks `gradient` of `cost` by `x` against central differences.
fn assert_is_gradient<const D: usize>(
    claim: &str,
    x: &Tensor<D>,
    gradient: Vec<f64>,
    cost: impl Fn(&Tensor<D>) -> Tensor<1>,
) {
    let check = GradientCheck { epsilon: 1e-5, difference: Difference::Central };
    let named = |values: Vec<f64>| -> Named { vec![("x".to_string(), values)] };
    let report = check.check(&named(entries(x.clone())), &named(gradient), |at| {
        Ok(cost(&tensor(at[0].1.clone(), x.dims())).into_scalar())
    });
    let difference = report.unwrap().difference;
    assert!(difference < 1e-7, "{claim}: {difference:e}");
}
