//! The list of assignments: what each teaches, how long it takes, and the data that it misses.

use std::fmt::Write as _;
use std::path::Path;

use clap::Args;
use fireside_datasets::source::find;
use serde_json::{Value, json};

use super::overview;
use crate::frame::Program;
use crate::options::Data;
use crate::{Failure, print, programs};

/// How to list.
#[derive(Args, Debug, Default)]
pub(super) struct Flags {
    #[command(flatten)]
    data: Data,
    /// Print the list as JSON
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Print the list as the table of the README
    #[arg(long)]
    markdown: bool,
}

/// Lists all assignments on one screen, or as it is asked for.
pub(super) fn all(flags: &Flags) {
    match flags.json || flags.markdown {
        true => list_these(programs::ALL, flags),
        false => overview::show(flags.data.data.as_deref()),
    }
}

/// Lists the assignments with `name` in their names.
///
/// # Errors
/// When there is none.
pub(super) fn list(name: &str, flags: &Flags) -> Result<(), Failure> {
    let programs = programs::find(name);
    match programs.is_empty() {
        true => Err(Failure::Input(format!(
            "no assignment has {name} in its name: `course` lists them"
        ))),
        false => {
            list_these(&programs, flags);
            Ok(())
        }
    }
}

/// Lists these assignments.
pub(super) fn list_these(programs: &[&Program], flags: &Flags) {
    let data = flags.data.data.as_deref();
    if flags.json {
        print::json(&programs.iter().map(|program| row(program, data)).collect());
    } else if flags.markdown {
        print::text(&markdown(programs));
    } else {
        print::text(&table(programs, data));
    }
}

/// The assignments week by week.
fn table(programs: &[&Program], data: Option<&Path>) -> String {
    let mut text = String::new();
    let mut last_week = String::new();
    for program in programs {
        let week = week(program);
        if week != last_week {
            let _ = writeln!(text, "\n{week}");
            last_week = week;
        }
        let _ = writeln!(text, "  {:28} {:>7}  {}", program.name, time(program), program.teaches);
        let files = program.files.iter().filter_map(|file| {
            let found = data.map(|folder| (folder, find(folder, file.topic, file.names).is_ok()));
            let (folder, false) = found? else { return None };
            Some(format!("{} is not in {}", file.names[0], folder.display()))
        });
        for missing in files {
            let _ = writeln!(text, "  {:37} {missing}", "");
        }
    } // writing to a string cannot fail
    let wants: Vec<_> = programs.iter().filter(|program| !program.files.is_empty()).collect();
    if data.is_none() && !wants.is_empty() {
        let _ = write!(
            text,
            "\n{} of these read the course's own files with --data DIR (course data tells which), and make data of \
             their own without.",
            wants.len()
        );
    }
    let _ = writeln!(text, "\nStart one: course run c1w3-planar-classification, or course planar");
    text
}

/// `Course 1, week 2`; course 3 in one where the weeks share a program.
pub(super) fn week(program: &Program) -> String {
    let digit = |place: usize| program.name.as_bytes().get(place).copied().map_or(' ', char::from);
    match digit(2) {
        'w' => format!("Course {}, week {}", digit(1), digit(3)),
        _ => format!("Course {}", digit(1)),
    }
}

/// About how long an assignment takes.
pub(super) fn time(program: &Program) -> String {
    match program.minutes {
        minutes if minutes < 0.95 => format!("{:.0} s", (minutes * 60.0).max(1.0)),
        minutes => format!("{minutes:.0} min"),
    }
}

/// The table of the README.
fn markdown(programs: &[&Program]) -> String {
    let mut text = "| program | what it teaches | time |\n| --- | --- | --- |\n".to_string();
    for program in programs {
        let _ = writeln!(text, "| `{}` | {} | {} |", program.name, program.teaches, time(program));
    } // writing to a string cannot fail
    text
}

fn row(program: &Program, data: Option<&Path>) -> Value {
    let files: Vec<Value> = program
        .files
        .iter()
        .map(|file| {
            let found = data.and_then(|folder| find(folder, file.topic, file.names).ok());
            json!({
                "wanted": file.names.join(" or "),
                "found": found.map(|path| path.display().to_string()),
            })
        })
        .collect();
    json!({
        "program": program.name,
        "week": week(program),
        "teaches": program.teaches,
        "minutes": program.minutes,
        "files": files,
        "embedded": program.embedded,
    })
}
