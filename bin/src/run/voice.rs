//! What a run prints.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::Failure;

/// What prints: nothing with `--quiet` or `--json`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice {
    speaks: bool,
}

impl Voice {
    pub(crate) const SILENT: Self = Self { speaks: false };

    pub(crate) fn new(speaks: bool) -> Self {
        Self { speaks }
    }

    pub(crate) fn speaks(self) -> bool {
        self.speaks
    }

    pub(crate) fn say(self, line: &str) {
        if self.speaks {
            let _ = writeln!(std::io::stdout(), "{line}"); // a closed pipe is no failure
        }
    }

    /// A bar of `length` steps while a terminal watches.
    pub(crate) fn progress_bar(self, name: &str, length: usize) -> ProgressBar {
        if !(self.speaks && std::io::stdout().is_terminal()) {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length as u64).with_prefix(name.to_string());
        match ProgressStyle::with_template("{prefix} {bar:40} {pos}/{len} {msg} {eta} left") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}

/// Prints what another program is to read.
///
/// # Errors
/// When it cannot be written: who asked for it would miss it.
pub(crate) fn write_report(report: &Value) -> Result<(), Failure> {
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{report}")
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::Run(format!("the report cannot be written: {error}")))
}
