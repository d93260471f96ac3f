//! A picture under edge detectors and pooling, a kernel that learns, and how far all of it is from autodiff.

use std::ops::ControlFlow;
use std::path::Path;

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, ExecutionError, Tensor, TensorData, module, s};
use fireside_datasets::drawn_house;
use fireside_datasets::image_file::{Picture, read_within};
use fireside_layers::ops::{self, Conv2dOptions, Pool2dOptions};
use fireside_layers::plain;
use fireside_numpy_rng::NumpyRng;
use fireside_training::descent::{Descent, DescentConfig};
use fireside_training::gradient_check::relative_difference;
use fireside_training::history::History;
use fireside_vision::steps::axes::{conv_forward_1d, conv_forward_3d};
use fireside_vision::steps::convolution::{ConvSettings, conv_backward, conv_forward};
use fireside_vision::steps::edges::{Kernel, cost_and_gradient, detect_edges, filters};
use fireside_vision::steps::pooling::{PoolMode, PoolSettings, pool_backward, pool_forward};

use crate::picture::{Tile, sheet};
use crate::{Failure, interrupt};

/// Rows and columns that a picture needs: those of three halvings.
const LEAST: u32 = 8;
/// Rows and columns of the pieces that a kernel learns from: the lecture's 6x6, which give 4x4.
const PIECE: usize = 6;
/// Iterations from one recorded cost of the learning kernel to the next.
const INTERVAL: usize = 10;

/// Reads a picture, shrunk to `longest` pixels along its longer side, or draws one of that side.
///
/// # Errors
/// When the file is no picture, or the picture has fewer pixels across or down than three halvings need.
pub fn open(path: Option<&Path>, longest: usize, seed: u32) -> Result<Picture, Failure> {
    let picture = match path {
        Some(path) => read_within(path, longest as u32)?,
        None => drawn_house::draw(longest, seed),
    };
    if picture.width.min(picture.height) >= LEAST {
        return Ok(picture);
    }
    let name = path.map_or("--side".to_string(), |path| path.display().to_string());
    Err(Failure::Input(format!(
        "{name}: the picture has {}x{} pixels along a longer side of at most {longest}, but \
         {LEAST}x{LEAST} is the least",
        picture.width, picture.height
    )))
}

/// Returns a picture as `[1, 3, height, width]` in 0..=1.
pub fn color(picture: &Picture, device: &Device) -> Tensor<4> {
    let values: Vec<f32> = picture.pixels.iter().map(|byte| f32::from(*byte) / 255.0).collect();
    let shape = [1, picture.height as usize, picture.width as usize, 3];
    Tensor::<4>::from_data(TensorData::new(values, shape), device).permute([0, 3, 1, 2])
}

/// Returns the brightness of a picture, `[1, 1, height, width]`, by the weights of television (BT.601).
pub fn gray(color: &Tensor<4>) -> Tensor<4> {
    let weights = Tensor::<1>::from_data([0.299, 0.587, 0.114], &color.device());
    (color.clone() * weights.reshape([1, 3, 1, 1])).sum_dim(1)
}

/// Reads a tensor of one number.
///
/// # Errors
/// When the device fails.
pub fn number(tensor: Tensor<1>) -> Result<f64, Failure> {
    Ok(tensor.try_into_data()?.iter::<f64>().sum())
}

/// Pixels to show, with what to say of them.
#[derive(Debug, Clone)]
pub struct Shown {
    pixels: Vec<u8>,
    side: u32,
    caption: String,
}

