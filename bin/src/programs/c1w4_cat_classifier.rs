//! Course 1, week 4: the cats again, with two layers and with four.

use clap::Args;
use fireside_datasets::cats::{CLASSES, Cats};
use fireside_dense::deep_net::DeepNet;
use fireside_recipes::cats::{CatTensors, Judgement};
use fireside_recipes::deep;
use fireside_recipes::steps::cat_classifier::NOTEBOOK;
use fireside_recipes::trained::{Architecture, Card, Model, Trained};
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::{Data, Predict};
use crate::pictures::Question;
use crate::plot::Series;
use crate::programs::files::CATS;
use crate::values::{Count, LearningRate};

/// Learns to tell cats from other things with a network of two layers (12288-7-1) and of four
/// (12288-20-7-5-1).
///
/// Expect 68 to 72 % and 74 to 78 % on the course's test pictures, where logistic regression had 70 %, and 50 to 72 %
/// and 68 to 98 % on drawn ones. Takes 10 to 12 seconds of processor time.
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

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c1w4-cat-classifier",
    teaches: "two layers against four on the cats",
    files: CATS,
    embedded: "drawn cats and other things",
    minutes: 0.15,
    command: frame::command::<Settings, Predict>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Predict>) -> Result<(), Failure> {
    let Setup { settings: Settings { iterations, lr, seed, data }, asked, device, .. } = setup;
    let cats = Cats::load(&data.source(), *seed)?;
    let tensors = CatTensors::new(&cats, device);
    if let Some(runs) = setup.reference() {
        return setup.compare(|| deep::compare_with_course(runs, &cats, &tensors));
    }
    let question = Question::asked(asked.predict.as_deref())?;
    let mut run = setup.begin()?;
    run.look_at_pictures([&cats.train, &cats.test], &CLASSES, &data.source())?;

    let mut curves = Vec::new();
    for plan in &deep::PLANS {
        let name = plan.name;
        let sizes = plan.layer_sizes(cats.train.num_features());
        run.say(&format!("The network of {}, {sizes:?}:", plan.called));
        let start = deep::draw_weights(&sizes, plan.scale, *seed, device);
        let stage =
            run.stage(name, &("DeepNet", &sizes))?.called(plan.called).printing_costs_every(100);
        let config = DescentConfig::new(iterations.get(), lr.get());
        let update = deep::by_autodiff(tensors.x_train.clone(), tensors.y_train.clone());
        let (net, history) = stage.learn(DeepNet::from_layers(&start), config, update)?;

        run.result(&format!("cost_{name}"), history.last_cost());
        let found = Judgement::new(&cats, &tensors, |x| net.forward(x))?;
        run.accuracies(name, found.shares);
        let file = format!("misclassified-{}.png", plan.called.replace(' ', "-"));
        run.misclassified(&file, &cats.test, &found.predictions, &CLASSES)?;
        let architecture = Architecture::deep_net(&sizes);
        let card = Card::of_pictures(architecture, cats.test.side(), &CLASSES);
        run.describe(name, &if sizes.len() > 3 { card.clone().as_main() } else { card.clone() })?;
        if let Some(question) = &question {
            let model = Trained::of(&card, Model::of_features(move |x| net.forward(x)), device)?;
            question.ask_for_cats(&mut run, [name, plan.called], &model)?;
        }
        curves.push(Series::of_costs(plan.called, &history));
    }
    run.curves("costs.png", "Costs of two layers and of four", ["iteration", "cost"], &curves)?;
    run.finish()
}
