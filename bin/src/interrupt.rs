//! Ctrl-C: the first asks the run to stop after the step it is in, the second ends it at once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);
static LISTENING: OnceLock<()> = OnceLock::new();

/// Starts to listen for Ctrl-C. Without a way to listen, Ctrl-C ends the program as usual.
pub fn listen() {
    LISTENING.get_or_init(|| {
        let _ = ctrlc::set_handler(|| {
            if REQUESTED.swap(true, Ordering::Relaxed) {
                #[expect(clippy::exit, reason = "a second Ctrl-C means now")]
                std::process::exit(130);
            }
        });
    });
}

/// Whether Ctrl-C was pressed.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
