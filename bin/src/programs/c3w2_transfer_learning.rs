//! Course 3, week 2: transfer learning. A network that knows some signs learns others from few pictures.

use clap::Args;
use fireside_datasets::signs::Signs;
use fireside_recipes::signs_softmax;
use fireside_recipes::signs_transfer::{
    COUNTS, KNOWN, NEW, NewTask, Part, Rates, freeze_features, layer_sizes, old_task,
};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::findings::WaysTable;
use crate::frame::{self, Nothing, Program, Setup};
use crate::interrupt::heed;
use crate::learning::Watch;
use crate::options::Data;
use crate::programs::files::SIGNS;
use crate::values::{Count, LearningRate, Units};

/// Trains a network to tell 0 to 3 fingers apart, of which there are many pictures, and then teaches it to tell
/// 4 from 5 with few: from scratch, with a new head on frozen layers, and fine-tuned.
///
/// Expect on drawn hands with 10 pictures of each 63 to 97 % with a new head and 87 to 95 % fine-tuned, from scratch
/// 64 to 73 %. On the course's photographs neither beats it by more than chance: what a fully connected network sees
/// in 0 to 3 fingers says little about the thumb. Takes 2 to 3 minutes of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Times through the pictures of the old task
    #[arg(long, default_value = "60")]
    epochs: Count,
    /// Times through the pictures of the new task, and as often again to fine-tune
    #[arg(long, default_value = "100")]
    new_epochs: Count,
    /// Learning rate of a whole network
    #[arg(long, default_value = "5e-4")]
    lr: LearningRate,
    /// Learning rate of a head alone
    #[arg(long, default_value = "1e-2")]
    head_lr: LearningRate,
    /// Learning rate to fine-tune with
    #[arg(long, default_value = "2e-4")]
    fine_lr: LearningRate,
    /// Choices of few pictures and first weights to average over
    #[arg(long, default_value = "5")]
    repeats: Units,
    /// Seed of the weights and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c3w2-transfer-learning",
    teaches: "a net that knows some signs, taught others from few pictures",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 1.0,
    command: frame::command::<Settings, Nothing>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { epochs, new_epochs, lr, head_lr, fine_lr, repeats, seed, ref data } = *settings;
    let signs = Signs::load(&data.source(), seed)?;
    let mut run = setup.begin()?;
    run.look_at_hands(&signs, &data.source())?;

    let few = run.examples(usize::MAX);
    let [many, many_test] = Part::of_both(&signs, &KNOWN, few, device);
    run.say(&format!("The old task, 0 to 3 fingers, {} pictures:", many.labels.len()));
    let training = signs_softmax::training_by_epochs(epochs.get(), lr.get(), seed);
    let lesson = old_task(&signs.train, training, device)?;
    let sets = [&many.examples(), &many_test.examples()];
    let net = run.learn(lesson, sets, Watch::ByLines)?.net;
    let share = signs_softmax::share_right(&net, &many_test.x, &many_test.labels)?;
    run.accuracy("test accuracy of the old task", "test_accuracy_pretrained", share);

    let parts = Part::of_both(&signs, &NEW, few, device);
    let [whole, head, fine] = [lr, head_lr, fine_lr].map(LearningRate::get);
    let rates = Rates { epochs: run.iterations(new_epochs.get()), whole, head, fine };
    let repeats = run.iterations(repeats.get()) as u32;
    let task = NewTask { pretrained: freeze_features(net)?, parts, rates, repeats, seed };
    run.say(&format!("The new task, 4 or 5 fingers, test accuracy in % (mean of {repeats}):"));
    let mut kept = run.repeats("new-task", &layer_sizes(signs.train.num_features()))?;
    let mut table = WaysTable::begin(&run);
    for count in COUNTS {
        let Some(found) = task.repeat_each_way(count, &mut kept, heed)? else {
            return Err(run.stopped("new-task", &format!("{} repeats", kept.len())));
        };
        table.row(&mut run, count, &found);
    }
    table.end(&mut run)?;
    run.finish()
}
