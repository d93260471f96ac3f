//! Every operation of `fireside-layers` gives on every backend that is compiled in what Burn's CPU backend
//! gives, in value and in the gradient of every input: the kernels there, the default bodies elsewhere.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::tensor::{Device, Tensor, TensorData};
use fireside_bin::backend::{self, Floats};
use fireside_layers::ops::{
    self, Attention, Conv1dOptions, Conv2dOptions, ConvTranspose2dOptions, CrossEntropy,
    GruOptions, GruWeights, LstmOptions, LstmWeights, Normalization, Pool2dOptions, RnnOptions,
    RnnWeights, Scan,
};
use fireside_numpy_rng::NumpyRng;

/// Of 32-bit floats, relative to the largest entry: other orders of sums, other `exp`s.
const TOLERANCE: f64 = 2e-5;

/// An operation, the sizes of its flat inputs, and how it is called.
type Operation = (&'static str, &'static [usize], fn(&[Tensor<1>]) -> Tensor<1>);

fn flat<const D: usize>(tensor: Tensor<D>) -> Tensor<1> {
    let len = tensor.shape().num_elements();
    tensor.reshape([len])
}

const OPERATIONS: &[Operation] = &[
    ("tanh", &[35], |v| ops::tanh(v[0].clone())),
    ("sigmoid", &[35], |v| ops::sigmoid(v[0].clone())),
    ("hard_sigmoid", &[35], |v| ops::hard_sigmoid(v[0].clone(), 0.2, 0.5)),
    ("relu", &[35], |v| ops::relu(v[0].clone())),
    ("relu6", &[35], |v| ops::relu6(v[0].clone() * 4.0)),
    ("leaky_relu", &[35], |v| ops::leaky_relu(v[0].clone(), 0.1)),
    ("gelu", &[35], |v| ops::gelu(v[0].clone())),
    ("silu", &[35], |v| ops::silu(v[0].clone())),
    ("softmax", &[35], |v| flat(ops::softmax(v[0].clone().reshape([5, 7]), 1))),
    ("log_softmax", &[35], |v| flat(ops::log_softmax(v[0].clone().reshape([5, 7]), 1))),
    ("binary_cross_entropy", &[12], |v| {
        let targets = v[0].clone().detach().greater_elem(0.3).float();
        ops::binary_cross_entropy(v[0].clone(), targets)
    }),
    ("cross_entropy", &[20], |v| {
        let classes = Tensor::from_data([3, 0, 1, 2, 2], &v[0].device());
        let options = CrossEntropy { label_smoothing: 0.1, ignored: Some(1) };
        ops::cross_entropy(v[0].clone().reshape([5, 4]), classes, &options)
    }),
    ("linear", &[30, 20, 4], |v| {
        let weight = v[1].clone().reshape([5, 4]);
        flat(ops::linear(v[0].clone().reshape([2, 3, 5]), weight, Some(v[2].clone())))
    }),
    ("conv2d", &[144, 36, 4], |v| {
        let options =
            Conv2dOptions { stride: [2, 1], padding: [1, 0, 2, 1], ..Conv2dOptions::default() };
        let weight = v[1].clone().reshape([4, 3, 3, 1]);
        flat(ops::conv2d(v[0].clone().reshape([2, 3, 6, 4]), weight, Some(v[2].clone()), &options))
    }),
    ("conv1d", &[24, 18], |v| {
        let options = Conv1dOptions { padding: [2, 0], groups: 2, ..Conv1dOptions::default() };
        let weight = v[1].clone().reshape([6, 1, 3]);
        flat(ops::conv1d(v[0].clone().reshape([2, 2, 6]), weight, None, &options))
    }),
    ("conv_transpose2d", &[48, 36, 3], |v| {
        let options = ConvTranspose2dOptions { stride: [2, 2], ..Default::default() };
        let weight = v[1].clone().reshape([4, 3, 3, 1]);
        let x = v[0].clone().reshape([2, 4, 3, 2]);
        flat(ops::conv_transpose2d(x, weight, Some(v[2].clone()), &options))
    }),
    ("max_pool2d", &[120], |v| {
        let options = Pool2dOptions { padding: [1, 1, 1, 1], ..Pool2dOptions::square(3) };
        flat(ops::max_pool2d(v[0].clone().reshape([2, 2, 6, 5]), &options))
    }),
    ("avg_pool2d", &[120], |v| {
        let options = Pool2dOptions { stride: [1, 2], ..Pool2dOptions::square(2) };
        flat(ops::avg_pool2d(v[0].clone().reshape([2, 2, 6, 5]), &options, true))
    }),
    ("adaptive_avg_pool2d", &[120], |v| {
        flat(ops::adaptive_avg_pool2d(v[0].clone().reshape([2, 2, 6, 5]), [1, 1]))
    }),
    ("batch_norm", &[48, 3, 3], |v| {
        let x = v[0].clone().reshape([4, 3, 4]);
        flat(ops::batch_norm(x, v[1].clone(), v[2].clone(), 1e-3).0)
    }),
    ("batch_norm_fixed", &[48, 3, 3], |v| {
        let normalization = Normalization {
            gamma: v[1].clone(),
            beta: v[2].clone(),
            mean: v[2].clone().detach() * 0.5,
            variance: v[1].clone().detach().square() + 0.1,
            epsilon: 1e-3,
        };
        flat(ops::batch_norm_fixed(v[0].clone().reshape([4, 3, 4]), &normalization))
    }),
    ("layer_norm", &[48, 6, 6], |v| {
        let x = v[0].clone().reshape([2, 4, 6]);
        flat(ops::layer_norm(x, v[1].clone(), Some(v[2].clone()), 1e-5))
    }),
    ("attention", &[48, 72, 72], |v| {
        let options = Attention { causal: true, ..Attention::new(2) };
        let [q, k] = [v[0].clone().reshape([2, 4, 6]), v[1].clone().reshape([2, 6, 6])];
        flat(ops::attention(q, k, v[2].clone().reshape([2, 6, 6]), &options))
    }),
    ("rnn", &[30, 12, 16, 4], |v| {
        let weights = RnnWeights {
            input: v[1].clone().reshape([3, 4]),
            recurrent: v[2].clone().reshape([4, 4]),
            bias: Some(v[3].clone()),
        };
        flat(ops::rnn(v[0].clone().reshape([2, 5, 3]), weights, None, &RnnOptions::default()).0)
    }),
    ("gru", &[30, 36, 48, 12, 12], |v| {
        let weights = GruWeights {
            input: v[1].clone().reshape([3, 12]),
            recurrent: v[2].clone().reshape([4, 12]),
            bias: Some(v[3].clone()),
            recurrent_bias: Some(v[4].clone()),
        };
        flat(ops::gru(v[0].clone().reshape([2, 5, 3]), weights, None, &GruOptions::default()).0)
    }),
    ("lstm", &[30, 48, 64, 16, 12], |v| {
        let weights = LstmWeights {
            input: v[1].clone().reshape([3, 16]),
            recurrent: v[2].clone().reshape([4, 16]),
            bias: Some(v[3].clone()),
            peepholes: Some(v[4].clone().reshape([3, 4])),
        };
        let scan = Scan { reverse: true, lengths: Some(vec![5, 2]) };
        let options = LstmOptions { scan, ..LstmOptions::default() };
        let (outputs, state) = ops::lstm(v[0].clone().reshape([2, 5, 3]), weights, None, &options);
        Tensor::cat(vec![flat(outputs), flat(state.hidden), flat(state.cell)], 0)
    }),
];

