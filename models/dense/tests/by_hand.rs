//! The backward passes by hand against autodiff and against central differences, in 64-bit floats.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::logistic_regression::LogisticRegression;
use fireside_dense::shallow_net::ShallowNet;
use fireside_dense::steps::{Layer, deep, logistic, shallow};
use fireside_suite::in_doubles;
use fireside_training::gradients::named_gradients;
use fireside_training::loss::binary_cross_entropy;

/// Both sides do the same sums in another order.
const AUTODIFF: f64 = 1e-12;
/// A central difference of step 1e-6 is good to about its square, and to rounding over the step.
const NUMERIC: f64 = 1e-8;
const STEP: f64 = 1e-6;

/// The device, in 64-bit floats for this whole process.
fn device() -> Device {
    in_doubles(Device::flex())
}

/// Numbers from a formula, none of them 0 and no two rows alike.
fn tensor(rows: usize, columns: usize, phase: f64) -> Tensor<2> {
    let values: Vec<f64> = (0..rows * columns).map(|k| (phase + 1.7 * k as f64).sin()).collect();
    Tensor::from_data(TensorData::new(values, [rows, columns]), &device())
}

fn labels(batch: usize) -> Tensor<2> {
    let values: Vec<f64> = (0..batch).map(|k| (k * k % 3 == 1) as u8 as f64).collect();
    Tensor::from_data(TensorData::new(values, [batch, 1]), &device())
}

fn layers(sizes: &[usize]) -> Vec<Layer> {
    let layer = |(index, pair): (usize, &[usize])| Layer {
        weight: tensor(pair[0], pair[1], index as f64),
        bias: tensor(1, pair[1], 0.5 + index as f64),
    };
    sizes.windows(2).enumerate().map(layer).collect()
}

fn entries(tensor: &Tensor<2>) -> Vec<f64> {
    tensor.to_data().iter::<f64>().collect()
}

fn flat(layers: &[Layer]) -> Vec<f64> {
    layers
        .iter()
        .flat_map(|layer| [entries(&layer.weight), entries(&layer.bias)].concat())
        .collect()
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < tolerance, "{what}: {index} is {found}, not {expected}");
    }
}

/// Autodiff's gradients in the module's own order: weight and bias, layer by layer.
fn by_autodiff<M: Module>(model: M, loss: impl Fn(&M) -> Tensor<1>) -> Vec<f64> {
    let model = model.train();
    let gradients = named_gradients(&model, &loss(&model).backward()).unwrap();
    gradients.into_iter().flat_map(|(_, values)| values).collect()
}

/// Moves every parameter by a little to both sides and watches the cost.
fn by_central_differences(layers: &[Layer], cost: impl Fn(&[Layer]) -> f64) -> Vec<f64> {
    let mut gradient = Vec::new();
    for index in 0..layers.len() {
        for is_bias in [false, true] {
            let layer = &layers[index];
            let original = if is_bias { &layer.bias } else { &layer.weight };
            let (values, shape) = (entries(original), original.dims());
            for entry in 0..values.len() {
                let moved = |by: f64| {
                    let mut values = values.clone();
                    values[entry] += by;
                    let moved = Tensor::from_data(TensorData::new(values, shape), &device());
                    let mut layers = layers.to_vec();
                    match is_bias {
                        true => layers[index].bias = moved,
                        false => layers[index].weight = moved,
                    }
                    cost(&layers)
                };
                gradient.push((moved(STEP) - moved(-STEP)) / (2.0 * STEP));
            }
        }
    }
    gradient
}

#[test]
fn logistic_regression_by_hand_agrees() {
    let (x, y) = (tensor(7, 5, 0.3), labels(7));
    let layer = layers(&[5, 1]).remove(0);
    let (gradient, _) = logistic::propagate(&layer, &x, &y);
    let hand = flat(&[gradient]);
    let model = LogisticRegression::from_layer(&layer);
    let autodiff =
        by_autodiff(model, |model| binary_cross_entropy(model.forward(x.clone()), y.clone()));
    assert_close(&hand, &autodiff, AUTODIFF, "autodiff");
    let numeric = by_central_differences(&[layer], |layers| {
        binary_cross_entropy(logistic::propagate(&layers[0], &x, &y).1, y.clone()).into_scalar()
    });
    assert_close(&hand, &numeric, NUMERIC, "central differences");
}

#[test]
fn shallow_network_by_hand_agrees_for_every_size_and_batch() {
    for (batch, features, hidden) in [(1, 2, 1), (7, 3, 5), (40, 2, 4)] {
        let (x, y) = (tensor(batch, features, 0.3), labels(batch));
        let layers: [Layer; 2] = layers(&[features, hidden, 1]).try_into().unwrap();
        let activations = shallow::forward_propagation(&x, &layers);
        let hand = flat(&shallow::backward_propagation(&layers, &activations, &x, &y));
        let net = ShallowNet::from_layers(&layers);
        let autodiff =
            by_autodiff(net, |net| binary_cross_entropy(net.forward(x.clone()), y.clone()));
        assert_close(&hand, &autodiff, AUTODIFF, "autodiff");
        let numeric = by_central_differences(&layers, |layers| {
            let layers: [Layer; 2] = layers.to_vec().try_into().unwrap();
            binary_cross_entropy(shallow::forward_propagation(&x, &layers).z2, y.clone())
                .into_scalar()
        });
        assert_close(&hand, &numeric, NUMERIC, "central differences");
    }
}

#[test]
fn deep_network_by_hand_agrees_for_every_depth() {
    for sizes in [&[4, 1][..], &[4, 3, 1], &[5, 6, 4, 3, 1]] {
        let (x, y) = (tensor(9, sizes[0], 0.3), labels(9));
        let layers = layers(sizes);
        let (al, caches) = deep::l_model_forward(&x, &layers);
        let gradients = deep::l_model_backward(&al, &y, &caches);
        let hand: Vec<Layer> = gradients.into_iter().map(|layer| layer.parameters).collect();
        let hand = flat(&hand);
        let net = DeepNet::from_layers(&layers);
        let autodiff =
            by_autodiff(net, |net| binary_cross_entropy(net.forward(x.clone()), y.clone()));
        assert_close(&hand, &autodiff, AUTODIFF, "autodiff");
        let numeric = by_central_differences(&layers, |layers| {
            let (_, caches) = deep::l_model_forward(&x, layers);
            binary_cross_entropy(caches.last().unwrap().z.clone(), y.clone()).into_scalar()
        });
        assert_close(&hand, &numeric, NUMERIC, "central differences");
    }
}
