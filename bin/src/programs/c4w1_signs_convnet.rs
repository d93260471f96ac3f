//! Course 4, week 1: how many fingers a hand shows, by convolutional networks.

use clap::Args;
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_recipes::fingers::Contestant;
use fireside_recipes::trained::{Architecture, Card, Model, Trained};
use fireside_training::supervised::{Curve, SupervisedConfig};
use fireside_vision::zoo::Network;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::{Data, Predict};
use crate::pictures::{self, Question};
use crate::plot::Series;
use crate::programs::files::SIGNS;
use crate::run::Run;
use crate::values::{Count, LearningRate, Units};

/// Learns to tell how many fingers a hand shows, first with the ConvNet of the assignment, two convolutions with large
/// poolings, then with one of four stages, batch normalisation, and pictures that are turned, shifted, mirrored and
/// tinted anew in every epoch.
///
/// Expect about 77 % of the course's test pictures from the assignment's ConvNet and 94 to 96 % from the other. Takes
/// about 9 minutes of processor time, of which the assignment's takes one.
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
    run: |program, flags| story(&Setup::new(program, flags)?),
    has_dashboard: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let (source, seed) = (settings.data.source(), settings.seed);
    let Signs { train, test, .. } = Signs::load(&source, seed)?;
    let question = Question::asked(asked.predict.as_deref())?;
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&train, &test, &source));
    let [train, test] = [run.pictures(train, device)?, run.pictures(test, device)?];
    let sets = [&train, &test];

    let course = Contestant::of_the_assignment(settings.course_epochs.get(), seed, device)?;
    let (_, _, of_course) = learn(&mut run, course, sets, setup)?;
    let config = SupervisedConfig::new(settings.epochs.get()).with_seed(seed);
    let config = config.with_batch_size(settings.batch_size.get());
    let changes = !settings.no_augmentation;
    let today = Contestant::of_today(config, settings.lr.get(), changes, train.len(), device)?;
    let (net, found, of_today) = learn(&mut run, today, sets, setup)?;

    run.misclassified_of("misclassified.png", &test, &found, &CLASSES)?;
    let card = |name| {
        Card::of_pictures(Architecture::named(name, CLASSES.len(), [3, 64, 64]), [64; 2], &CLASSES)
    };
    run.describe("signs-net", &card("signs-net"))?;
    let card = card("conv-net").as_main();
    run.describe("net", &card)?;
    if let Some(question) = question {
        question.ask(&mut run, &Trained::of(&card, Model::of_images(net), device)?)?;
    }
    run.epoch_curves(["Cost of the deeper network", "Its accuracy"], &of_today)?;
    let nets = [("the assignment's network", &of_course), ("the deeper one", &of_today)];
    let lines = nets.map(|(name, curve)| {
        let train = Series::of_epochs(format!("{name}, training"), curve, |p| p.train.accuracy);
        let test = Series::of_epochs(format!("{name}, test"), curve, |p| p.held_out.accuracy);
        [train.in_percent(), test.in_percent()]
    });
    let axes = ["epoch", "accuracy in %"];
    run.accuracy_curves("side-by-side.png", "Fingers of a hand", axes, &lines.concat())?;
    run.finish()
}

/// Trains one of the networks; returns it with its answers to the test pictures and its curve.
fn learn(
    run: &mut Run,
    contestant: Contestant,
    [train, test]: [&ImageExamples; 2],
    setup: &Setup<Settings, Predict>,
) -> Result<(Network, Vec<usize>, Curve), Failure> {
    let learnt = contestant.pictures(train)?;
    let Contestant { stage, named, shape, net, training, .. } = contestant;
    run.layer_table(&net, [3, 64, 64], &setup.device);
    let stage = run.epoch_stage(stage, &shape)?.with_dashboard(setup.dashboard);
    let (net, curve) = stage.classify(training, net, [&learnt, test])?;
    let found = run.judge_as(&net, named, &[("train", train), ("test", test)])?;
    Ok((net, found, curve))
}
