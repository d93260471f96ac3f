//! Course 3, week 2: multi-task learning. Four questions about a street scene, some never answered.

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::picture::{self, Tile};
use crate::plot::{self, Series, Titles};
use crate::recipes::multi_task::{self, Plan};
use crate::recipes::signs_softmax;
use crate::values::{Count, LearningRate, Units};
use clap::Args;
use fireside_datasets::scenes::{self, IMAGE_SHAPE, TASKS};
use fireside_training::supervised::SupervisedConfig;
use serde::{Deserialize, Serialize};

/// Shares of the labels that nobody wrote down.
const MISSING: [f64; 3] = [0.0, 0.3, 0.6];
/// Scenes shown with the answers.
const SHOWN: usize = 12;

/// Learns whether a street scene shows a pedestrian, a car, a stop sign, a traffic light: by one network with
/// four outputs, and by four networks of the same size together, with all labels and with 30 % and 60 % of them
/// missing.
///
/// Expect 96 to 97 % with all labels and 95 % with 60 % of them missing, the one network within a percent of the
/// four. Takes about a minute.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Scenes to train on; half as many to test
    #[arg(long, default_value = "2000")]
    scenes: Units,
    /// Times through the scenes
    #[arg(long, default_value = "100")]
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
    minutes: 1.0,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let mut run = setup.begin()?;
    let Settings { scenes, epochs, lr, seed } = *settings;
    run.say(&format!(
        "Data: {scenes} drawn scenes to train on and {} to test.",
        scenes.get().div_ceil(2)
    ));

    let mut shown = Vec::new();
    let mut lines = ["one network", "four networks"]
        .map(|name| Series { name: name.to_string(), points: Vec::new() });
    for missing in MISSING {
        let percent = 100.0 * missing;
        let (train, test) = scenes::draw(scenes.get(), scenes.get().div_ceil(2), missing, seed)?;
        let (to_train_on, to_test) =
            (multi_task::examples(&train, device), multi_task::examples(&test, device));
        run.say(&format!("{percent} % of the labels missing; test accuracy in %:"));
        for (plans, line) in [vec![Plan::shared()], Plan::alone()].into_iter().zip(&mut lines) {
            let mut answers = Vec::new();
            for plan in &plans {
                let config = SupervisedConfig::new(epochs.get()).with_seed(seed);
                let stage = format!("{}-{percent}", plan.name);
                let model = ("DeepNet", &plan.layer_sizes);
                let (net, _) = run.epoch_stage(&stage, &model)?.quietly().train(
                    signs_softmax::training(config, lr.get()),
                    signs_softmax::build(&plan.layer_sizes, seed, device)?,
                    multi_task::answer,
                    &plan.of(&to_train_on),
                    &plan.of(&to_test),
                )?;
                answers.extend(multi_task::answers(&net, &to_test.0)?);
            }
            let mut row = format!("{:>14}:", line.name);
            let mut sum = 0.0;
            for (task, name) in TASKS.iter().enumerate() {
                let share = 100.0 * multi_task::share_right(&answers[task], &test, task);
                row += &format!(" {name} {share:.1},");
                run.result(&format!("{} {percent} {name}", line.name), share);
                sum += share;
            }
            let mean = sum / TASKS.len() as f64;
            run.say(&format!("{row} mean {mean:.1}"));
            run.result(&format!("{} {percent} mean", line.name), mean);
            line.points.push((percent, mean));
            if missing == 0.0 && plans.len() == 1 {
                shown = answers;
            }
        }
    }
    let titles = Titles {
        title: "Four questions about a scene",
        x: "labels missing in %",
        y: "mean test accuracy in %",
    };
    run.picture("accuracy-by-missing-labels.png", &plot::lines(titles, &lines)?)?;

    // The test scenes are the same whatever is missing in training.
    let (_, test) = scenes::draw(scenes.get(), scenes.get().div_ceil(2), 0.0, seed)?;
    let [height, width, _] = IMAGE_SHAPE;
    let tile = |index: usize| Tile {
        pixels: test.image(index),
        size: (width as u32, height as u32),
        caption: caption(&shown, index),
    };
    let tiles: Vec<Tile<'_>> = (0..test.len().min(SHOWN)).map(tile).collect();
    run.picture("scenes.png", &picture::sheet(&tiles, 4)?)?;
    run.finish()
}

/// What the network sees in a scene: the last word of each name, for there is little room.
fn caption(answers: &[Vec<bool>], index: usize) -> String {
    let seen = TASKS.iter().zip(answers).filter(|(_, yes)| yes[index]);
    let seen: Vec<&str> = seen.filter_map(|(name, _)| name.split(' ').next_back()).collect();
    match seen.is_empty() {
        true => "nothing".to_string(),
        false => seen.join(", "),
    }
}
