//! Repeats one row of the speed tables when asked: what `tests/peers/layers.py` and `growth` compare.
//!
//! `speed` alone lists the rows as JSON; `speed lstm --work training --path ours` serves one, see
//! [`worker`].

use std::error::Error;

use clap::Parser;
use fireside_tests::speed::{self, MODELS, PIECES, Path, Setup, Sizes, Work, worker};
use serde_json::json;

/// Repeats one row of the speed tables when asked.
#[derive(Parser)]
struct Arguments {
    /// Which row; without it the rows are listed.
    row: Option<String>,
    /// What a step consists of.
    #[arg(long, default_value = "training")]
    work: Work,
    /// Which operations run it.
    #[arg(long, default_value = "ours")]
    path: Path,
    /// Examples, if not the row's own number.
    #[arg(long)]
    batch: Option<usize>,
    /// Time steps, if not the row's own number.
    #[arg(long)]
    time: Option<usize>,
    /// Channels, if not the row's own number.
    #[arg(long)]
    channels: Option<usize>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let Some(name) = arguments.row else {
        return list();
    };
    let row = speed::row(&name).ok_or_else(|| format!("there is no row {name}"))?;
    let sizes = Sizes {
        batch: arguments.batch.unwrap_or(row.sizes.batch),
        time: arguments.time.unwrap_or(row.sizes.time),
        channels: arguments.channels.unwrap_or(row.sizes.channels),
    };
    let setup = Setup { work: arguments.work, path: arguments.path, sizes };
    worker::serve(|| (row.start)(setup), std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the list is for the script")]
fn list() -> Result<(), Box<dyn Error>> {
    let table = |rows: &[speed::Row]| -> Vec<_> {
        rows.iter().map(|row| json!({ "name": row.name, "title": row.title })).collect()
    };
    let rows = json!({ "models": table(&MODELS), "pieces": table(&PIECES) });
    println!("{}", serde_json::to_string_pretty(&rows)?);
    Ok(())
}
