//! The course's own trained weights: Keras 2 files, and the CSV folder of FaceNet.

use std::fs;
use std::path::Path;

use burn::module::Module;
use burn::nn::activation::{ActivationConfig, HardSigmoidConfig};
use burn::nn::conv::{Conv1d, Conv1dConfig, Conv2d, Conv2dConfig};
use burn::nn::{
    BatchNorm, BatchNormConfig, BiLstm, BiLstmConfig, Gru, GruConfig, Linear, LinearConfig, Lstm,
    LstmConfig, LstmState,
};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_recipes::shakespeare::{TX, Text, foresight, load_weights};
use fireside_weights::{Limits, load_file, read};

fn loaded<M: Module>(model: M, file: &Path, renames: &[(&str, &str)]) -> M {
    load_file(model, file, renames).unwrap()
}

/// Gates of Keras before 2.3: `clip(0.2 x + 0.5, 0, 1)`.
fn hard_sigmoid() -> ActivationConfig {
    ActivationConfig::HardSigmoid(HardSigmoidConfig::new())
}

fn one_hot(indices: Vec<i64>, [batch, time]: [usize; 2], classes: usize) -> Tensor<3> {
    let indices = TensorData::new(indices, [batch * time]);
    let indices = Tensor::<1, Int>::from_data(indices, &Device::default());
    indices.one_hot::<2>(classes).float().reshape([batch, time, classes])
}

fn to_indices<const D: usize>(scores: Tensor<D>) -> Vec<i64> {
    let best = scores.argmax(D - 1).into_data().convert::<i64>();
    best.try_into_vec::<i64>().unwrap()
}

#[derive(Module, Debug)]
struct Shakespeare {
    lstm: [Lstm; 2],
    dense: Linear,
}

/// It fitted the windows of 40 characters that start at 2, 5, 8, ...: next-character accuracy 0.953 on every
/// 20th of them, by TensorFlow.
pub fn shakespeare(folder: &Path) {
    let device = Device::default();
    let lstm = |inputs| {
        LstmConfig::new(inputs, 128, true).with_gate_activation(hard_sigmoid()).init(&device)
    };
    let model = Shakespeare {
        lstm: [lstm(38), lstm(128)],
        dense: LinearConfig::new(128, 38).init(&device),
    };
    let renames = [("lstm.{i}", "lstm_{i+5}"), ("dense", "dense_3")];
    let model = loaded(model, &folder.join("shakespeare/lstm_shakespeare.h5"), &renames);

    let text = fs::read_to_string(folder.join("shakespeare/shakespeare.txt")).unwrap();
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let mut alphabet = text.clone();
    alphabet.sort_unstable();
    alphabet.dedup();
    assert_eq!(alphabet.len(), 38);
    let text: Vec<i64> = text.iter().map(|c| alphabet.binary_search(c).unwrap() as i64).collect();
    let starts: Vec<usize> = (2..text.len() - 40).step_by(60).collect();
    let windows: Vec<i64> =
        starts.iter().flat_map(|&start| text[start..start + 40].to_vec()).collect();
    let x = one_hot(windows, [starts.len(), 40], 38);
    let x = model.lstm[0].forward(x, None).0;
    let hidden = model.lstm[1].forward(x, None).1.hidden;
    let predicted = to_indices(model.dense.forward(hidden));
    let right = starts.iter().zip(&predicted).filter(|(start, next)| text[*start + 40] == **next);
    let accuracy = right.count() as f64 / starts.len() as f64;
    assert!((accuracy - 0.953).abs() < 0.001, "{accuracy}");
}

