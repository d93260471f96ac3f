//! Course 1, week 4: the cats again, with two layers and with four.

use std::path::PathBuf;
use std::process::ExitCode;

use burn::module::Module;
use clap::{Args, Parser};
use fireside_bin::cats::{self, CatTensors, Judgement};
use fireside_bin::options::{self, Common, Data, Verify};
use fireside_bin::pictures::Question;
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::deep;
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::cats::Cats;
use fireside_dense::deep_net::DeepNet;
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

const NAME: &str = "c1w4-cat-classifier";

/// Learns to tell cats from other things with a network of two layers (12288-7-1) and of four
/// (12288-20-7-5-1).
///
/// Expect about 72 % and 80 % on the course's test pictures, where logistic regression had 70 %. Takes about
/// 20 seconds.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    /// Classify this JPEG or PNG with both trained networks
    #[arg(long, value_name = "FILE")]
    predict: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    verify: Verify,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Updates of each network
    #[arg(long, default_value_t = 2500, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    iterations: usize,
    /// Learning rate
    #[arg(long, default_value_t = 0.0075, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Seed of the weights, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { settings, data, predict, common, verify } = arguments;
    verify.needs(&data)?;
    let (backend, device) = backend::open(common.device.as_deref(), verify.floats())?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let cats = Cats::load(&data.source(), settings.seed)?;
    let tensors = CatTensors::new(&cats, &device);
    if verify.verify {
        return deep::compare_with_course(&verify, &common, &cats, &tensors);
    }
    let read = |path: &PathBuf| Question::read(path, &cats.test, &device);
    let question = predict.as_ref().map(read).transpose()?;
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&cats::describe(&cats, &data.source()));

    let mut curves = Vec::new();
    for plan in &deep::PLANS {
        let sizes = plan.layer_sizes(cats.train.num_features());
        run.say(&format!("The {} network, {sizes:?}:", plan.name));
        let start = deep::draw_weights(&sizes, plan.scale, settings.seed, &device);
        let mut stage = run.stage(plan.name, &("DeepNet", &sizes))?.printing_costs();
        let config = DescentConfig::new(settings.iterations, settings.lr);
        let (net, descent) = stage.begin(DeepNet::from_layers(&start), config)?;
        let update = deep::by_autodiff(tensors.x_train.clone(), tensors.y_train.clone());
        let trained = stage.descend(descent, net.train(), update)?;
        let (net, history) = stage.end(trained.map(|net| net.valid()))?;

        run.result(&format!("cost_{}", plan.name), history.last_cost());
        let judgement = Judgement::new(&cats, &tensors, |x| net.forward(x))?;
        judgement.report(&mut run, plan.name);
        let file = format!("misclassified-{}.png", plan.name);
        judgement.draw_misclassified(&mut run, &file, &cats.test)?;
        if let Some(question) = &question {
            question.report(&mut run, plan.name, net.forward(question.features.clone()))?;
        }
        curves.push(Series::of_costs(plan.name, &history));
    }
    let titles = Titles { title: "Two layers and four", x: "iteration", y: "cost" };
    run.picture("costs.png", &plot::lines(titles, &curves)?)?;
    run.finish()
}
