//! Learning rate schedules (course 2, week 2).
//!
//! α₀ is the initial rate; epochs are counted from 0, so that every schedule starts at α₀ where it can.
//! Burn's own schedules (cosine, Noam, linear, step, composed) stand beside them as `burn::lr_scheduler`;
//! [`Schedule`] is a Burn `LrScheduler` like those.

use burn::lr_scheduler::{LrScheduler, LrSchedulerRecord};
use serde::{Deserialize, Serialize};

/// How the learning rate falls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decay {
    /// `α₀`, always.
    Constant,
    /// `α₀ / (1 + decay_rate · epoch)`.
    InverseTime {
        /// How fast it falls.
        decay_rate: f64,
    },
    /// `α₀ · base^epoch`; 0.95 in the notes.
    Exponential {
        /// Factor of each epoch.
        base: f64,
    },
    /// `α₀ · k / √epoch`. Epoch 0 has no such rate and takes that of epoch 1.
    InverseRootOfEpoch {
        /// Factor.
        k: f64,
    },
    /// `α₀ · k / √t`, where `t` counts mini-batches from 1.
    InverseRootOfStep {
        /// Factor.
        k: f64,
    },
    /// `α₀ · factor^⌊epoch / every⌋`: a staircase.
    Staircase {
        /// Factor of each stair.
        factor: f64,
        /// Epochs on each stair.
        every: usize,
    },
    /// `α₀ / (1 + decay_rate · ⌊epoch / interval⌋)`: the fixed intervals of the 2021 assignment, which has
    /// 1000 of them. Decayed every epoch, its training freezes early.
    FixedInterval {
        /// How fast it falls.
        decay_rate: f64,
        /// Epochs between two falls.
        interval: usize,
    },
    /// Set by hand: from each epoch named on, this rate; before the first, `α₀`.
    Manual {
        /// Epochs, rising, and rates.
        table: Vec<(usize, f64)>,
    },
}

/// A schedule that cannot be followed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The rate stops being a positive number.
    #[error("the learning rate would be {rate} in epoch {epoch}: a schedule must stay above 0")]
    NotPositive {
        /// Where.
        epoch: usize,
        /// What it would be.
        rate: f64,
    },
    /// A stair or an interval has no epochs.
    #[error("a stair or interval of 0 epochs was given: it needs at least 1")]
    NoEpochs,
    /// The epochs of a table do not rise.
    #[error("epoch {0} of the table does not come after the one before it")]
    Unordered(usize),
}

impl Decay {
    /// Returns the rate of an epoch, from 0, at mini-batch `step`, counted from 1 over the whole training.
    ///
    /// # Panics
    /// When a stair or interval has 0 epochs; [`Schedule::new`] checks.
    pub fn rate(&self, initial: f64, epoch: usize, step: usize) -> f64 {
        let number = epoch as f64;
        match self {
            Self::Constant => initial,
            Self::InverseTime { decay_rate } => initial / (1.0 + decay_rate * number),
            Self::Exponential { base } => base.powf(number) * initial,
            Self::InverseRootOfEpoch { k } => k / number.max(1.0).sqrt() * initial,
            Self::InverseRootOfStep { k } => k / (step.max(1) as f64).sqrt() * initial,
            Self::Staircase { factor, every } => factor.powf((epoch / every) as f64) * initial,
            Self::FixedInterval { decay_rate, interval } => {
                initial / (1.0 + decay_rate * (epoch / interval) as f64)
            }
            Self::Manual { table } => {
                let reached = table.iter().take_while(|(from, _)| *from <= epoch);
                reached.last().map_or(initial, |(_, rate)| *rate)
            }
        }
    }

