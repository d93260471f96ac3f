//! The devices that this build can compute on.
//!
//! Which backends exist is decided by cargo features; `--device` chooses among them.

use std::panic;

use burn::tensor::{Device, DeviceConfig, FloatDType, Tensor, activation};

use crate::Failure;

type Open = fn() -> Device;

/// The backends compiled in, the default first.
const COMPILED: &[(&str, Open)] = &[
    #[cfg(feature = "flex")]
    ("flex", Device::flex),
    #[cfg(feature = "cuda")]
    ("cuda", || Device::cuda(burn::tensor::DeviceIndex::Default)),
    #[cfg(feature = "rocm")]
    ("rocm", || Device::rocm(burn::tensor::DeviceIndex::Default)),
    #[cfg(feature = "metal")]
    ("metal", || Device::metal(burn::tensor::DeviceKind::DefaultDevice)),
    #[cfg(feature = "vulkan")]
    ("vulkan", || Device::vulkan(burn::tensor::DeviceKind::DefaultDevice)),
    #[cfg(feature = "wgpu")]
    ("wgpu", || Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
    #[cfg(feature = "tch")]
    ("tch", Device::libtorch),
    #[cfg(feature = "cpu")]
    ("cpu", Device::cpu),
    #[cfg(feature = "ndarray")]
    ("ndarray", ndarray),
];

#[cfg(feature = "ndarray")]
#[expect(deprecated, reason = "kept because users ask for it by name")]
fn ndarray() -> Device {
    Device::ndarray()
}

/// Returns the names of the backends compiled in, the default first.
pub fn names() -> Vec<&'static str> {
    COMPILED.iter().map(|(name, _)| *name).collect()
}

/// The width of the floats to compute in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floats {
    /// 32 bits, as everyone trains.
    F32,
    /// 64 bits, as NumPy computes: to compare figures.
    F64,
}

/// Opens the device called `name`, or the default one, and returns its name with it.
///
/// The width of the floats holds for this process and device from then on.
///
/// # Errors
/// When no such backend is compiled in, it finds no device on this machine, or the device has no floats
/// of that width.
pub fn open(name: Option<&str>, floats: Floats) -> Result<(&'static str, Device), Failure> {
    let has = names().join(", ");
    let found = match name {
        Some(name) => COMPILED.iter().find(|(compiled, _)| *compiled == name),
        None => COMPILED.first(),
    };
    let Some((name, open)) = found else {
        return Err(Failure::Input(match name {
            Some(name) => format!("--device {name} is unknown: this build has {has}"),
            None => "this build has no backend: build with --features flex".to_string(),
        }));
    };
    let absent = || {
        Failure::Input(format!(
            "--device {name} finds no device on this machine: this build has {has}"
        ))
    };
    let mut device = quietly(open).ok_or_else(absent)?;
    if floats == Floats::F32 {
        return match quietly(panic::AssertUnwindSafe(|| error_of_a_mean(&device))) {
            Some(error) if error < 1e-4 => Ok((name, device)),
            _ => Err(absent()),
        };
    }
    // Some devices accept 64-bit floats and then compute nonsense: believe the result alone.
    let error = quietly(panic::AssertUnwindSafe(|| {
        let config = DeviceConfig::default().float_dtype(FloatDType::F64);
        device.configure(config).map(|()| error_of_a_mean(&device))
    }));
    match error {
        Some(Ok(error)) if error < 1e-12 => Ok((name, device)),
        _ => Err(Failure::Input(format!("--device {name} has no 64-bit floats: use flex"))),
    }
}

/// Computes a mean on the device, since some backends notice only then that there is none, and returns how
/// far it is from the same mean in plain numbers.
fn error_of_a_mean(device: &Device) -> f64 {
    let numbers: Vec<f64> = (0..1000).map(|index| f64::from(index) / 100.0 - 5.0).collect();
    let expected = numbers.iter().map(|x| -(-x).exp().ln_1p()).sum::<f64>() / 1000.0;
    let found = activation::log_sigmoid(Tensor::<1>::from_data(&numbers[..], device)).mean();
    (found.into_scalar::<f64>() - expected).abs()
}

/// Runs `task` and returns nothing if it panics, which is how Burn reports a missing device.
fn quietly<T>(task: impl FnOnce() -> T + panic::UnwindSafe) -> Option<T> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = panic::catch_unwind(task);
    panic::set_hook(hook);
    result.ok()
}
