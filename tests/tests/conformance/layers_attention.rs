//! Layer norm, multi-head attention and losses on logits.

use burn::module::Param;
use burn::nn::LayerNormConfig;
use burn::tensor::{Device, Gradients, Int, Tensor};
use fireside_layers::Layer;
use fireside_layers::ops::{self, Attention, CrossEntropy};
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is, scalar};
use fireside_tests::compare::FUNCTION;

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("keras_layer_norm", FUNCTION, keras_layer_norm),
    ("torch_layer_norm", FUNCTION, torch_layer_norm),
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

/// An array of any rank as rows of the features that are normalised together: as many as there are factors, of
/// one axis or of several, or those of the last axis.
fn rows(case: &Case, name: &str, device: &Device) -> Result<Tensor<2>, Problem> {
    let last = case.array("x")?.0.last().copied().unwrap_or(1);
    let features = if case.has("gamma") { case.entries("gamma")?.len() } else { last };
    let entries = case.flat(name, device)?;
    let count = entries.dims()[0];
    Ok(entries.reshape([count / features.max(1), features]))
}

/// Factor and offset of every feature; a layer that learns none has ones and zeros.
fn gamma_and_beta(case: &Case, count: usize, device: &Device) -> Result<[Tensor<1>; 2], Problem> {
    let or = |name, otherwise: Tensor<1>| match case.has(name) {
        true => case.flat(name, device),
        false => Ok(otherwise),
    };
    let gamma = or("gamma", Tensor::ones([count], device))?;
    Ok([gamma, or("beta", Tensor::zeros([count], device))?])
}

fn keras_layer_norm(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    layer_norm(case, 1e-3, device)
}

fn torch_layer_norm(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    layer_norm(case, 1e-5, device)
}

/// Through Burn's module.
fn layer_norm(case: &Case, epsilon: f64, device: &Device) -> Result<Outputs, Problem> {
    let x = rows(case, "x", device)?;
    let [_, features] = x.dims();
    let epsilon = case.number_or("eps", epsilon)?;
    let mut norm = LayerNormConfig::new(features).with_epsilon(epsilon).init(device);
    let [gamma, beta] = gamma_and_beta(case, features, device)?.map(Param::from_tensor);
    (norm.gamma, norm.beta) = (gamma, Some(beta));
    Ok([("y".to_string(), case.like("x", norm.apply(x))?)].into())
}

fn layer_norm_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let x = rows(case, "x", &device)?.require_grad();
    let parameters = gamma_and_beta(case, x.dims()[1], &device)?.map(Tensor::require_grad);
    let [gamma, beta] = parameters.clone();
    let y = ops::layer_norm(x.clone(), gamma, Some(beta), case.number_or("eps", 1e-5)?);
    let gradients = (y * rows(case, "dy", &device)?).sum().backward();
    let mut outputs = Outputs::new();
    let along = x.grad(&gradients).ok_or("no gradient")?;
    outputs.insert("dx".to_string(), case.like("x", along)?);
    for (name, parameter) in ["gamma", "beta"].into_iter().zip(parameters) {
        if case.has(name) {
            let along = parameter.grad(&gradients).ok_or("no gradient")?;
            outputs.insert(format!("d{name}"), case.like(name, along)?);
        }
    }
    Ok(outputs)
}

/// Keras keeps the heads' axis in its weights; ours lie side by side in the last one. Without a key the value is the
/// key. What is hidden it takes 1e9 off the score of, so that a query that sees nothing sees all.
fn keras_attention(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let project = |x: &str, weight: &str, bias: &str| {
        let x = case.tensor::<3>(x, device)?;
        let weight = case.tensor::<3>(weight, device)?.flatten::<2>(1, 2);
        let bias = case.has(bias).then(|| case.flat(bias, device)).transpose()?;
        Ok::<_, Problem>(ops::linear(x, weight, bias))
    };
    let query = project("query", "Wq", "bq")?;
    let key = project(if case.has("key") { "key" } else { "value" }, "Wk", "bk")?;
    let value = project("value", "Wv", "bv")?;
    let mut options = Attention::new(case.array("Wq")?.0[1]);
    if case.has("attention_mask") {
        let (batch, times) = (query.dims()[0], [query.dims()[1], key.dims()[1]]);
        let seen = mask(case, "attention_mask", 1, device)?;
        let [examples, ..] = seen.dims();
        let seen = seen.expand([examples.min(batch), 1, times[0], times[1]]);
        options = options.with_mask((seen - 1.0) * 1e9);
    }
    let weights = ops::attention_weights(query.clone(), key.clone(), &options);
    let context = ops::attention(query, key, value, &options);
    let weight = case.tensor::<3>("Wo", device)?.flatten::<2>(0, 1);
    let output = ops::linear(context, weight, case.optional("bo", device)?);
    Ok([("output".to_string(), as_is(output)), ("attention_scores".to_string(), as_is(weights))]
        .into())
}

