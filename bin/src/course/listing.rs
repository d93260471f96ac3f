//! The list of assignments, and of the course's files that they read.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use clap::Args;
use fireside_datasets::source::find;
use serde_json::{Value, json};

use crate::Failure;
use crate::frame::Program;
use crate::options::Data;
use crate::programs::{self, FileNames};
use crate::run::write_report;

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

/// Lists the assignments with `name` in their names.
///
/// # Errors
/// When there is none, or JSON cannot be written.
pub(super) fn list(name: &str, flags: &Flags) -> Result<(), Failure> {
    let programs = programs::find(name);
    match programs.is_empty() {
        true => Err(Failure::Input(format!(
            "no assignment has {name} in its name: `course` lists them"
        ))),
        false => list_these(&programs, flags),
    }
}

/// Lists these assignments.
///
/// # Errors
/// When JSON cannot be written.
pub(super) fn list_these(programs: &[&Program], flags: &Flags) -> Result<(), Failure> {
    let data = flags.data.data.as_deref();
    if flags.json {
        return write_report(&programs.iter().map(|program| row(program, data)).collect());
    }
    let text = if flags.markdown { markdown(programs) } else { table(programs, data) };
    let _ = std::io::stdout().write_all(text.as_bytes()); // a closed pipe is no failure
    Ok(())
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
fn week(program: &Program) -> String {
    let digit = |place: usize| program.name.as_bytes().get(place).copied().map_or(' ', char::from);
    match digit(2) {
        'w' => format!("Course {}, week {}", digit(1), digit(3)),
        _ => format!("Course {}", digit(1)),
    }
}

/// About how long an assignment takes.
fn time(program: &Program) -> String {
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

/// Says of every file of the course which assignments read it, and what is known of the one found.
///
/// # Errors
/// When a file cannot be read, or JSON cannot be written.
pub(super) fn files(data: &Data, json: bool) -> Result<(), Failure> {
    let mut rows = Vec::new();
    let mut files: Vec<(&FileNames, Vec<&str>)> = Vec::new();
    for program in programs::ALL {
        for file in program.files {
            match files.iter_mut().find(|(known, _)| known.names == file.names) {
                Some((_, readers)) => readers.push(program.name),
                None => files.push((file, vec![program.name])),
            }
        }
    }
    for (file, readers) in files {
        let found = data.data.as_deref().map(|folder| find(folder, file.topic, file.names));
        let (state, path) = match found {
            None => ("give --data DIR to look for it".to_string(), None),
            Some(Err(_)) => ("not found".to_string(), None),
            Some(Ok(path)) => {
                let state = crate::fingerprint::compare(&path, file.originals)?;
                (state, Some(path.display().to_string()))
            }
        };
        rows.push(json!({
            "names": file.names,
            "topic": file.topic,
            "originals": file.originals.iter().map(|original| json!({
                "bytes": original.bytes, "sha256": original.sha256,
            })).collect::<Vec<_>>(),
            "read_by": readers,
            "found": path,
            "state": state,
        }));
    }
    if json {
        return write_report(&Value::Array(rows));
    }
    let mut text = String::new();
    for row in &rows {
        let list = |key: &str| -> String {
            let words = row[key].as_array().into_iter().flatten().filter_map(Value::as_str);
            words.collect::<Vec<_>>().join(", ")
        };
        let _ = writeln!(text, "{} (in {}/)", list("names"), row["topic"].as_str().unwrap_or(""));
        let _ = writeln!(text, "    read by  {}", list("read_by"));
        for original in row["originals"].as_array().into_iter().flatten() {
            let sha256 = original["sha256"].as_str().unwrap_or("");
            let _ = writeln!(text, "    course's {} bytes, SHA-256 {sha256}", original["bytes"]);
        }
        let found = row["found"].as_str().map_or(String::new(), |path| format!(" {path}"));
        let _ = writeln!(text, "    state    {}{found}", row["state"].as_str().unwrap_or(""));
    } // writing to a string cannot fail
    let _ = std::io::stdout().write_all(text.as_bytes()); // a closed pipe is no failure
    Ok(())
}
