use burn::tensor::{Device, Tensor};
use fireside_layers::ops::{self, Pool2dOptions};
use fireside_layers::plain;
use proptest::prelude::*;

use crate::compare::assert_twins_of_maps;

fn cases() -> impl Strategy<Value = ([usize; 4], Pool2dOptions, bool)> {
    let sizes = [1..4usize, 1..5usize, 1..14usize, 1..14usize];
    let window = (
        [1..4usize, 1..4usize],
        [1..4usize, 1..4usize],
        [0..3usize, 0..3usize, 0..3usize, 0..3usize],
    );
    (sizes, window, any::<bool>()).prop_filter_map(
        "the window fits",
        |(x, (kernel, stride, padding), flag)| {
            let options = Pool2dOptions { kernel, stride, padding };
            options.output_size([x[2], x[3]])?;
            (0..4).all(|side| padding[side] < kernel[side % 2]).then_some((x, options, flag))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn largest_of_the_window_agrees_with_its_twin((shape, options, strided) in cases()) {
        assert_twins_of_maps(
            &format!("{shape:?} {options:?}"), shape, strided,
            |x| ops::max_pool2d(x, &options), |x| plain::max_pool2d(x, &options),
        );
    }

    #[test]
    fn largest_of_squares_side_by_side_agrees_with_its_twin(
        shape in [1..4usize, 1..5usize, 2..40usize, 2..40usize], strided in any::<bool>(),
    ) {
        let options = Pool2dOptions { kernel: [2, 2], stride: [2, 2], padding: [0; 4] };
        assert_twins_of_maps(
            &format!("{shape:?}"), shape, strided,
            |x| ops::max_pool2d(x, &options), |x| plain::max_pool2d(x, &options),
        );
    }

    #[test]
    fn mean_of_the_window_agrees_with_its_twin((shape, options, count_padding) in cases()) {
        assert_twins_of_maps(
            &format!("{shape:?} {options:?} {count_padding}"), shape, false,
            |x| ops::avg_pool2d(x, &options, count_padding),
            |x| plain::avg_pool2d(x, &options, count_padding),
        );
    }

    #[test]
    fn means_over_even_windows_agree_with_their_twin(
        shape in [1..4usize, 1..5usize, 1..14usize, 1..14usize], size in [1..5usize, 1..5usize],
    ) {
        assert_twins_of_maps(
            &format!("{shape:?} {size:?}"), shape, false,
            |x| ops::adaptive_avg_pool2d(x, size), |x| plain::adaptive_avg_pool2d(x, size),
        );
    }
}

/// Odd rows and columns at the end belong to no square; NaN is larger than anything.
#[test]
fn of_equal_pixels_the_first_of_its_square_has_the_gradient() {
    let nan = f32::NAN;
    let x = Tensor::<1>::from_data(
        [1.0, 1.0, 0.0, 2.0, 9.0, 1.0, 1.0, 2.0, nan, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0],
        &Device::flex(),
    );
    let x = x.reshape([1, 1, 3, 5]).autodiff().require_grad();
    let options = Pool2dOptions { kernel: [2, 2], stride: [2, 2], padding: [0; 4] };
    let gradients = ops::max_pool2d(x.clone(), &options).sum().backward();
    let dx: Vec<f32> = x.grad(&gradients).unwrap().into_data().iter().collect();
    let (first, nan) = (1.0, 1.0);
    let expected = [[first, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, nan, 0.0], [0.0; 5]];
    assert_eq!(dx, expected.concat());
}