/// A mask of `[time_q, time_k]` for all, `[examples, time_q, time_k]` for `heads` of each, or
/// `[batch, heads, time_q, time_k]`, in the last form.
fn mask(case: &Case, name: &str, heads: usize, device: &Device) -> Result<Tensor<4>, Problem> {
    match *case.array(name)?.0 {
        [_, _] => Ok(case.tensor::<2>(name, device)?.unsqueeze()),
        [rows, queries, keys] => {
            Ok(case.tensor::<3>(name, device)?.reshape([rows / heads, heads, queries, keys]))
        }
        _ => case.tensor(name, device),
    }
}

/// PyTorch's attention: what went in, and what came out.
struct TorchAttention {
    /// Query, key and value, `(time, batch, width)`.
    inputs: [Tensor<3>; 3],
    in_weight: Tensor<2>,
    in_bias: Option<Tensor<1>>,
    out_weight: Tensor<2>,
    out_bias: Option<Tensor<1>>,
    weights: Tensor<4>,
    output: Tensor<3>,
}

impl TorchAttention {
    fn run(case: &Case, device: &Device) -> Result<Self, Problem> {
        let sequence = |name: &str| case.tensor::<3>(name, device).map(Tensor::require_grad);
        let matrix = |name: &str| case.tensor::<2>(name, device).map(Tensor::require_grad);
        let vector = |name: &str| -> Result<Option<Tensor<1>>, Problem> {
            Ok(case.optional(name, device)?.map(Tensor::require_grad))
        };
        let inputs = [sequence("query")?, sequence("key")?, sequence("value")?];
        let (in_weight, in_bias) = (matrix("in_proj_weight")?, vector("in_proj_bias")?);
        let (out_weight, out_bias) = (matrix("out_proj_weight")?, vector("out_proj_bias")?);

        let [width, _] = out_weight.dims();
        let [query, key, value] = [0, 1, 2].map(|index| {
            let rows = index * width..(index + 1) * width;
            let weight = in_weight.clone().slice([rows.clone()]).transpose();
            let bias = in_bias.clone().map(|bias| bias.slice([rows]));
            ops::linear(inputs[index].clone().swap_dims(0, 1), weight, bias)
        });
        let heads = case.count("num_heads")?;
        let mut options = Attention::new(heads);
        let mut hidden = Vec::new();
        if case.has("attn_mask") {
            hidden.push(mask(case, "attn_mask", heads, device)?);
        }
        if case.has("key_padding_mask") {
            hidden.push(case.tensor::<2>("key_padding_mask", device)?.unsqueeze_dims(&[1, 2]));
        }
        if let Some(hidden) = hidden.into_iter().reduce(|one, other| one + other) {
            options = options.with_hidden(hidden.greater_elem(0.0));
        }
        let weights = ops::attention_weights(query.clone(), key.clone(), &options);
        let context = ops::attention(query, key, value, &options);
        let output = ops::linear(context, out_weight.clone().transpose(), out_bias.clone());
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
    let mut outputs: Outputs = [
        ("dquery".to_string(), gradient(query, &gradients)?),
        ("dkey".to_string(), gradient(key, &gradients)?),
        ("dvalue".to_string(), gradient(value, &gradients)?),
        ("din_proj_weight".to_string(), gradient(&found.in_weight, &gradients)?),
        ("dout_proj_weight".to_string(), gradient(&found.out_weight, &gradients)?),
    ]
    .into();
    for (name, bias) in [("din_proj_bias", &found.in_bias), ("dout_proj_bias", &found.out_bias)] {
        if let Some(bias) = bias {
            outputs.insert(name.to_string(), gradient(bias, &gradients)?);
        }
    }
    Ok(outputs)
}

/// Classes are on the second axis of the logits, or the only one; every place behind them is an example.
fn cross_entropy(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let logits = case.flat("logits", &device)?.require_grad();
    let (batch, classes, places) = match case.array("logits")?.0 {
        &[classes] => (1, classes, 1),
        &[batch, classes, ref places @ ..] => (batch, classes, places.iter().product::<usize>()),
        [] => return Err("the logits have no axis of classes".to_string()),
    };
    let rows = logits.clone().reshape([batch, classes, places]).swap_dims(1, 2);
    let rows = rows.reshape([batch * places, classes]);
    let labels: Vec<i64> = case.counts("labels")?.into_iter().map(|class| class as i64).collect();
    let labels = Tensor::<1, Int>::from_data(&labels[..], &device);
    let label_smoothing = case.number_or("label_smoothing", 0.0)?;
    let options = CrossEntropy { label_smoothing, ..CrossEntropy::default() };
    with_gradient(case, ops::cross_entropy(rows, labels, &options), &logits)
}

fn bce_with_logits(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let logits = case.flat("logits", &device)?.require_grad();
    let targets = case.flat("targets", &device)?;
    with_gradient(case, ops::binary_cross_entropy(logits.clone(), targets), &logits)
}

fn with_gradient(case: &Case, loss: Tensor<1>, logits: &Tensor<1>) -> Result<Outputs, Problem> {
    let gradients = loss.backward();
    let dlogits = case.like("logits", logits.grad(&gradients).ok_or("no gradient")?)?;
    Ok([("loss".to_string(), scalar(loss)), ("dlogits".to_string(), dlogits)].into())
}
