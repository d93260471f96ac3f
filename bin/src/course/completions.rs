//! What a shell needs to complete `course` and the flags of every assignment.

use clap::Command;
use clap_complete::{Shell, generate};

use crate::{print, programs};

/// Prints the script of a shell.
pub(super) fn script(shell: Shell, course: Command) {
    let mut script = Vec::new();
    let assignments = || programs::ALL.iter().map(|program| (program.command)(program));
    let mut course = course.subcommands(assignments()).mut_subcommand("run", |run| {
        Command::new("run")
            .about(run.get_about().cloned().unwrap_or_default())
            .subcommands(assignments())
    });
    generate(shell, &mut course, "course", &mut script);
    print::text(&String::from_utf8_lossy(&script));
}
