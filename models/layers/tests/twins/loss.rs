use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_layers::{ops, plain};
use ops::CrossEntropy;

use crate::compare::{Numbers, assert_close, assert_twins, shaped};

fn targets(shape: [usize; 2], like: &Tensor<1>) -> Tensor<2> {
    let mut numbers = Numbers::new(8);
    let values: Vec<_> = (0..shape[0] * shape[1])
        .map(|index| match index % 3 {
            0 => 0.0,
            1 => 1.0,
            _ => numbers.number() / 4.0 + 0.5,
        })
        .collect();
    Tensor::from_data(TensorData::new(values, shape), (&like.device(), like.dtype()))
}

#[test]
fn binary_cross_entropy_agrees_with_its_twin_for_hard_and_soft_targets() {
    for shape in [[1, 1], [7, 3], [33, 1], [200, 129]] {
        for strided in [false, true] {
            let numbers = Numbers::new(4).vector(shape[0] * shape[1]);
            let logits = numbers.into_iter().map(|x| x * 6.0).collect();
            assert_twins(
                "binary_cross_entropy",
                &[logits],
                |x| {
                    let logits = shaped(&x[0], shape, strided);
                    vec![ops::binary_cross_entropy(logits, targets(shape, &x[0]))]
                },
                |x| {
                    let logits = shaped(&x[0], shape, strided);
                    vec![plain::binary_cross_entropy(logits, targets(shape, &x[0]))]
                },
            );
        }
    }
}

#[test]
fn saturated_logits_cost_what_they_are_off_by() {
    let loss = |logit: f64, target: f64| {
        let tensor = |value: f64| Tensor::<1>::from_data([value], &Device::flex());
        ops::binary_cross_entropy(tensor(logit), tensor(target)).into_scalar::<f64>()
    };
    assert_eq!(loss(1e4, 1.0), 0.0);
    assert_eq!(loss(1e4, 0.0), 1e4);
    assert_eq!(loss(-1e4, 1.0), 1e4);
    assert!(loss(f64::NAN, 1.0).is_nan());
}

fn options() -> Vec<CrossEntropy> {
    [(0.0, None), (0.1, None), (0.0, Some(2)), (0.3, Some(-100)), (1.0, Some(0))]
        .map(|(label_smoothing, ignored)| CrossEntropy { label_smoothing, ignored })
        .to_vec()
}

/// Classes in turn; now and then the ignored one.
fn classes(rows: usize, count: usize, ignored: Option<i64>) -> Tensor<1, Int> {
    let classes: Vec<i64> = (0..rows)
        .map(|row| match ignored {
            Some(ignored) if row % 4 == 1 => ignored,
            _ => (row * 5 % count) as i64,
        })
        .collect();
    Tensor::from_data(&classes[..], &Device::flex())
}

#[test]
fn cross_entropy_agrees_with_its_twin_with_smoothing_and_ignored_rows() {
    for options in options() {
        for shape in [[1, 3], [7, 5], [33, 10], [65, 301]] {
            for strided in [false, true] {
                let numbers = Numbers::new(9).vector(shape[0] * shape[1]);
                let logits = numbers.into_iter().map(|x| x * 6.0).collect();
                let classes = || classes(shape[0], shape[1], options.ignored);
                assert_twins(
                    &format!("cross_entropy {options:?} {shape:?}"),
                    &[logits],
                    |x| {
                        let logits = shaped(&x[0], shape, strided);
                        vec![ops::cross_entropy(logits, classes(), &options)]
                    },
                    |x| {
                        let logits = shaped(&x[0], shape, strided);
                        vec![plain::cross_entropy(logits, classes(), &options)]
                    },
                );
            }
        }
    }
}

#[test]
fn cross_entropy_of_large_logits_agrees_and_is_finite() {
    for options in options() {
        let logits = vec![1e4, 1e4, -1e4, 9.999e3, 1e4, 1e4, 0.0, 1.0, -1.0];
        let classes = || Tensor::<1, Int>::from_data([0, 1, 1], &Device::flex());
        let shape = |x: &Tensor<1>| x.clone().reshape([3, 3]);
        assert_twins(
            "cross_entropy",
            &[logits],
            |x| vec![ops::cross_entropy(shape(&x[0]), classes(), &options)],
            |x| vec![plain::cross_entropy(shape(&x[0]), classes(), &options)],
        );
    }
}

#[test]
fn a_masked_class_that_is_not_asked_for_costs_nothing() {
    let logits = || Tensor::<2>::from_data([[1.0, f64::NEG_INFINITY, 2.0]], &Device::flex());
    let class = || Tensor::<1, Int>::from_data([2], &Device::flex());
    let found = ops::cross_entropy(logits(), class(), &CrossEntropy::default());
    let expected = plain::cross_entropy(logits(), class(), &CrossEntropy::default());
    let list = |tensor: Tensor<1>| tensor.into_data().iter::<f64>().collect::<Vec<_>>();
    assert_close("masked class", &list(found), &list(expected), 1e-6);
}

#[test]
fn where_every_row_is_ignored_the_loss_and_its_gradient_are_zero() {
    let options = CrossEntropy { ignored: Some(-1), ..CrossEntropy::default() };
    for loss in [ops::cross_entropy, plain::cross_entropy] {
        let device = Device::flex().autodiff();
        let logits = Tensor::<2>::ones([2, 3], &device).require_grad();
        let classes = Tensor::<1, Int>::from_data([-1, -1], &device);
        let found = loss(logits.clone(), classes, &options);
        let gradient = logits.grad(&found.backward()).unwrap();
        assert_eq!(found.into_scalar::<f64>(), 0.0);
        assert_eq!(gradient.abs().sum().into_scalar::<f64>(), 0.0);
    }
}

/// The gradient of two such losses is not that of one: it is passed on, not assumed to be 1.
#[test]
fn the_gradient_of_the_loss_is_scaled_by_what_follows() {
    let options = CrossEntropy::default();
    let classes = || Tensor::<1, Int>::from_data([0, 1], &Device::flex());
    assert_twins(
        "3 cross_entropy^2",
        &[Numbers::new(5).vector(8)],
        |x| {
            let loss = ops::cross_entropy(x[0].clone().reshape([2, 4]), classes(), &options);
            vec![loss.clone() * loss * 3.0]
        },
        |x| {
            let loss = plain::cross_entropy(x[0].clone().reshape([2, 4]), classes(), &options);
            vec![loss.clone() * loss * 3.0]
        },
    );
}

#[test]
#[should_panic(expected = "cross_entropy: class 3 of 3 classes")]
fn a_class_out_of_range_is_named() {
    let device = Device::flex();
    let classes = Tensor::<1, Int>::from_data([0, 3], &device);
    let _ = ops::cross_entropy(Tensor::zeros([2, 3], &device), classes, &CrossEntropy::default());
}

#[test]
#[should_panic(expected = "the logits are [2, 3] and the targets [3, 2]")]
fn targets_of_another_shape_are_named() {
    let device = Device::flex();
    let targets = Tensor::<2>::zeros([3, 2], &device);
    let _ = ops::binary_cross_entropy(Tensor::zeros([2, 3], &device), targets);
}
