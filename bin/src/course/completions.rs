//! What a shell needs to complete `course` and the flags of every assignment.

use std::io::Write;

use clap::Command;
use clap_complete::{Shell, generate};

use crate::{Failure, programs};

/// Prints the script of a shell.
///
/// # Errors
/// When it cannot be written.
pub(super) fn print(shell: Shell, course: Command) -> Result<(), Failure> {
    let mut script = Vec::new();
    let assignments = || programs::ALL.iter().map(|program| (program.command)(program));
    let mut course = course.subcommands(assignments()).mut_subcommand("run", |run| {
        Command::new("run")
            .about(run.get_about().cloned().unwrap_or_default())
            .subcommands(assignments())
    });
    generate(shell, &mut course, "course", &mut script);
    let written = std::io::stdout().write_all(&script);
    written.map_err(|error| Failure::Run(format!("the script cannot be written: {error}")))
}