/// The same by the framework's own recurrent layers, and at the other offsets too.
pub fn shakespeare_by_our_layers(folder: &Path) {
    let device = Device::default();
    let text = fs::read_to_string(folder.join("shakespeare/shakespeare.txt")).unwrap();
    let text = Text::new(&text.to_lowercase()).unwrap();
    let weights = folder.join("shakespeare/lstm_shakespeare.h5");
    let (net, _) = load_weights(&weights, text.alphabet.len(), &device).unwrap();
    for (offset, accuracy, loss) in [(2, 0.953, 0.21), (0, 0.41, 3.2), (1, 0.41, 3.2)] {
        let starts: Vec<usize> = (offset..text.numbers.len() - TX).step_by(60).collect();
        let found = foresight(&net, &text.numbers, &starts, &device).unwrap();
        println!("offset {offset}: {found:?}");
        let tolerance = if offset == 2 { 0.001 } else { 0.02 };
        assert!((found.accuracy - accuracy).abs() < tolerance, "{found:?}, offset {offset}");
        assert!(
            (found.loss - loss).abs() < 20.0 * tolerance.max(0.005),
            "{found:?}, offset {offset}"
        );
    }
}

#[derive(Module, Debug)]
struct DateNet {
    encoder: BiLstm,
    attention: [Linear; 2],
    decoder: Lstm,
    top: Linear,
}

pub fn dates(folder: &Path) {
    let device = Device::default();
    let linear = |inputs, outputs| LinearConfig::new(inputs, outputs).init(&device);
    let model = DateNet {
        encoder: BiLstmConfig::new(37, 32, true).with_gate_activation(hard_sigmoid()).init(&device),
        attention: [linear(128, 10), linear(10, 1)],
        decoder: LstmConfig::new(64, 64, true).with_gate_activation(hard_sigmoid()).init(&device),
        top: linear(64, 11),
    };
    let renames = [
        ("encoder", "bidirectional_10"),
        ("attention.{i}", "dense_{i+36}"),
        ("decoder", "lstm_20"),
        ("top", "dense_38"),
    ];
    let model = loaded(model, &folder.join("dates/nmt_model.h5"), &renames);
    let vocabulary = fs::read_to_string(folder.join("dates/human_vocab.json")).unwrap();
    let vocabulary: serde_json::Value = serde_json::from_str(&vocabulary).unwrap();
    for (date, expected) in [
        ("3 May 1979", "1979-05-03"),
        ("5 April 09", "2009-05-05"),
        ("21th of August 2016", "2016-08-21"),
        ("Tue 10 Jul 2007", "2007-07-10"),
        ("Saturday May 9 2018", "2018-05-09"),
        ("March 3 2001", "2001-03-03"),
    ] {
        let letters = date.to_lowercase();
        let mut indices: Vec<i64> = letters
            .chars()
            .map(|letter| vocabulary.get(letter.to_string()).unwrap_or(&vocabulary["<unk>"]))
            .map(|index| index.as_i64().unwrap())
            .collect();
        indices.resize(30, vocabulary["<pad>"].as_i64().unwrap());
        assert_eq!(model.translate(one_hot(indices, [1, 30], 37)), expected, "{date}");
    }
}

impl DateNet {
    fn translate(&self, date: Tensor<3>) -> String {
        let device = date.device();
        let states = self.encoder.forward(date, None).0; // [1, 30, 64]
        let [mut hidden, mut cell] = [0, 1].map(|_| Tensor::<2>::zeros([1, 64], &device));
        let mut translated = String::new();
        for _ in 0..10 {
            let repeated = hidden.clone().unsqueeze_dim::<3>(1).repeat_dim(1, 30);
            let seen = Tensor::cat(vec![states.clone(), repeated], 2);
            let energies = relu(self.attention[1].forward(self.attention[0].forward(seen).tanh()));
            let context = (softmax(energies, 1) * states.clone()).sum_dim(1);
            let state = LstmState::new(cell, hidden);
            let state = self.decoder.forward(context, Some(state)).1;
            (cell, hidden) = (state.cell, state.hidden);
            let best = to_indices(self.top.forward(hidden.clone()))[0] as usize;
            translated.push(b"-0123456789"[best] as char);
        }
        translated
    }
}

#[derive(Module, Debug)]
struct TriggerWord {
    conv: Conv1d,
    norms: Vec<BatchNorm>,
    grus: Vec<Gru>,
    top: Linear,
}

