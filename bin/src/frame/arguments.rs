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
    S::augment_args(command.next_help_heading(None)).allow_negative_numbers(true)
}
