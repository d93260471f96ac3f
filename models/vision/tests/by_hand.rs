//! Convolution and pooling by hand against the layers, against autodiff and against differences, in 64-bit
//! floats.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, module};
use fireside_layers::ops::{Conv1dOptions, Conv2dOptions, Pool2dOptions};
use fireside_layers::{ops, plain};
use fireside_numpy_rng::NumpyRng;
use fireside_suite::in_doubles;
use fireside_training::gradient_check::{GradientCheck, relative_difference};
use fireside_training::parameters::Named;
use fireside_vision::steps::axes::{conv_forward_1d, conv_forward_3d};
use fireside_vision::steps::convolution::{ConvSettings, conv_backward, conv_forward};
use fireside_vision::steps::edges::{
    SOBEL_VERTICAL, cost_and_gradient, detect_edges, filters, learn_kernel, sobel_at,
};
use fireside_vision::steps::pooling::{
    PoolMode, PoolSettings, create_mask_from_window, distribute_value, pool_backward, pool_forward,
};
use proptest::prelude::*;

/// The same sums in another order.
const SAME: f64 = 1e-10;
/// The costs are linear in every single parameter, so that a central difference is exact but for rounding over
/// its step of 1e-4.
const NUMERIC: GradientCheck = GradientCheck {
    epsilon: 1e-4,
    difference: fireside_training::gradient_check::Difference::Central,
};
const CASES: u32 = 48;

/// The device, in 64-bit floats for this whole process.
fn device() -> Device {
    in_doubles(Device::flex())
}

fn drawn<const D: usize>(shape: [usize; D], seed: u32) -> Tensor<D> {
    let values = NumpyRng::new(seed).randn_vec(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), &device())
}

fn entries<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

fn assert_same<const D: usize>(claim: &str, found: Tensor<D>, expected: Tensor<D>) {
    assert_eq!(found.dims(), expected.dims(), "{claim}");
    let dims = expected.dims();
    let apart = relative_difference(&entries(found), &entries(expected));
    assert!(apart < SAME, "{claim}, {dims:?}: {apart:e}");
}

/// Autodiff's gradients of the sum of what `forward` returns times `weights`, by each of the images and filters.
fn autodiff<const N: usize, const D: usize>(
    leaves: [Tensor<4>; N],
    weights: &Tensor<D>,
    forward: impl Fn(&[Tensor<4>; N]) -> Tensor<D>,
) -> [Tensor<4>; N] {
    let leaves = leaves.map(|leaf| leaf.autodiff().require_grad());
    let weights = weights.clone().autodiff();
    let gradients = (forward(&leaves) * weights).sum().backward();
    leaves.map(|leaf| leaf.grad(&gradients).unwrap())
}