    fn check(&self) -> Result<(), ScheduleError> {
        match self {
            Self::Staircase { every: 0, .. } | Self::FixedInterval { interval: 0, .. } => {
                Err(ScheduleError::NoEpochs)
            }
            Self::Manual { table } => match table.windows(2).find(|pair| pair[1].0 <= pair[0].0) {
                Some(pair) => Err(ScheduleError::Unordered(pair[1].0)),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// A schedule in progress: a step for each mini-batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    decay: Decay,
    initial: f64,
    steps_per_epoch: usize,
    taken: usize,
}

impl Schedule {
    /// Prepares a schedule over `epochs` of `steps_per_epoch` mini-batches.
    ///
    /// # Errors
    /// [`ScheduleError`] when the rate would not be a positive number in one of these epochs, or the decay
    /// is of an impossible form.
    pub fn new(
        decay: Decay,
        initial: f64,
        epochs: usize,
        steps_per_epoch: usize,
    ) -> Result<Self, ScheduleError> {
        decay.check()?;
        let schedule = Self { decay, initial, steps_per_epoch: steps_per_epoch.max(1), taken: 0 };
        let mut rates = (0..epochs).map(|epoch| (epoch, schedule.rate_of_epoch(epoch)));
        match rates.find(|(_, rate)| !(rate.is_finite() && *rate > 0.0)) {
            Some((epoch, rate)) => Err(ScheduleError::NotPositive { epoch, rate }),
            None => Ok(schedule),
        }
    }

    /// Returns the rate of an epoch's first mini-batch.
    pub fn rate_of_epoch(&self, epoch: usize) -> f64 {
        self.decay.rate(self.initial, epoch, epoch * self.steps_per_epoch + 1)
    }
}

impl LrScheduler for Schedule {
    fn step(&mut self) -> f64 {
        let epoch = self.taken / self.steps_per_epoch;
        self.taken += 1;
        self.decay.rate(self.initial, epoch, self.taken)
    }

    fn to_record(&self) -> LrSchedulerRecord {
        LrSchedulerRecord::new().with_scalar("taken", self.taken)
    }

    fn load_record(&mut self, record: LrSchedulerRecord) {
        if let Some(taken) = record.scalar("taken") {
            self.taken = taken;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(decay: Decay, epochs: [usize; 4]) -> [f64; 4] {
        let schedule = Schedule::new(decay, 0.2, 3001, 1).unwrap();
        epochs.map(|epoch| schedule.rate_of_epoch(epoch))
    }

    fn assert_rates(decay: Decay, epochs: [usize; 4], expected: [f64; 4]) {
        let name = format!("{decay:?}");
        for (found, expected) in rates(decay, epochs).into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15, "{name}: {found} {expected}");
        }
    }

    #[test]
    fn every_decay_follows_its_formula() {
        let first = [0, 1, 2, 3];
        assert_rates(Decay::Constant, first, [0.2; 4]);
        assert_rates(Decay::InverseTime { decay_rate: 1.0 }, first, [0.2, 0.1, 0.2 / 3.0, 0.05]);
        assert_rates(Decay::Exponential { base: 0.95 }, first, [0.2, 0.19, 0.1805, 0.171475]);
        let k = Decay::InverseRootOfEpoch { k: 1.0 };
        assert_rates(k, [0, 1, 4, 100], [0.2, 0.2, 0.1, 0.02]);
        assert_rates(
            Decay::InverseRootOfStep { k: 1.0 },
            [0, 3, 8, 99],
            [0.2, 0.1, 0.2 / 3.0, 0.02],
        );
        let stairs = Decay::Staircase { factor: 0.5, every: 10 };
        assert_rates(stairs, [0, 9, 10, 25], [0.2, 0.2, 0.1, 0.05]);
        let fixed = Decay::FixedInterval { decay_rate: 1.0, interval: 1000 };
        assert_rates(fixed, [0, 999, 1000, 3000], [0.2, 0.2, 0.1, 0.05]);
        let manual = Decay::Manual { table: vec![(2, 0.1), (50, 0.01)] };
        assert_rates(manual, [1, 2, 49, 50], [0.2, 0.1, 0.1, 0.01]);
    }

    #[test]
    fn steps_run_through_the_epochs_and_go_on_after_a_record() {
        let decay = Decay::InverseTime { decay_rate: 1.0 };
        let mut schedule = Schedule::new(decay, 0.2, 5, 2).unwrap();
        let steps: Vec<f64> = (0..5).map(|_| schedule.step()).collect();
        assert_eq!(steps, [0.2, 0.2, 0.1, 0.1, 0.2 / 3.0]);
        let mut fresh = Schedule::new(Decay::InverseTime { decay_rate: 1.0 }, 0.2, 5, 2).unwrap();
        fresh.load_record(schedule.to_record());
        assert_eq!(fresh.step(), schedule.step());
    }

    #[test]
    fn schedules_that_would_leave_the_positive_numbers_are_refused() {
        let refused = |decay| Schedule::new(decay, 0.2, 100, 1).unwrap_err();
        assert_eq!(
            refused(Decay::InverseTime { decay_rate: -0.5 }),
            ScheduleError::NotPositive { epoch: 2, rate: f64::INFINITY }
        );
        let negative = refused(Decay::Exponential { base: -0.9 });
        assert!(matches!(negative, ScheduleError::NotPositive { epoch: 1, .. }), "{negative}");
        let negative = refused(Decay::Manual { table: vec![(3, -0.1)] });
        assert_eq!(negative, ScheduleError::NotPositive { epoch: 3, rate: -0.1 });
        let none = refused(Decay::Staircase { factor: 0.5, every: 0 });
        assert_eq!(none, ScheduleError::NoEpochs);
        let back = refused(Decay::Manual { table: vec![(3, 0.1), (3, 0.2)] });
        assert_eq!(back, ScheduleError::Unordered(3));
    }
}
