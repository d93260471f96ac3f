//! Standard output: the one way onto it, and what becomes of text that finds no room there.
//!
//! Who prints does not have to think of a full disk: what cannot be written is remembered, and the exit code tells of
//! it. A reader that goes away, as in `course list | head -1`, is no failure.

use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;
use serde_json::Value;

use crate::Failure;

/// Why something could not be written, the first time.
static FAILED: Mutex<Option<String>> = Mutex::new(None);
/// The bar that is on the screen, which makes room for what is printed.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Prints a line.
pub(crate) fn line(text: &str) {
    write(io::stdout(), &format!("{text}\n"));
}

/// Prints a text of several lines as it is.
pub(crate) fn text(text: &str) {
    write(io::stdout(), text);
}

/// Prints what another program is to read, on one line.
pub(crate) fn json(value: &Value) {
    line(&value.to_string());
}

/// Prints a text with colours, where they are wanted.
pub(crate) fn in_colour(text: &str) {
    write(anstream::stdout(), text);
}

/// Says something beside standard output.
pub(crate) fn aside(text: &str) {
    let _ = with_room(|| writeln!(io::stderr(), "{text}")); // there is nowhere left to say that it failed
}

/// What could not be written to standard output, if something could not.
pub(crate) fn failure() -> Option<Failure> {
    let failed = lock(&FAILED);
    let sentence = |reason| format!("the report cannot be written to standard output ({reason})");
    failed.as_ref().map(|reason| Failure::Run(sentence(reason)))
}

/// Shows a bar, or none.
pub(crate) fn show(bar: Option<ProgressBar>) {
    *lock(&BAR) = bar;
}

fn write(mut to: impl Write, text: &str) {
    let written = with_room(|| to.write_all(text.as_bytes()).and_then(|()| to.flush()));
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        lock(&FAILED).get_or_insert_with(|| error.to_string());
    }
}

/// Writes while the bar is off the screen.
fn with_room<T>(write: impl FnOnce() -> T) -> T {
    let bar = lock(&BAR).clone();
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Locks what no panic leaves half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
