//! Course 4, week 2: transfer learning. A network trained on many pictures learns another task from few.

use clap::Args;
use fireside_datasets::signs::Signs;
use fireside_recipes::classify::CHANGES_OF_HANDS;
use fireside_recipes::pretrained::{Base, Task, count_fingers, other_hands, published};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::learning::Watch;
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::SIGNS;
use crate::transfer::{PretrainedNetwork, TwoTasks};

/// Teaches MobileNetV2, or any network of c4w2-classic-networks, rock, paper and scissors from few pictures of hands:
/// a new head on frozen features, then the last layers fine-tuned, beside the same network from scratch. The features
/// are those of published weights with --weights, or else learnt first by counting the fingers of 2160 drawn hands.
///
/// Expect on drawn hands all right with the new head alone, 96 to 99 % fine-tuned and 73 to 84 % from scratch; on the
/// course's photographs about 65, 70 and 50 %: drawn hands teach little about photographed ones. MobileNetV2 takes 5
/// minutes of processor time without weights, 2 with them. Takes hours with the largest networks.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
#[command(after_help = published())]
struct Settings {
    #[command(flatten)]
    #[serde(flatten)]
    network: PretrainedNetwork,
    #[command(flatten)]
    #[serde(flatten)]
    how: TwoTasks,
    /// Seed of the weights, the choice and order of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w2-transfer-learning",
    teaches: "MobileNetV2 or any other network, pretrained, taught a new task from few pictures",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 6.0,
    command: frame::command::<Settings, Nothing>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { network, how, seed, data } = settings;
    let (entry, side, seed) = (network.entry(), network.side(), *seed);
    let published = network.published(device)?;
    let hands = Signs::load(&data.source(), seed)?.scaled(side);
    let mut run = setup.begin()?;
    run.look_at_hands(&hands, &data.source())?;

    let base = if let Some(published) = published {
        run.say(&published.description);
        published.base
    } else {
        run.say("The old task: 0 to 5 fingers, 2160 drawn hands.");
        let Signs { train, test, .. } = other_hands(seed).scaled(side);
        let [train, test] = run.picture_sets([train, test], device)?;
        let pace = how.pace_of_the_old(seed);
        let lesson = count_fingers(entry, side, pace, train.len(), device)?;
        let sets = [&train.changed(&CHANGES_OF_HANDS, seed)?, &test];
        let net = run.learn(lesson, sets, Watch::ByLines)?.net;
        run.judge_as(&net, ("pretrained", " of the old task"), &[("test", &test)])?;
        Base::of_fingers(net, entry, side)
    };

    let task = Task::rock_paper_scissors(&hands, how.count.get(), seed);
    run.say(&task.describe());
    let (lesson, features) = task.head(&base, how.pace(how.head_lr, seed), device)?;
    let head = run.learn(lesson, features.each_ref(), Watch::Quietly)?;
    let headed = base.headed(head.net);
    let [few, test] = run.picture_sets([task.few.clone(), task.test.clone()], device)?;
    let sets = [&few.changed(&CHANGES_OF_HANDS, seed)?, &test];
    let lesson = task.fine_tuned(&headed, how.frozen.get(), how.pace(how.fine_lr, seed))?;
    let tuned = run.learn(lesson, sets, Watch::Quietly)?.curve;
    let lesson = task.from_scratch(&headed, how.pace(how.lr, seed), device)?;
    let anew = run.learn(lesson, sets, Watch::Quietly)?.curve;

    let mut lines = Vec::new();
    let learnt = [("head only", head.curve), ("fine-tuned", tuned), ("from scratch", anew)];
    for (name, curve) in learnt {
        let share = curve.last().map_or(f64::NAN, |point| point.held_out.accuracy);
        run.test_accuracy(name, 14, share);
        lines.push(Series::of_epochs(name, &curve, |point| point.held_out.accuracy).in_percent());
    }
    let title = "Rock, paper, scissors from few pictures";
    run.accuracy_curves("accuracies.png", title, ["epoch", "test accuracy in %"], &lines)?;
    run.finish()
}
