use burn::tensor::Tensor;
use fireside_layers::ops::{self, BatchStatistics, Normalization};
use fireside_layers::plain;
use proptest::prelude::*;

use crate::compare::{Numbers, assert_twins, flat, shaped};

fn assert_batch_norm(shape: [usize; 4], strided: bool) {
    let channels = shape[1];
    let mut numbers = Numbers::new(31);
    let vectors = [
        numbers.vector(shape.iter().product()),
        numbers.vector(channels),
        numbers.vector(channels),
    ];
    let outputs = |(y, statistics): (Tensor<4>, BatchStatistics)| {
        vec![flat(y), statistics.mean, statistics.variance]
    };
    assert_twins(
        &format!("batch norm of {shape:?}"),
        &vectors,
        |v| {
            outputs(ops::batch_norm(
                shaped(&v[0], shape, strided),
                v[1].clone(),
                v[2].clone(),
                1e-3,
            ))
        },
        |v| {
            outputs(plain::batch_norm(
                shaped(&v[0], shape, strided),
                v[1].clone(),
                v[2].clone(),
                1e-3,
            ))
        },
    );
    let fixed = [
        vectors[0].clone(),
        vectors[1].clone(),
        vectors[2].clone(),
        numbers.vector(channels),
        numbers.vector(channels).into_iter().map(f64::abs).collect(),
    ];
    let normalization = |v: &[Tensor<1>]| Normalization {
        gamma: v[1].clone(),
        beta: v[2].clone(),
        mean: v[3].clone(),
        variance: v[4].clone(),
        epsilon: 1e-3,
    };
    assert_twins(
        &format!("batch norm of {shape:?} with fixed statistics"),
        &fixed,
        |v| vec![flat(ops::batch_norm_fixed(shaped(&v[0], shape, strided), &normalization(v)))],
        |v| vec![flat(plain::batch_norm_fixed(shaped(&v[0], shape, strided), &normalization(v)))],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn batch_norm_agrees_with_its_twin(
        shape in [2..7usize, 1..9usize, 1..9usize, 1..9usize], strided in any::<bool>(),
    ) {
        assert_batch_norm(shape, strided);
    }
}

#[test]
fn batch_norm_of_real_sizes_agrees_with_its_twin() {
    for shape in [[16, 64, 16, 16], [16, 512, 2, 2], [64, 300, 1, 1], [4, 3, 33, 65]] {
        assert_batch_norm(shape, false);
    }
}

#[test]
fn batch_norm_of_a_channel_of_equal_values_is_its_shift() {
    assert_batch_norm([1, 2, 1, 1], false);
}
