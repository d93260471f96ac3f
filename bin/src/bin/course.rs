//! The list of all assignments, and a door to each.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

use clap::{Parser, Subcommand};
use fireside_bin::assignments::{self, Assignment};
use fireside_bin::options::Data;
use fireside_bin::{Failure, backend, program, reporting};
use fireside_datasets::source::find;
use serde_json::{Value, json};

/// Lists the assignments of the Deep Learning Specialization, what each teaches, what data it wants and
/// which of it is there, and starts one.
#[derive(Parser, Debug)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    data: Data,
    /// Print the list as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// List the assignments (also without any command)
    List,
    /// Start the assignment whose name begins so: `course run c1w3`, flags of its own behind it
    Run {
        /// The assignment's name, or its beginning
        name: String,
        /// Flags for the assignment's program
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        flags: Vec<String>,
    },
    /// Put runs on one HTML page: pictures, figures, curves, and a comparison
    Report(reporting::Report),
    /// List runs with their figures and sizes, or clear them away
    Runs(reporting::Runs),
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { action, data, json }: Arguments) -> Result<(), Failure> {
    match action {
        Some(Action::Run { name, flags }) => start(&name, &flags),
        Some(Action::Report(wish)) => reporting::report(wish),
        Some(Action::Runs(wish)) => reporting::runs(wish),
        None | Some(Action::List) => {
            list(data.data.as_deref(), json);
            Ok(())
        }
    }
}

fn list(data: Option<&Path>, json: bool) {
    if json {
        let rows: Vec<Value> = assignments::ALL.iter().map(|one| row(one, data)).collect();
        say(&Value::Array(rows).to_string());
        return;
    }
    for assignment in assignments::ALL {
        say(&format!("{}\n    teaches  {}", assignment.binary, assignment.teaches));
        for (wanted, found) in files(assignment, data) {
            let found = match (found, data) {
                (Some(path), _) => format!("found {path}"),
                (None, Some(folder)) => format!("not in {}", folder.display()),
                (None, None) => "no --data given".to_string(),
            };
            say(&format!("    wants    {wanted}: {found}"));
        }
        let or = if assignment.files.is_empty() { "uses" } else { "or uses" };
        say(&format!("    {or:8} {}", assignment.embedded));
    }
    say("\nStart one with: course run c1w3");
}

fn row(assignment: &Assignment, data: Option<&Path>) -> Value {
    let files = files(assignment, data).into_iter();
    let files: Vec<_> =
        files.map(|(wanted, found)| json!({"wanted": wanted, "found": found})).collect();
    json!({
        "binary": assignment.binary,
        "teaches": assignment.teaches,
        "files": files,
        "embedded": assignment.embedded,
    })
}

/// The files an assignment wants, each with the place where it was found.
fn files(assignment: &Assignment, data: Option<&Path>) -> Vec<(String, Option<String>)> {
    let wanted = assignment.files.iter().map(|file| {
        let found = data.and_then(|folder| find(folder, file.topic, file.names).ok());
        (file.names.join(" or "), found.map(|path| path.display().to_string()))
    });
    wanted.collect()
}

/// Runs an assignment's program. Where several begin with `name`, the week's last is its main one.
fn start(name: &str, flags: &[String]) -> Result<(), Failure> {
    let matching = assignments::starting_with(name);
    let Some(assignment) = matching.last() else {
        let names: Vec<_> = assignments::ALL.iter().map(|one| one.binary).collect();
        let names = names.join(", ");
        return Err(Failure::Input(format!("no assignment begins with {name}: there are {names}")));
    };
    if matching.len() > 1 {
        let others: Vec<_> = matching.iter().map(|one| one.binary).collect();
        say(&format!("{name} may be {}: starting {}.", others.join(" or "), assignment.binary));
    }
    let mut command = command(assignment.binary)?;
    let status = command.args(flags).status();
    let status = status.map_err(|error| {
        Failure::Run(format!("{} cannot be started: {error}", assignment.binary))
    })?;
    match status.code() {
        Some(0) => Ok(()),
        code => Err(Failure::Reported(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))),
    }
}

/// Through cargo when this program was started by it, for the other may not be built; else the program
/// in the same folder.
fn command(binary: &str) -> Result<Command, Failure> {
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut command = Command::new(cargo);
        command.args(["run", "--quiet", "--bin", binary, "--no-default-features", "--features"]);
        command.arg(backend::names().join(","));
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        command.arg("--");
        return Ok(command);
    }
    let here = std::env::current_exe().map_err(|error| Failure::Run(error.to_string()))?;
    Ok(Command::new(here.with_file_name(format!("{binary}{}", std::env::consts::EXE_SUFFIX))))
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}"); // a closed pipe is no failure
}
