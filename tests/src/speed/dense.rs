//! Fully connected networks (course 1, week 4; course 2).

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::SgdConfig;
use burn::tensor::{Device, Tensor};

use super::{Path, Setup, Step, step};

/// Linear layers with ReLU between them.
#[derive(Module, Debug)]
struct Dense {
    layers: Vec<Linear>,
}

impl Dense {
    fn new(sizes: &[usize], device: &Device) -> Self {
        let layers = sizes.windows(2).map(|pair| LinearConfig::new(pair[0], pair[1]).init(device));
        Self { layers: layers.collect() }
    }

    fn forward(&self, features: Tensor<2>, path: Path) -> Tensor<2> {
        let (head, hidden) = self.layers.split_last().expect("at least one layer");
        let x = hidden.iter().fold(features, |x, layer| path.relu(path.linear(layer, x)));
        path.linear(head, x)
    }
}

/// The course's cat classifier: gradient descent on squared errors.
pub(super) fn cat_net(setup: Setup) -> Step {
    let (path, sizes) = (setup.path, setup.sizes);
    let model = Dense::new(&[12288, sizes.channels, 7, 5, 1], &setup.device());
    let (x, y) =
        (setup.data([sizes.batch, 12288]), Tensor::zeros([sizes.batch, 1], &setup.device()));
    step::of_model(
        setup,
        model,
        SgdConfig::new().init(),
        move |model| model.forward(x.clone(), path),
        move |output| path.mean_squared_error(output, y.clone()),
    )
}

/// The digits' classifier: Adam on the cross-entropy.
pub(super) fn mlp(setup: Setup) -> Step {
    let (path, sizes) = (setup.path, setup.sizes);
    let model = Dense::new(&[784, sizes.channels, sizes.channels, 10], &setup.device());
    let (x, classes) = (setup.data([sizes.batch, 784]), setup.labels(sizes.batch, 10));
    step::of_model(
        setup,
        model,
        path.adam(),
        move |model| model.forward(x.clone(), path),
        move |logits| path.cross_entropy(logits, classes.clone()),
    )
}
