//! How far a training is: a bar while a terminal watches, and a line every ten seconds where none does.
//!
//! A thread of its own looks, so that a step that takes a minute does not silence it.

use std::io::{IsTerminal, stderr, stdout};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::Voice;
use crate::print::{self, lock};

/// From one line to the next: a little less than the ten seconds that are promised.
const BETWEEN_LINES: Duration = Duration::from_secs(9);
/// From one look of the bar to the next.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);
/// How finely the bar moves.
const BAR_LENGTH: u64 = 1000;

/// When the last line was said, whichever training said it: many short ones say no more than a long one.
static LAST_LINE: Mutex<Option<Instant>> = Mutex::new(None);

/// Watches one training, for as long as it lives.
#[derive(Debug)]
pub(crate) struct Meter {
    dial: Dial,
    watcher: Option<JoinHandle<()>>,
}

/// What a training turns while it goes.
#[derive(Debug, Clone)]
pub(crate) struct Dial(Arc<Face>);

#[derive(Debug)]
struct Face {
    name: String,
    /// What is counted, such as `epochs`.
    unit: &'static str,
    began: Instant,
    /// The bits of numbers: how many there are in all, where it began, and where it is.
    total: AtomicU64,
    first: AtomicU64,
    position: AtomicU64,
    /// What else is known, such as the cost.
    note: Mutex<String>,
    over: Mutex<bool>,
    ended: Condvar,
}

impl Meter {
    /// Begins to watch. `total` is 0 where nobody knows yet how many `unit` there are.
    pub(crate) fn begin(voice: Voice, name: &str, unit: &'static str, total: f64) -> Self {
        let face = Arc::new(Face {
            name: name.to_string(),
            unit,
            began: Instant::now(),
            total: AtomicU64::new(total.to_bits()),
            first: AtomicU64::new(0.0_f64.to_bits()),
            position: AtomicU64::new(0.0_f64.to_bits()),
            note: Mutex::default(),
            over: Mutex::new(false),
            ended: Condvar::new(),
        });
        let dial = Dial(face.clone());
        let watcher = match voice {
            Voice::Silent => None,
            Voice::Speaks if Self::is_bar(voice) => {
                let bar = bar(&face.name);
                print::show(Some(bar.clone()));
                spawned(move || face.draw(&bar))
            }
            Voice::Speaks => spawned(move || face.tell(print::line)),
            Voice::Json => spawned(move || face.tell(print::aside)),
        };
        Self { dial, watcher }
    }

    /// Whether it is seen as a bar.
    pub(crate) fn is_bar(voice: Voice) -> bool {
        voice == Voice::Speaks && stdout().is_terminal() && stderr().is_terminal()
    }

    /// What to turn.
    pub(crate) fn dial(&self) -> Dial {
        self.dial.clone()
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        *lock(&self.dial.0.over) = true;
        self.dial.0.ended.notify_all();
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join(); // it does not panic, and no run fails by its bar
        }
    }
}

impl Dial {
    /// How many there are in all.
    pub(crate) fn of(&self, total: f64) {
        store(&self.0.total, total);
    }

    /// It begins there, as a resumed training does.
    pub(crate) fn starts_at(&self, position: f64) {
        store(&self.0.first, position);
        self.at(position);
    }

    /// It has come so far.
    pub(crate) fn at(&self, position: f64) {
        store(&self.0.position, position);
    }

    /// What else is known, such as `cost 0.31`.
    pub(crate) fn note(&self, note: String) {
        *lock(&self.0.note) = note;
    }
}

impl Face {
    /// Moves a bar until it is over.
    fn draw(&self, bar: &ProgressBar) {
        loop {
            let share = load(&self.position) / load(&self.total).max(f64::MIN_POSITIVE);
            bar.set_position((share.min(1.0) * BAR_LENGTH as f64) as u64);
            bar.set_message(self.state());
            bar.tick();
            if self.is_over_within(BETWEEN_LOOKS) {
                break;
            }
        }
        print::show(None);
        bar.finish_and_clear();
    }

