//! `course`: the one program that holds every assignment.

mod completions;
mod doctor;
mod files;
mod found;
mod gallery;
mod listing;
mod overview;
mod reporting;
mod try_model;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;

use crate::frame::{exit_code, parse};
use crate::options::Data;
use crate::{Failure, programs};

/// Every assignment of the Deep Learning Specialization as a program, and what belongs around them.
///
/// `course` alone shows all assignments on one screen, `course list` with what each teaches. Any part of a name that is
/// one assignment's alone starts it, flags of its own behind it: `course planar --hidden 5`, `course planar --help`.
#[derive(Parser, Debug)]
#[command(name = "course", version, subcommand_precedence_over_arg = true)]
struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    list: listing::Flags,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// List the assignments with what each teaches, or those of a week: `course list c4w2`
    List {
        /// A part of their names
        #[arg(default_value = "")]
        name: String,
        #[command(flatten)]
        list: listing::Flags,
    },
    /// Run an assignment: `course run c1w2-logistic-regression --lr 0.01`, or without `run` for short
    Run {
        /// Its name, or any part of it that is no other's
        name: String,
        /// Flags of its own; --help tells them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        flags: Vec<OsString>,
    },
    /// Put runs on one HTML page: pictures, figures, curves, and a comparison
    Report(reporting::Report),
    /// List runs with their figures and sizes, or clear them away
    Runs(reporting::Runs),
    /// Tell which files each assignment reads, and whether those found are the course's own and whole
    Data {
        #[command(flatten)]
        data: Data,
        /// Print one JSON object and nothing else
        #[arg(long)]
        json: bool,
    },
    /// Tell what a bug report needs: versions, device, instruction set, threads, data
    Doctor {
        #[command(flatten)]
        data: Data,
        /// Print one JSON object and nothing else
        #[arg(long)]
        json: bool,
    },
    /// Ask a trained model: `course try RUN photo.jpg`, `course try RUN "a sentence"`, `course try RUN --start Tri`
    Try(Box<try_model::Flags>),
    /// Make the pictures of the documentation
    #[command(hide = true)]
    Pictures(gallery::Pictures),
    /// Print what a shell needs to complete `course`: `course completions bash >> ~/.bash_completion`
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Runs `course` with the arguments of this process.
pub fn main() -> ExitCode {
    exit_code(run(std::env::args_os().skip(1).collect()))
}

/// Runs one assignment with the arguments of this process: what a program of the assignment's own name does.
pub fn assignment(name: &str) -> ExitCode {
    exit_code(start(name, name, std::env::args_os().skip(1).collect()))
}

fn run(arguments: Vec<OsString>) -> Result<(), Failure> {
    let command = Arguments::command();
    // An assignment's own flags are its own business, so that its name is looked for before anything is parsed.
    let word = |place: usize| arguments.get(place).and_then(|word| word.to_str()).unwrap_or("");
    let is_name = |word: &str| !word.is_empty() && !word.starts_with('-');
    if word(0) == "run" && is_name(word(1)) {
        let called = format!("course run {}", word(1));
        return start(word(1), &called, arguments[2..].to_vec());
    }
    if is_name(word(0)) && word(0) != "help" && command.find_subcommand(word(0)).is_none() {
        return start(word(0), &format!("course {}", word(0)), arguments[1..].to_vec());
    }
    let arguments = std::iter::once("course".into()).chain(arguments);
    let Some(flags) = parse(command, arguments)? else {
        return Ok(());
    };
    let Arguments { action, list } = Arguments::from_arg_matches(&flags)
        .map_err(|error| Failure::Input(crate::frame::one_sentence(&error)))?;
    match action {
        None => {
            listing::all(&list);
            Ok(())
        }
        Some(Action::List { name, list }) => listing::list(&name, &list),
        Some(Action::Run { name, flags }) => start(&name, "course run", flags),
        Some(Action::Report(wish)) => reporting::report(wish),
        Some(Action::Runs(wish)) => reporting::runs(wish),
        Some(Action::Data { data, json }) => files::tell(&data, json),
        Some(Action::Doctor { data, json }) => {
            doctor::report(&data, json);
            Ok(())
        }
        Some(Action::Try(flags)) => try_model::answer(&flags),
        Some(Action::Pictures(wish)) => gallery::make(&wish),
        Some(Action::Completions { shell }) => {
            completions::script(shell, Arguments::command());
            Ok(())
        }
    }
}

/// Runs the assignment that `name` means; where it means several, such as a week, lists them.
fn start(name: &str, called: &str, flags: Vec<OsString>) -> Result<(), Failure> {
    match programs::find(name).as_slice() {
        [program] => program.start(called, flags),
        [] => Err(Failure::Input(format!(
            "no assignment has {name} in its name: `course` lists them"
        ))),
        several if flags.is_empty() => {
            listing::list_these(several, &listing::Flags::default());
            Ok(())
        }
        several => {
            let names: Vec<_> = several.iter().map(|program| program.name).collect();
            Err(Failure::Input(format!(
                "{name} may be {}: give more of its name",
                names.join(" or ")
            )))
        }
    }
}
