//! Course 1, week 4: the L-layer network step by step, its backward pass checked against autodiff.

use std::process::ExitCode;

use burn::module::Module;
use clap::{Args, Parser};
use fireside_bin::cats::{self, CatTensors, Judgement};
use fireside_bin::options::{self, Common, Data, Verify};
use fireside_bin::recipes::deep;
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::cats::Cats;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::deep::{l_model_backward, l_model_forward};
use fireside_dense::steps::{Layer, WeightScale};
use fireside_training::descent::DescentConfig;
use fireside_training::gradient_check::relative_difference;
use fireside_training::gradients::named_gradients;
use fireside_training::loss::binary_cross_entropy;
use serde::{Deserialize, Serialize};

const NAME: &str = "c1w4-deep-network-by-hand";
/// Entries of each gradient that are printed side by side.
const SHOWN: usize = 3;

/// Trains a deep network on the cats with forward and backward passes written by hand, after checking
/// every gradient against Burn's autodiff, side by side.
///
/// Expect both gradients to agree to about 6 digits, the width of 32-bit floats. Takes seconds.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    verify: Verify,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Units of each hidden layer, separated by commas
    #[arg(long, value_delimiter = ',', default_values_t = [20, 7, 5], value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units_of_layers")]
    hidden: Vec<usize>,
    /// Updates
    #[arg(long, default_value_t = 500, value_parser = options::iterations)]
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

fn run(Arguments { settings, data, common, verify }: Arguments) -> Result<(), Failure> {
    verify.needs(&data)?;
    let (backend, device) = backend::open(common.device.as_deref(), verify.floats())?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let cats = Cats::load(&data.source(), settings.seed)?;
    let tensors = CatTensors::new(&cats, &device);
    if verify.verify {
        return deep::compare_by_hand(&verify, &common, &cats, &tensors);
    }
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    run.say(&cats::describe(&cats, &data.source()));

    let sizes = [&[cats.train.num_features()], &settings.hidden[..], &[1]].concat();
    let scale = WeightScale::InverseRootOfInputs;
    let start = deep::draw_weights(&sizes, scale, settings.seed, &device);
    run.say(&format!("A network of {sizes:?}, its first gradients:"));
    check_gradients(&mut run, &start, &tensors)?;

    let mut stage = run.stage("net", &("DeepNet", &sizes))?.printing_costs();
    let config = DescentConfig::new(settings.iterations, settings.lr);
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
