//! How far convolution and pooling by hand are from autodiff and from the layers.

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, module};
use fireside_layers::ops::{self, Conv2dOptions, Pool2dOptions};
use fireside_layers::plain;
use fireside_numpy_rng::NumpyRng;
use fireside_vision::steps::axes::{conv_forward_1d, conv_forward_3d};
use fireside_vision::steps::convolution::{ConvSettings, conv_backward, conv_forward};
use fireside_vision::steps::pooling::{PoolMode, PoolSettings, pool_backward, pool_forward};

use crate::RecipeError;
use crate::by_hand::{Difference, drawn, entries};

/// Runs every function of the assignment on drawn numbers, forward and backward, against autodiff and against
/// the layers.
///
/// # Errors
/// When the device fails.
pub fn differences(seed: u32, device: &Device) -> Result<Vec<Difference>, RecipeError> {
    let mut rng = NumpyRng::new(seed);
    let mut found = Vec::new();
    for (pad, stride) in [(0, 1), (1, 2), (2, 3)] {
        let settings = ConvSettings { stride, pad };
        found.extend(convolution_differences(settings, &mut rng, device)?);
    }
    for (f, stride) in [(2, 2), (3, 2)] {
        for mode in [PoolMode::Max, PoolMode::Average] {
            found.extend(pooling_differences(PoolSettings { f, stride, mode }, &mut rng, device)?);
        }
    }
    found.extend(other_axes_differences(&mut rng, device)?);
    Ok(found)
}

/// Sets names and differences side by side.
fn compare(
    names: &[&str],
    hand: &[Vec<f64>],
    others: [&[Vec<f64>]; 2],
    on: &str,
) -> Vec<Difference> {
    Difference::of_each(names.iter().copied(), hand, others, |name| format!("{name}, {on}"))
}

fn convolution_differences(
    settings: ConvSettings,
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<Vec<Difference>, RecipeError> {
    type Convolve = fn(Tensor<4>, Tensor<4>, Option<Tensor<1>>, &Conv2dOptions) -> Tensor<4>;
    let ConvSettings { stride, pad } = settings;
    let (a_prev, w) = (drawn([2, 3, 12, 14], rng, device), drawn([4, 3, 3, 3], rng, device));
    let b = drawn([4], rng, device);
    let z = conv_forward(&a_prev, &w, &b, settings);
    let dz = drawn(z.dims(), rng, device);
    let found = conv_backward(&dz, &a_prev, &w, settings);
    let hand = [entries(z)?, entries(found.da_prev)?, entries(found.dw)?, entries(found.db)?];

    let options =
        Conv2dOptions { stride: [stride; 2], padding: [pad; 4], ..Conv2dOptions::default() };
    let by_autodiff = |convolve: Convolve| -> Result<Vec<Vec<f64>>, RecipeError> {
        let [a_prev, w] = [&a_prev, &w].map(|leaf| leaf.clone().autodiff().require_grad());
        let b = b.clone().autodiff().require_grad();
        let z = convolve(a_prev.clone(), w.clone(), Some(b.clone()), &options);
        let gradients = (z.clone() * dz.clone().autodiff()).sum().backward();
        let mut results = vec![entries(z)?];
        for leaf in [a_prev, w] {
            results.push(leaf.grad(&gradients).map(entries).transpose()?.unwrap_or_default());
        }
        results.push(b.grad(&gradients).map(entries).transpose()?.unwrap_or_default());
        Ok(results)
    };
    let others = [by_autodiff(plain::conv2d)?, by_autodiff(ops::conv2d)?];
    let names =
        ["conv_forward: Z", "conv_backward: dA_prev", "conv_backward: dW", "conv_backward: db"];
    let on = format!("pad {pad}, stride {stride}");
    Ok(compare(&names, &hand, [&others[0], &others[1]], &on))
}

fn pooling_differences(
    settings: PoolSettings,
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<Vec<Difference>, RecipeError> {
    type Pool = fn(Tensor<4>, &Pool2dOptions) -> Tensor<4>;
    let PoolSettings { f, stride, mode } = settings;
    let a_prev = drawn([2, 3, 12, 14], rng, device); // no two entries are equal
    let a = pool_forward(&a_prev, settings);
    let da = drawn(a.dims(), rng, device);
    let hand = [entries(a)?, entries(pool_backward(&da, &a_prev, settings))?];

    let options = Pool2dOptions { kernel: [f; 2], stride: [stride; 2], padding: [0; 4] };
    let by_autodiff = |pool: Pool| -> Result<Vec<Vec<f64>>, RecipeError> {
        let leaf = a_prev.clone().autodiff().require_grad();
        let a = pool(leaf.clone(), &options);
        let gradients = (a.clone() * da.clone().autodiff()).sum().backward();
        Ok(vec![entries(a)?, leaf.grad(&gradients).map(entries).transpose()?.unwrap_or_default()])
    };
    let pools: [Pool; 2] = match mode {
        PoolMode::Max => [plain::max_pool2d, ops::max_pool2d],
        PoolMode::Average => [
            |x, options| plain::avg_pool2d(x, options, true),
            |x, options| ops::avg_pool2d(x, options, true),
        ],
    };
    let others = [by_autodiff(pools[0])?, by_autodiff(pools[1])?];
    let on = format!("{mode:?}, f {f}, stride {stride}").to_lowercase();
    Ok(compare(
        &["pool_forward: A", "pool_backward: dA_prev"],
        &hand,
        [&others[0], &others[1]],
        &on,
    ))
}

/// The lecture's heartbeat and scan, forward. The layers have no convolution along three axes of their own.
fn other_axes_differences(
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<Vec<Difference>, RecipeError> {
    let settings = ConvSettings { stride: 1, pad: 0 };
    let b = drawn([16], rng, device);
    let (beat, w) = (drawn([1, 1, 14], rng, device), drawn([16, 1, 5], rng, device));
    let hand = [entries(conv_forward_1d(&beat, &w, &b, settings))?];
    let options = ConvOptions::new([1], [0], [1], 1);
    let burn = module::conv1d(beat.clone(), w.clone(), Some(b.clone()), options);
    let layers = ops::conv1d(beat, w, Some(b.clone()), &ops::Conv1dOptions::default());
    let others = [[entries(burn)?], [entries(layers)?]];
    let on = "14 * 5 -> 10 of 16 channels";
    let mut found = compare(&["conv_forward_1d: Z"], &hand, [&others[0], &others[1]], on);

    let (scan, w) = (drawn([1, 1, 14, 14, 14], rng, device), drawn([16, 1, 5, 5, 5], rng, device));
    let hand = [entries(conv_forward_3d(&scan, &w, &b, settings))?];
    let options = ConvOptions::new([1; 3], [0; 3], [1; 3], 1);
    let burn = [entries(module::conv3d(scan, w, Some(b), options))?];
    let on = "14x14x14 * 5x5x5 -> 10x10x10 of 16 channels";
    found.extend(compare(&["conv_forward_3d: Z"], &hand, [&burn, &burn], on));
    Ok(found)
}
