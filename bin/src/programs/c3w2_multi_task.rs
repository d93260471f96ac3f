//! Course 3, week 2: multi-task learning. Four questions about a street scene, some never answered.

use clap::Args;
use fireside_datasets::scenes;
use fireside_recipes::counted;
use fireside_recipes::multi_task::{Plan, answers, examples, percent_right};
use fireside_recipes::signs_softmax::training_by_epochs;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::learning::Watch;
use crate::plot::Series;
use crate::values::{Count, LearningRate, Units};

/// Shares of the labels that nobody wrote down.
const MISSING: [f64; 3] = [0.0, 0.3, 0.6];

/// Learns whether a street scene shows a pedestrian, a car, a stop sign, a traffic light: by one network with
/// four outputs, and by four networks of the same size together, with all labels and with 30 % and 60 % of them
/// missing.
///
/// Expect 96 to 98 % with all labels and 94 to 96 % with 60 % of them missing, the one network within about a percent
/// of the four. Takes 42 to 45 seconds of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Scenes to train on; half as many to test
    #[arg(long, default_value = "2000")]
    scenes: Units,
    /// Times through the scenes
    #[arg(long, default_value = "40")]
    epochs: Count,
    /// Learning rate
    #[arg(long, default_value = "2e-4")]
    lr: LearningRate,
    /// Seed of the scenes, the weights and the order of the scenes
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c3w2-multi-task",
    teaches: "four questions about a street scene by one net, with labels missing",
    files: &[],
    embedded: "drawn street scenes",
    minutes: 0.5,
    command: frame::command::<Settings, Nothing>,
    trains: "scene.png",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let mut run = setup.begin()?;
    let Settings { scenes: count, epochs, lr, seed } = *settings;
    let count = run.examples(count.get());
    let (learnt, tested) = (counted(count, "drawn scene"), count.div_ceil(2));
    run.say(&format!("Data: {learnt} to train on and {tested} to test."));

    let mut lines = ["one network", "four networks"].map(|name| Series::new(name, Vec::new()));
    let mut shown = None;
    for missing in MISSING {
        let percent = 100.0 * missing;
        let (train, test) = scenes::draw(count, tested, missing, seed)?;
        if shown.is_none() {
            run.look_at_scenes(&train)?; // the first, which have all their labels
        }
        let (standardizer, [learnt, judged]) = examples([&train, &test], device)?;
        run.say(&format!("{percent} % of the labels missing; test accuracy in %:"));
        for (plans, line) in [vec![Plan::shared()], Plan::alone()].into_iter().zip(&mut lines) {
            let mut found = Vec::new();
            for plan in &plans {
                let [train, test] = [&learnt, &judged].map(|set| plan.of(set));
                let training = training_by_epochs(epochs.get(), lr.get(), seed);
                let lesson = plan.lesson(missing, training, &standardizer, device)?;
                let net = run.learn(lesson, [&train, &test], Watch::Quietly)?.net;
                found.extend(answers(&net, &judged.0)?);
            }
            let right = percent_right(&found, &test);
            let mean = run.questions_answered(&line.name, percent, &right);
            line.points.push((percent, mean));
            shown.get_or_insert((found, test.clone()));
        }
    }
    let axes = ["labels missing in %", "mean test accuracy in %"];
    let title = "Four questions about a scene";
    run.accuracy_curves("accuracy-by-missing-labels.png", title, axes, &lines)?;

    if let Some((found, test)) = shown {
        run.scenes(&test, &found)?;
    }
    run.finish()
}
