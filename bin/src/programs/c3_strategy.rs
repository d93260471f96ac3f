//! Course 3: what to do next, from a team's own numbers.

use clap::{CommandFactory, FromArgMatches};

use crate::Failure;
use crate::frame::{Program, one_sentence};
use crate::strategy::arguments::{Arguments, Command};
use crate::strategy::{commands, course};

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c3-strategy",
    teaches: "what to work on next: metrics, splits, bias and variance, error analysis",
    embedded: "the course's worked examples",
    minutes: 0.05,
    command: |_| Arguments::command(),
    run: |_, flags| match Arguments::from_arg_matches(flags) {
        Ok(arguments) => story(arguments),
        Err(error) => Err(Failure::Input(one_sentence(&error))),
    },
    ..Program::PLAIN
};

fn story(Arguments { command, output }: Arguments) -> Result<(), Failure> {
    let input = command.as_ref().and_then(Command::input);
    let outcome = match command {
        None => course::examples()?,
        Some(Command::Metric(arguments)) => commands::metric(arguments)?,
        Some(Command::Split(arguments)) => commands::split(&arguments)?,
        Some(Command::Diagnose(arguments)) => commands::diagnosis(arguments)?,
        Some(Command::Errors(arguments)) => commands::errors(arguments)?,
        Some(Command::Plan(arguments)) => commands::plan(&arguments.file)?,
    };
    outcome.deliver(&output, input.as_deref())
}
