//! Course 1, week 4: the cats again, with two layers and with four.

use std::path::PathBuf;

use crate::Failure;
use crate::cats::{self, CatTensors, Judgement};
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::pictures::Question;
use crate::plot::{self, Series, Titles};
use crate::programs::files::CATS;
use crate::recipes::deep;
use crate::values::{Count, LearningRate};
use burn::module::Module;
use clap::Args;
use fireside_datasets::cats::Cats;
use fireside_dense::deep_net::DeepNet;
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

/// Learns to tell cats from other things with a network of two layers (12288-7-1) and of four
/// (12288-20-7-5-1).
///
/// Expect about 72 % and 80 % on the course's test pictures, where logistic regression had 70 %. Takes about
/// 20 seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Updates of each network
    #[arg(long, default_value = "2500")]
    iterations: Count,
    /// Learning rate
    #[arg(long, default_value = "0.0075")]
    lr: LearningRate,
    /// Seed of the weights, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// What the trained model is asked.
#[derive(Args, Debug, Clone)]
struct Asked {
    /// Classify this JPEG or PNG with both trained networks
    #[arg(long, value_name = "FILE")]
    predict: Option<PathBuf>,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c1w4-cat-classifier",
    teaches: "two layers against four on the cats",
    files: CATS,
    embedded: "drawn cats and other things",
    minutes: 0.3,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked: Asked { predict }, device, .. } = setup;
    let cats = Cats::load(&settings.data.source(), settings.seed)?;
    let tensors = CatTensors::new(&cats, device);
    if let Some(runs) = setup.reference() {
        return setup.report(&deep::compare_with_course(runs, &cats, &tensors)?);
    }
    let read = |path: &PathBuf| Question::read(path, &cats.test, device);
    let question = predict.as_ref().map(read).transpose()?;
    let mut run = setup.begin()?;
    run.say(&cats::describe(&cats, &settings.data.source()));

    let mut curves = Vec::new();
    for plan in &deep::PLANS {
        let sizes = plan.layer_sizes(cats.train.num_features());
        run.say(&format!("The {} network, {sizes:?}:", plan.name));
        let start = deep::draw_weights(&sizes, plan.scale, settings.seed, device);
        let mut stage = run.stage(plan.name, &("DeepNet", &sizes))?.printing_costs();
        let config = DescentConfig::new(settings.iterations.get(), settings.lr.get());
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
