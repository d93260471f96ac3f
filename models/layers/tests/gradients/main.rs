//! Hand-written gradients against differences of the cost, in 64-bit floats, by the training crate's checker.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod attention;
mod layers;
mod recurrent;

use std::sync::OnceLock;

use burn::tensor::{Device, DeviceConfig, FloatDType};

/// The device, in 64-bit floats for this whole process.
fn device() -> Device {
    static CONFIGURED: OnceLock<()> = OnceLock::new();
    let mut device = Device::flex();
    CONFIGURED.get_or_init(|| {
        device.configure(DeviceConfig::default().float_dtype(FloatDType::F64)).unwrap();
    });
    device
}
