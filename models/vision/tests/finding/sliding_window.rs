//! A classifier made convolutional: one pass is all windows, where nothing lies around the maps.

use burn::tensor::Tensor;
use fireside_suite::parameters::count;
use fireside_training::parameters::{named_parameters, with_parameters};
use fireside_vision::Classifier as _;
use fireside_vision::detection::Selection;
use fireside_vision::detection::nms::Nms;
use fireside_vision::sliding_window::{
    Padding, Pyramid, WindowClassifier, WindowConfig, WindowDetector, cut_windows, difference_map,
    window_by_window,
};

use crate::{device, drawn, entries, tensor};

fn largest<const D: usize>(tensor: Tensor<D>) -> f64 {
    tensor.abs().max().into_scalar()
}

fn lecture() -> WindowClassifier {
    WindowConfig::lecture(4).init(&device()).unwrap()
}

/// 1,216 + 160,400 + 160,400 + 1,604.
#[test]
fn lecture_s_network_has_its_parameters_in_both_forms() {
    assert_eq!(count(&lecture()).parameters, 323_620);
    assert_eq!(count(&lecture().into_convolutional()).parameters, 323_620);
}

/// The lecture's pictures: 2x2 windows of 16x16 pixels, 8x8 of 28x28.
#[test]
fn one_pass_has_a_result_for_every_window() {
    let net = lecture().into_convolutional();
    let dims = |height, width| net.forward(drawn([2, 3, height, width], 1)).dims();
    assert_eq!(dims(14, 14), [2, 4, 1, 1]);
    assert_eq!(dims(16, 16), [2, 4, 2, 2]);
    assert_eq!(dims(28, 28), [2, 4, 8, 8]);
    assert_eq!(dims(14, 19), [2, 4, 1, 3]);
}

#[test]
fn one_pass_is_all_windows_one_by_one_at_any_size() {
    let net = lecture();
    for height in 14..=64_usize {
        let width = 14 + height * 37 % 51; // every one of 14 to 64, even and odd with even and odd
        let apart = largest(difference_map(&net, &drawn([1, 3, height, width], height as u32)));
        assert!(apart <= 1e-12, "{height}x{width}: {apart:e}");
    }
}

/// Its maps have odd sides, of which the pooling leaves a row out; and its normalisation has seen a batch.
#[test]
fn one_pass_of_the_network_of_32_pixels_is_all_windows() {
    let odd = WindowConfig::new(3, 31, vec![[8, 3], [8, 5], [8, 2]], vec![16, 8]);
    for config in [WindowConfig::of_32_pixels(3), odd.with_is_normalized(true)] {
        let net = config.init(&device()).unwrap();
        assert_eq!((config.stride(), net.stride()), (8, 8));
        let _ = net.forward(drawn([4, 3, config.window, config.window], 2).autodiff());
        for [height, width] in [[32, 32], [40, 47], [64, 71]] {
            let images = drawn([1, 3, height, width], 3);
            let apart = largest(difference_map(&net, &images));
            assert!(apart <= 1e-12, "{height}x{width}: {apart:e}");
        }
    }
}

/// The trap: a row of maps is laid out channel by channel. Kernels that take it pixel by pixel, as a library with
/// channels last would lay it out, compute something else.
#[test]
fn kernels_in_the_order_of_channels_last_are_another_network() {
    let config = WindowConfig::new(4, 14, vec![[16, 5]], vec![7]);
    let net = config.init(&device()).unwrap();
    let images = drawn([1, 3, 20, 20], 4);
    let expected = window_by_window(&net, &images);

    let right = net.clone().into_convolutional();
    assert!(largest(right.forward(images.clone()) - expected.clone()) <= 1e-12);

    let mut named = named_parameters(&right).unwrap();
    let (_, kernel) = named.iter_mut().find(|(name, _)| name == "hidden.0.weight").unwrap();
    let by_pixels: Tensor<4> = tensor(kernel.clone(), [7, 5, 5, 16]).permute([0, 3, 1, 2]);
    *kernel = entries(by_pixels);
    let wrong = with_parameters(right, &named);
    assert!(largest(wrong.forward(images) - expected) > 0.1);
}

/// With zeros around the maps a window that is cut out sees zeros where its neighbours are: everywhere but where the
/// whole picture is the window.
#[test]
fn claim_fails_with_zeros_around_the_maps_and_the_map_shows_where() {
    let config = WindowConfig::lecture(4).with_padding(Padding::Same);
    let net = config.init(&device()).unwrap();
    let map = difference_map(&net, &drawn([1, 3, 22, 18], 5));
    assert_eq!(map.dims(), [1, 5, 3]);
    assert!(entries(map).into_iter().all(|apart| apart > 1e-3));
    let alone = largest(difference_map(&net, &drawn([1, 3, 14, 14], 6)));
    assert!(alone <= 1e-12, "{alone:e}");
}

