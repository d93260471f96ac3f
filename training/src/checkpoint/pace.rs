//! When to write the next checkpoint.

use std::time::Duration;

/// Of the time that passes, writing takes one part of so many at most.
const PARTS: u32 = 100;
/// The first comes early: then it is known what one costs, and short trainings keep something too.
const FIRST: Duration = Duration::from_secs(1);

/// When to write the next checkpoint: every 30 seconds, or as much rarer as keeps the writing at 1 % of the time. The
/// first comes after a second.
///
/// It reads no clock; times are counted from the beginning of the training.
///
/// ```
/// use fireside_training::checkpoint::Pace;
/// use std::time::Duration;
///
/// let seconds = Duration::from_secs_f64;
/// let mut pace = Pace::default();
/// assert!(pace.is_due(seconds(1.0)));
/// pace.wrote(seconds(1.0), seconds(2.5));
/// assert_eq!(pace.interval(), seconds(150.0));
/// assert!(!pace.is_due(seconds(150.0)) && pace.is_due(seconds(152.5)));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pace {
    /// When the last was written, or the beginning.
    last: Duration,
    /// What the last cost; none before the first.
    cost: Option<Duration>,
    /// Wanted whatever it costs.
    fixed: Option<Duration>,
}

impl Pace {
    /// Time from one checkpoint to the next where they are cheap.
    pub const USUAL: Duration = Duration::from_secs(30);

    /// A checkpoint every so often, whatever it costs.
    pub fn every(interval: Duration) -> Self {
        Self { fixed: Some(interval), ..Self::default() }
    }

    /// The same before anything was written.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self { fixed: self.fixed, ..Self::default() }
    }

    /// Whether to write one now.
    pub fn is_due(&self, now: Duration) -> bool {
        let wait = match (self.fixed, self.cost) {
            (None, None) => FIRST,
            _ => self.interval(),
        };
        now.saturating_sub(self.last) >= wait
    }

    /// Whether one may be written now, where it is worth more than elsewhere, as at the end of an epoch: it costs no
    /// more than 1 % of the time since the last.
    pub fn is_affordable(&self, now: Duration) -> bool {
        let wait = self.fixed.unwrap_or(self.cost.unwrap_or_default() * PARTS);
        now.saturating_sub(self.last) >= wait
    }

    /// One was written, from `begun` to `ended`.
    pub fn wrote(&mut self, begun: Duration, ended: Duration) {
        self.last = ended;
        self.cost = Some(ended.saturating_sub(begun));
    }

    /// Time from the last to the next.
    pub fn interval(&self) -> Duration {
        self.fixed.unwrap_or_else(|| Self::USUAL.max(self.cost.unwrap_or_default() * PARTS))
    }

    /// What to say where checkpoints are rare because they are dear.
    #[must_use]
    pub fn rarity(&self) -> Option<String> {
        let cost = self.cost.filter(|_| self.interval() > Self::USUAL)?.as_secs_f64();
        let interval = self.interval().as_secs_f64();
        Some(format!("A checkpoint takes {cost:.1} s to write: one every {interval:.0} s."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn cheap_checkpoint_comes_every_thirty_seconds_and_the_first_after_one() {
        let mut pace = Pace::default();
        assert!(!pace.is_due(seconds(0.99)) && pace.is_due(seconds(1.0)));
        pace.wrote(seconds(1.0), seconds(1.3));
        assert_eq!(pace.interval(), seconds(30.0));
        assert!(!pace.is_due(seconds(31.2)) && pace.is_due(seconds(31.3)));
    }

    #[test]
    fn dear_checkpoint_comes_so_seldom_that_it_takes_one_part_of_a_hundred() {
        let mut pace = Pace::default();
        pace.wrote(seconds(1.0), seconds(2.5));
        assert_eq!(pace.interval(), seconds(150.0));
        assert!(!pace.is_due(seconds(152.4)) && pace.is_due(seconds(152.5)));
        let said = "A checkpoint takes 1.5 s to write: one every 150 s.";
        assert_eq!(pace.rarity().as_deref(), Some(said));
        // A disk that was busy once does not make the later ones rare.
        pace.wrote(seconds(152.5), seconds(152.6));
        assert_eq!(pace.interval(), seconds(30.0));
        assert_eq!(pace.rarity(), None);
    }

    #[test]
    fn end_of_an_epoch_is_kept_as_often_as_it_is_cheap() {
        let mut pace = Pace::default();
        assert!(pace.is_affordable(seconds(0.001)));
        pace.wrote(seconds(0.5), seconds(0.51));
        assert!(!pace.is_affordable(seconds(1.5)) && pace.is_affordable(seconds(1.52)));
    }

    #[test]
    fn interval_that_is_asked_for_holds_whatever_it_costs() {
        let mut pace = Pace::every(seconds(0.1));
        assert!(!pace.is_due(seconds(0.09)) && pace.is_due(seconds(0.1)));
        pace.wrote(seconds(0.1), seconds(9.0));
        assert!(!pace.is_affordable(seconds(9.05)) && pace.is_due(seconds(9.1)));
    }
}
