use burn::tensor::{Device, Tensor, TensorData};
use fireside_layers::{ops, plain};

use crate::compare::{Numbers, assert_close, assert_twins, flat, shaped};

type Function = fn(Tensor<3>, usize) -> Tensor<3>;

const BOTH: [(&str, Function, Function); 2] = [
    ("softmax", ops::softmax, plain::softmax),
    ("log_softmax", ops::log_softmax, plain::log_softmax),
];

#[test]
fn softmax_agrees_with_its_twin_along_every_axis() {
    for (name, ours, twin) in BOTH {
        for shape in [[1, 1, 1], [3, 5, 7], [2, 33, 1], [1, 4, 64], [17, 31, 67]] {
            for dim in 0..3 {
                for strided in [false, true] {
                    let numbers = Numbers::new(3).vector(shape.iter().product());
                    let input = numbers.into_iter().map(|x| x * 5.0).collect();
                    assert_twins(
                        name,
                        &[input],
                        |x| vec![flat(ours(shaped(&x[0], shape, strided), dim))],
                        |x| vec![flat(twin(shaped(&x[0], shape, strided), dim))],
                    );
                }
            }
        }
    }
}

#[test]
fn softmax_of_large_values_agrees_and_is_finite() {
    let far = vec![-1e4, 1e4, 9.999e3, 0.0, 1e4, 1e4, -1e4, -1e4, -1e4, 1.0, 2.0, 3.0];
    for (name, ours, twin) in BOTH {
        assert_twins(
            name,
            std::slice::from_ref(&far),
            |x| vec![flat(ours(shaped(&x[0], [1, 3, 4], false), 2))],
            |x| vec![flat(twin(shaped(&x[0], [1, 3, 4], false), 2))],
        );
        let y = ours(Tensor::<1>::from_data(&far[..], &Device::flex()).reshape([1, 3, 4]), 2);
        assert!(y.into_data().iter::<f64>().all(f64::is_finite), "{name}");
    }
}

/// One value masked, all masked, NaN, infinity, and a row as usual after them.
#[test]
fn masked_and_broken_rows_are_those_of_the_twin() {
    let (masked, broken) = (f64::NEG_INFINITY, f64::NAN);
    let rows = [
        [1.0, masked, 2.0],
        [masked, masked, masked],
        [1.0, broken, 2.0],
        [f64::INFINITY, 0.0, 1.0],
        [1.0, 2.0, 3.0],
    ];
    for (name, ours, twin) in BOTH {
        let run = |function: Function| {
            let data = TensorData::new(rows.concat(), [1, 5, 3]);
            let x = Tensor::<3>::from_data(data, &Device::flex().autodiff()).require_grad();
            let y = function(x.clone(), 2);
            let gradients = (y.clone() * y.clone()).sum().backward();
            let dx = x.grad(&gradients).unwrap();
            [y.inner(), dx].map(|tensor| tensor.into_data().iter::<f64>().collect::<Vec<_>>())
        };
        for (found, expected) in run(ours).iter().zip(&run(twin)) {
            assert_close(name, found, expected, 1e-5);
        }
    }
}

/// The twin panics here.
#[test]
fn nothing_stays_nothing() {
    for (name, ours, _) in BOTH {
        for dim in 0..3 {
            let x = Tensor::<3>::zeros([2, 0, 5], &Device::flex().autodiff()).require_grad();
            let y = ours(x.clone(), dim);
            assert_eq!(y.dims(), [2, 0, 5], "{name}");
            let dx = x.grad(&y.sum().backward()).unwrap();
            assert_eq!(dx.dims(), [2, 0, 5], "{name}");
        }
    }
}

#[test]
#[should_panic(expected = "softmax: axis 3 of [1, 2, 3]")]
fn an_axis_that_is_not_there_is_named() {
    let _ = ops::softmax(Tensor::<3>::zeros([1, 2, 3], &Device::flex()), 3);
}
