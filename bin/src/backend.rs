//! The devices that this build can compute on.
//!
//! Which backends exist is decided by cargo features; `--device` chooses among them.

use std::panic;

use burn::tensor::{Device, DeviceConfig, FloatDType, Tensor};

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
    ("ndarray", Device::ndarray),
];

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
    if floats == Floats::F64 {
        let config = DeviceConfig::default().float_dtype(FloatDType::F64);
        let configured = quietly(panic::AssertUnwindSafe(|| device.configure(config).is_ok()));
        if configured != Some(true) {
            return Err(Failure::Input(format!(
                "--device {name} has no 64-bit floats: use flex"
            )));
        }
    }
    quietly(panic::AssertUnwindSafe(|| probe(&device))).ok_or_else(absent)?;
    Ok((name, device))
}

/// Computes something on the device: some backends notice only then that there is none.
fn probe(device: &Device) {
    let sum: f32 = Tensor::<1>::from_data([1.0, 2.0], device).sum().into_scalar();
    assert_eq!(sum, 3.0);
}

/// Runs `task` and returns nothing if it panics, which is how Burn reports a missing device.
fn quietly<T>(task: impl FnOnce() -> T + panic::UnwindSafe) -> Option<T> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = panic::catch_unwind(task);
    panic::set_hook(hook);
    result.ok()
}
