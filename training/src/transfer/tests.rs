use std::ops::ControlFlow;

use burn::nn::{Linear, LinearConfig};
use burn::optim::AdamWConfig;
use burn::tensor::activation::relu;
use burn::tensor::{Device, TensorData};

use super::*;
use crate::supervised::{Score, Supervised, SupervisedConfig, SupervisedError};
use fireside_numpy_rng::NumpyRng;

/// Eleven layers more than needed, so that `layers.1` and `layers.10` are both there.
#[derive(Module, Debug)]
struct Net {
    layers: Vec<Linear>,
    head: Linear,
}

impl Net {
    fn new(device: &Device) -> Self {
        let layers = (0..11).map(|_| LinearConfig::new(4, 4).init(device));
        Self { layers: layers.collect(), head: LinearConfig::new(4, 3).init(device) }
    }

    fn features(&self, x: Tensor<2>) -> Tensor<2> {
        // Two are enough: the others only carry names.
        relu(self.layers[1].forward(relu(self.layers[0].forward(x))))
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.head.forward(self.features(x))
    }
}

fn examples(device: &Device) -> (Tensor<2>, Tensor<1, Int>) {
    let values = TensorData::new(NumpyRng::new(5).randn_vec(40), [10, 4]);
    let labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0];
    (Tensor::from_data(values, device), Tensor::from_data(labels, device))
}

fn parameters<M: Module>(model: &M) -> Vec<(String, Vec<f64>)> {
    #[derive(Default)]
    struct Reader(Vec<Vec<f64>>);
    impl ModuleVisitor for Reader {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.push(param.val().into_data().iter().collect());
        }
    }
    let mut reader = Reader::default();
    model.visit(&mut reader);
    parameter_names(model).into_iter().zip(reader.0).collect()
}

fn train(net: Net) -> Result<Net, SupervisedError> {
    let set = examples(&Device::flex());
    let config = SupervisedConfig::new(5).with_batch_size(4).with_seed(1);
    // Weight decay would move a parameter without a gradient, if it were stepped at all.
    let optimizer = AdamWConfig::new().with_weight_decay(0.1).init();
    let task = |net: &Net, (x, y)| Score::of_classes(net.forward(x), y);
    let training = Supervised::new(config, optimizer, 0.05);
    training.run(net, task, &set, &set, |_| ControlFlow::Continue(())).map(|trained| trained.model)
}

#[test]
fn frozen_parameters_do_not_move_by_a_bit_and_the_others_do() {
    let net = Net::new(&Device::flex());
    let before = parameters(&net);
    let trained = train(freeze(net, &["layers.1", "head.bias"]).unwrap()).unwrap();
    for ((name, before), (_, after)) in before.into_iter().zip(parameters(&trained)) {
        let used = ["layers.0", "layers.1", "head"]
            .iter()
            .any(|layer| name.starts_with(&format!("{layer}.")));
        let frozen = name.starts_with("layers.1.") || name == "head.bias";
        assert_eq!(before != after, used && !frozen, "{name}");
    }
}

#[test]
fn unfrozen_parameters_move_again() {
    let net = freeze(Net::new(&Device::flex()), &["layers"]).unwrap();
    let net = unfreeze(net, &["layers.0"]).unwrap();
    let before = parameters(&net);
    let after = parameters(&train(net).unwrap());
    let moved: Vec<_> =
        before.iter().zip(&after).filter(|(a, b)| a != b).map(|(a, _)| &a.0).collect();
    assert_eq!(moved, ["layers.0.weight", "layers.0.bias", "head.weight", "head.bias"]);
}

#[test]
fn head_trained_on_precomputed_activations_equals_the_net_trained_with_the_rest_frozen() {
    let device = Device::flex();
    let net = Net::new(&device);
    let whole = train(freeze(net.clone(), &["layers"]).unwrap()).unwrap();

    let (x, labels) = examples(&device);
    let set = (precompute(&x, 3, |x| net.features(x)), labels);
    let config = SupervisedConfig::new(5).with_batch_size(4).with_seed(1);
    let optimizer = AdamWConfig::new().with_weight_decay(0.1).init();
    let task = |head: &Linear, (x, y)| Score::of_classes(head.forward(x), y);
    let training = Supervised::new(config, optimizer, 0.05);
    let head =
        training.run(net.head, task, &set, &set, |_| ControlFlow::Continue(())).unwrap().model;

    let alone = parameters(&head);
    let within: Vec<_> =
        parameters(&whole).into_iter().filter(|(name, _)| name.starts_with("head")).collect();
    for ((name, alone), (_, within)) in alone.iter().zip(&within) {
        // Activations of another batch size may round differently, in the last bits of 32.
        for (a, b) in alone.iter().zip(within) {
            assert!((a - b).abs() < 1e-5, "{name}: {a}, {b}");
        }
    }
}

#[test]
fn unknown_layer_is_refused_with_the_names_there_are() {
    let error = freeze(Net::new(&Device::flex()), &["head", "layers.11"]).unwrap_err();
    let sentence = error.to_string();
    assert!(
        sentence.starts_with("there is no layer layers.11: the model has layers.0.weight"),
        "{sentence}"
    );
    assert!(sentence.ends_with("head.weight, head.bias"), "{sentence}");
    assert!(unfreeze(Net::new(&Device::flex()), &["layer"]).is_err());
}

#[test]
fn model_without_anything_to_train_is_refused() {
    let net = freeze(Net::new(&Device::flex()), &["layers", "head"]).unwrap();
    assert!(matches!(train(net), Err(SupervisedError::NothingToTrain)));
}
