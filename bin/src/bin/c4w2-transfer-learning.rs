//! Course 4, week 2: transfer learning. A network trained on many pictures learns another task from few.

use std::path::PathBuf;
use std::process::ExitCode;

use burn::module::Module;
use clap::{Args, Parser};
use fireside_bin::options::{self, Common, Data};
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::classify::{self, CHANGES_OF_HANDS};
use fireside_bin::recipes::networks::name_of_network;
use fireside_bin::recipes::pretrained::{
    Pace, Task, fine_tune, load_weights, published, train_head,
};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, pictures, program};
use fireside_datasets::signs::{self, Signs};
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::zoo;
use fireside_vision::{Edition, Pixels};
use serde::{Deserialize, Serialize};

const NAME: &str = "c4w2-transfer-learning";
/// Rows and columns of the hands.
const SIDE: usize = 64;

/// Teaches MobileNetV2, or any network of c4w2-classic-networks, rock, paper and scissors from few pictures of hands:
/// a new head on frozen features, then the last layers fine-tuned, beside the same network from scratch. The features
/// are those of published weights with --weights, or else learnt first by counting the fingers of 2160 drawn hands.
///
/// Expect on the course's photographs about 65 % with the new head alone, 70 % fine-tuned and 50 % from scratch:
/// drawn hands teach something about photographed ones, but not much. MobileNetV2 takes about 6 minutes without
/// weights, 2 with them. Takes hours with the largest networks.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true, after_help = published())]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// The network
    #[arg(long, value_name = "NAME", default_value = "mobilenet-v2", value_parser = name_of_network)]
    model: String,
    /// Published weights: Keras HDF5, PyTorch, or safetensors
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Whose the weights are: torchvision, keras or course [default: told by the file]
    #[arg(long, value_name = "NAME", requires = "weights", value_parser = edition)]
    edition: Option<String>,
    /// Rows and columns of the pictures [default: 64, or what the network takes]
    #[arg(long, value_parser = options::units)]
    side: Option<usize>,
    /// Times through the drawn hands
    #[arg(long, default_value_t = 20, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Times through the few pictures of the new task
    #[arg(long, default_value_t = 40, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    new_epochs: usize,
    /// Pictures of each new class to learn from
    #[arg(long, default_value_t = 20, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    count: usize,
    /// Share of the layers that stay frozen when the others are fine-tuned; three quarters in the assignment
    #[arg(long, default_value_t = 0.75, value_parser = options::share)]
    #[serde(deserialize_with = "options::checked::share")]
    frozen: f64,
    /// Learning rate of a whole network
    #[arg(long, default_value_t = 1e-3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Learning rate of a head alone
    #[arg(long, default_value_t = 1e-2, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    head_lr: f64,
    /// Learning rate to fine-tune with
    #[arg(long, default_value_t = 3e-4, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    fine_lr: f64,
    /// Seed of the weights, the choice and order of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn edition(name: &str) -> Result<String, String> {
    name.parse::<Edition>().map(|edition| edition.name().to_string()).map_err(|e| e.to_string())
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { settings, data, common }: Arguments) -> Result<(), Failure> {
    let (backend, device) = backend::open(common.device.as_deref(), backend::Floats::F32)?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let seed = settings.seed;
    let Some(entry) = zoo::find(&settings.model) else {
        return Err(Failure::Input(format!("there is no network {}", settings.model)));
    };
    let [least, most] = entry.sides;
    let side = settings.side.unwrap_or(SIDE.clamp(least, most));
    entry.config(signs::CLASSES.len(), [3, side, side], None)?;
    let edition = settings.edition.as_deref().map(str::parse::<Edition>).transpose()?;
    let read = |path: &PathBuf| load_weights(entry, path, edition, side, &device);
    let published = settings.weights.as_ref().map(read).transpose()?;
    let hands = Signs::load(&data.source(), seed)?.scaled(side);
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&pictures::describe(&hands.train, &hands.test, &data.source()));

    let (base, pixels) = match published {
        Some(published) => published,
        None => {
            run.say("The old task: 0 to 5 fingers, 2160 drawn hands.");
            // Other drawn hands than those of the new task.
            let drawn = [1, 2].map(|other| Signs::embedded(seed.wrapping_add(other)).scaled(side));
            let old = classify::examples(&run, drawn[0].train.joined(&drawn[1].train), &device)?;
            let judged = classify::examples(&run, drawn[0].test.clone(), &device)?;
            let net = entry.build(signs::CLASSES.len(), [3, side, side], &device)?;
            let net = classify::draw_weights(net, seed, &device);
            let config = SupervisedConfig::new(settings.epochs).with_seed(seed);
            let training =
                classify::training(config, old.source().labels().len(), settings.lr, 5e-3)?;
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

    let task = Task::rock_paper_scissors(&hands, settings.count, seed);
    run.say(&format!(
        "The new task: rock, paper, scissors; {} pictures to learn from, {} to test.",
        task.few.len(),
        task.test.len()
    ));
    let pace = |epochs: usize, rate: f64| Pace { epochs, rate, seed };
    let head_pace = pace(settings.new_epochs, settings.head_lr);
    let (headed, of_head) = train_head(&mut run, &base, pixels, &task, head_pace, &device)?;
    let fine_pace = pace(settings.new_epochs, settings.fine_lr);
    let (_, of_tuned) = fine_tune(
        &mut run,
        "fine-tuned",
        headed.clone(),
        settings.frozen,
        &task,
        fine_pace,
        &device,
    )?;
    let fresh = classify::draw_weights(headed, seed, &device);
    let whole_pace = pace(settings.new_epochs, settings.lr);
    let (_, of_scratch) =
        fine_tune(&mut run, "from-scratch", fresh, 0.0, &task, whole_pace, &device)?;

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
