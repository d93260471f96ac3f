//! Course 4, week 2: transfer learning. A network trained on many pictures learns another task from few.

use burn::module::Module;
use clap::Args;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_recipes::classify::{self, CHANGES_OF_HANDS};
use fireside_recipes::networks::NetworkName;
use fireside_recipes::pretrained::{
    EditionName, Head, IMAGENET, Pace, Task, headed, load_weights, other_hands, published, thawed,
};
use fireside_recipes::trained::{Architecture, Card, HeadOn, Named};
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::Pixels;
use fireside_vision::zoo::{Entry, Network};
use serde::{Deserialize, Serialize};

use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::SIGNS;
use crate::run::Run;
use crate::values::{Count, InputPath, LearningRate, Share, Units};
use crate::{Failure, pictures};

/// Rows and columns of the hands.
const SIDE: usize = 64;

/// Teaches MobileNetV2, or any network of c4w2-classic-networks, rock, paper and scissors from few pictures of hands:
/// a new head on frozen features, then the last layers fine-tuned, beside the same network from scratch. The features
/// are those of published weights with --weights, or else learnt first by counting the fingers of 2160 drawn hands.
///
/// Expect on the course's photographs about 65 % with the new head alone, 70 % fine-tuned and 50 % from scratch:
/// drawn hands teach something about photographed ones, but not much. MobileNetV2 takes about 6 minutes without
/// weights, 2 with them. Takes hours with the largest networks.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
#[command(after_help = published())]
struct Settings {
    /// The network
    #[arg(long, value_name = "NAME", default_value = "mobilenet-v2")]
    model: NetworkName,
    /// Published weights: Keras HDF5, PyTorch, or safetensors
    #[arg(long, value_name = "FILE")]
    weights: Option<InputPath>,
    /// Whose the weights are: torchvision, keras or course [default: told by the file]
    #[arg(long, value_name = "NAME", requires = "weights")]
    edition: Option<EditionName>,
    /// Rows and columns of the pictures [default: 64, or what the network takes]
    #[arg(long)]
    side: Option<Units>,
    /// Times through the drawn hands
    #[arg(long, default_value = "20")]
    epochs: Count,
    /// Times through the few pictures of the new task
    #[arg(long, default_value = "40")]
    new_epochs: Count,
    /// Pictures of each new class to learn from
    #[arg(long, default_value = "20")]
    count: Units,
    /// Share of the layers that stay frozen when the others are fine-tuned; three quarters in the assignment
    #[arg(long, default_value = "0.75")]
    frozen: Share,
    /// Learning rate of a whole network
    #[arg(long, default_value = "1e-3")]
    lr: LearningRate,
    /// Learning rate of a head alone
    #[arg(long, default_value = "1e-2")]
    head_lr: LearningRate,
    /// Learning rate to fine-tune with
    #[arg(long, default_value = "3e-4")]
    fine_lr: LearningRate,
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
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let (entry, seed, source) = (settings.model.entry(), settings.seed, settings.data.source());
    let side = settings.side.map_or(entry.side_near(SIDE), Units::get);
    entry.config(CLASSES.len(), [3, side, side], None)?;
    let edition = settings.edition.map(|name| name.0);
    let read = |path: &InputPath| load_weights(entry, path, edition, side, device);
    let published = settings.weights.as_ref().map(read).transpose()?;
    let hands = Signs::load(&source, seed)?.scaled(side);
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&hands.train, &hands.test, &source));
    let image = [3, side, side];
    let (base, pixels, known_as) = match published {
        Some((net, pixels, edition)) => {
            (net, pixels, Named::new(entry.name, IMAGENET, image).of_edition(edition))
        }
        None => {
            let net = count_fingers(&mut run, entry, side, setup)?;
            (net, Pixels::PLAIN, Named::new(entry.name, CLASSES.len(), image))
        }
    };

    let task = Task::rock_paper_scissors(&hands, settings.count.get(), seed);
    let (few, test) = (task.few.len(), task.test.len());
    run.say(&format!(
        "The new task: rock, paper, scissors; {few} pictures to learn from, {test} to test."
    ));
    let pace = |rate: LearningRate| {
        Pace { epochs: settings.new_epochs.get(), rate: rate.get(), seed }.training(&task.few)
    };
    let Head { head, few, test } = Head::new(&base, pixels, &task, seed, device);
    let stage = run.epoch_stage("head", &("head", &settings.model, side))?.quietly();
    let (head, curve) = stage.train(pace(settings.head_lr)?, head, Head::answer, &few, &test)?;
    let mut curves = vec![("head only", curve)];
    let head_on = HeadOn::new(known_as, pixels, head.weight.dims());
    run.describe("head", &head_on.card_of_head(&task.classes))?;

    let headed = headed(base, pixels, head);
    let few = run.pictures(task.few.clone(), device)?;
    let few = classify::augmented(&few, &CHANGES_OF_HANDS, seed)?;
    let test = run.pictures(task.test.clone(), device)?;
    let frozen = settings.frozen.get();
    for (name, from, rate) in
        [("fine-tuned", frozen, settings.fine_lr), ("from scratch", 0.0, settings.lr)]
    {
        let net = match name {
            "fine-tuned" => headed.clone(),
            _ => classify::draw_weights(headed.clone(), seed, device),
        };
        let shape = (name, &settings.model, side);
        let stage = run.epoch_stage(&name.replace(' ', "-"), &shape)?;
        let sets = [&few, &test];
        let (_, curve) = stage.quietly().classify(pace(rate)?, thawed(net, from)?, sets)?;
        curves.push((name, curve));
        let architecture = Architecture::NewHead(head_on.clone());
        let card = Card::of_pictures(architecture, [side; 2], &task.classes);
        let card = if from > 0.0 { card.as_main() } else { card };
        run.describe(&name.replace(' ', "-"), &card)?;
    }

    let mut lines = Vec::new();
    for (name, curve) in curves {
        let share = curve.last().map_or(f64::NAN, |point| point.held_out.accuracy);
        run.test_accuracy(name, 14, share);
        lines.push(Series::of_epochs(name, &curve, |point| point.held_out.accuracy).in_percent());
    }
    let title = "Rock, paper, scissors from few pictures";
    run.accuracy_curves("accuracies.png", title, ["epoch", "test accuracy in %"], &lines)?;
    run.finish()
}