/// Batch, channels and filters, and an image in which a window of `f` fits.
fn shapes() -> impl Strategy<Value = ([usize; 4], [usize; 4], ConvSettings)> {
    (prop::array::uniform3(1usize..4), prop::array::uniform2(1usize..5), 1usize..4, 0usize..3)
        .prop_flat_map(|([batch, channels, outputs], [f_h, f_w], stride, pad)| {
            let size = |f: usize| f.saturating_sub(2 * pad).max(1)..f + 6;
            (size(f_h), size(f_w)).prop_map(move |(height, width)| {
                let images = [batch, channels, height, width];
                (images, [outputs, channels, f_h, f_w], ConvSettings { stride, pad })
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    /// Autodiff is Burn's own, through Burn's own convolution.
    #[test]
    fn convolution_by_hand_is_that_of_the_layers_and_of_autodiff(
        (shape, filter, settings) in shapes(),
        seed in any::<u32>(),
    ) {
        let (a_prev, w) = (drawn(shape, seed), drawn(filter, seed ^ 1));
        let b = drawn([filter[0]], seed ^ 2);
        let options = Conv2dOptions {
            stride: [settings.stride; 2],
            padding: [settings.pad; 4],
            ..Conv2dOptions::default()
        };
        let z = conv_forward(&a_prev, &w, &b, settings);
        let layer = ops::conv2d(a_prev.clone(), w.clone(), Some(b.clone()), &options);
        assert_same("z", z.clone(), layer);

        let dz = drawn(z.dims(), seed ^ 3);
        let found = conv_backward(&dz, &a_prev, &w, settings);
        let bias = b.clone().reshape([filter[0], 1, 1, 1]);
        let leaves = || [a_prev.clone(), w.clone(), bias.clone()];
        for (way, [da_prev, dw, db]) in [
            ("burn", autodiff(leaves(), &dz, |[x, w, b]| {
                plain::conv2d(x.clone(), w.clone(), Some(b.clone().flatten(0, 3)), &options)
            })),
            ("the layers", autodiff(leaves(), &dz, |[x, w, b]| {
                ops::conv2d(x.clone(), w.clone(), Some(b.clone().flatten(0, 3)), &options)
            })),
            ("through the forward pass by hand", autodiff(leaves(), &dz, |[x, w, b]| {
                conv_forward(x, w, &b.clone().flatten(0, 3), settings)
            })),
        ] {
            assert_same(&format!("da_prev, {way}"), found.da_prev.clone(), da_prev);
            assert_same(&format!("dw, {way}"), found.dw.clone(), dw);
            assert_same(&format!("db, {way}"), found.db.clone(), db.flatten(0, 3));
        }
    }

    /// Drawn numbers have no ties.
    #[test]
    fn pooling_by_hand_is_that_of_the_layers_and_of_autodiff(
        sizes in prop::array::uniform4(1usize..5),
        f in 1usize..4,
        stride in 1usize..4,
        seed in any::<u32>(),
    ) {
        let shape = [sizes[0], sizes[1], f - 1 + sizes[2], f - 1 + sizes[3]];
        let a_prev = drawn(shape, seed);
        let options = Pool2dOptions { kernel: [f; 2], stride: [stride; 2], padding: [0; 4] };
        for mode in [PoolMode::Max, PoolMode::Average] {
            let settings = PoolSettings { f, stride, mode };
            let [layer, burn] = match mode {
                PoolMode::Max => [ops::max_pool2d, plain::max_pool2d],
                PoolMode::Average => {
                    [|x, options: &_| ops::avg_pool2d(x, options, true), |x, options: &_| {
                        plain::avg_pool2d(x, options, true)
                    }]
                }
            };
            let a = pool_forward(&a_prev, settings);
            assert_same("a", a.clone(), layer(a_prev.clone(), &options));
            let da = drawn(a.dims(), seed ^ 1);
            let found = pool_backward(&da, &a_prev, settings);
            for pool in [layer, burn] {
                let [da_prev] = autodiff([a_prev.clone()], &da, |[x]| pool(x.clone(), &options));
                assert_same("da_prev", found.clone(), da_prev);
            }
        }
    }

    #[test]
    fn gradients_by_hand_are_those_of_differences(
        (shape, filter, settings) in shapes(),
        seed in any::<u32>(),
    ) {
        let at = |named: &Named, index: usize, shape: [usize; 4]| {
            Tensor::<4>::from_data(TensorData::new(named[index].1.clone(), shape), &device())
        };
        let named = |tensors: [(&str, Vec<f64>); 3]| -> Named {
            tensors.map(|(name, values)| (name.to_string(), values)).into()
        };
        let (a_prev, w) = (drawn(shape, seed), drawn(filter, seed ^ 1));
        let b = drawn([filter[0]], seed ^ 2);
        let dz = drawn(conv_forward(&a_prev, &w, &b, settings).dims(), seed ^ 3);
        let found = conv_backward(&dz, &a_prev, &w, settings);
        let parameters =
            named([("a_prev", entries(a_prev)), ("w", entries(w)), ("b", entries(b))]);
        let gradient = named([
            ("a_prev", entries(found.da_prev)),
            ("w", entries(found.dw)),
            ("b", entries(found.db)),
        ]);
        let report = NUMERIC.check(&parameters, &gradient, |named| {
            let bias = Tensor::<1>::from_data(&named[2].1[..], &device());
            let z = conv_forward(&at(named, 0, shape), &at(named, 1, filter), &bias, settings);
            Ok((z * dz.clone()).sum().into_scalar())
        });
        let difference = report.unwrap().difference;
        prop_assert!(difference < SAME, "{difference:e}");
    }

    #[test]
    fn convolution_along_one_and_three_axes_is_that_of_the_layers_and_of_burn(
        [batch, channels, outputs] in prop::array::uniform3(1usize..4),
        f in prop::array::uniform3(1usize..4),
        more in prop::array::uniform3(0usize..4),
        stride in 1usize..4,
        pad in 0usize..3,
        seed in any::<u32>(),
    ) {
        let settings = ConvSettings { stride, pad };
        let [depth, height, width] = [0, 1, 2].map(|axis| f[axis] + more[axis]);
        let b = drawn([outputs], seed);

        let line = drawn([batch, channels, width], seed ^ 1);
        let w = drawn([outputs, channels, f[2]], seed ^ 2);
        let options = Conv1dOptions { stride, padding: [pad; 2], ..Conv1dOptions::default() };
        let layer = ops::conv1d(line.clone(), w.clone(), Some(b.clone()), &options);
        assert_same("one axis", conv_forward_1d(&line, &w, &b, settings), layer);

        let scan = drawn([batch, channels, depth, height, width], seed ^ 3);
        let w = drawn([outputs, channels, f[0], f[1], f[2]], seed ^ 4);
        let options = ConvOptions::new([stride; 3], [pad; 3], [1; 3], 1);
        let burn = module::conv3d(scan.clone(), w.clone(), Some(b.clone()), options);
        assert_same("three axes", conv_forward_3d(&scan, &w, &b, settings), burn);
    }
}

#[test]
fn gradient_of_max_pooling_is_that_of_differences() {
    let a_prev = drawn([2, 2, 5, 6], 1); // its numbers are much farther apart than the step
    let shape = a_prev.dims();
    for (f, stride) in [(2, 1), (2, 2), (3, 2)] {
        let settings = PoolSettings { f, stride, mode: PoolMode::Max };
        let da = drawn(pool_forward(&a_prev, settings).dims(), 2);
        let gradient = entries(pool_backward(&da, &a_prev, settings));
        let named = |values: Vec<f64>| vec![("a_prev".to_string(), values)];
        let cost = |at: &Named| {
            let at = Tensor::<4>::from_data(TensorData::new(at[0].1.clone(), shape), &device());
            Ok((pool_forward(&at, settings) * da.clone()).sum().into_scalar())
        };
        let report =
            NUMERIC.check(&named(entries(a_prev.clone())), &named(gradient), cost).unwrap();
        assert!(report.difference < SAME, "{:e}", report.difference);
    }
}

/// As in the assignment; the layers give it to one of them.
#[test]
fn each_of_several_largest_pixels_gets_the_whole_gradient() {
    let a_prev = Tensor::<4>::from_data([[[[1.0, 7.0], [7.0, 7.0]]]], &device());
    let da = Tensor::<4>::from_data([[[[5.0]]]], &device());
    let settings = PoolSettings { f: 2, stride: 2, mode: PoolMode::Max };
    let mask = create_mask_from_window(&a_prev);
    assert_eq!(entries(mask), [0.0, 1.0, 1.0, 1.0]);
    assert_eq!(entries(pool_backward(&da, &a_prev, settings)), [0.0, 5.0, 5.0, 5.0]);
    let [layer] =
        autodiff([a_prev], &da, |[x]| ops::max_pool2d(x.clone(), &Pool2dOptions::square(2)));
    assert_eq!(entries(layer), [0.0, 5.0, 0.0, 0.0]);
}

#[test]
fn distributed_value_adds_up_to_the_value() {
    let dz = drawn([2, 3], 4);
    let spread = distribute_value(dz.clone(), [3, 5]);
    assert_eq!(spread.dims(), [2, 3, 3, 5]);
    assert_same("sum", spread.sum_dims(&[2, 3]).reshape([2, 3]), dz);
}

/// The lecture's picture: bright on the left, dark on the right, and the other way round.
#[test]
fn vertical_detector_answers_at_the_edge_with_the_sign_of_its_direction() {
    let row = [10.0, 10.0, 10.0, 0.0, 0.0, 0.0];
    let image = Tensor::<2>::from_data([row; 6], &device()).unsqueeze::<4>();
    let vertical = filters(&[fireside_vision::steps::edges::VERTICAL], &device());
    let found = detect_edges(&image, &vertical);
    assert_eq!(found.dims(), [1, 1, 4, 4]);
    assert_eq!(entries(found), [0.0, 30.0, 30.0, 0.0].repeat(4));
    let found = detect_edges(&image.flip([3]), &vertical);
    assert_eq!(entries(found), [0.0, -30.0, -30.0, 0.0].repeat(4));
    assert_eq!(sobel_at(0.0), SOBEL_VERTICAL);
}

#[test]
fn learnt_kernel_is_the_one_that_made_the_edges() {
    let images = drawn([20, 1, 8, 8], 5);
    let kernel = filters(&[sobel_at(70.0)], &device());
    let edges = detect_edges(&images, &kernel);
    let learnt = learn_kernel(&images, &edges, 300, 0.2);
    assert_same("kernel", learnt, kernel);
}

#[test]
fn gradient_of_learning_is_that_of_autodiff() {
    let (images, edges) = (drawn([3, 1, 6, 7], 6), drawn([3, 1, 4, 5], 7));
    let kernel = drawn([1, 1, 3, 3], 8);
    let (cost, gradient) = cost_and_gradient(&kernel, &images, &edges);
    let leaf = kernel.autodiff().require_grad();
    let answer = detect_edges(&images.autodiff(), &leaf);
    let by_autodiff = (answer - edges.autodiff()).square().mean() / 2.0;
    assert_same("cost", cost, by_autodiff.clone().inner());
    assert_same("gradient", gradient, leaf.grad(&by_autodiff.backward()).unwrap());
}

#[test]
#[should_panic(expected = "conv_forward: w of [1, 2, 3, 3]")]
fn filters_of_other_channels_are_refused() {
    let settings = ConvSettings { stride: 1, pad: 0 };
    let _ =
        conv_forward(&drawn([1, 3, 5, 5], 1), &drawn([1, 2, 3, 3], 2), &drawn([1], 3), settings);
}

#[test]
#[should_panic(expected = "does not fit a_prev of [1, 1, 2, 2]")]
fn window_larger_than_the_image_is_refused() {
    let settings = PoolSettings { f: 3, stride: 1, mode: PoolMode::Max };
    let _ = pool_forward(&drawn([1, 1, 2, 2], 1), settings);
}
