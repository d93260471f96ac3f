//! What a picture costs, window by window and in one pass.

use std::time::Instant;

use burn::tensor::{Device, Tensor};
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};
use fireside_vision::sliding_window::{WindowConfig, window_by_window};

use super::LOOKS;
use crate::RecipeError;
use crate::by_hand::{drawn, entries};

/// Sides of the pictures.
pub const SIDES: [usize; 4] = [28, 64, 128, 256];
/// Each way is timed so often.
const REPETITIONS: usize = 5;

/// What pictures of one size cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Rows and columns of the picture.
    pub side: usize,
    /// Windows in it.
    pub windows: usize,
    /// Seconds for every window cut out, and for one pass.
    pub seconds: [f64; 2],
    /// Multiply-adds for every window cut out, and for one pass.
    pub multiply_adds: [f64; 2],
}

/// What pictures of all sizes cost a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Costs {
    /// What it is called.
    pub name: &'static str,
    /// How many windows see a pixel: what would be saved if everything were shared.
    pub sharing: f64,
    /// By size.
    pub sizes: Vec<Cost>,
}

/// Times the lecture's network, and that of the detector.
///
/// # Errors
/// When the device fails.
pub fn costs(sides: &[usize], seed: u32, device: &Device) -> Result<[Costs; 2], RecipeError> {
    let lecture = WindowConfig::lecture(4);
    let detector = WindowConfig::of_32_pixels(LOOKS.len() + 1);
    Ok([
        of("lecture", &lecture, sides, seed, device)?,
        of("detector", &detector, sides, seed, device)?,
    ])
}

fn of(
    name: &'static str,
    config: &WindowConfig,
    sides: &[usize],
    seed: u32,
    device: &Device,
) -> Result<Costs, RecipeError> {
    let mut rng = NumpyRng::new(seed);
    let net = initialize(config.init(device)?, Initializer::He, &mut rng);
    let one_pass = net.clone().into_convolutional();
    let mut sizes = Vec::new();
    for &side in sides.iter().filter(|side| **side >= config.window) {
        let image = drawn([1, 3, side, side], &mut rng, device);
        let by_window = least_seconds(|| window_by_window(&net, &image))?;
        let at_once = least_seconds(|| one_pass.forward(image.clone()))?;
        let across = (side - config.window) / config.stride() + 1;
        let windows = across * across;
        let alone = multiply_adds(config, config.window) * windows as f64;
        let multiply_adds = [alone, multiply_adds(config, side)];
        sizes.push(Cost { side, windows, seconds: [by_window, at_once], multiply_adds });
    }
    let sharing = (config.window as f64 / config.stride() as f64).powi(2);
    Ok(Costs { name, sharing, sizes })
}

/// The least seconds that a pass takes of several, after a first to warm up: what else the machine does only adds.
fn least_seconds(pass: impl Fn() -> Tensor<4>) -> Result<f64, RecipeError> {
    entries(pass())?;
    let mut least = f64::INFINITY;
    for _ in 0..REPETITIONS {
        let began = Instant::now();
        entries(pass())?;
        least = least.min(began.elapsed().as_secs_f64());
    }
    Ok(least)
}

/// Multiply-adds of one pass over a picture of this side, with nothing around the maps.
fn multiply_adds(config: &WindowConfig, side: usize) -> f64 {
    let (mut side, mut window) = (side, config.window);
    let (mut channels, mut sum) = (config.channels, 0.0);
    for &[outputs, kernel] in &config.convs {
        [side, window] = [side, window].map(|side| side + 1 - kernel);
        sum += (side * side * kernel * kernel * channels * outputs) as f64;
        [side, window] = [side, window].map(|side| side / 2);
        channels = outputs;
    }
    let places = (side + 1 - window).pow(2);
    let mut inputs = channels * window * window;
    for &units in config.hidden.iter().chain([&config.num_classes]) {
        sum += (places * inputs * units) as f64;
        inputs = units;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_the_lecture_s_network_takes_441_600_multiply_adds() {
        // 10x10 places of 5x5x3 to 16, then 5x5x16 to 400, 400 to 400, 400 to 4.
        let lecture = WindowConfig::lecture(4);
        assert_eq!(multiply_adds(&lecture, 14), 120_000.0 + 160_000.0 + 160_000.0 + 1_600.0);
        // 16x16 pixels are 2x2 windows.
        assert_eq!(multiply_adds(&lecture, 16), 144.0 * 1_200.0 + 4.0 * 321_600.0);
    }

    #[test]
    fn what_is_saved_grows_with_the_picture() {
        for config in [WindowConfig::lecture(4), WindowConfig::of_32_pixels(4)] {
            let saved = SIDES.map(|side| {
                let side = side.max(config.window);
                let across = (side - config.window) / config.stride() + 1;
                let alone = multiply_adds(&config, config.window) * (across * across) as f64;
                alone / multiply_adds(&config, side)
            });
            assert!(saved.is_sorted(), "{saved:?}");
        }
    }
}
