use burn::tensor::{DType, Device, Tensor, TensorData};
use fireside_layers::ops::{self, AdamOptions, AdamState};
use fireside_layers::plain;

use crate::compare::{Numbers, assert_close};

#[test]
fn step_of_adam_agrees_with_its_twin_and_leaves_shared_tensors_alone() {
    let device = Device::flex();
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-10)] {
        for len in [1, 33, 70_001] {
            let mut numbers = Numbers::new(41);
            let mut tensor = |len: usize| {
                let data = TensorData::new(numbers.vector(len), [len]);
                Tensor::<1>::from_data(data, (&device, dtype))
            };
            let (parameter, first, gradient) = (tensor(len), tensor(len), tensor(len));
            let second = tensor(len).square();
            let state = AdamState { parameter: parameter.clone(), first, second };
            let options = AdamOptions {
                learning_rate: 1e-2,
                beta1: 0.9,
                beta2: 0.999,
                epsilon: 1e-8,
                time: 3,
            };
            let before = parameter.to_data();
            let found = ops::adam_step(state.clone(), gradient.clone(), &options);
            let expected = plain::adam_step(state, gradient, &options);
            assert_eq!(before, parameter.to_data());
            let list = |tensor: Tensor<1>| tensor.into_data().iter::<f64>().collect::<Vec<_>>();
            for (found, expected) in [
                (found.parameter, expected.parameter),
                (found.first, expected.first),
                (found.second, expected.second),
            ] {
                assert_close("adam", &list(found), &list(expected), tolerance);
            }
        }
    }
}
