//! Course 4, week 1: how many fingers a hand shows, by convolutional networks.

use clap::Args;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_recipes::classify::CHANGES_OF_HANDS;
use fireside_recipes::fingers::{self, IMAGE};
use fireside_recipes::lesson::Learnt;
use fireside_recipes::trained::Model;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::findings::rivals;
use crate::frame::{self, Program, Setup};
use crate::learning::{Watch, pace};
use crate::options::{Data, Predict};
use crate::pictures::Question;
use crate::programs::files::SIGNS;
use crate::values::{Count, LearningRate, Units};

/// Learns to tell how many fingers a hand shows, first with the ConvNet of the assignment, two convolutions with large
/// poolings, then with one of four stages, batch normalisation, and pictures that are turned, shifted, mirrored and
/// tinted anew in every epoch.
///
/// Expect 77 to 86 % of the course's test pictures from the assignment's ConvNet and 94 to 98 % from the other, by the
/// seed, 86 to 93 and all of drawn ones. Takes 8 to 10 minutes of processor time, of drawn ones 5.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Times through the training pictures with the assignment's network
    #[arg(long, default_value = "100")]
    course_epochs: Count,
    /// Times through the training pictures with the other
    #[arg(long, default_value = "60")]
    epochs: Count,
    /// Pictures in a mini-batch of the other
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Learning rate of the other at the start
    #[arg(long, default_value = "2e-3")]
    lr: LearningRate,
    /// Leave the pictures of the other as they are
    #[arg(long)]
    no_augmentation: bool,
    /// Seed of the weights, the order and the changes of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c4w1-signs-convnet",
    teaches: "how many fingers a hand shows, by the assignment's ConvNet and a deeper one",
    files: SIGNS,
    embedded: "drawn hands",
    minutes: 5.0,
    command: frame::command::<Settings, Predict>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { course_epochs, epochs, batch_size, lr, no_augmentation, seed, .. } = *settings;
    let source = settings.data.source();
    let signs = Signs::load(&source, seed)?;
    let question = Question::asked(asked.predict.as_deref())?;
    let mut run = setup.begin()?;
    run.look_at_hands(&signs, &source)?;
    let [train, test] = run.picture_sets([signs.train, signs.test], device)?;
    let sets = [("train", &train), ("test", &test)];
    let watch = Watch::by(setup.dashboard);

    let lesson = fingers::of_the_assignment(course_epochs.get(), seed, device)?;
    run.layer_table(&lesson.net, IMAGE, device);
    let Learnt { net, curve: of_course, .. } = run.learn(lesson, [&train, &test], watch)?;
    run.judge_as(&net, ("signs_net", " of the assignment's network"), &sets)?;

    let pace = pace(epochs, batch_size, lr, 5e-3, seed);
    let lesson = fingers::of_today(pace, train.len(), device)?;
    run.layer_table(&lesson.net, IMAGE, device);
    let changed = match no_augmentation {
        true => train.clone(),
        false => train.changed(&CHANGES_OF_HANDS, seed)?,
    };
    let Learnt { net, card, curve: of_today } = run.learn(lesson, [&changed, &test], watch)?;
    let found = run.judge_as(&net, ("", " of the deeper network"), &sets)?;
    run.misclassified_of("misclassified.png", &test, &found, &CLASSES)?;
    run.ask(question, &card, Model::of_images(net), device)?;

    run.epoch_curves(["Cost of the deeper network", "Accuracy of the deeper network"], &of_today)?;
    let lines =
        rivals("test", &[("the assignment's network", &of_course), ("the deeper one", &of_today)]);
    let (title, axes) = ("Fingers of a hand", ["epoch", "accuracy in %"]);
    run.accuracy_curves("side-by-side.png", title, axes, &lines)?;
    run.finish()
}
