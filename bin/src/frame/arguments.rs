//! The command line that an assignment's settings make.

use clap::{Args, Command};

use super::Program;
use super::show_steps::ShowSteps;
use crate::options::{Common, Dashboard, Verify};

/// For an assignment whose trained model is asked nothing.
#[derive(Args, Debug, Clone, Copy)]
pub struct Nothing {}

/// The command line of an assignment with these settings, whose documentation is its help, and these questions to
/// what it has trained.
pub fn command<S: Args, Q: Args>(program: &'static Program) -> Command {
    let command = Command::new(program.name).version(env!("CARGO_PKG_VERSION"));
    // The settings come last, as their documentation is that of the whole.
    let mut command = Q::augment_args(Common::augment_args(command));
    if program.has_dashboard {
        command = Dashboard::augment_args(command);
    }
    if program.notebook.is_some() {
        command = ShowSteps::augment_args(command);
    }
    if program.verifies {
        command = Verify::augment_args(command);
    }
    let command = S::augment_args(command.next_help_heading(None)).allow_negative_numbers(true);
    match program.trains {
        "" => command,
        asked => asking(command, program.name, asked),
    }
}

/// Tells at the end of the help how a model is asked that a run has left.
fn asking(command: Command, name: &str, asked: &str) -> Command {
    let before = command.get_after_help().map_or(String::new(), |text| format!("{text}\n\n"));
    command.after_help(format!(
        "{before}Asking what a run has trained (course try --help tells all):\n  course try runs/{name}/TIME {asked}"
    ))
}