/// Its GRUs have a bias of the hidden state beside that of the input.
pub fn trigger_word(folder: &Path) {
    let device = Device::default();
    let model = TriggerWord {
        conv: Conv1dConfig::new(101, 196, 15).init(&device),
        norms: [196, 128, 128].map(|channels| BatchNormConfig::new(channels).init(&device)).into(),
        grus: [196, 128].map(|inputs| GruConfig::new(inputs, 128, true).init(&device)).into(),
        top: LinearConfig::new(128, 1).init(&device),
    };
    let renames = [
        ("conv", "conv1d"),
        ("norms.0", "batch_normalization"),
        ("norms.{i}", "batch_normalization_{i}"),
        ("grus.0", "gru"),
        ("grus.1", "gru_1"),
        ("top", "time_distributed"),
    ];
    let file = folder.join("trigger_word/models/model.h5");
    let model = loaded(model, &file, &renames);
    let biases = read(&file, &Limits::default()).unwrap();
    let biases = biases.get("gru/gru_cell_6/bias").unwrap().values.to_f64();
    let reset = model.grus[0].reset_gate.hidden_transform.bias.as_ref().unwrap();
    let reset: Vec<f64> = reset.to_data().convert::<f64>().try_into_vec::<f64>().unwrap();
    assert_eq!(reset, biases[384 + 128..384 + 256], "the second row: z, r, h");
}

#[derive(Module, Debug)]
struct FaceNet {
    convs: Vec<Conv2d>,
    norms: Vec<BatchNorm>,
}

/// Name of a convolution and of its normalisation, channels in and out, window.
const FACE_LAYERS: [(&str, &str, [usize; 2], usize); 15] = [
    ("conv1", "bn1", [3, 64], 7),
    ("conv2", "bn2", [64, 64], 1),
    ("conv3", "bn3", [64, 192], 3),
    ("inception_3a_1x1_conv", "inception_3a_1x1_bn", [192, 64], 1),
    ("inception_3a_3x3_conv1", "inception_3a_3x3_bn1", [192, 96], 1),
    ("inception_3a_3x3_conv2", "inception_3a_3x3_bn2", [96, 128], 3),
    ("inception_3a_5x5_conv1", "inception_3a_5x5_bn1", [192, 16], 1),
    ("inception_3a_5x5_conv2", "inception_3a_5x5_bn2", [16, 32], 5),
    ("inception_3a_pool_conv", "inception_3a_pool_bn", [192, 32], 1),
    ("inception_3b_1x1_conv", "inception_3b_1x1_bn", [256, 64], 1),
    ("inception_3b_3x3_conv1", "inception_3b_3x3_bn1", [256, 96], 1),
    ("inception_3b_3x3_conv2", "inception_3b_3x3_bn2", [96, 128], 3),
    ("inception_3b_5x5_conv1", "inception_3b_5x5_bn1", [256, 32], 1),
    ("inception_3b_5x5_conv2", "inception_3b_5x5_bn2", [32, 64], 5),
    ("inception_3b_pool_conv", "inception_3b_pool_bn", [256, 64], 1),
];

pub fn face(folder: &Path) {
    let device = Device::default();
    let mut model = FaceNet { convs: Vec::new(), norms: Vec::new() };
    let mut renames = Vec::new();
    for (index, (conv, norm, channels, window)) in FACE_LAYERS.into_iter().enumerate() {
        model.convs.push(Conv2dConfig::new(channels, [window, window]).init(&device));
        model.norms.push(BatchNormConfig::new(channels[1]).init(&device));
        renames.push((format!("convs.{index}"), conv));
        renames.push((format!("norms.{index}"), norm));
    }
    let renames: Vec<(&str, &str)> =
        renames.iter().map(|(ours, theirs)| (ours.as_str(), *theirs)).collect();
    let model = loaded(model, &folder.join("facenet_weights"), &renames);
    assert_eq!(model.num_params(), 520_432, "as many as the folder has");
    let first = fs::read_to_string(folder.join("facenet_weights/conv1_w.csv")).unwrap();
    let first: Vec<f32> = first.trim().split(',').map(|number| number.parse().unwrap()).collect();
    let kernel = model.convs[0].weight.to_data().convert::<f32>();
    assert_eq!(kernel.try_into_vec::<f32>().unwrap(), first);
}
