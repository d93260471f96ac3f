use fireside_layers::{ops, plain};

use crate::compare::{Numbers, assert_twins, flat, shaped};

#[test]
fn linear_agrees_with_its_twin_on_any_rank_with_and_without_bias() {
    // The last is one long row, which threads share by its columns.
    for (leading, inputs, outputs) in [
        ([1, 1], 1, 1),
        ([3, 5], 7, 2),
        ([2, 33], 17, 70),
        ([64, 40], 65, 129),
        ([1, 1], 2047, 1101),
    ] {
        for strided in [false, true] {
            let x_shape = [leading[0], leading[1], inputs];
            let mut numbers = Numbers::new(5);
            let vectors = [
                numbers.vector(x_shape.iter().product()),
                numbers.vector(inputs * outputs),
                numbers.vector(outputs),
            ];
            let arguments = |v: &[burn::tensor::Tensor<1>]| {
                (
                    shaped(&v[0], x_shape, strided),
                    shaped(&v[1], [inputs, outputs], strided),
                    v[2].clone(),
                )
            };
            assert_twins(
                "linear with bias",
                &vectors,
                |v| {
                    let (x, w, b) = arguments(v);
                    vec![flat(ops::linear(x, w, Some(b)))]
                },
                |v| {
                    let (x, w, b) = arguments(v);
                    vec![flat(plain::linear(x, w, Some(b)))]
                },
            );
            assert_twins(
                "linear without bias",
                &vectors[..2],
                |v| {
                    vec![flat(ops::linear(
                        shaped(&v[0], x_shape, strided),
                        shaped(&v[1], [inputs, outputs], strided),
                        None,
                    ))]
                },
                |v| {
                    vec![flat(plain::linear(
                        shaped(&v[0], x_shape, strided),
                        shaped(&v[1], [inputs, outputs], strided),
                        None,
                    ))]
                },
            );
        }
    }
}
