//! Course 2, week 3: how many fingers a hand shows, by a network with a softmax.

use clap::Args;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_recipes::lesson::Learnt;
use fireside_recipes::signs_softmax;
use fireside_recipes::trained::Model;
use fireside_training::metrics::{accuracy, class_predictions};
use fireside_training::supervised::SupervisedConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::learning::Watch;
use crate::options::{Data, Predict};
use crate::pictures::Question;
use crate::programs::files::SIGNS;
use crate::values::{Count, LearningRate, Units};

/// Learns to tell how many fingers a hand shows with a network of three layers and a softmax (12288-25-12-6),
/// by Adam on mini-batches.
///
/// Expect 71 to 82 % on the course's training and 69 to 75 % on its test pictures (42 and 39 from one seed of four),
/// 93 to 100 % of the drawn hands (74 from one of ten). Takes 4 to 5 seconds of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Times through the training pictures
    #[arg(long, default_value = "100")]
    epochs: Count,
    /// Pictures in a mini-batch
    #[arg(long, default_value = "32")]
    batch_size: Units,
    /// Learning rate
    #[arg(long, default_value = "1e-4")]
    lr: LearningRate,
    /// Seed of the weights and the order of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c2w3-signs-softmax",
    teaches: "how many fingers a hand shows, by softmax, Adam and mini-batches",
    files: SIGNS,
    embedded: "drawn hands before dark walls",
    minutes: 0.05,
    command: frame::command::<Settings, Predict>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    verifies: true,
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { epochs, batch_size, lr, seed, ref data } = *settings;
    let signs = Signs::load_before_dark_walls(&data.source(), seed)?;
    if let Some(runs) = setup.reference() {
        return setup.compare(|| signs_softmax::compare_with_course(runs, &signs, device));
    }
    let question = Question::asked(asked.predict.as_deref())?;
    let mut run = setup.begin()?;
    run.look_at_hands(&signs, &data.source())?;

    let sizes = signs_softmax::layer_sizes(signs.train.num_features());
    let config =
        SupervisedConfig::new(epochs.get()).with_batch_size(batch_size.get()).with_seed(seed);
    let training = signs_softmax::training(config, lr.get());
    let side = signs.test.side();
    let lesson = signs_softmax::lesson("net", &sizes, side, &CLASSES, training, device)?;
    let [train, test] =
        [&signs.train, &signs.test].map(|images| signs_softmax::examples(images, device));
    let watch = Watch::by(setup.dashboard);
    let Learnt { net, card, curve } = run.learn(lesson, [&train, &test], watch)?;

    let share = signs_softmax::share_right(&net, &train.0, signs.train.labels())?;
    run.accuracy("train accuracy", "train_accuracy", share);
    let predictions = class_predictions(net.forward(test.0))?;
    run.accuracy("test accuracy", "test_accuracy", accuracy(&predictions, signs.test.labels()));
    run.result("cost", curve.last().map(|point| point.train.loss));
    run.misclassified("misclassified.png", &signs.test, &predictions, &CLASSES)?;
    run.ask(question, &card, Model::of_features(move |x| net.forward(x)), device)?;
    run.epoch_curves(["Cost of the hands", "Accuracy on the hands"], &curve)?;
    run.finish()
}
