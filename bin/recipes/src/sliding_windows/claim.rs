//! The claim that one pass is every window, in figures, and where it does not hold.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};
use fireside_datasets::drawn_street::StreetScenes;
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};
use fireside_vision::sliding_window::{Padding, WindowClassifier, WindowConfig, difference_map};

use super::SCENE;
use crate::RecipeError;
use crate::by_hand::entries;

/// Classes of the lecture's network: pedestrian, car, motorcycle, nothing.
const CLASSES: usize = 4;
/// Rows and columns of the pictures on which the claim is tried, odd ones among them.
const SIZES: [[usize; 2]; 7] =
    [[14, 14], [16, 16], [28, 28], [15, 33], [41, 27], [64, 64], [SCENE[0], SCENE[1]]];
/// The street whose windows are drawn.
const STREET: [usize; 2] = [64, 64];

/// How far the one pass is from every window by itself, in pictures of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Apart {
    /// Rows and columns of the picture.
    pub size: [usize; 2],
    /// Windows in it.
    pub windows: [usize; 2],
    /// The largest difference of a class, with nothing around the maps.
    pub valid: f64,
    /// The same with zeros around them.
    pub same: f64,
}

/// The claim, tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Bits of the floats that it was tried in: 64 where the device has them.
    pub bits: u8,
    /// Parameters of the lecture's network.
    pub parameters: usize,
    /// How far off it is by size.
    pub sizes: Vec<Apart>,
    /// A street, RGB bytes, and its rows and columns.
    pub street: (Vec<u8>, [usize; 2]),
    /// The difference in each of its windows, row by row: with nothing around the maps, and with zeros.
    pub maps: [Vec<f64>; 2],
    /// Rows and columns of the maps.
    pub windows: [usize; 2],
}

/// Tries the claim with the lecture's network as it starts, in 64-bit floats if the device has them.
///
/// # Errors
/// When the device fails.
pub fn claim(seed: u32, device: &Device) -> Result<Claim, RecipeError> {
    let networks = [Padding::Valid, Padding::Same].map(|padding| network(padding, seed, device));
    let [valid, same] = networks;
    let (valid, same) = (valid?, same?);
    let mut rng = NumpyRng::new(seed);
    let mut sizes = Vec::new();
    for size in SIZES {
        let values = rng.randn_vec(3 * size[0] * size[1]);
        let images = precise(values, size, device);
        let maps = [&valid, &same].map(|net| difference_map(net, &images));
        let [_, rows, columns] = maps[0].dims();
        let [valid, same] = maps.map(|map| largest(&map));
        sizes.push(Apart { size, windows: [rows, columns], valid: valid?, same: same? });
    }
    let street = StreetScenes::new(STREET, seed)?.scene(1).picture().to_vec();
    let values: Vec<f64> = (0..3)
        .flat_map(|channel| street[channel..].iter().step_by(3))
        .map(|byte| f64::from(*byte) / 127.5 - 1.0)
        .collect();
    let images = precise(values, STREET, device);
    let maps = [&valid, &same].map(|net| difference_map(net, &images));
    let [_, rows, columns] = maps[0].dims();
    let [of_valid, of_same] = maps.map(entries);
    Ok(Claim {
        bits: if precision(device) == DType::F64 { 64 } else { 32 },
        parameters: valid.num_params(),
        sizes,
        street: (street, STREET),
        maps: [of_valid?, of_same?],
        windows: [rows, columns],
    })
}

/// The most precise floats that the device has.
fn precision(device: &Device) -> DType {
    if device.supports_dtype(DType::F64) { DType::F64 } else { DType::F32 }
}

/// The lecture's network with random weights, in these floats.
fn network(padding: Padding, seed: u32, device: &Device) -> Result<WindowClassifier, RecipeError> {
    let net = WindowConfig::lecture(CLASSES).with_padding(padding).init(device)?;
    let net = initialize(net, Initializer::He, &mut NumpyRng::new(seed));
    Ok(match precision(device) {
        DType::F64 => net.map(&mut ToDoubles),
        _ => net,
    })
}

/// `[1, 3, height, width]` of values in that order.
fn precise(values: Vec<f64>, [height, width]: [usize; 2], device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(values, [1, 3, height, width]), (device, precision(device)))
}

fn largest(map: &Tensor<3>) -> Result<f64, RecipeError> {
    Ok(entries(map.clone())?.into_iter().fold(0.0, f64::max))
}

/// Makes every parameter one of 64-bit floats.
struct ToDoubles;

impl ModuleMapper for ToDoubles {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| tensor.cast(FloatDType::F64))
    }
}
