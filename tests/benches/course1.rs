//! One update of each training of course 1: `cargo bench -p fireside-tests`.
//!
//! Divan rather than Criterion: what Criterion asks of crates that Burn uses as well would have cargo build
//! Burn once for the programs and once more for the tests. `tests/peers/course1.py` puts whole trainings
//! beside NumPy's.

#![allow(clippy::expect_used, reason = "what fails here fails the benchmark")]

use burn::tensor::Device;
use divan::Bencher;
use fireside_tests::course1::{NAMES, jobs};

fn main() {
    divan::main();
}

#[divan::bench(args = NAMES)]
fn update(bencher: Bencher<'_, '_>, name: &str) {
    let mut jobs = jobs(&Device::flex());
    let job = jobs.iter_mut().find(|job| job.name == name).expect("a job for every name");
    bencher.bench_local(|| (job.update)());
}
