//! A recurrent layer and a classifier of every time step (course 5, week 1).

use burn::module::{Module, ModuleDisplay};
use burn::nn::{Gru, GruConfig, Linear, LinearConfig, Lstm, LstmConfig, Rnn, RnnConfig};
use burn::tensor::{Device, Tensor};

use super::{Path, Setup, Step, step};

/// Numbers that come in at a time step, and classes that go out.
const FEATURES: usize = 64;

/// What the three layers have in common.
trait Recurrent: Module + ModuleDisplay {
    fn new(hidden: usize, device: &Device) -> Self;
    fn forward(&self, x: Tensor<3>, path: Path) -> Tensor<3>;
}

impl Recurrent for Lstm {
    fn new(hidden: usize, device: &Device) -> Self {
        LstmConfig::new(FEATURES, hidden, true).init(device)
    }

    fn forward(&self, x: Tensor<3>, path: Path) -> Tensor<3> {
        path.lstm(self, x)
    }
}

impl Recurrent for Gru {
    fn new(hidden: usize, device: &Device) -> Self {
        GruConfig::new(FEATURES, hidden, true).init(device)
    }

    fn forward(&self, x: Tensor<3>, path: Path) -> Tensor<3> {
        path.gru(self, x)
    }
}

impl Recurrent for Rnn {
    fn new(hidden: usize, device: &Device) -> Self {
        RnnConfig::new(FEATURES, hidden, true).init(device)
    }

    fn forward(&self, x: Tensor<3>, path: Path) -> Tensor<3> {
        path.rnn(self, x)
    }
}

#[derive(Module, Debug)]
struct Tagger<R: Recurrent> {
    recurrent: R,
    head: Linear,
}

impl<R: Recurrent> Tagger<R> {
    /// Logits of every time step, `[batch * time, classes]`.
    fn forward(&self, x: Tensor<3>, path: Path) -> Tensor<2> {
        let hidden = self.recurrent.forward(x, path); // [batch, time, hidden]
        path.linear(&self.head, hidden.flatten::<2>(0, 1))
    }
}

fn tagger<R: Recurrent + 'static>(setup: Setup) -> Step {
    let (path, sizes, device) = (setup.path, setup.sizes, setup.device());
    let model = Tagger {
        recurrent: R::new(sizes.channels, &device),
        head: LinearConfig::new(sizes.channels, FEATURES).init(&device),
    };
    let x = setup.data([sizes.batch, sizes.time, FEATURES]);
    let classes = setup.labels(sizes.batch * sizes.time, FEATURES);
    step::of_model(
        setup,
        model,
        path.adam(),
        move |model| model.forward(x.clone(), path),
        move |logits| path.cross_entropy(logits, classes.clone()),
    )
}

pub(super) fn lstm(setup: Setup) -> Step {
    tagger::<Lstm>(setup)
}

pub(super) fn gru(setup: Setup) -> Step {
    tagger::<Gru>(setup)
}

pub(super) fn rnn(setup: Setup) -> Step {
    tagger::<Rnn>(setup)
}
