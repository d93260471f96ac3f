//! Course 4, week 2: the classic networks, from LeNet-5 to EfficientNet, side by side.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use burn::tensor::Device;
use clap::{Args, Parser};
use fireside_bin::options::{self, Common, Dashboard, Data};
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::classify::{self, Pictures};
use fireside_bin::recipes::networks::{Cost, measure};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, interrupt, program};
use fireside_datasets::image_file::read_rgb;
use fireside_training::supervised::SupervisedConfig;
use fireside_vision::Classifier as _;
use fireside_vision::summary::summary;
use fireside_vision::zoo::{self, Entry, Network};
use serde::{Deserialize, Serialize};

const NAME: &str = "c4w2-classic-networks";
/// Images of a training step that is timed.
const BATCH: usize = 2;
/// One network of each architecture.
const DEFAULT: [&str; 11] = [
    "lenet5",
    "alexnet",
    "network-in-network",
    "vgg16",
    "googlenet",
    "inception-v3",
    "resnet50",
    "inception-resnet-v2",
    "mobilenet-v1",
    "mobilenet-v2",
    "efficientnet-b0",
];

/// Counts and times the networks of the course side by side: parameters, multiply-adds, milliseconds for an
/// image and for a training step, memory. With --model it trains one of them, on hands that show 0 to 5 fingers
/// or on any folder of class folders.
///
/// Expect milliseconds that grow with the multiply-adds, but for depthwise convolutions, which cost more than they
/// count. Takes about a minute for the default list; a training takes from a minute (conv-net) to hours (vgg16).
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    /// Say what this JPEG or PNG shows, by the trained network
    #[arg(long, value_name = "FILE", requires = "model")]
    predict: Option<PathBuf>,
    #[command(flatten)]
    dashboard: Dashboard,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Networks to put side by side [default: one of each architecture]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = entry)]
    models: Vec<String>,
    /// Print every network's layers too
    #[arg(long)]
    layers: bool,
    /// Train this network instead
    #[arg(long, value_name = "NAME", value_parser = entry, conflicts_with = "models")]
    model: Option<String>,
    /// Train on this folder of class folders [default: hands that show 0 to 5 fingers]
    #[arg(long, value_name = "DIR", requires = "model")]
    folder: Option<PathBuf>,
    /// Leave out pictures of the folder that cannot be decoded
    #[arg(long)]
    skip_damaged: bool,
    /// Rows and columns of the images [default: 64 to train on, those of the paper to time]
    #[arg(long, value_parser = options::units)]
    side: Option<usize>,
    /// Times through the training pictures
    #[arg(long, default_value_t = 20, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    epochs: usize,
    /// Pictures in a mini-batch to learn from
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    batch_size: usize,
    /// Learning rate at the start
    #[arg(long, default_value_t = 1e-3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Seed of the weights, the order and the changes of the pictures, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn entry(name: &str) -> Result<String, String> {
    match zoo::find(name) {
        Some(_) => Ok(name.to_string()),
        None => {
            let names: Vec<_> = zoo::ENTRIES.iter().map(|entry| entry.name).collect();
            Err(format!("the networks are {}", names.join(", ")))
        }
    }
}

fn main() -> ExitCode {
    program(run)
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { settings, data, predict, dashboard, common } = arguments;
    dashboard.check()?;
    let (backend, device) = backend::open(common.device.as_deref(), backend::Floats::F32)?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let pictures = match settings.model.as_deref().and_then(zoo::find) {
        None => None,
        Some(entry) => {
            let [least, most] = entry.sides;
            let side = settings.side.unwrap_or(64.clamp(least, most));
            let (folder, skip) = (settings.folder.as_deref(), settings.skip_damaged);
            Some((
                entry,
                Pictures::load(folder, skip, &data.source(), side, settings.seed, &device)?,
            ))
        }
    };
    if let Some(path) = &predict {
        read_rgb(path, 64, 64)?; // before the training, not after it
    }
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    match pictures {
        None => compare(&mut run, &settings, common.dry_run, &device)?,
        Some((entry, pictures)) => {
            let Settings { epochs, batch_size, lr, seed, .. } = settings;
            run.say(&pictures.description);
            let config = SupervisedConfig::new(epochs).with_batch_size(batch_size).with_seed(seed);
            let plan = Plan { entry, config, rate: lr, dashboard: dashboard.dashboard };
            plan.train(&mut run, pictures, predict.as_deref(), &device)?;
        }
    }
    run.finish()
}

/// Measures every network that is asked for and prints the table.
fn compare(
    run: &mut Run,
    settings: &Settings,
    dry_run: bool,
    device: &Device,
) -> Result<(), Failure> {
    let asked = |entry: &&Entry| match settings.models.is_empty() {
        true => DEFAULT.contains(&entry.name),
        false => settings.models.iter().any(|name| name == entry.name),
    };
    let entries: Vec<_> = zoo::ENTRIES.iter().filter(asked).collect();
    let entries = &entries[..if dry_run { 1 } else { entries.len() }];
    let (mut costs, mut points) = (Vec::new(), Vec::new());
    run.say(&Cost::titles());
    for entry in entries {
        if interrupt::requested() {
            return Err(Failure::Run(format!("stopped before {}", entry.name)));
        }
        let side = settings.side.unwrap_or(entry.side);
        let (cost, table) = measure(entry, side, BATCH, device)?;
        run.say(&cost.row());
        if settings.layers {
            run.say(&table.to_string());
        }
        let point = (cost.multiply_adds as f64 / 1e9, cost.forward_ms);
        points.push(Series { name: cost.name.clone(), points: vec![point] });
        costs.push(cost);
    }
    run.result("networks", serde_json::to_value(&costs).map_err(|e| Failure::Run(e.to_string()))?);
    let titles = Titles {
        title: "What an image costs",
        x: "multiply-adds in thousand millions",
        y: "milliseconds forward",
    };
    run.picture("costs.png", &plot::points(titles, &points)?)
}

/// A training of one network.
struct Plan {
    entry: &'static Entry,
    config: SupervisedConfig,
    rate: f64,
    dashboard: bool,
}

impl Plan {
    fn train(
        self,
        run: &mut Run,
        pictures: Pictures,
        predict: Option<&Path>,
        device: &Device,
    ) -> Result<(), Failure> {
        let Pictures { classes, sets: [train, test], .. } = pictures;
        let name = self.entry.name;
        let [height, width, channels] = train.pictures(&[0])?.image_shape();
        let image = [channels, height, width];
        let net = self.entry.build(classes.len(), image, device)?;
        run.say(&summary(&net, Network::forward, image, device).to_string());
        let net = classify::draw_weights(net, self.config.seed, device);
        let learnt = classify::augmented(&train, &classify::CHANGES_OF_HANDS, self.config.seed)?;
        let training =
            classify::training(self.config, train.source().labels().len(), self.rate, 5e-3)?;
        let stage = run.epoch_stage(name, &format!("{name} of {} classes", classes.len()));
        let stage = stage.with_dashboard(self.dashboard);
        let (net, curve) = stage.train(training, net, classify::answer, &learnt, &test)?;
        classify::keep_classes(run, name, &classes)?;
        classify::judge(run, &net, "train", &train)?;
        classify::judge(run, &net, "test", &test)?;
        if let Some(path) = predict {
            classify::report_answer(run, &net, path, &test, device, &classes)?;
        }
        classify::draw_curves(run, &curve)
    }
}