/// The output, and the gradient of every input under fixed weights of the output.
fn run((_, sizes, function): &Operation, device: &Device) -> Vec<Vec<f64>> {
    let device = device.clone().autodiff();
    let mut rng = NumpyRng::new(5);
    let leaves: Vec<_> = sizes
        .iter()
        .map(|size| {
            let values = TensorData::new(rng.randn_vec(*size), [*size]);
            Tensor::<1>::from_data(values, &device).require_grad()
        })
        .collect();
    let output = function(&leaves);
    let [len] = output.dims();
    let weights = Tensor::from_data(TensorData::new(rng.randn_vec(len), [len]), &device);
    let gradients = (output.clone() * weights).sum().backward();
    let entries = |tensor: Tensor<1>| tensor.into_data().iter::<f64>().collect::<Vec<_>>();
    let of_leaves = leaves.iter().map(|leaf| entries(leaf.grad(&gradients).unwrap()));
    std::iter::once(entries(output.inner())).chain(of_leaves).collect()
}

#[test]
fn operations_give_on_every_backend_what_the_kernels_give() {
    let kernels = Device::flex();
    let mut differences = Vec::new();
    for name in backend::names() {
        let (_, device) = backend::open(Some(name), Floats::F32).unwrap();
        for operation in OPERATIONS {
            let (found, expected) = (run(operation, &device), run(operation, &kernels));
            for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
                assert_eq!(found.len(), expected.len(), "{} on {name}", operation.0);
                let largest =
                    expected.iter().fold(1.0, |largest: f64, value| largest.max(value.abs()));
                let apart = found.iter().zip(expected).map(|(a, b)| (a - b).abs() / largest);
                let apart = apart.fold(0.0, f64::max);
                if apart.is_nan() || apart > TOLERANCE {
                    differences
                        .push(format!("{} on {name}, tensor {index}: {apart:.1e}", operation.0));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}