/// Numbers that tell where they are.
#[test]
fn windows_are_cut_row_by_row() {
    let image = tensor((0..30).map(f64::from).collect(), [1, 1, 5, 6]);
    let windows = cut_windows(&image, 2, 3);
    assert_eq!(windows.dims(), [4, 1, 2, 2]);
    let corners = entries(windows).chunks(4).map(|window| window[0]).collect::<Vec<_>>();
    assert_eq!(corners, [0.0, 3.0, 18.0, 21.0]);
}

#[test]
fn pyramid_goes_down_to_the_least_size_and_up_beyond_the_picture() {
    let pyramid = Pyramid::new(2.0, 2.0, 5).unwrap();
    assert_eq!(pyramid.scales(), [2.0, 1.0, 0.5, 0.25, 0.125]);
    let image = Tensor::<4>::full([1, 2, 24, 40], 0.25, &device());
    let levels = pyramid.levels(&image, 6);
    let dims: Vec<_> = levels.iter().map(|level| level.dims()).collect();
    assert_eq!(dims, [[1, 2, 48, 80], [1, 2, 24, 40], [1, 2, 12, 20], [1, 2, 6, 10]]);
    for level in levels {
        assert!(largest(level - 0.25) < 1e-12);
    }
    assert!(Pyramid::new(1.0, 1.0, 3).is_err() && Pyramid::new(0.0, 2.0, 3).is_err());
    assert!(Pyramid::new(1.0, 2.0, 0).is_err() && Pyramid::new(1.0, f64::NAN, 3).is_err());
}

/// A classifier of two pixels by two, which is as sure of its first class as its brightest pixel is bright.
fn brightness() -> WindowDetector {
    let config = WindowConfig::new(2, 2, vec![[1, 1]], vec![]).with_channels(1);
    let net = config.init(&device()).unwrap().into_convolutional();
    let mut named = named_parameters(&net).unwrap();
    let values = [vec![1.0], vec![0.0], vec![10.0, 0.0], vec![-5.0, 0.0]];
    for ((_, of_net), values) in named.iter_mut().zip(values) {
        *of_net = values;
    }
    let net = with_parameters(net, &named);
    let selection = Selection::new(0.5, Nms::new(0.3).unwrap()).unwrap();
    let pyramid = Pyramid::new(1.0, 2.0, 2).unwrap();
    WindowDetector { net, pyramid, shapes: vec![[1.0, 0.5]], selection }
}

/// A bright square of two pixels, and one of four, which is seen as bright at half the size.
#[test]
fn detector_finds_things_of_two_sizes_where_they_are() {
    let mut picture = vec![0.0; 12 * 16];
    for (top, left, side) in [(2, 4, 2), (4, 8, 4)] {
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            picture[(top + y) * 16 + left + x] = 1.0;
        }
    }
    let detector = brightness();
    let found = detector.detect(&tensor(picture, [1, 1, 12, 16])).unwrap();
    assert!(found[0].iter().all(|found| found.class == 0 && found.score > 0.99));
    let has = |bounds: [f64; 4]| found[0].iter().any(|found| found.bounds == bounds);
    assert!(has([4.0, 2.5, 6.0, 3.5]) && has([8.0, 5.0, 12.0, 7.0]), "{found:?}");

    let shapeless = WindowDetector { shapes: vec![], ..brightness() };
    assert!(shapeless.detect(&Tensor::zeros([1, 1, 4, 4], &device())).is_err());
}

#[test]
fn windows_too_small_for_the_convolutions_are_refused() {
    let device = device();
    assert!(WindowConfig::new(2, 5, vec![[4, 5]], vec![8]).init(&device).is_err());
    assert!(WindowConfig::new(2, 4, vec![[4, 5]], vec![8]).init(&device).is_err());
    assert!(WindowConfig::new(0, 14, vec![[4, 5]], vec![8]).init(&device).is_err());
    assert!(WindowConfig::new(2, 14, vec![[4, 5]], vec![0]).init(&device).is_err());
    let even = WindowConfig::new(2, 14, vec![[4, 4]], vec![8]);
    assert!(even.clone().init(&device).is_ok());
    assert!(even.with_padding(Padding::Same).init(&device).is_err());
}
