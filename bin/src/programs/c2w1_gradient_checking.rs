//! Course 2, week 1: a gradient checked against differences of the cost, and two errors found.

use clap::Args;
use fireside_dense::steps::gradient_checking::backward_propagation_with_planted_errors;
use fireside_dense::steps::propagation::backward_propagation;
use fireside_recipes::gradient_checking::{Problem, check_line, compare_with_course};
use fireside_training::gradient_check::{Difference, GradientCheck, Report, TOLERANCE};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::backend::Floats;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::{self, Kind, Row};
use crate::run::Run;
use crate::values::Epsilon;

/// A tensor whose own difference is above this holds an error, not noise.
const SUSPICIOUS: f64 = 1e-4;

/// Checks gradients against differences of the cost, in 64-bit floats: a line, a network (4-5-3-1) by hand, by
/// autodiff and with L2; then a backward pass with two planted errors, which it finds and names.
///
/// Expect a difference of about 1e-7 for what is right and 0.285 for what is wrong, in layers.0.bias and
/// layers.1.weight. Takes a moment.
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
    verifies: true,
    floats: Floats::F64,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    if let Some(runs) = setup.reference() {
        return setup.report(&compare_with_course(runs, device)?);
    }
    let mut run = setup.begin()?;
    let epsilon = settings.epsilon.get();
    let check = GradientCheck { epsilon, difference: Difference::Central };
    let one_sided = GradientCheck { difference: Difference::OneSided, ..check };

    let mut checked = Vec::new();
    let mut check_one = |run: &mut Run, said: &str, key: &str, report: &Report| {
        run.say(&format!("{said}:"));
        judge(run, key, report);
        checked.push(Row { name: said.to_string(), values: vec![report.difference] });
    };
    let line = "One parameter, J = theta x at x = 2, theta = 4";
    check_one(&mut run, line, "line", &check_line(check)?);
    let problem = Problem::draw(settings.seed, device);
    let right = problem.check(check, backward_propagation)?;
    check_one(&mut run, "The network, by hand", "by_hand", &right);
    let right = problem.check(one_sided, backward_propagation)?;
    check_one(&mut run, "The same by one-sided differences", "one_sided", &right);
    let wrong = problem.check(check, backward_propagation_with_planted_errors)?;
    check_one(&mut run, "By hand with two planted errors", "planted_errors", &wrong);
    let right = problem.check_autodiff(check)?;
    check_one(&mut run, "The network, by autodiff", "autodiff", &right);
    let right = problem.check_with_l2(check, 0.7)?;
    check_one(&mut run, "With L2, lambda = 0.7, in cost and gradient", "l2", &right);
    match problem.check_under_dropout(check, 0.5)? {
        Ok(report) => check_one(&mut run, "Under dropout", "dropout", &report),
        Err(error) => run.say(&format!("Under dropout:\n    skipped: {error}")),
    }
    let titles = ["How far gradients are from differences of the cost", "relative difference"];
    let png = plot::rows(titles, Kind::Logarithmic, &["a gradient that is checked"], &checked)?;
    run.picture("differences.png", &png)?;
    run.finish()
}

/// Says whether a gradient is right, and where not.
fn judge(run: &mut Run, name: &str, report: &Report) {
    let verdict = if report.passes(TOLERANCE) { "right" } else { "not exact" };
    run.say(&format!("    difference {:.3e}: {verdict}", report.difference));
    run.result(&format!("difference_{name}"), report.difference);
    let mut wrong = Vec::new();
    for suspect in report.suspects(SUSPICIOUS) {
        run.say(&format!(
            "    wrong: {}, difference {:.3}; worst at [{}], gradient {:.6}, approximation {:.6}",
            suspect.name,
            suspect.difference,
            suspect.index,
            suspect.gradient,
            suspect.approximation
        ));
        wrong.push(suspect.name.clone());
    }
    run.result(&format!("wrong_{name}"), wrong);
    if let Some(worst) = report.worst() {
        run.say(&format!("    farthest apart: {}[{}]", worst.name, worst.index));
    }
}
