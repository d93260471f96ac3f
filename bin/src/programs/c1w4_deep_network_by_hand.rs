//! Course 1, week 4: the L-layer network step by step, its backward pass checked against autodiff.

use crate::Failure;
use crate::cats::{self, CatTensors, Judgement};
use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::programs::files::CATS;
use crate::recipes::deep;
use crate::run::Run;
use crate::values::{Count, LearningRate, Units};
use burn::module::Module;
use clap::Args;
use fireside_datasets::cats::Cats;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::deep::{l_model_backward, l_model_forward};
use fireside_dense::steps::{Layer, WeightScale};
use fireside_training::descent::DescentConfig;
use fireside_training::gradient_check::relative_difference;
use fireside_training::gradients::named_gradients;
use fireside_training::loss::binary_cross_entropy;
use serde::{Deserialize, Serialize};

/// Entries of each gradient that are printed side by side.
const SHOWN: usize = 3;

/// Trains a deep network on the cats with forward and backward passes written by hand, after checking
/// every gradient against Burn's autodiff, side by side.
///
/// Expect both gradients to agree to about 6 digits, the width of 32-bit floats. Takes seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Units of each hidden layer, separated by commas
    #[arg(long, value_delimiter = ',', default_values = ["20", "7", "5"])]
    hidden: Vec<Units>,
    /// Updates
    #[arg(long, default_value = "500")]
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
    name: "c1w4-deep-network-by-hand",
    teaches: "forward and backward through any depth, checked against autodiff",
    files: CATS,
    embedded: "drawn cats and other things",
    minutes: 0.1,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let cats = Cats::load(&settings.data.source(), settings.seed)?;
    let tensors = CatTensors::new(&cats, device);
    if let Some(runs) = setup.reference() {
        return setup.report(&deep::compare_by_hand(runs, &cats, &tensors)?);
    }
    let mut run = setup.begin()?;
    run.say(&cats::describe(&cats, &settings.data.source()));

    let hidden: Vec<usize> = settings.hidden.iter().map(|units| units.get()).collect();
    let sizes = [&[cats.train.num_features()], &hidden[..], &[1]].concat();
    let scale = WeightScale::InverseRootOfInputs;
    let start = deep::draw_weights(&sizes, scale, settings.seed, device);
    run.say(&format!("A network of {sizes:?}, its first gradients:"));
    check_gradients(&mut run, &start, &tensors)?;

    let mut stage = run.stage("net", &("DeepNet", &sizes))?.printing_costs();
    let config = DescentConfig::new(settings.iterations.get(), settings.lr.get());
    let (net, descent) = stage.begin(DeepNet::from_layers(&start), config)?;
    let update = deep::by_hand(tensors.x_train.clone(), tensors.y_train.clone());
    let trained =
        stage.descend_as(descent, net.layers(), |layers| DeepNet::from_layers(layers), update)?;
    let (net, history) = stage.end(trained.map(|layers| DeepNet::from_layers(&layers)))?;
    run.result("cost", history.last_cost());
    Judgement::new(&cats, &tensors, |x| net.forward(x))?.report(&mut run, "net");
    run.finish()
}

/// Prints the gradients of every layer by hand beside those of autodiff.
fn check_gradients(run: &mut Run, layers: &[Layer], tensors: &CatTensors) -> Result<(), Failure> {
    let (x, y) = (&tensors.x_train, &tensors.y_train);
    let (al, caches) = l_model_forward(x, layers);
    let by_hand = l_model_backward(&al, y, &caches);

    let net = DeepNet::from_layers(layers).train();
    let gradients = binary_cross_entropy(net.forward(x.clone()), y.clone()).backward();
    let by_autodiff = named_gradients(&net, &gradients)?;

    let by_hand = by_hand.into_iter().map(|gradients| gradients.parameters);
    let by_hand = by_hand.flat_map(|layer| [layer.weight, layer.bias]);
    let mut worst = 0.0_f64;
    for (hand, (name, autodiff)) in by_hand.zip(by_autodiff) {
        let hand: Vec<f64> = hand.try_into_data()?.iter::<f64>().collect();
        let difference = relative_difference(&hand, &autodiff);
        worst = worst.max(difference);
        run.say(&format!("{name}: relative difference {difference:.1e}"));
        for (hand, autodiff) in hand.iter().zip(&autodiff).take(SHOWN) {
            run.say(&format!("    by hand {hand:>14.9}    autodiff {autodiff:>14.9}"));
        }
    }
    run.result("gradient_difference", worst);
    match worst < 1e-4 {
        true => Ok(()),
        false => Err(Failure::Run(format!("the gradients differ by {worst:.1e}"))),
    }
}
