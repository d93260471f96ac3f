use burn::tensor::{Device, Tensor, TensorData};
use fireside_layers::{ops, plain};

use crate::compare::{Numbers, assert_close, assert_twins, flat, shaped};

#[test]
fn layer_norm_agrees_with_its_twin_with_and_without_beta() {
    for shape in [[1, 1, 2], [1, 1, 33], [3, 5, 7], [2, 33, 70], [17, 31, 128]] {
        for strided in [false, true] {
            let mut numbers = Numbers::new(6);
            let vectors = [
                numbers.vector(shape.iter().product()),
                numbers.vector(shape[2]),
                numbers.vector(shape[2]),
            ];
            assert_twins(
                &format!("layer_norm {shape:?}"),
                &vectors,
                |v| {
                    let x = shaped(&v[0], shape, strided);
                    vec![flat(ops::layer_norm(x, v[1].clone(), Some(v[2].clone()), 1e-3))]
                },
                |v| {
                    let x = shaped(&v[0], shape, strided);
                    vec![flat(plain::layer_norm(x, v[1].clone(), Some(v[2].clone()), 1e-3))]
                },
            );
            assert_twins(
                &format!("layer_norm {shape:?} without beta"),
                &vectors[..2],
                |v| {
                    let x = shaped(&v[0], shape, strided);
                    vec![flat(ops::layer_norm(x, v[1].clone(), None, 1e-3))]
                },
                |v| {
                    let x = shaped(&v[0], shape, strided);
                    vec![flat(plain::layer_norm(x, v[1].clone(), None, 1e-3))]
                },
            );
        }
    }
}

/// The mean is a hundred times the deviation: no digits may be lost in their difference.
#[test]
fn layer_norm_of_shifted_rows_agrees() {
    let numbers = Numbers::new(2).vector(5 * 40);
    let vectors = [numbers.into_iter().map(|x| x + 100.0).collect(), Numbers::new(3).vector(40)];
    // In 32 bits the inputs themselves are good to 4e-6 of the deviation.
    let run = |function: fn(Tensor<2>, Tensor<1>, Option<Tensor<1>>, f64) -> Tensor<2>| {
        let device = Device::flex().autodiff();
        let leaf = |v: &Vec<f64>| Tensor::<1>::from_data(&v[..], &device).require_grad();
        let [x, gamma] = [leaf(&vectors[0]), leaf(&vectors[1])];
        let y = function(x.clone().reshape([5, 40]), gamma.clone(), None, 1e-5);
        let gradients = (y.clone() * y.clone() * y.clone()).sum().backward();
        let all = [flat(y).inner(), x.grad(&gradients).unwrap(), gamma.grad(&gradients).unwrap()];
        all.map(|tensor| tensor.into_data().iter::<f64>().collect::<Vec<_>>())
    };
    for (found, expected) in run(ops::layer_norm).iter().zip(&run(plain::layer_norm)) {
        assert_close("layer_norm", found, expected, 1e-5);
    }
}

#[test]
fn rows_with_nan_and_infinity_are_those_of_the_twin() {
    let rows = [[1.0, f64::NAN, 2.0], [1.0, f64::INFINITY, 2.0], [4.0, 4.0, 4.0], [1.0, 2.0, 4.0]];
    let run = |function: fn(Tensor<2>, Tensor<1>, Option<Tensor<1>>, f64) -> Tensor<2>| {
        let device = Device::flex();
        let x = Tensor::<2>::from_data(TensorData::new(rows.concat(), [4, 3]), &device);
        let gamma = Tensor::from_data([1.0, 2.0, 3.0], &device);
        function(x, gamma, None, 1e-5).into_data().iter::<f64>().collect::<Vec<_>>()
    };
    assert_close("layer_norm", &run(ops::layer_norm), &run(plain::layer_norm), 1e-6);
}

#[test]
fn nothing_stays_nothing() {
    let device = Device::flex().autodiff();
    let x = Tensor::<3>::zeros([2, 0, 5], &device).require_grad();
    let gamma = Tensor::<1>::ones([5], &device).require_grad();
    let y = ops::layer_norm(x.clone(), gamma.clone(), None, 1e-5);
    assert_eq!(y.dims(), [2, 0, 5]);
    let gradients = y.sum().backward();
    assert_eq!(x.grad(&gradients).unwrap().dims(), [2, 0, 5]);
    assert_eq!(gamma.grad(&gradients).unwrap().sum().into_scalar::<f64>(), 0.0);
}

#[test]
#[should_panic(expected = "layer_norm: x is [2, 3] and beta Some([4])")]
fn parameters_of_another_width_are_named() {
    let device = Device::flex();
    let [gamma, beta] = [Tensor::ones([3], &device), Tensor::zeros([4], &device)];
    let _ = ops::layer_norm(Tensor::<2>::zeros([2, 3], &device), gamma, Some(beta), 1e-5);
}
