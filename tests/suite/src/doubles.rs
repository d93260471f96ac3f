//! Tests that compute in 64-bit floats.

use std::sync::OnceLock;

use burn::tensor::{Device, DeviceConfig, FloatDType};

/// The device, which computes in 64-bit floats from its first tensor on: the same one throughout a process.
///
/// # Panics
/// When a tensor was made before.
pub fn in_doubles(mut device: Device) -> Device {
    static CONFIGURED: OnceLock<()> = OnceLock::new();
    CONFIGURED.get_or_init(|| {
        let config = DeviceConfig::default().float_dtype(FloatDType::F64);
        device.configure(config).expect("the first tensor comes later");
    });
    device
}
