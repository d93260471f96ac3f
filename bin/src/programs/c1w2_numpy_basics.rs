//! Course 1, week 2: the basic functions on tensors, and vectorised against looped.

use clap::Args;
use fireside_dense::steps::basics::basic_sigmoid;
use fireside_recipes::basics::{self, Shown};
use fireside_recipes::steps::numpy_basics::NOTEBOOK;
use fireside_recipes::vectorization::time_both_ways;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::findings::{Cell, Table};
use crate::frame::{self, Nothing, Program, Setup};
use crate::values::Side;

/// Shows the functions that everything after is made of, on the course's own inputs, and times products
/// and sums as loops over numbers against the same as one tensor operation.
///
/// A loop in Rust is compiled, not interpreted as in the course, so expect ratios of 1 to 2 where the compiler
/// vectorises by itself, and of 5 to 13 where it may not reorder a sum. Takes a second or two.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Side of the matrices to time; the long vectors have as many entries as a matrix
    #[arg(long, default_value = "1000")]
    size: Side,
    /// Seed of the numbers to time with
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c1w2-numpy-basics",
    teaches: "the functions everything is made of, and why to vectorise",
    files: &[],
    embedded: "the course's small inputs",
    minutes: 0.05,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings: Settings { size, seed }, device, .. } = setup;
    let mut run = setup.begin()?;
    run.say(&format!("basic_sigmoid(1) = {}", basic_sigmoid(1.0)));
    run.result("basic_sigmoid", basic_sigmoid(1.0));
    for Shown { function, shape, values } in basics::show(device)? {
        let rounded: Vec<String> = values.iter().map(|value| format!("{value:.6}")).collect();
        run.say(&format!("{function} {shape:?} = {}", rounded.join(" ")));
        run.result(function, values);
    }

    let size = if setup.is_dry_run() { size.get().min(8) } else { size.get() };
    run.say("");
    let columns = [("", 32), ("looped", 12), ("vectorised", 12), ("ratio", 8)];
    let table = Table::begin(&run, columns);
    let micros = |seconds: f64| Cell::said(format!("{:.1} us", 1e6 * seconds));
    for timed in time_both_ways(size, *seed, device)? {
        let ratio = timed.looped / timed.vectorised;
        let cells = [
            Cell::said(timed.name),
            micros(timed.looped),
            micros(timed.vectorised),
            Cell::figure(format!("ratio_{}", timed.operation), ratio, 2),
        ];
        table.row(&mut run, cells);
    }
    run.finish()
}