impl Shown {
    /// Shows `[1, 1 or 3, height, width]` of 0..=1 on a white square.
    ///
    /// # Errors
    /// When the device fails.
    pub fn new(picture: &Tensor<4>, caption: &str) -> Result<Self, Failure> {
        let [_, channels, height, width] = picture.dims();
        let values: Vec<f64> =
            picture.clone().permute([0, 2, 3, 1]).try_into_data()?.iter::<f64>().collect();
        let side = height.max(width);
        let (top, left) = ((side - height) / 2, (side - width) / 2);
        let mut pixels = vec![255; side * side * 3];
        for (index, pixel) in values.chunks(channels).enumerate() {
            let place = (top + index / width) * side + left + index % width;
            for (channel, byte) in pixels[place * 3..][..3].iter_mut().enumerate() {
                let value = pixel[channel.min(channels - 1)];
                *byte = (value.clamp(0.0, 1.0) * 255.0).round() as u8;
            }
        }
        Ok(Self { pixels, side: side as u32, caption: caption.to_string() })
    }

    /// Shows `[1, 1, height, width]` of any sign: 0 in gray, the largest magnitude in white or black.
    ///
    /// # Errors
    /// When the device fails.
    pub fn signed(answers: &Tensor<4>, caption: &str) -> Result<Self, Failure> {
        let largest = number(answers.clone().abs().max())?;
        let scale = if largest > 0.0 { 0.5 / largest } else { 0.0 };
        Self::new(&(answers.clone() * scale + 0.5), caption)
    }

    fn tile(&self) -> Tile<'_> {
        let size = (self.side, self.side);
        Tile { pixels: &self.pixels, size, caption: self.caption.clone() }
    }
}

/// Lays pictures out in rows of `columns`.
///
/// # Errors
/// When the drawing fails.
pub fn contact_sheet(shown: &[Shown], columns: u32) -> Result<Vec<u8>, Failure> {
    let tiles: Vec<Tile<'_>> = shown.iter().map(Shown::tile).collect();
    sheet(&tiles, columns)
}

/// A kernel that learnt, and what was seen of it on the way.
#[derive(Debug)]
pub struct Learnt {
    /// `[1, 1, 3, 3]`
    pub kernel: Tensor<4>,
    /// The kernel after 1, 10, 100, ... iterations.
    pub stages: Vec<(usize, Tensor<4>)>,
    /// Its cost.
    pub history: History,
}

/// Learns from a gray picture, cut into pieces, and from the edges that `teacher` finds in them.
///
/// The pieces are brought to mean 0 and variance 1 first: bright pictures would allow small steps only.
///
/// # Errors
/// When the learning diverges or the device fails.
pub fn learn(
    gray: &Tensor<4>,
    teacher: &Kernel,
    iterations: usize,
    learning_rate: f64,
) -> Result<Learnt, Failure> {
    let pieces = pieces(gray);
    let pieces = pieces.clone() - pieces.mean().reshape([1, 1, 1, 1]);
    let deviation = pieces.clone().square().mean().sqrt().reshape([1, 1, 1, 1]);
    let pieces = pieces / (deviation + 1e-6); // one colour all over has none
    let edges = detect_edges(&pieces, &filters(&[*teacher], &gray.device()));
    let mut stages = Vec::new();
    let config = DescentConfig::new(iterations, learning_rate).with_cost_interval(INTERVAL);
    let trained = Descent::new(config).run(
        Tensor::zeros([1, 1, 3, 3], &gray.device()),
        |kernel, update| {
            let (cost, gradient) = cost_and_gradient(&kernel, &pieces, &edges);
            (kernel - gradient * update.learning_rate, update.cost_wanted.then_some(cost))
        },
        |step| {
            if 10_usize.pow(step.completed.ilog10()) == step.completed {
                stages.push((step.completed, step.model.clone()));
            }
            match interrupt::requested() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        },
    )?;
    Ok(Learnt { kernel: trained.model, stages, history: trained.history })
}

/// Cuts a gray picture into pieces of 6x6, `[pieces, 1, 6, 6]`; what is left over at the right and below is
/// left out.
fn pieces(gray: &Tensor<4>) -> Tensor<4> {
    let [.., height, width] = gray.dims();
    let [rows, columns] = [height / PIECE, width / PIECE];
    let whole = gray.clone().slice(s![.., .., 0..rows * PIECE, 0..columns * PIECE]);
    let cut = whole.reshape([rows, PIECE, columns, PIECE]).permute([0, 2, 1, 3]);
    cut.reshape([rows * columns, 1, PIECE, PIECE])
}

