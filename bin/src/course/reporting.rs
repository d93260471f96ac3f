//! `course report` and `course runs`: what runs left, on a page and as a list.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use fireside_report::clearing::{self, Wish};
use fireside_report::{ReportError, listing, page, record, written_now};
use fireside_training::files::write_whole;

use crate::{Failure, print};

const RUNS: &str = "runs";

/// Flags of `course report`.
#[derive(Args, Debug)]
pub struct Report {
    /// Runs, or folders that hold runs
    #[arg(value_name = "RUNS", default_value = RUNS, value_hint = ValueHint::DirPath)]
    runs: Vec<PathBuf>,
    /// File to write [default: report.html in the first of RUNS]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
}

/// Flags of `course runs`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Runs {
    #[command(subcommand)]
    action: Option<Action>,
    /// Print the list as JSON
    #[arg(long)]
    json: bool,
    /// Folder that holds the runs
    #[arg(long = "in", value_name = "DIR", default_value = RUNS, global = true, value_hint = ValueHint::DirPath)]
    folder: PathBuf,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Delete runs: those that are named, old, or not among the newest; without --yes only say which
    Clear {
        /// An assignment, ASSIGNMENT/RUN, or a run's folder [default: every run]
        names: Vec<String>,
        /// Only runs started more than so many days ago
        #[arg(long, value_name = "DAYS")]
        older_than: Option<u32>,
        /// Keep the newest so many of each assignment
        #[arg(long, value_name = "N")]
        keep: Option<usize>,
        /// Delete them
        #[arg(long)]
        yes: bool,
    },
}

/// Writes the page of some runs and says where it is.
///
/// # Errors
/// When there are no runs, or the page cannot be written.
pub fn report(Report { runs, out }: Report) -> Result<(), Failure> {
    let records = record::read_all(&runs)?;
    let page = page::page(&records, written_now())?;
    let first = runs.first().map_or(RUNS.into(), PathBuf::clone);
    let path = out.unwrap_or_else(|| first.join("report.html"));
    write_whole(&path, page.as_bytes()).map_err(|error| Failure::unwritable(&path, &error))?;
    print::line(&format!("Wrote {}", path.display()));
    Ok(())
}

/// Lists runs or clears them away.
///
/// # Errors
/// When there are no runs where they are looked for, a name is no run's, or one cannot be deleted.
pub fn runs(Runs { action, json, folder }: Runs) -> Result<(), Failure> {
    let records = record::read_all(std::slice::from_ref(&folder))?;
    let Some(Action::Clear { names, older_than, keep, yes }) = action else {
        match json {
            true => {
                let rows = serde_json::to_value(listing::rows(&records));
                print::json(&rows.map_err(|error| Failure::Run(error.to_string()))?);
            }
            false => print::line(&listing::table(&records)),
        }
        return Ok(());
    };
    let plan = clearing::plan(&folder, &records, &Wish { older_than, keep, names }, written_now())?;
    print::line(&plan.told());
    match (yes, plan.delete.is_empty()) {
        (false, false) => print::line("Nothing is deleted yet: say so with --yes."),
        (false, true) => {}
        (true, _) => {
            plan.delete.iter().try_for_each(clearing::delete)?;
            print::line("Deleted.");
        }
    }
    Ok(())
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Undeletable { .. } | ReportError::Page(_) => Self::Run(error.to_string()),
            _ => Self::Input(error.to_string()),
        }
    }
}
