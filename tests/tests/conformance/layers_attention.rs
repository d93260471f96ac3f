//! Layer norm, multi-head attention and losses on logits.

use burn::module::Param;
use burn::nn::LayerNormConfig;
use burn::tensor::{Device, Gradients, Int, Tensor, TensorData};
use fireside_layers::Layer;
use fireside_layers::ops::{self, Attention, CrossEntropy};
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is, scalar};
use fireside_tests::compare::FUNCTION;

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("keras_layer_norm", FUNCTION, layer_norm),
    ("torch_layer_norm", FUNCTION, layer_norm),
    ("torch_layer_norm_backward", FUNCTION, layer_norm_backward),
    ("keras_multi_head_attention", FUNCTION, keras_attention),
    ("torch_multihead_attention", FUNCTION, torch_attention),
    ("torch_multihead_attention_backward", FUNCTION, torch_attention_backward),
    ("cross_entropy", FUNCTION, cross_entropy),
    ("bce_with_logits", FUNCTION, bce_with_logits),
];

/// The gradient of a tensor as an output.
fn gradient<const D: usize>(tensor: &Tensor<D>, gradients: &Gradients) -> Result<Value, Problem> {
    tensor.grad(gradients).map(as_is).ok_or("no gradient".to_string())
}

/// Through Burn's module; any rank but one is rows to it.
fn layer_norm(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (shape, data) = case.array("x")?;
    let [gamma, beta] = ["gamma", "beta"].map(|name| case.tensor::<1>(name, device));
    let (gamma, beta) = (gamma?, beta?);
    let features = gamma.dims()[0];
    let mut norm = LayerNormConfig::new(features).with_epsilon(case.number("eps")?).init(device);
    norm.gamma = Param::from_tensor(gamma);
    norm.beta = Some(Param::from_tensor(beta));
    let rows = TensorData::new(data.to_vec(), [data.len() / features, features]);
    let y = norm.apply(Tensor::<2>::from_data(rows, device));
    let y = Value::Array { shape: shape.to_vec(), data: y.into_data().iter().collect() };
    Ok([("y".to_string(), y)].into())
}

fn layer_norm_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let x = case.tensor::<2>("x", &device)?.require_grad();
    let gamma = case.tensor::<1>("gamma", &device)?.require_grad();
    let beta = case.tensor::<1>("beta", &device)?.require_grad();
    let y = ops::layer_norm(x.clone(), gamma.clone(), Some(beta.clone()), case.number("eps")?);
    let gradients = (y * case.tensor::<2>("dy", &device)?).sum().backward();
    Ok([
        ("dx".to_string(), gradient(&x, &gradients)?),
        ("dgamma".to_string(), gradient(&gamma, &gradients)?),
        ("dbeta".to_string(), gradient(&beta, &gradients)?),
    ]
    .into())
}

/// Keras keeps the heads' axis in its weights; ours lie side by side in the last one.
fn keras_attention(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let heads = case.count("num_heads")?;
    let project = |x: &str, weight: &str, bias: &str| {
        let x = case.tensor::<3>(x, device)?;
        let weight = case.tensor::<3>(weight, device)?.flatten::<2>(1, 2);
        let bias = case.tensor::<2>(bias, device)?.flatten::<1>(0, 1);
        Ok::<_, Problem>(ops::linear(x, weight, Some(bias)))
    };
    let query = project("query", "Wq", "bq")?;
    let key = project("key", "Wk", "bk")?;
    let value = project("value", "Wv", "bv")?;
    let mut options = Attention::new(heads);
    if case.inputs.contains_key("attention_mask") {
        let seen = case.tensor::<3>("attention_mask", device)?.unsqueeze_dim::<4>(1);
        options = options.with_hidden(seen.equal_scalar(0.0));
    }
    let weights = ops::attention_weights(query.clone(), key.clone(), &options);
    let context = ops::attention(query, key, value, &options);
    let weight = case.tensor::<3>("Wo", device)?.flatten::<2>(0, 1);
    let output = ops::linear(context, weight, Some(case.tensor("bo", device)?));
    Ok([("output".to_string(), as_is(output)), ("attention_scores".to_string(), as_is(weights))]
        .into())
}