/// The old task, on other drawn hands than those of the new one.
fn count_fingers(
    run: &mut Run,
    entry: &Entry,
    side: usize,
    setup: &Setup<Settings>,
) -> Result<Network, Failure> {
    let Setup { settings, device, .. } = setup;
    let seed = settings.seed;
    run.say("The old task: 0 to 5 fingers, 2160 drawn hands.");
    let Signs { train, test, .. } = other_hands(seed).scaled(side);
    let [train, test] = [run.pictures(train, device)?, run.pictures(test, device)?];
    let net = entry.build(CLASSES.len(), [3, side, side], device)?;
    let net = classify::draw_weights(net, seed, device);
    let config = SupervisedConfig::new(settings.epochs.get()).with_seed(seed);
    let training = classify::training(config, train.len(), settings.lr.get(), 5e-3)?;
    let changed = classify::augmented(&train, &CHANGES_OF_HANDS, seed)?;
    let stage = run.epoch_stage("pretrained", &(entry.name, side))?;
    let (net, _) = stage.classify(training, net, [&changed, &test])?;
    run.judge_as(&net, ("pretrained_", " of the old task"), &[("test", &test)])?;
    let architecture = Architecture::named(entry.name, CLASSES.len(), [3, side, side]);
    run.describe("pretrained", &Card::of_pictures(architecture, [side; 2], &CLASSES))?;
    Ok(net.valid())
}