    /// Says lines until it is over.
    fn tell(&self, say: fn(&str)) {
        loop {
            let last = *lock(&LAST_LINE).get_or_insert_with(Instant::now);
            if self.is_over_within(BETWEEN_LINES.saturating_sub(last.elapsed())) {
                break;
            }
            let mut last = lock(&LAST_LINE);
            if last.is_none_or(|last| last.elapsed() >= BETWEEN_LINES) {
                *last = Some(Instant::now());
                drop(last);
                say(&format!("{}: {}", self.name, self.state()));
            }
        }
    }

    fn is_over_within(&self, wait: Duration) -> bool {
        let goes_on = |over: &mut bool| !*over;
        let waited = self.ended.wait_timeout_while(lock(&self.over), wait, goes_on);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Such as `11.5 of 20 epochs, cost 0.31, 12 s left`.
    fn state(&self) -> String {
        let [total, first, position] = [&self.total, &self.first, &self.position].map(load);
        let note = lock(&self.note).clone();
        let mut parts = Vec::new();
        if total > 0.0 {
            let unit = if total == 1.0 { self.unit.trim_end_matches('s') } else { self.unit };
            parts.push(format!("{} of {total:.0} {unit}", counted(position, total)));
        }
        if !note.is_empty() {
            parts.push(note);
        }
        let elapsed = self.began.elapsed().as_secs_f64();
        parts.push(match position > first && total >= position {
            true => {
                let left = elapsed * (total - position) / (position - first);
                format!("{} left", duration(left))
            }
            false => format!("{} so far", duration(elapsed)),
        });
        parts.join(", ")
    }
}

/// A thread, unless the system has none left: what is watched goes on all the same.
fn spawned(watch: impl FnOnce() + Send + 'static) -> Option<JoinHandle<()>> {
    thread::Builder::new().spawn(watch).ok()
}

/// A position, never rounded up, and no finer than is of use.
fn counted(position: f64, total: f64) -> String {
    match position.fract() == 0.0 || total >= 1000.0 {
        true => format!("{:.0}", position.floor()),
        false => format!("{:.1}", (position * 10.0).floor() / 10.0),
    }
}

/// Such as `40 s`, `3 min 20 s`, `2 h 5 min`.
fn duration(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) if minutes < 10 => format!("{minutes} min {seconds} s"),
        (0, minutes, _) => format!("{minutes} min"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

fn bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::new(BAR_LENGTH).with_prefix(name.to_string());
    match ProgressStyle::with_template("{spinner} {prefix} {bar:30} {wide_msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn store(place: &AtomicU64, number: f64) {
    place.store(number.to_bits(), Ordering::Relaxed);
}

fn load(place: &AtomicU64) -> f64 {
    f64::from_bits(place.load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_tells_position_figure_and_time() {
        let meter = Meter::begin(Voice::Silent, "net", "epochs", 20.0);
        let (dial, face) = (meter.dial(), &meter.dial.0);
        assert_eq!(face.state(), "0 of 20 epochs, 0 s so far");
        dial.starts_at(10.0);
        dial.at(10.57);
        dial.note("cost 0.25".to_string());
        let state = face.state();
        assert!(
            state.starts_with("10.5 of 20 epochs, cost 0.25, ") && state.ends_with(" left"),
            "{state}"
        );
        dial.of(1.0);
        assert!(face.state().contains(" of 1 epoch, cost 0.25, "), "{}", face.state());
        dial.of(5000.0);
        assert!(face.state().starts_with("10 of 5000 epochs"), "{}", face.state());
    }

    #[test]
    fn durations_are_told_as_finely_as_they_matter() {
        let told = [0.4, 59.6, 200.0, 600.0, 7500.0].map(duration);
        assert_eq!(told, ["0 s", "1 min 0 s", "3 min 20 s", "10 min", "2 h 5 min"]);
    }
}