/// PyTorch's attention: what went in, and what came out.
struct TorchAttention {
    /// Query, key and value, `(time, batch, width)`.
    inputs: [Tensor<3>; 3],
    in_weight: Tensor<2>,
    in_bias: Tensor<1>,
    out_weight: Tensor<2>,
    out_bias: Tensor<1>,
    weights: Tensor<4>,
    output: Tensor<3>,
}

impl TorchAttention {
    fn run(case: &Case, device: &Device) -> Result<Self, Problem> {
        let sequence = |name: &str| case.tensor::<3>(name, device).map(Tensor::require_grad);
        let matrix = |name: &str| case.tensor::<2>(name, device).map(Tensor::require_grad);
        let vector = |name: &str| case.tensor::<1>(name, device).map(Tensor::require_grad);
        let inputs = [sequence("query")?, sequence("key")?, sequence("value")?];
        let (in_weight, in_bias) = (matrix("in_proj_weight")?, vector("in_proj_bias")?);
        let (out_weight, out_bias) = (matrix("out_proj_weight")?, vector("out_proj_bias")?);

        let width = out_bias.dims()[0];
        let [query, key, value] = [0, 1, 2].map(|index| {
            let rows = index * width..(index + 1) * width;
            let weight = in_weight.clone().slice([rows.clone()]).transpose();
            let bias = in_bias.clone().slice([rows]);
            ops::linear(inputs[index].clone().swap_dims(0, 1), weight, Some(bias))
        });
        let mut options = Attention::new(case.count("num_heads")?);
        if case.inputs.contains_key("attn_mask") {
            let hidden = case.tensor::<2>("attn_mask", device)?.equal_scalar(1.0);
            options = options.with_hidden(hidden.unsqueeze());
        }
        let weights = ops::attention_weights(query.clone(), key.clone(), &options);
        let context = ops::attention(query, key, value, &options);
        let output = ops::linear(context, out_weight.clone().transpose(), Some(out_bias.clone()));
        let output = output.swap_dims(0, 1);
        Ok(Self { inputs, in_weight, in_bias, out_weight, out_bias, weights, output })
    }
}

fn torch_attention(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let found = TorchAttention::run(case, &device.clone().autodiff())?;
    Ok([
        ("output".to_string(), as_is(found.output)),
        ("attn_weights".to_string(), as_is(found.weights)),
    ]
    .into())
}

fn torch_attention_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let found = TorchAttention::run(case, &device)?;
    let along = case.tensor::<3>("doutput", &device)?;
    let gradients = (found.output.clone() * along).sum().backward();
    let [query, key, value] = &found.inputs;
    Ok([
        ("dquery".to_string(), gradient(query, &gradients)?),
        ("dkey".to_string(), gradient(key, &gradients)?),
        ("dvalue".to_string(), gradient(value, &gradients)?),
        ("din_proj_weight".to_string(), gradient(&found.in_weight, &gradients)?),
        ("din_proj_bias".to_string(), gradient(&found.in_bias, &gradients)?),
        ("dout_proj_weight".to_string(), gradient(&found.out_weight, &gradients)?),
        ("dout_proj_bias".to_string(), gradient(&found.out_bias, &gradients)?),
    ]
    .into())
}

fn cross_entropy(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let logits = case.tensor::<2>("logits", &device)?.require_grad();
    let classes: Vec<i64> = case.counts("labels")?.into_iter().map(|class| class as i64).collect();
    let classes = Tensor::<1, Int>::from_data(&classes[..], &device);
    let label_smoothing = case.number("label_smoothing")?;
    let options = CrossEntropy { label_smoothing, ..CrossEntropy::default() };
    with_gradient(ops::cross_entropy(logits.clone(), classes, &options), &logits)
}

fn bce_with_logits(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let logits = case.tensor::<1>("logits", &device)?.require_grad();
    let targets = case.tensor::<1>("targets", &device)?;
    with_gradient(ops::binary_cross_entropy(logits.clone(), targets), &logits)
}

fn with_gradient<const D: usize>(loss: Tensor<1>, logits: &Tensor<D>) -> Result<Outputs, Problem> {
    let gradients = loss.backward();
    let dlogits = gradient(logits, &gradients)?;
    Ok([("loss".to_string(), scalar(loss)), ("dlogits".to_string(), dlogits)].into())
}
