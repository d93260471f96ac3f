//! The networks of `tests/peers/keras_and_torchvision.py`, in Burn: every kind of layer whose weights are read.

use burn::module::Module;
use burn::nn::attention::{MhaInput, MultiHeadAttention, MultiHeadAttentionConfig};
use burn::nn::conv::{
    Conv1d, Conv1dConfig, Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig,
};
use burn::nn::{
    BatchNorm, BatchNormConfig, BiLstm, BiLstmConfig, Embedding, EmbeddingConfig, GroupNorm,
    GroupNormConfig, Gru, GruConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig, Lstm,
    LstmConfig, PRelu, PReluConfig, PaddingConfig1d, PaddingConfig2d, Rnn, RnnConfig,
};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor};
use fireside_layers::Renames;

/// `keras_layers`
#[derive(Module, Debug)]
pub struct KerasLayers {
    pub stem: Conv2d,
    stem_bn: BatchNorm,
    pub depthwise: Conv2d,
    depthwise_bn: BatchNorm,
    separable: [Conv2d; 2],
    up: ConvTranspose2d,
    prelu: PRelu,
    fc: Vec<Linear>,
    norm: LayerNorm,
}

pub const KERAS_LAYERS: Renames = &[
    ("separable.0", "separable.depthwise"),
    ("separable.1", "separable.pointwise"),
    ("fc.0", "fc1@5"),
    ("fc.{i}", "fc{i+1}"),
];

impl KerasLayers {
    pub fn new(device: &Device) -> Self {
        let conv = |channels, kernel| Conv2dConfig::new(channels, [kernel, kernel]);
        let norm = |channels| BatchNormConfig::new(channels).with_epsilon(1e-3).init(device);
        let same = PaddingConfig2d::Explicit(1, 1, 1, 1);
        Self {
            stem: conv([3, 4], 3).with_padding(same).init(device),
            stem_bn: norm(4),
            depthwise: conv([4, 8], 3).with_groups(4).init(device),
            depthwise_bn: norm(8),
            separable: [
                conv([8, 8], 3).with_groups(8).with_bias(false).init(device),
                conv([8, 6], 1).init(device),
            ],
            up: ConvTranspose2dConfig::new([6, 5], [3, 3]).with_stride([2, 2]).init(device),
            prelu: PReluConfig::new().with_num_parameters(5).init(device),
            fc: vec![LinearConfig::new(125, 7).init(device), LinearConfig::new(7, 3).init(device)],
            norm: LayerNormConfig::new(7).with_epsilon(1e-3).init(device),
        }
    }

    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let x = self.stem_bn.forward(self.stem.forward(images));
        let x = self.depthwise_bn.forward(self.depthwise.forward(x));
        let x = self.separable.iter().fold(x, |x, conv| conv.forward(x));
        let x = self.prelu.forward(self.up.forward(x));
        let x = relu(self.fc[0].forward(x.flatten(1, 3)));
        self.fc[1].forward(self.norm.forward(x))
    }
}

/// The innermost model of `keras_within`
#[derive(Module, Debug)]
pub struct KerasWithin {
    pub conv: Conv2d,
    pub norm: BatchNorm,
}

impl KerasWithin {
    pub fn new(device: &Device) -> Self {
        Self {
            conv: Conv2dConfig::new([2, 3], [3, 3]).init(device),
            norm: BatchNormConfig::new(3).with_epsilon(1e-3).init(device),
        }
    }
}

/// `keras_sequence`
#[derive(Module, Debug)]
pub struct KerasSequence {
    words: Embedding,
    attention: MultiHeadAttention,
    both: BiLstm,
    after: Gru,
    before: Gru,
    bare: Lstm,
    simple: Rnn,
    conv: Conv1d,
    top: Linear,
}

pub const KERAS_SEQUENCE: Renames = &[
    ("attention.output", "attention/attention_output"),
    ("attention.query", "attention/query"),
    ("attention.key", "attention/key"),
    ("attention.value", "attention/value"),
];

