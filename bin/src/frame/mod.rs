//! What stands around every assignment: its entry in the list, its command line, and the way from arguments to an
//! exit code.
//!
//! An assignment is a [`Program`] with two functions: the command line that its settings make ([`command`]), and
//! its story, a function from a [`Setup`] (settings checked, device open) to what it found.

mod arguments;
mod earlier;
mod file;
mod help;
mod setup;
mod show_steps;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command};
use fireside_recipes::steps::Notebook;

pub use arguments::{Nothing, command};
pub(crate) use help::width;
pub use setup::Setup;

use crate::backend::Floats;
use crate::programs::FileNames;
use crate::{Failure, print};

/// An assignment of the course.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Its name; the first four letters are course and week, but for `c3-strategy`.
    pub name: &'static str,
    /// What one learns from it.
    pub teaches: &'static str,
    /// The course's files it reads with `--data`; none for assignments of generated data.
    pub files: &'static [FileNames],
    /// What it uses without them.
    pub embedded: &'static str,
    /// How what it has trained is asked, as it stands behind `course try RUN`; empty where it trains nothing to ask.
    pub trains: &'static str,
    /// Minutes that it takes as it is, on two cores.
    pub minutes: f64,
    /// Whether it has `--verify`.
    pub verifies: bool,
    /// The notebook that `--show-steps` goes through; none where nothing is written by hand.
    pub notebook: Option<Notebook>,
    /// Whether it has `--dashboard`.
    pub has_dashboard: bool,
    /// The floats it computes in; 64 bits to verify in any case.
    pub floats: Floats,
    /// Its command line.
    pub command: fn(&'static Program) -> Command,
    /// Runs it.
    pub run: fn(&'static Program, &ArgMatches) -> Result<(), Failure>,
}

impl Program {
    /// What most assignments have in common, to fill up the others with.
    pub const PLAIN: Self = Self {
        name: "",
        teaches: "",
        files: &[],
        embedded: "",
        trains: "",
        minutes: 0.0,
        verifies: false,
        notebook: None,
        has_dashboard: false,
        floats: Floats::F32,
        command: |program| Command::new(program.name),
        run: |_, _| Ok(()),
    };

    /// Runs the assignment with these arguments, the program's own name not among them. `called` is what the user
    /// typed for it, such as `course run c1w1-house-prices`.
    ///
    /// # Errors
    /// When the input is wrong or the run fails.
    pub fn start(
        &'static self,
        called: &str,
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<(), Failure> {
        let command = (self.command)(self).bin_name(called);
        let arguments = std::iter::once(OsString::from(called)).chain(arguments);
        let rates = rates(&command);
        let Some(flags) = parse(command, arguments)? else {
            return Ok(());
        };
        match &self.notebook {
            Some(notebook) if show_steps::show(self, notebook, &flags)? => Ok(()),
            _ => (self.run)(self, &flags).map_err(|failure| failure.naming_rates(&rates)),
        }
    }
}

/// Parses arguments, the first of which is the program's name; nothing where help or the version was asked for,
/// which is printed.
///
/// # Errors
/// When they are wrong: one sentence.
pub fn parse(
    command: Command,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Option<ArgMatches>, Failure> {
    let error = match command.try_get_matches_from(arguments) {
        Ok(flags) => return Ok(Some(flags)),
        Err(error) => error,
    };
    if !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Err(Failure::Input(one_sentence(&error)));
    }
    help::show(&error);
    Ok(None)
}

/// Folds clap's message, its tip included, into one line.
pub fn one_sentence(error: &clap::Error) -> String {
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

/// Turns a failure into one sentence on standard error and an exit code: 0 done, 1 the run failed or its output could
/// not be written, 2 the input was wrong.
pub fn exit_code(result: Result<(), Failure>) -> ExitCode {
    let Some(failure) = result.err().or_else(print::failure) else {
        return ExitCode::SUCCESS;
    };
    print::aside(&format!("error: {failure}"));
    ExitCode::from(failure.exit_code())
}

/// The flags that set a learning rate, as they are typed.
fn rates(command: &Command) -> Vec<String> {
    let flags = command.get_arguments().filter_map(|argument| argument.get_long());
    let of_rates = flags.filter(|flag| *flag == "lr" || flag.ends_with("-lr"));
    of_rates.map(|flag| format!("--{flag}")).collect()
}

/// The flags of a group that were given on this command line.
fn given_flags<S: Args>(flags: &ArgMatches) -> Vec<String> {
    let group = S::augment_args(Command::new(""));
    let arguments = group.get_arguments().map(|argument| argument.get_id().to_string());
    let from_here =
        |id: &String| flags.value_source(id) == Some(clap::parser::ValueSource::CommandLine);
    arguments.filter(from_here).collect()
}
