//! How loudly a run goes.

use super::meter::Meter;
use crate::options::Common;
use crate::print;

/// What prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// Lines on standard output, a bar on a terminal.
    Speaks,
    /// One object at the end, alone on standard output: with `--json`.
    Json,
    /// Nothing: with `--quiet`.
    Silent,
}

impl Voice {
    pub(crate) fn of(common: &Common) -> Self {
        match common {
            Common { quiet: true, .. } => Self::Silent,
            Common { json: true, .. } => Self::Json,
            _ => Self::Speaks,
        }
    }

    /// Prints a line.
    pub(crate) fn say(self, line: &str) {
        if self == Self::Speaks {
            print::line(line);
        }
    }

    /// Shows how far something is while it goes: so many `unit`, 0 where nobody knows yet.
    pub(crate) fn meter(self, name: &str, unit: &'static str, total: usize) -> Meter {
        Meter::begin(self, name, unit, total as f64)
    }
}
