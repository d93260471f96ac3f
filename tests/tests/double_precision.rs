//! Which backends can compute in 64-bit floats, in a process of its own: the choice holds for all of it.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use fireside_bin::backend::{self, Floats};

/// WebGPU's shaders have no 64-bit floats, yet Burn accepts them there and computes nonsense.
#[test]
fn cpu_backends_compute_in_64_bits_and_webgpu_is_refused() {
    for name in backend::names() {
        let opened = backend::open(Some(name), Floats::F64);
        match name {
            "flex" | "ndarray" => assert!(opened.is_ok(), "{name}: {opened:?}"),
            "wgpu" => {
                let sentence = opened.unwrap_err().to_string();
                assert_eq!(sentence, "--device wgpu has no 64-bit floats: use flex");
            }
            _ => (), // not run anywhere yet
        }
    }
}
