//! Course 3, week 2: transfer learning. A network that knows some signs learns others from few pictures.

use clap::Args;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_recipes::signs_softmax;
use fireside_recipes::signs_transfer::{
    KNOWN, NEW, NewTask, Pace, Part, Way, freeze_features, layer_sizes,
};
use fireside_recipes::trained::{Architecture, Card};
use serde::{Deserialize, Serialize};

use crate::findings::{Cell, Table};
use crate::frame::{self, Nothing, Program, Setup};
use crate::interrupt::heed;
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::SIGNS;
use crate::values::{Count, LearningRate, Units};
use crate::{Failure, pictures};

/// Pictures of each new class to learn from.
const COUNTS: [usize; 3] = [10, 20, 40];

/// Trains a network to tell 0 to 3 fingers apart, of which there are many pictures, and then teaches it to tell
/// 4 from 5 with few: from scratch, with a new head on frozen layers, and fine-tuned.
///
/// Expect about 95 % on drawn hands with 10 pictures of each, where a network from scratch has 70 %. On the
/// course's photographs it does not pay: what a fully connected network sees in 0 to 3 fingers says little
/// about the thumb, and neither way beats a network from scratch by more than chance. Takes about a minute.
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
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { epochs, new_epochs, lr, head_lr, fine_lr, repeats, seed, ref data } = *settings;
    let Signs { train, test, .. } = Signs::load(&data.source(), seed)?;
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&train, &test, &data.source()));

    let [many, many_test] = [&train, &test].map(|images| Part::of(images, &KNOWN, device));
    run.say(&format!("The old task, 0 to 3 fingers, {} pictures:", many.labels.len()));
    let sizes = layer_sizes(train.num_features());
    let net = signs_softmax::build(&sizes, seed, device)?;
    let training = signs_softmax::training_by_epochs(epochs.get(), lr.get(), seed);
    let sets = [many.examples(), many_test.examples()];
    let stage = run.epoch_stage("pretrained", &("DeepNet", &sizes))?;
    let (net, _) = stage.train(training, net, signs_softmax::answer, &sets[0], &sets[1])?;
    let share = signs_softmax::share_right(&net, &many_test.x, &many_test.labels)?;
    run.accuracy("test accuracy of the old task", "pretrained_test_accuracy", share);
    let known = KNOWN.map(|class| CLASSES[class]);
    run.describe(
        "pretrained",
        &Card::of_pictures(Architecture::deep_net(&sizes), test.side(), &known),
    )?;

    let parts = [&train, &test].map(|images| Part::of(images, &NEW, device));
    let epochs = run.iterations(new_epochs.get());
    let [whole_rate, head_rate, fine_rate] = [lr, head_lr, fine_lr].map(LearningRate::get);
    let pace = Pace { epochs, whole_rate, head_rate, fine_rate };
    let repeats = run.iterations(repeats.get()) as u32;
    let task = NewTask { pretrained: freeze_features(net)?, parts, pace, repeats, seed };
    run.say(&format!("The new task, 4 or 5 fingers, test accuracy in % (mean of {repeats}):"));
    let columns = Way::ALL.iter().map(|way| (way.name(), 14));
    let table = Table::begin(&run, [("     of each", 12)].into_iter().chain(columns));
    let mut lines = Way::ALL.map(|way| Series::new(way.name(), Vec::new()));
    for count in COUNTS {
        let mut row = vec![Cell::said(format!("{count:>12}"))];
        for (way, line) in Way::ALL.into_iter().zip(&mut lines) {
            let Some((mean, deviation)) = task.repeat(way, count, heed)? else {
                return Err(run.stopped("the new task", "the old one"));
            };
            line.points.push((count as f64, mean));
            line.spread.push(deviation);
            let cell = Cell::said(format!("{mean:.1} ± {deviation:.1}"));
            row.push(cell.keeping(format!("{} {count}", way.name()), mean));
        }
        table.row(&mut run, row);
    }
    let axes = ["pictures of each to learn from", "test accuracy in %"];
    let title =
        &format!("4 or 5 fingers, by a net that knows 0 to 3: mean and spread of {repeats}");
    run.accuracy_curves("accuracy-by-pictures.png", title, axes, &lines)?;
    run.finish()
}
