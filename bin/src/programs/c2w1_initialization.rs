//! Course 2, week 1: what the first weights decide.

use clap::Args;
use fireside_recipes::deep::by_autodiff;
use fireside_recipes::initialization::{
    INITIALIZERS, LAYER_SIZES, called, compare_with_course, draw_circles, first_net, units_apart,
};
use fireside_recipes::planar::{share_right, sizes};
use fireside_recipes::steps::initialization::NOTEBOOK;
use fireside_recipes::trained::{Architecture, Card};
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::findings::Boundaries;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::Series;
use crate::values::{Count, LearningRate};

/// Trains the same network (2-10-10-10-1) on a circle within a circle from four sorts of first weights: zeros, 10
/// times a normal number, He's and Xavier's.
///
/// Expect 50, 50 to 79 and 98 to 100 % on the training points for the first three, and 50, 50 to 69 and 94 to 96 % on
/// the test points. The assignment's network (2-10-5-1) has 50, 83 and 99.3 %, and 50, 86 and 96 % (--verify): a
/// layer more loses large weights from most seeds. Takes 3 to 4 seconds of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Updates of each network
    #[arg(long, default_value = "15000")]
    iterations: Count,
    /// Learning rate
    #[arg(long, default_value = "0.01")]
    lr: LearningRate,
    /// Seed of the weights
    #[arg(long, default_value_t = 3)]
    seed: u32,
    /// Seed of the points to train on; the test points take the next
    #[arg(long, default_value_t = 1)]
    data_seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c2w1-initialization",
    teaches: "what the first weights decide: zeros, too large, He's, Xavier's",
    files: &[],
    embedded: "generated circles",
    minutes: 0.05,
    command: frame::command::<Settings, Nothing>,
    trains: "--values 0.5 -0.8",
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    if let Some(runs) = setup.reference() {
        return setup.compare(|| compare_with_course(runs, device));
    }
    let Settings { iterations, lr, seed, data_seed } = *settings;
    let (train, test) = draw_circles(data_seed);
    let mut run = setup.begin()?;
    run.look_at_points(&format!("circles, {}, generated", sizes(&train, &test)), &train)?;

    let (mut panels, mut curves) = (Boundaries::over(&train, device), Vec::new());
    for (name, initializer) in INITIALIZERS {
        run.say(&format!("First weights: {}.", called(name)));
        let net = first_net(&LAYER_SIZES, initializer, seed, device)?;
        let config = DescentConfig::new(iterations.get(), lr.get());
        let stage = run
            .stage(name, &("DeepNet", LAYER_SIZES))?
            .called(format!("{} first weights", called(name)))
            .printing_costs_every(1000);
        let update = by_autodiff(train.features(device), train.targets(device));
        let (net, history) = stage.learn(net, config, update)?;

        let apart = units_apart(&net)?;
        run.say(&format!("hidden units of the first layer differ by up to {apart:.3}"));
        run.result(&format!("units_apart_{name}"), apart);
        let share = |points| share_right(points, device, |x| net.forward(x));
        let shares = [share(&train)?, share(&test)?];
        run.accuracies(name, shares);
        let ([of_train, of_test], called) = (shares.map(|share| 100.0 * share), called(name));
        panels.add(format!("{called}: {of_train:.1} / {of_test:.1} %"), |x| net.forward(x))?;
        let card = Card::of_points(Architecture::deep_net(&LAYER_SIZES));
        run.describe(name, &if name == "he" { card.as_main() } else { card })?;
        curves.push(Series::of_costs(called, &history));
    }
    panels.draw(&mut run, "boundaries.png", "Train and test accuracy by first weights", 4)?;
    run.curves("costs.png", "Costs by first weights", ["iteration", "cost"], &curves)?;
    run.finish()
}
