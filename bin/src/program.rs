//! The frame around every program: arguments in, exit code out.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::Failure;

/// Parses the command line, runs the program, and turns a failure into one sentence on standard error
/// and an exit code: 0 done, 1 the run failed, 2 the input was wrong.
pub fn program<A: Parser>(run: fn(A) -> Result<(), Failure>) -> ExitCode {
    let failure = match A::try_parse() {
        Ok(arguments) => match run(arguments) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(failure) => failure,
        },
        Err(error)
            if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
        {
            let _ = error.print(); // in colour where it is wanted; a closed pipe is no failure
            return ExitCode::SUCCESS;
        }
        Err(error) => Failure::Input(one_sentence(&error)),
    };
    if !matches!(failure, Failure::Reported(_)) {
        let _ = writeln!(std::io::stderr(), "error: {failure}");
    }
    ExitCode::from(failure.exit_code())
}

/// Folds clap's message, its tip included, into one line.
fn one_sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let lines = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"))
        .filter(|line| !line.is_empty());
    let sentence = lines.collect::<Vec<_>>().join("; ");
    let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
    format!("{sentence} (--help lists the flags)")
}
