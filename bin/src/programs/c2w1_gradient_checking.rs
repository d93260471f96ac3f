//! Course 2, week 1: a gradient checked against differences of the cost, and two errors found.

use crate::Failure;
use crate::backend::Floats;
use crate::frame::{self, Nothing, Program, Setup};
use crate::recipes::gradient_checking::{BackwardPass, Problem, compare_with_course};
use crate::run::Run;
use crate::values::LearningRate;
use burn::module::Module;
use burn::tensor::Device;
use clap::Args;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::gradient_checking::{
    backward_line, backward_propagation_with_planted_errors, forward_line,
};
use fireside_dense::steps::propagation::backward_propagation;
use fireside_numpy_rng::NumpyRng;
use fireside_training::gradient_check::{Difference, GradientCheck, Report, TOLERANCE};
use fireside_training::loss::binary_cross_entropy;
use fireside_training::regularizer::dropout::KeepProb;
use fireside_training::regularizer::penalty::l2;
use serde::{Deserialize, Serialize};

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
    epsilon: LearningRate,
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
    let central =
        GradientCheck { epsilon: settings.epsilon.get(), difference: Difference::Central };
    let one_sided = GradientCheck { difference: Difference::OneSided, ..central };

    run.say("One parameter, J = theta x at x = 2, theta = 4:");
    let at = |theta| vec![("theta".to_string(), vec![theta])];
    let line = central.check(&at(4.0), &at(backward_line(2.0, 4.0)), |theta| {
        Ok(forward_line(2.0, theta[0].1[0]))
    })?;
    judge(&mut run, "line", &line);

    let problem = Problem::draw(settings.seed, device);
    let wrong = backward_propagation_with_planted_errors;
    let checks: [(&str, &str, GradientCheck, BackwardPass); 3] = [
        ("by_hand", "The network, by hand:", central, backward_propagation),
        ("one_sided", "The same by one-sided differences:", one_sided, backward_propagation),
        ("planted_errors", "By hand with two planted errors:", central, wrong),
    ];
    for (name, title, check, backward) in checks {
        run.say(title);
        judge(&mut run, name, &problem.check(check, backward)?);
    }
    check_autodiff(&mut run, &problem, central, device)?;
    run.finish()
}

/// Checks autodiff's gradients: plain, with L2, and under dropout, where there is nothing to check.
fn check_autodiff(
    run: &mut Run,
    problem: &Problem,
    check: GradientCheck,
    device: &Device,
) -> Result<(), Failure> {
    let net = DeepNet::from_layers(&problem.layers).train();
    let (x, y) = (&problem.x, &problem.y);
    let cross_entropy = |net: &DeepNet| binary_cross_entropy(net.forward(x.clone()), y.clone());
    run.say("The network, by autodiff:");
    judge(run, "autodiff", &check.check_module(&net, cross_entropy)?);

    run.say("With L2, lambda = 0.7, in cost and gradient:");
    let with_l2 = |net: &DeepNet| match l2(net, 0.7, y.dims()[0]) {
        Some(penalty) => cross_entropy(net) + penalty,
        None => cross_entropy(net),
    };
    judge(run, "l2", &check.check_module(&net, with_l2)?);

    run.say("Under dropout:");
    let keep_prob = KeepProb::new(0.5)?;
    let rng = std::cell::RefCell::new(NumpyRng::new(1));
    let dropped = check.check_module(&net, |net| {
        let logits = net.forward_with(x.clone(), |_, hidden| {
            let [batch, units] = hidden.dims();
            let mask = keep_prob.mask(batch, units, &mut rng.borrow_mut(), device);
            keep_prob.apply(hidden, &mask)
        });
        binary_cross_entropy(logits, y.clone())
    });
    match dropped {
        Ok(report) => judge(run, "dropout", &report),
        Err(error) => run.say(&format!("    skipped: {error}")),
    }
    Ok(())
}

/// Says whether a gradient is right, and where not.
fn judge(run: &mut Run, name: &str, report: &Report) {
    let verdict = if report.passes(TOLERANCE) { "right" } else { "not exact" };
    run.say(&format!("    difference {:.3e}: {verdict}", report.difference));
    run.result(&format!("difference_{name}"), report.difference);
    for suspect in report.suspects(SUSPICIOUS) {
        run.say(&format!(
            "    wrong: {}, difference {:.3}; worst at [{}], gradient {:.6}, approximation {:.6}",
            suspect.name,
            suspect.difference,
            suspect.index,
            suspect.gradient,
            suspect.approximation
        ));
    }
    let suspects = report.suspects(SUSPICIOUS).into_iter().map(|suspect| suspect.name.clone());
    run.result(&format!("wrong_{name}"), suspects.collect::<Vec<_>>());
    if let Some(worst) = report.worst() {
        run.say(&format!("    farthest apart: {}[{}]", worst.name, worst.index));
    }
}
