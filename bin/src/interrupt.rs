//! Ctrl-C, and what asks a program to end otherwise: the first asks the run to stop after the step it is in, the second
//! ends it at once.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

/// Who asked the run to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C, or the end asked for at the dashboard.
    Interrupt,
    /// What `kill`, `timeout`, a container, a cluster or a machine that shuts down sends: SIGTERM.
    Terminate,
    /// The terminal was closed: SIGHUP.
    HangUp,
}

impl Signal {
    /// 128 and the number of the signal, as shells count.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
            Self::HangUp => 129,
        }
    }

    fn of(number: usize) -> Option<Self> {
        let signals = [Self::Interrupt, Self::Terminate, Self::HangUp];
        signals.into_iter().find(|signal| usize::from(signal.exit_code()) == 128 + number)
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "Ctrl-C",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
        })
    }
}

/// The number of the signal that came, 0 before.
static RECEIVED: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);
static LISTENING: OnceLock<()> = OnceLock::new();

/// Starts to listen. A signal that cannot be listened to ends the program as usual.
pub fn listen() {
    LISTENING.get_or_init(|| {
        let again = Arc::new(AtomicBool::new(false));
        for signal in signals() {
            // In this order: the first signal finds no flag, raises both, and the next one ends the program.
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, again.clone())
                .and_then(|_| flag::register(signal, again.clone()))
                .and_then(|_| flag::register_usize(signal, RECEIVED.clone(), signal as usize));
        }
    });
}

/// The signal that came, if one did.
pub fn received() -> Option<Signal> {
    Signal::of(RECEIVED.load(Ordering::SeqCst))
}

/// Whether the run is to stop.
pub fn requested() -> bool {
    received().is_some()
}

/// Asks a recipe that loops by itself to stop after Ctrl-C.
pub fn heed() -> ControlFlow<()> {
    match requested() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

#[cfg(unix)]
fn signals() -> Vec<i32> {
    use signal_hook::consts::{SIGHUP, SIGTERM};
    let mut signals = vec![SIGINT, SIGTERM];
    if !is_ignored(SIGHUP) {
        signals.push(SIGHUP);
    }
    signals
}

/// Other systems have Ctrl-C alone.
#[cfg(not(unix))]
fn signals() -> Vec<i32> {
    vec![SIGINT]
}

/// Whether this program was started so that it does not hear a signal, as `nohup` starts it. Where Linux does not say
/// so, nobody does.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & (1 << (signal - 1)) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_that_shells_expect() {
        assert_eq!(
            [2, 15, 1].map(|number| Signal::of(number).unwrap().exit_code()),
            [130, 143, 129]
        );
        assert_eq!(Signal::of(0), None);
    }
}
