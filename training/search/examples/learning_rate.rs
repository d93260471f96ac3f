//! Looks for a learning rate on a logarithmic scale: 20 points at random, then 20 more around the best.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use std::error::Error;
use std::ops::ControlFlow;

use fireside_search::{
    Curve, Dimension, Direction, Journal, Range, Sampling, Search, Space, Trial, TrialError, run,
    zoom,
};

/// A stand-in for a training: best at a learning rate of 0.01.
fn train(trial: &Trial, _: &mut Curve<'_>) -> Result<f64, TrialError> {
    let rate = trial.point.number("learning_rate")?;
    Ok(-(rate.log10() + 2.0).abs())
}

fn main() -> Result<(), Box<dyn Error>> {
    let rates = Range::LogUniform { low: 1e-4, high: 1.0 };
    let mut search = Search {
        space: Space::new(vec![Dimension::new("learning_rate", rates)])?,
        sampling: Sampling::Random { trials: 20, seed: 1 },
        direction: Direction::HigherIsBetter,
        budget: 1,
        first_number: 0,
    };
    for round in ["coarse", "fine"] {
        let mut journal = Journal::in_memory();
        let tried = run(&search, &mut journal, 2, train, |_| ControlFlow::Continue(()))?;
        let best: Vec<_> = tried.ranked().iter().take(3).map(|record| &record.point).collect();
        println!("{round}: {:.5}", best[0].number("learning_rate")?);
        search.space = zoom(&search.space, &best, 0.05)?;
        search.first_number += 20;
    }
    Ok(())
}
