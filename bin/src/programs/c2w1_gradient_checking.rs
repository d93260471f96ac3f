//! Course 2, week 1: a gradient checked against differences of the cost, and two errors found.

use clap::Args;
use fireside_dense::steps::gradient_checking::backward_propagation_with_planted_errors;
use fireside_dense::steps::propagation::backward_propagation;
use fireside_recipes::gradient_checking::{Problem, check_line, compare_with_course};
use fireside_recipes::steps::gradient_checking::NOTEBOOK;
use fireside_training::gradient_check::{Difference, GradientCheck};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::backend::Floats;
use crate::findings::GradientChecks;
use crate::frame::{self, Nothing, Program, Setup};
use crate::values::Epsilon;

/// Checks gradients against differences of the cost, in 64-bit floats: a line, a network (4-5-3-1) by hand, by
/// autodiff and with L2; then a backward pass with two planted errors, which it finds and names.
///
/// Expect a difference of about 2e-7 at most for what is right and 0.06 to 0.36 for what is wrong, in layers.0.bias
/// and layers.1.weight. Takes a second or two.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Step of the differences
    #[arg(long, default_value = "1e-7")]
    epsilon: Epsilon,
    /// Seed of the inputs and weights
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c2w1-gradient-checking",
    teaches: "a gradient against differences of the cost; two planted errors found",
    files: &[],
    embedded: "the course's small network",
    minutes: 0.05,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    verifies: true,
    floats: Floats::F64,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    if let Some(runs) = setup.reference() {
        return setup.compare(|| compare_with_course(runs, device));
    }
    let mut run = setup.begin()?;
    let epsilon = settings.epsilon.get();
    let check = GradientCheck { epsilon, difference: Difference::Central };
    let one_sided = GradientCheck { difference: Difference::OneSided, ..check };

    let mut checks = GradientChecks::default();
    let line = "One parameter, J = theta x at x = 2, theta = 4";
    checks.add(&mut run, line, "line", &check_line(check)?);
    let problem = Problem::draw(settings.seed, device);
    let by_hand = problem.check(check, backward_propagation)?;
    checks.add(&mut run, "The network, by hand", "by_hand", &by_hand);
    let by_hand = problem.check(one_sided, backward_propagation)?;
    checks.add(&mut run, "The same by one-sided differences", "one_sided", &by_hand);
    let wrong = problem.check(check, backward_propagation_with_planted_errors)?;
    checks.add(&mut run, "By hand with two planted errors", "planted_errors", &wrong);
    let autodiff = problem.check_autodiff(check)?;
    checks.add(&mut run, "The network, by autodiff", "autodiff", &autodiff);
    let with_l2 = problem.check_with_l2(check, 0.7)?;
    checks.add(&mut run, "With L2, lambda = 0.7, in cost and gradient", "l2", &with_l2);
    match problem.check_under_dropout(check, 0.5)? {
        Ok(report) => checks.add(&mut run, "Under dropout", "dropout", &report),
        Err(error) => run.say(&format!("Under dropout:\n    skipped: {error}")),
    }
    checks.draw(&mut run)?;
    run.finish()
}
