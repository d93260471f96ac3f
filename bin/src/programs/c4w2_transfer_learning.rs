//! Course 4, week 2: transfer learning. A network trained on many pictures learns another task from few.

use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::plot::{self, Series, Titles};
use crate::programs::files::SIGNS;
use crate::recipes::classify::{self, CHANGES_OF_HANDS};
use crate::recipes::networks::name_of_network;
use crate::recipes::pretrained::{Pace, Task, fine_tune, load_weights, published, train_head};
use crate::values::{Count, InputPath, LearningRate, Share, Units};
use crate::{Failure, pictures};
use burn::module::Module;
use clap::Args;
use fireside_datasets::signs::{self, Signs};
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::zoo;
use fireside_vision::{Edition, Pixels};
use serde::{Deserialize, Serialize};

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
    #[arg(long, value_name = "NAME", default_value = "mobilenet-v2", value_parser = name_of_network)]
    model: String,
    /// Published weights: Keras HDF5, PyTorch, or safetensors
    #[arg(long, value_name = "FILE")]
    weights: Option<InputPath>,
    /// Whose the weights are: torchvision, keras or course [default: told by the file]
    #[arg(long, value_name = "NAME", requires = "weights", value_parser = edition)]
    edition: Option<String>,
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

fn edition(name: &str) -> Result<String, String> {
    name.parse::<Edition>().map(|edition| edition.name().to_string()).map_err(|e| e.to_string())
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
    let seed = settings.seed;
    let Some(entry) = zoo::find(&settings.model) else {
        return Err(Failure::Input(format!("there is no network {}", settings.model)));
    };
    let [least, most] = entry.sides;
    let side = settings.side.map_or(SIDE.clamp(least, most), Units::get);
    entry.config(signs::CLASSES.len(), [3, side, side], None)?;
    let edition = settings.edition.as_deref().map(str::parse::<Edition>).transpose()?;
    let read = |path: &InputPath| load_weights(entry, path, edition, side, device);
    let published = settings.weights.as_ref().map(read).transpose()?;
    let hands = Signs::load(&settings.data.source(), seed)?.scaled(side);
    let mut run = setup.begin()?;
    run.say(&pictures::describe(&hands.train, &hands.test, &settings.data.source()));

    let (base, pixels) = match published {
        Some(published) => published,
        None => {
            run.say("The old task: 0 to 5 fingers, 2160 drawn hands.");
            // Other drawn hands than those of the new task.
            let drawn = [1, 2].map(|other| Signs::embedded(seed.wrapping_add(other)).scaled(side));
            let old = classify::examples(&run, drawn[0].train.joined(&drawn[1].train), device)?;
            let judged = classify::examples(&run, drawn[0].test.clone(), device)?;
            let net = entry.build(signs::CLASSES.len(), [3, side, side], device)?;
            let net = classify::draw_weights(net, seed, device);
            let config = SupervisedConfig::new(settings.epochs.get()).with_seed(seed);
            let training =
                classify::training(config, old.source().labels().len(), settings.lr.get(), 5e-3)?;
            let stage = run.epoch_stage("pretrained", &(&settings.model, side))?;
            let changed = classify::augmented(&old, &CHANGES_OF_HANDS, seed)?;
            let (net, _) = stage.train(
                training,
                net,
                classify::answer,
                &classify::batches(&changed),
                &classify::batches(&judged),
            )?;
            classify::judge(&mut run, &net, "pretrained_test", &judged)?;
            (net.valid(), Pixels::PLAIN)
        }
    };

    let task = Task::rock_paper_scissors(&hands, settings.count.get(), seed);
    run.say(&format!(
        "The new task: rock, paper, scissors; {} pictures to learn from, {} to test.",
        task.few.len(),
        task.test.len()
    ));
    let pace = |epochs: usize, rate: f64| Pace { epochs, rate, seed };
    let head_pace = pace(settings.new_epochs.get(), settings.head_lr.get());
    let (headed, of_head) = train_head(&mut run, &base, pixels, &task, head_pace, device)?;
    let fine_pace = pace(settings.new_epochs.get(), settings.fine_lr.get());
    let (_, of_tuned) = fine_tune(
        &mut run,
        "fine-tuned",
        headed.clone(),
        settings.frozen.get(),
        &task,
        fine_pace,
        device,
    )?;
    let fresh = classify::draw_weights(headed, seed, device);
    let whole_pace = pace(settings.new_epochs.get(), settings.lr.get());
    let (_, of_scratch) =
        fine_tune(&mut run, "from-scratch", fresh, 0.0, &task, whole_pace, device)?;

    let mut lines = Vec::new();
    for (name, curve) in
        [("head only", of_head), ("fine-tuned", of_tuned), ("from scratch", of_scratch)]
    {
        let percent = 100.0 * curve.last().map_or(f64::NAN, |point| point.held_out.accuracy);
        run.say(&format!("{name:>14}: test accuracy {percent:.2} %"));
        run.result(&format!("test_accuracy {name}"), percent);
        lines.push(Series::of_epochs(name, &curve, |point| point.held_out.accuracy));
    }
    let titles =
        Titles { title: "Rock, paper, scissors from few pictures", x: "epoch", y: "share right" };
    run.picture("accuracies.png", &plot::lines(titles, &lines)?)?;
    run.finish()
}
