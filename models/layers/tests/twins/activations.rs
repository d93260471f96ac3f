use burn::tensor::Tensor;
use fireside_layers::{ops, plain};

use crate::compare::{Numbers, assert_twins, flat, shaped};

type Function = fn(Tensor<3>) -> Tensor<3>;

const ACTIVATIONS: [(&str, Function, Function); 8] = [
    ("tanh", ops::tanh, plain::tanh),
    ("sigmoid", ops::sigmoid, plain::sigmoid),
    ("hard_sigmoid", |x| ops::hard_sigmoid(x, 0.2, 0.5), |x| plain::hard_sigmoid(x, 0.2, 0.5)),
    ("relu", ops::relu, plain::relu),
    ("relu6", ops::relu6, plain::relu6),
    ("leaky_relu", |x| ops::leaky_relu(x, 0.1), |x| plain::leaky_relu(x, 0.1)),
    ("gelu", ops::gelu, plain::gelu),
    ("silu", ops::silu, plain::silu),
];

#[test]
fn activations_agree_with_their_twins_on_odd_sizes_and_strided_inputs() {
    for (name, ours, twin) in ACTIVATIONS {
        for shape in [[1, 1, 1], [3, 5, 7], [2, 33, 1], [31, 17, 67]] {
            for strided in [false, true] {
                let scaled = Numbers::new(3).vector(shape.iter().product());
                let input = scaled.into_iter().map(|x| x * 4.0).collect();
                assert_twins(
                    name,
                    &[input],
                    |x| vec![flat(ours(shaped(&x[0], shape, strided)))],
                    |x| vec![flat(twin(shaped(&x[0], shape, strided)))],
                );
            }
        }
    }
}

#[test]
fn activations_stay_finite_and_agree_far_out() {
    let far = vec![-1e4, -1e3, -104.5, -89.2, -20.0, -9.1, -1e-6, 1e-6, 9.1, 20.0, 88.9, 1e3, 1e4];
    let shape = [1, 1, far.len()];
    for (name, ours, twin) in ACTIVATIONS {
        assert_twins(
            name,
            std::slice::from_ref(&far),
            |x| vec![flat(ours(shaped(&x[0], shape, false)))],
            |x| vec![flat(twin(shaped(&x[0], shape, false)))],
        );
    }
}

#[test]
fn activations_of_nan_and_infinities_are_those_of_the_twins() {
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    let device = burn::tensor::Device::flex();
    for (name, ours, twin) in ACTIVATIONS {
        let found = ours(Tensor::from_data([[odd]], &device)).into_data();
        let expected = twin(Tensor::from_data([[odd]], &device)).into_data();
        let list = |data: burn::tensor::TensorData| data.iter::<f64>().collect::<Vec<_>>();
        crate::compare::assert_close(name, &list(found), &list(expected), 0.0);
    }
}
