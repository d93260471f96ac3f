//! Every row of the speed tables, ours under its plain-Burn twin: `cargo bench -p fireside-tests --bench layers`.
//!
//! Divan rather than Criterion: what Criterion asks of crates that Burn uses as well would have cargo build
//! Burn once for the programs and once more for the tests. `tests/peers/layers.py` puts PyTorch beside them.

use std::fmt;
use std::time::Duration;

use divan::Bencher;
use fireside_tests::speed::{MODELS, PIECES, Path, Row, Setup, Work};

fn main() {
    divan::Divan::from_args().max_time(Duration::from_secs(1)).main();
}

/// A row, one of the two ways.
struct Case {
    row: Row,
    path: Path,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self.path {
            Path::Plain => "plain",
            Path::Ours => "ours",
        };
        write!(f, "{} {path}", self.row.name)
    }
}

fn cases(rows: &[Row]) -> Vec<Case> {
    let both = |&row| [Path::Plain, Path::Ours].map(|path| Case { row, path });
    rows.iter().flat_map(both).collect()
}

fn run(bencher: Bencher<'_, '_>, case: &Case, work: Work) {
    let mut step = (case.row.start)(Setup { work, path: case.path, sizes: case.row.sizes });
    step(); // the first also starts the threads
    bencher.bench_local(step);
}

#[divan::bench(args = cases(&MODELS))]
fn model_training(bencher: Bencher<'_, '_>, case: &Case) {
    run(bencher, case, Work::Training);
}

#[divan::bench(args = cases(&MODELS))]
fn model_inference(bencher: Bencher<'_, '_>, case: &Case) {
    run(bencher, case, Work::Inference);
}

#[divan::bench(args = cases(&PIECES))]
fn operation_training(bencher: Bencher<'_, '_>, case: &Case) {
    run(bencher, case, Work::Training);
}

#[divan::bench(args = cases(&PIECES))]
fn operation_inference(bencher: Bencher<'_, '_>, case: &Case) {
    run(bencher, case, Work::Inference);
}
