//! What to work on next, from the errors of one project.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use fireside_strategy::StrategyError;
use fireside_strategy::diagnose::{ErrorRates, diagnose};

fn main() -> Result<(), StrategyError> {
    let rates = ErrorRates {
        human: vec!["1%".parse()?],
        train: "8%".parse()?,
        train_dev: Some("9%".parse()?),
        dev: "10%".parse()?,
        test: Some("10.5%".parse()?),
    };
    println!("{}", diagnose(&rates).verdict());
    Ok(())
}