impl KerasSequence {
    pub fn new(device: &Device) -> Self {
        Self {
            words: EmbeddingConfig::new(11, 8).init(device),
            attention: MultiHeadAttentionConfig::new(8, 2).with_dropout(0.0).init(device),
            both: BiLstmConfig::new(8, 3, true).init(device),
            after: GruConfig::new(6, 4, true).init(device),
            before: GruConfig::new(4, 3, true).with_reset_after(false).init(device),
            bare: LstmConfig::new(3, 4, false).init(device),
            simple: RnnConfig::new(4, 4, true).init(device),
            conv: Conv1dConfig::new(4, 4, 3)
                .with_padding(PaddingConfig1d::Explicit(1, 1))
                .init(device),
            top: LinearConfig::new(4, 2).init(device),
        }
    }

    pub fn forward(&self, words: Tensor<2, Int>) -> Tensor<3> {
        let x = self.words.forward(words);
        let x = self.attention.forward(MhaInput::self_attn(x)).context;
        let x = self.both.forward(x, None).0;
        let x = self.before.forward(self.after.forward(x, None), None);
        let x = self.simple.forward(self.bare.forward(x, None).0, None).0;
        self.top.forward(self.conv.forward(x.swap_dims(1, 2)).swap_dims(1, 2))
    }
}

/// `TorchLayers`
#[derive(Module, Debug)]
pub struct TorchLayers {
    pub stem: Conv2d,
    pub bn: BatchNorm,
    up: ConvTranspose2d,
    prelu: PRelu,
    group: GroupNorm,
    plain_bn: BatchNorm,
    fc: Linear,
    norm: LayerNorm,
    last: Linear,
}

pub const TORCH_LAYERS: Renames = &[("fc", "fc.0"), ("norm", "fc.1"), ("last", "fc.2")];

impl TorchLayers {
    pub fn new(device: &Device) -> Self {
        Self {
            stem: Conv2dConfig::new([4, 6], [3, 3]).with_groups(2).init(device),
            bn: BatchNormConfig::new(6).init(device),
            up: ConvTranspose2dConfig::new([6, 4], [3, 3]).with_stride([2, 2]).init(device),
            prelu: PReluConfig::new().with_num_parameters(4).init(device),
            group: GroupNormConfig::new(2, 4).init(device),
            plain_bn: BatchNormConfig::new(4).init(device),
            fc: LinearConfig::new(4 * 7 * 7, 5).init(device),
            norm: LayerNormConfig::new(5).init(device),
            last: LinearConfig::new(5, 2).with_bias(false).init(device),
        }
    }

    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let x = relu(self.bn.forward(self.stem.forward(images)));
        let x = self.group.forward(self.prelu.forward(self.up.forward(x)));
        let x = self.plain_bn.forward(x).flatten(1, 3);
        self.last.forward(self.norm.forward(self.fc.forward(x)))
    }
}

/// The layers of `TorchLayers` whose weights lie in `openface/`.
#[derive(Module, Debug)]
pub struct FirstLayers {
    pub stem: Conv2d,
    pub bn: BatchNorm,
    pub fc: Linear,
}

impl FirstLayers {
    pub fn new(device: &Device) -> Self {
        let TorchLayers { stem, bn, fc, .. } = TorchLayers::new(device);
        Self { stem, bn, fc }
    }
}

/// `TorchSequence`
#[derive(Module, Debug)]
pub struct TorchSequence {
    words: Embedding,
    both: BiLstm,
    stack: Vec<Gru>,
    rnn: Rnn,
    conv: Linear,
}

pub const TORCH_SEQUENCE: Renames = &[("stack.{i}", "stack.l{i}")];

impl TorchSequence {
    pub fn new(device: &Device) -> Self {
        Self {
            words: EmbeddingConfig::new(11, 6).init(device),
            both: BiLstmConfig::new(6, 3, true).init(device),
            stack: vec![
                GruConfig::new(6, 4, true).init(device),
                GruConfig::new(4, 4, true).init(device),
            ],
            rnn: RnnConfig::new(4, 3, false).init(device),
            conv: LinearConfig::new(3, 2).init(device), // a convolution of windows of one step
        }
    }

    pub fn forward(&self, words: Tensor<2, Int>) -> Tensor<3> {
        let x = self.both.forward(self.words.forward(words), None).0;
        let x = self.stack.iter().fold(x, |x, gru| gru.forward(x, None));
        self.conv.forward(self.rnn.forward(x, None).0).swap_dims(1, 2)
    }
}
