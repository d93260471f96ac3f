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
