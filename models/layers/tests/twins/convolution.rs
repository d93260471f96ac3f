use burn::tensor::Tensor;
use fireside_layers::ops::{self, Conv2dOptions, ConvTranspose2dOptions};
use fireside_layers::plain;
use proptest::prelude::*;

use crate::compare::{Numbers, assert_twins, flat, shaped};

/// Sizes of one random convolution.
#[derive(Debug, Clone)]
struct Case {
    x: [usize; 4],
    weight: [usize; 4],
    options: Conv2dOptions,
    bias: bool,
    strided: bool,
}

fn cases() -> impl Strategy<Value = Case> {
    let sizes = (1..4usize, 1..4usize, 1..4usize, 1..12usize, 1..12usize, 1..16usize);
    let kernel = (1..5usize, 1..5usize);
    let moves = (
        [1..4usize, 1..4usize],
        [0..3usize, 0..3usize, 0..3usize, 0..3usize],
        [1..3usize, 1..3usize],
    );
    (sizes, kernel, moves, any::<bool>(), any::<bool>()).prop_filter_map(
        "the window fits",
        |(
            (batch, groups, channels, outputs, height, width),
            (kh, kw),
            (stride, padding, dilation),
            bias,
            strided,
        )| {
            let options = Conv2dOptions { stride, padding, dilation, groups };
            options.output_size([height, width], [kh, kw])?;
            let x = [batch, channels * groups, height, width];
            Some(Case { x, weight: [outputs * groups, channels, kh, kw], options, bias, strided })
        },
    )
}

fn assert_convolution(case: &Case) {
    let outputs = case.weight[0];
    let mut numbers = Numbers::new(11);
    let mut vectors =
        vec![numbers.vector(case.x.iter().product()), numbers.vector(case.weight.iter().product())];
    if case.bias {
        vectors.push(numbers.vector(outputs));
    }
    let arguments = |v: &[Tensor<1>]| {
        (
            shaped(&v[0], case.x, case.strided),
            shaped(&v[1], case.weight, case.strided),
            v.get(2).cloned(),
        )
    };
    assert_twins(
        &format!("{case:?}"),
        &vectors,
        |v| {
            let (x, weight, bias) = arguments(v);
            vec![flat(ops::conv2d(x, weight, bias, &case.options))]
        },
        |v| {
            let (x, weight, bias) = arguments(v);
            vec![flat(plain::conv2d(x, weight, bias, &case.options))]
        },
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn convolutions_agree_with_their_twins(case in cases()) {
        assert_convolution(&case);
    }

    #[test]
    fn transposed_convolutions_agree_with_their_twins(
        case in cases(), output_padding in [0..2usize, 0..2usize],
    ) {
        let [top, left, ..] = case.options.padding;
        let Conv2dOptions { stride, dilation, groups, .. } = case.options;
        let options = ConvTranspose2dOptions { stride, padding: [top, left], output_padding, dilation, groups };
        let [outputs, channels, kh, kw] = case.weight;
        let x_shape = [case.x[0], outputs, case.x[2], case.x[3]];
        prop_assume!(options.output_size([case.x[2], case.x[3]], [kh, kw]).is_some());
        let fits = |axis: usize| output_padding[axis] < stride[axis].max(dilation[axis]);
        prop_assume!(fits(0) && fits(1));
        let mut numbers = Numbers::new(12);
        let vectors = [
            numbers.vector(x_shape.iter().product()),
            numbers.vector(case.weight.iter().product()),
            numbers.vector(channels * groups),
        ];
        let arguments = |v: &[Tensor<1>]| {
            (shaped(&v[0], x_shape, case.strided), shaped(&v[1], case.weight, false), Some(v[2].clone()))
        };
        assert_twins(
            &format!("{case:?} {options:?}"),
            &vectors,
            |v| { let (x, w, b) = arguments(v); vec![flat(ops::conv_transpose2d(x, w, b, &options))] },
            |v| { let (x, w, b) = arguments(v); vec![flat(plain::conv_transpose2d(x, w, b, &options))] },
        );
    }
}

/// Sizes that take each way through the kernel: images alone and together, threads with blocks of their own
/// and without, weights small and large.
#[test]
fn convolutions_of_real_sizes_agree_with_their_twins() {
    let same = |padding: usize| Conv2dOptions { padding: [padding; 4], ..Conv2dOptions::default() };
    let halved = |padding: usize| Conv2dOptions { stride: [2, 2], ..same(padding) };
    for (x, weight, options) in [
        ([4, 16, 16, 16], [8, 16, 1, 1], same(0)),
        ([4, 8, 16, 16], [8, 8, 3, 3], same(1)),
        ([16, 32, 2, 2], [64, 32, 3, 3], same(1)),
        ([16, 256, 4, 4], [128, 256, 3, 3], same(1)),
        ([1, 8, 33, 31], [6, 8, 5, 5], same(2)),
        ([3, 3, 64, 64], [8, 3, 7, 7], halved(3)),
        ([16, 32, 4, 4], [64, 32, 1, 1], halved(0)),
        ([2, 12, 15, 15], [24, 1, 3, 3], Conv2dOptions { groups: 12, ..halved(1) }),
        ([8, 128, 8, 8], [256, 128, 3, 3], same(1)),
        (
            [3, 24, 31, 20],
            [16, 12, 3, 3],
            Conv2dOptions { stride: [2, 1], padding: [1, 0, 2, 3], dilation: [1, 2], groups: 2 },
        ),
        ([2, 20, 40, 19], [12, 20, 5, 2], Conv2dOptions { stride: [3, 2], ..same(2) }),
        ([16, 64, 2, 2], [32, 64, 1, 1], same(0)),
    ] {
        assert_convolution(&Case { x, weight, options, bias: true, strided: false });
    }
}
