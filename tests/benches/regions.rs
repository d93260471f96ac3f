//! Selective search of noisy scenes by their size: `cargo bench -p fireside-tests --bench regions`. The segments'
//! time grows as `n log n` of the pixels.

#![allow(clippy::expect_used, reason = "what fails here fails the benchmark")]

use divan::Bencher;
use fireside_numpy_rng::NumpyRng;
use fireside_vision::region::selective_search::{Picture, SelectiveSearch};

const SIZES: [[usize; 2]; 3] = [[96, 128], [192, 256], [384, 512]];

fn main() {
    divan::main();
}

/// A sky, a road, and boxes of any colour, with noise.
fn scene([height, width]: [usize; 2]) -> Vec<f32> {
    let mut rng = NumpyRng::new(1);
    let mut planes = vec![0.0; 3 * height * width];
    let mut fill =
        |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>, colour: [f64; 3]| {
            for (channel, value) in colour.into_iter().enumerate() {
                for row in rows.clone() {
                    let start = (channel * height + row) * width;
                    planes[start..][columns.clone()].fill(value as f32);
                }
            }
        };
    fill(0..height / 2, 0..width, [0.6, 0.7, 0.9]);
    fill(height / 2..height, 0..width, [0.4, 0.4, 0.42]);
    for _ in 0..12 {
        let (top, left) = (rng.below(height * 3 / 4), rng.below(width * 3 / 4));
        let (rows, columns) = (4 + rng.below(height / 4 - 4), 4 + rng.below(width / 4 - 4));
        let colour = [(); 3].map(|()| rng.random_sample());
        fill(top..top + rows, left..left + columns, colour);
    }
    planes
        .iter()
        .map(|value| (f64::from(*value) + rng.normal(0.0, 0.03)).clamp(0.0, 1.0) as f32)
        .collect()
}

fn search(bencher: Bencher<'_, '_>, size: [usize; 2], search: SelectiveSearch) {
    let planes = scene(size);
    let picture = Picture::new(&planes, size).expect("a picture");
    bencher.bench_local(|| search.propose(&picture).expect("proposals"));
}

#[divan::bench(args = SIZES)]
fn fast(bencher: Bencher<'_, '_>, size: [usize; 2]) {
    search(bencher, size, SelectiveSearch::fast());
}

#[divan::bench(args = SIZES)]
fn single(bencher: Bencher<'_, '_>, size: [usize; 2]) {
    search(bencher, size, SelectiveSearch::single());
}
