//! One update of each training of course 1: `cargo bench -p fireside-tests`.
//!
//! Criterion rather than Divan: it is the better kept of the two, and compares with the run before.
//! `tests/peers/course1.py` puts whole trainings beside NumPy's.

use burn::tensor::Device;
use criterion::{Criterion, criterion_group, criterion_main};
use fireside_tests::course1::jobs;

fn course1(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("course1");
    group.sample_size(20);
    for mut job in jobs(&Device::flex()) {
        group.bench_function(job.name, |bencher| bencher.iter(&mut job.update));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().configure_from_args();
    targets = course1
}
criterion_main!(benches);
