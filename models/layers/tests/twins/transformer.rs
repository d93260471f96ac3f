//! Attention, layer norm and the encoder by `apply` are Burn's by `forward`, in value and in every gradient.

use burn::module::{Module, ModuleVisitor, Param};
use burn::nn::activation::ActivationConfig;
use burn::nn::attention::{MhaInput, MultiHeadAttentionConfig};
use burn::nn::transformer::{TransformerEncoderConfig, TransformerEncoderInput};
use burn::nn::{LayerNorm, LayerNormConfig};
use burn::tensor::{Bool, Device, Gradients, Tensor, TensorData};
use fireside_layers::{AttentionInput, EncoderInput, Layer};

use crate::compare::{Numbers, assert_close};

fn input<const D: usize>(seed: u64, shape: [usize; D]) -> Tensor<D> {
    let data = TensorData::new(Numbers::new(seed).vector(shape.iter().product()), shape);
    Tensor::from_data(data, &Device::flex().autodiff())
}

fn list<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter().collect()
}

/// Collects the gradients of all parameters.
struct Collect<'a> {
    gradients: &'a Gradients,
    found: Vec<Vec<f64>>,
}

impl ModuleVisitor for Collect<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.found.push(parameter.val().grad(self.gradients).map(list).unwrap_or_default());
    }
}

/// The output and the gradients of the module's parameters and of `x`.
fn everything(module: &impl Module, x: &Tensor<3>, output: Tensor<3>) -> Vec<Vec<f64>> {
    let weights = input(99, output.dims());
    let gradients = (output.clone() * weights).sum().backward();
    let mut collect = Collect { gradients: &gradients, found: vec![list(output.inner())] };
    module.visit(&mut collect);
    collect.found.push(x.grad(&gradients).map(list).unwrap_or_default());
    collect.found
}

fn assert_same(claim: &str, found: &[Vec<f64>], expected: &[Vec<f64>]) {
    assert_eq!(found.len(), expected.len(), "{claim}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(!expected.is_empty(), "{claim}, tensor {index} has no gradient");
        assert_close(&format!("{claim}, tensor {index}"), found, expected, 1e-5);
    }
}

fn padded() -> Tensor<2, Bool> {
    let rows = [[false, false, false, false, true], [false, false, false, true, true]];
    Tensor::from_data(rows, &Device::flex().autodiff())
}

/// Steps hidden from every other step but the first.
fn every_other() -> Tensor<3, Bool> {
    let hidden: Vec<_> = (0..2 * 5 * 5).map(|i| i % 5 != 0 && i % 2 == 0).collect();
    Tensor::from_data(TensorData::new(hidden, [2, 5, 5]), &Device::flex().autodiff())
}

#[test]
fn layer_norm_takes_burns_epsilon_and_any_rank() {
    let device = Device::flex().autodiff();
    for config in
        [LayerNormConfig::new(6).with_epsilon(0.3), LayerNormConfig::new(6).with_bias(false)]
    {
        let norm: LayerNorm = config.init(&device);
        let x = input(1, [2, 5, 6]).require_grad();
        let found = everything(&norm, &x, norm.apply(x.clone()));
        assert_same("LayerNorm", &found, &everything(&norm, &x, norm.forward(x.clone())));
        let flat = x.clone().reshape([10, 6]);
        let (found, expected) = (norm.apply(flat.clone()), norm.forward(flat));
        assert_close("LayerNorm of a matrix", &list(found), &list(expected), 1e-5);
    }
}

#[test]
fn attention_agrees_under_every_mask() {
    let device = Device::flex().autodiff();
    let attention = MultiHeadAttentionConfig::new(8, 2).with_dropout(0.0).init(&device);
    for (pad, attn) in [(false, false), (true, false), (false, true), (true, true)] {
        let x = input(2, [2, 5, 8]).require_grad();
        // A graph goes back once: each way gets its own.
        let input = || AttentionInput {
            mask_pad: pad.then(padded),
            mask_attn: attn.then(every_other),
            ..AttentionInput::new(x.clone(), x.clone() * 0.5, x.clone() * 2.0)
        };
        let burns: MhaInput = input().into();
        let found = everything(&attention, &x, attention.apply(input()));
        let expected = everything(&attention, &x, attention.forward(burns).context);
        assert_same(&format!("masks {pad} {attn}"), &found, &expected);
    }
}

/// Burn's scores of hidden keys are finite: a query that sees nothing attends evenly to everything.
#[test]
fn a_query_that_sees_nothing_is_burns() {
    let device = Device::flex().autodiff();
    let attention = MultiHeadAttentionConfig::new(8, 2).with_dropout(0.0).init(&device);
    let x = input(3, [2, 5, 8]).require_grad();
    let nothing = padded().bool_not().bool_or(padded());
    let ours =
        AttentionInput { mask_pad: Some(nothing), ..AttentionInput::self_attention(x.clone()) };
    let burns: MhaInput = ours.clone().into();
    let found = everything(&attention, &x, attention.apply(ours));
    let expected = everything(&attention, &x, attention.forward(burns).context);
    assert_same("nothing seen", &found, &expected);
}

#[test]
fn the_quiet_softmax_is_burns() {
    let device = Device::flex().autodiff();
    let config = MultiHeadAttentionConfig::new(8, 2).with_dropout(0.0).with_quiet_softmax(true);
    let attention = config.init(&device);
    let x = input(4, [2, 5, 8]);
    let found = list(attention.apply(x.clone()));
    let expected = list(attention.forward(MhaInput::self_attn(x)).context);
    assert_close("quiet softmax", &found, &expected, 0.0);
}

/// In training, dropout draws anew each time; on a device without gradients nothing is dropped.
#[test]
fn dropout_is_active_in_training_alone() {
    let device = Device::flex().autodiff();
    let attention = MultiHeadAttentionConfig::new(8, 2).with_dropout(0.5).init(&device);
    let x = input(5, [2, 5, 8]);
    let runs = [0, 1].map(|_| list(attention.apply(x.clone())));
    assert_ne!(runs[0], runs[1]);
    let (attention, x) = (attention.valid(), x.inner());
    let found = list(attention.apply(x.clone()));
    let expected = list(attention.forward(MhaInput::self_attn(x)).context);
    assert_close("without dropout", &found, &expected, 1e-5);
}

#[test]
fn the_encoder_agrees_with_norms_before_and_after() {
    let device = Device::flex().autodiff();
    for norm_first in [false, true] {
        for activation in [ActivationConfig::Relu, ActivationConfig::Gelu, ActivationConfig::Tanh] {
            for masked in [false, true] {
                let encoder = TransformerEncoderConfig::new(8, 12, 2, 2)
                    .with_dropout(0.0)
                    .with_norm_first(norm_first)
                    .with_activation(activation.clone())
                    .init(&device);
                let x = input(6, [2, 5, 8]).require_grad();
                let mut ours = EncoderInput::new(x.clone());
                let mut burns = TransformerEncoderInput::new(x.clone());
                if masked {
                    ours = EncoderInput {
                        mask_pad: Some(padded()),
                        mask_attn: Some(every_other()),
                        ..ours
                    };
                    burns = burns.mask_pad(padded()).mask_attn(every_other());
                }
                let found = everything(&encoder, &x, encoder.apply(ours));
                let expected = everything(&encoder, &x, encoder.forward(burns));
                let claim = format!("norm first {norm_first}, {activation:?}, masked {masked}");
                assert_same(&claim, &found, &expected);
            }
        }
    }
}
