//! Course 4, week 2: residual networks. ResNet-50 on the hands, and what shortcuts do to deep networks.

use clap::Args;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_recipes::classify::CHANGES_OF_HANDS;
use fireside_recipes::fingers::IMAGE;
use fireside_recipes::lesson::{Learnt, Pace};
use fireside_recipes::residual::{Contestant, Part, resnet50};
use serde::{Deserialize, Serialize};

use crate::findings::DepthTable;
use crate::frame::{self, Nothing, Program, Setup};
use crate::learning::{Watch, pace};
use crate::options::Data;
use crate::programs::files::SIGNS;
use crate::values::{Count, LearningRate, Units, one_of};
use crate::{Failure, Given};

/// Trains the assignment's ResNet-50 on hands that show 0 to 5 fingers, from scratch; then plain and residual
/// networks of the same depths, whose training errors tell why the shortcuts are there.
///
/// Expect 97 to 99 % on the course's test pictures, where the course's own pretrained ResNet-50 has 95 %, and
/// plain networks that learn their training pictures the worse the deeper they are, where the residual ones all
/// learn them by heart. Takes about 20 minutes, and as long again for the comparison.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// What to do
    #[arg(long, value_parser = one_of(Part::CHOICES), default_value = "all")]
    part: Part,
    /// Times through the training pictures for ResNet-50
    #[arg(long, default_value = "30")]
    epochs: Count,
    /// Times through the training pictures for each network of the comparison
    #[arg(long, default_value = "12")]
    comparison_epochs: Count,
    /// Depths to compare, each 6n + 2
    #[arg(long, value_delimiter = ',', default_values = ["20", "32", "44", "56"])]
    depths: Vec<Units>,
    /// Pictures in a mini-batch
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Learning rate at the start
    #[arg(long, default_value = "1e-3")]
    lr: LearningRate,
    /// Seed of the weights, the order and the changes of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w2-residual-networks",
    teaches: "ResNet-50 on the hands, and why deep networks need shortcuts",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 40.0,
    command: frame::command::<Settings, Nothing>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { part, epochs, comparison_epochs, batch_size, lr, seed, .. } = *settings;
    let depths: Vec<usize> = settings.depths.iter().map(|depth| depth.get()).collect();
    Contestant::of_depths(&depths, device).given_by("--depths")?; // a wrong depth is found before the first training
    let source = settings.data.source();
    let signs = Signs::load(&source, seed)?;
    let mut run = setup.begin()?;
    run.look_at_hands(&signs, &source)?;
    let [train, test] = run.picture_sets([signs.train, signs.test], device)?;
    let pace = pace(epochs, batch_size, lr, 1e-2, seed);

    if part != Part::Comparison {
        let lesson = resnet50(pace, train.len(), device)?;
        run.layer_table(&lesson.net, IMAGE, device);
        let sets = [&train.changed(&CHANGES_OF_HANDS, seed)?, &test];
        let Learnt { net, curve, .. } = run.learn(lesson, sets, Watch::by(setup.dashboard))?;
        let found = run.judge(&net, &[("train", &train), ("test", &test)])?;
        run.misclassified_of("misclassified.png", &test, &found, &CLASSES)?;
        run.epoch_curves(["Cost of ResNet-50", "Accuracy of ResNet-50"], &curve)?;
    }
    if part != Part::Resnet50 {
        let pace = Pace { epochs: comparison_epochs.get(), weight_decay: 0.0, ..pace };
        let depths = &depths[..run.iterations(depths.len())];
        let mut table = DepthTable::begin(&run);
        for contestant in Contestant::of_depths(depths, device)? {
            let lesson = contestant.lesson(pace, train.len(), device)?;
            let curve = run.learn(lesson, [&train, &test], Watch::Quietly)?.curve;
            table.row(&mut run, [&contestant.name(), &contestant.called()], &curve);
        }
        table.end(&mut run)?;
    }
    run.finish()
}
