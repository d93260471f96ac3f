use burn::tensor::{Device, Tensor};
use fireside_layers::ops::{self, Region, RoiAlignOptions, RoiPoolOptions};
use fireside_layers::plain;
use proptest::prelude::*;

use crate::compare::{Numbers, assert_twins_of_maps};

/// Maps, some of more channels than are taken at a time, and regions of which some lie outside.
fn cases() -> impl Strategy<Value = ([usize; 4], Vec<Region>, [usize; 2], f64, bool)> {
    let maps = (1..3usize, prop_oneof![1..6usize, 31..34usize, 65..67usize], 1..9usize, 1..9usize);
    let corner = -12.0..30.0;
    let bounds = [corner.clone(), corner.clone(), corner.clone(), corner];
    let regions = prop::collection::vec((any::<bool>(), bounds), 1..6);
    let rest = (prop::sample::select(vec![0.125, 0.5, 1.0]), any::<bool>());
    (maps, regions, [1..5usize, 1..5usize], rest).prop_map(|(maps, regions, size, rest)| {
        let (batch, channels, height, width) = maps;
        let region = |(second, bounds)| Region { image: usize::from(second) % batch, bounds };
        let regions = regions.into_iter().map(region).collect();
        ([batch, channels, height, width], regions, size, rest.0, rest.1)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn samples_of_regions_agree_with_their_twin(
        (shape, regions, size, scale, strided) in cases(), samples in 0..4usize, aligned in any::<bool>(),
    ) {
        let options = RoiAlignOptions { size, scale, samples, aligned };
        assert_twins_of_maps(
            &format!("{shape:?} {options:?} {regions:?}"), shape, strided,
            |x| ops::roi_align(x, &regions, &options), |x| plain::roi_align(x, &regions, &options),
        );
    }

    #[test]
    fn largest_of_regions_agrees_with_its_twin((shape, regions, size, scale, strided) in cases()) {
        let options = RoiPoolOptions { size, scale };
        assert_twins_of_maps(
            &format!("{shape:?} {options:?} {regions:?}"), shape, strided,
            |x| ops::roi_pool(x, &regions, &options), |x| plain::roi_pool(x, &regions, &options),
        );
    }
}

/// More work than one thread takes, so that the parts meet at their edges.
#[test]
fn regions_shared_among_threads_agree_with_their_twins() {
    let mut numbers = Numbers::new(4);
    let mut corner = || numbers.number() * 30.0 + 40.0;
    let mut region = |image| Region { image, bounds: std::array::from_fn(|_| corner()) };
    let regions: Vec<_> = (0..40).map(|place| region(place % 2)).collect();
    let shape = [2, 70, 12, 16];
    let align = RoiAlignOptions::new([7, 7], 0.125);
    assert_twins_of_maps(
        "align",
        shape,
        false,
        |x| ops::roi_align(x, &regions, &align),
        |x| plain::roi_align(x, &regions, &align),
    );
    let pool = RoiPoolOptions { size: [7, 7], scale: 0.125 };
    assert_twins_of_maps(
        "pool",
        shape,
        false,
        |x| ops::roi_pool(x, &regions, &pool),
        |x| plain::roi_pool(x, &regions, &pool),
    );
}

/// After a ReLU many pixels are 0 alike.
#[test]
fn of_equal_pixels_the_first_row_by_row_takes_the_gradient() {
    let x = vec![0.0, 3.0, 1.0, 3.0, 3.0, 1.0, 0.0, 0.0, 0.0];
    let regions = [Region { image: 0, bounds: [0.0, 0.0, 2.0, 2.0] }];
    let options = RoiPoolOptions { size: [1, 1], scale: 1.0 };
    let device = Device::flex().autodiff();
    let x = Tensor::<1>::from_data(&x[..], &device).require_grad();
    for pool in [ops::roi_pool, plain::roi_pool] {
        let y = pool(x.clone().reshape([1, 1, 3, 3]), &regions, &options);
        let gradient = x.grad(&y.sum().backward()).expect("a gradient").into_data();
        let found: Vec<f64> = gradient.iter().collect();
        assert_eq!(found, [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }
}

#[test]
fn regions_that_are_no_place_give_zeros_without_delay() {
    let x = Tensor::<4>::ones([1, 2, 5, 5], &Device::flex());
    let nowhere = [
        [f64::NAN, 0.0, 3.0, 3.0],
        [0.0, 0.0, f64::INFINITY, 3.0],
        [-1e300, -1e300, 1e300, 1e300],
        [1e8, 1e8, 9e8, 9e8],
    ];
    let regions: Vec<_> = Region::of_image(0, &nowhere).collect();
    let sum = |y: Tensor<4>| y.abs().sum().into_scalar::<f64>();
    for align in [ops::roi_align, plain::roi_align] {
        let y = align(x.clone(), &regions, &RoiAlignOptions::new([2, 2], 1.0));
        assert_eq!((y.dims(), sum(y)), ([4, 2, 2, 2], 0.0));
    }
    for pool in [ops::roi_pool, plain::roi_pool] {
        let y = pool(x.clone(), &regions, &RoiPoolOptions { size: [2, 2], scale: 1.0 });
        assert_eq!((y.dims(), sum(y)), ([4, 2, 2, 2], 0.0));
    }
}

#[test]
fn no_regions_give_no_maps_and_a_gradient_of_zeros() {
    let device = Device::flex().autodiff();
    let x = Tensor::<4>::ones([1, 2, 5, 5], &device).require_grad();
    let align = RoiAlignOptions::new([3, 2], 1.0);
    let pool = RoiPoolOptions { size: [3, 2], scale: 1.0 };
    let twins = [plain::roi_align(x.clone(), &[], &align), plain::roi_pool(x.clone(), &[], &pool)];
    assert!(twins.iter().all(|y| y.dims() == [0, 2, 3, 2]));
    for y in [ops::roi_align(x.clone(), &[], &align), ops::roi_pool(x.clone(), &[], &pool)] {
        assert_eq!(y.dims(), [0, 2, 3, 2]);
        let gradient = x.grad(&(y.sum() + x.clone().sum() * 0.0).backward()).expect("a gradient");
        assert_eq!(gradient.abs().sum().into_scalar::<f64>(), 0.0);
    }
}

#[test]
fn a_region_far_larger_than_the_picture_samples_the_picture_only() {
    let x = Tensor::<4>::ones([1, 1, 5, 5], &Device::flex());
    let regions = [Region { image: 0, bounds: [-7e8, -7e8, 7e8, 7e8] }];
    let y = ops::roi_align(x, &regions, &RoiAlignOptions::new([1, 1], 1.0));
    let share = y.into_scalar::<f64>() * 1.4e9 * 1.4e9;
    assert!((25.0..=64.0).contains(&share), "{share}");
}

#[test]
#[should_panic(expected = "is on none of 2 images")]
fn a_region_on_an_image_that_is_not_there_is_named() {
    let x = Tensor::<4>::ones([2, 1, 5, 5], &Device::flex());
    let regions = [Region { image: 2, bounds: [0.0, 0.0, 1.0, 1.0] }];
    let _ = ops::roi_align(x, &regions, &RoiAlignOptions::new([1, 1], 1.0));
}