/// How far a result by hand is from others', in Euclidean norms.
#[derive(Debug)]
pub struct Difference {
    /// Which result of which function.
    pub what: String,
    /// From Burn's convolution and pooling and their autodiff.
    pub autodiff: f64,
    /// From the layers and their gradients.
    pub layers: f64,
}

/// Runs every function of the assignment on drawn numbers, forward and backward, against autodiff and against
/// the layers.
///
/// # Errors
/// When the device fails.
pub fn differences(seed: u32, device: &Device) -> Result<Vec<Difference>, Failure> {
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

fn drawn<const D: usize>(shape: [usize; D], rng: &mut NumpyRng, device: &Device) -> Tensor<D> {
    let values = rng.randn_vec(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn entries<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f64>, ExecutionError> {
    Ok(tensor.try_into_data()?.iter::<f64>().collect())
}

/// Sets names and differences side by side.
fn compare(
    names: &[&str],
    hand: &[Vec<f64>],
    others: [&[Vec<f64>]; 2],
    on: &str,
) -> Vec<Difference> {
    let difference = |(index, name): (usize, &&str)| {
        let [autodiff, layers] =
            others.map(|other| relative_difference(&hand[index], &other[index]));
        Difference { what: format!("{name}, {on}"), autodiff, layers }
    };
    names.iter().enumerate().map(difference).collect()
}

fn convolution_differences(
    settings: ConvSettings,
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<Vec<Difference>, Failure> {
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
    let by_autodiff = |convolve: Convolve| -> Result<Vec<Vec<f64>>, Failure> {
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
) -> Result<Vec<Difference>, Failure> {
    type Pool = fn(Tensor<4>, &Pool2dOptions) -> Tensor<4>;
    let PoolSettings { f, stride, mode } = settings;
    let a_prev = drawn([2, 3, 12, 14], rng, device); // no two entries are equal
    let a = pool_forward(&a_prev, settings);
    let da = drawn(a.dims(), rng, device);
    let hand = [entries(a)?, entries(pool_backward(&da, &a_prev, settings))?];

    let options = Pool2dOptions { kernel: [f; 2], stride: [stride; 2], padding: [0; 4] };
    let by_autodiff = |pool: Pool| -> Result<Vec<Vec<f64>>, Failure> {
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
fn other_axes_differences(rng: &mut NumpyRng, device: &Device) -> Result<Vec<Difference>, Failure> {
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

#[cfg(all(test, feature = "flex"))]
mod tests {
    use super::*;

    /// Pixel of row y and column x is 100 y + x.
    #[test]
    fn picture_is_cut_into_whole_pieces_row_by_row() {
        let values: Vec<f32> = (0..12 * 14).map(|i| (i / 14 * 100 + i % 14) as f32).collect();
        let data = TensorData::new(values, [1, 1, 12, 14]);
        let pieces = pieces(&Tensor::from_data(data, &Device::flex()));
        assert_eq!(pieces.dims(), [4, 1, 6, 6]);
        let pieces = entries(pieces).unwrap();
        assert_eq!(
            [0, 1, 6, 36, 72, 143].map(|i| pieces[i]),
            [0.0, 1.0, 100.0, 6.0, 600.0, 1111.0]
        );
    }

    #[test]
    fn shown_picture_stands_in_the_middle_of_a_white_square() {
        let answers = Tensor::<4>::from_data([[[[-2.0, 0.0, 1.0]]]], &Device::flex());
        let shown = Shown::signed(&answers, "").unwrap();
        assert_eq!(shown.side, 3);
        let middle = [0, 0, 0, 128, 128, 128, 191, 191, 191];
        assert_eq!(shown.pixels, [[255; 9], middle, [255; 9]].concat());
    }
}
