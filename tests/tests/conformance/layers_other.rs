//! Embedding, upsampling, and connectionist temporal classification.

use burn::module::Param;
use burn::nn::EmbeddingConfig;
use burn::nn::interpolate::{Interpolate2dConfig, InterpolateMode};
use burn::nn::loss::CTCLossConfig;
use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use fireside_sequence::ctc::collapse;
use fireside_tests::case::{Case, Outputs, Problem, as_is, list};
use fireside_tests::compare::{EXACT, FUNCTION};

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("keras_embedding", FUNCTION, keras_embedding),
    ("keras_upsampling2d", FUNCTION, keras_upsampling2d),
    ("ctc_loss", FUNCTION, ctc_loss),
    ("ctc_collapse", EXACT, ctc_collapse),
];

fn indices<const D: usize>(
    case: &Case,
    name: &str,
    device: &Device,
) -> Result<Tensor<D, Int>, Problem> {
    let shape = case.array(name)?.0.to_vec();
    let entries: Vec<i64> = case.counts(name)?.into_iter().map(|entry| entry as i64).collect();
    Ok(Tensor::from_data(TensorData::new(entries, shape), device))
}

fn keras_embedding(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let table = case.tensor::<2>("embeddings", device)?;
    let [words, size] = table.dims();
    let mut embedding = EmbeddingConfig::new(words, size).init(device);
    embedding.weight = Param::from_tensor(table);
    let rows = embedding.forward(indices(case, "indices", device)?);
    Ok([("y".to_string(), as_is(rows))].into())
}

fn keras_upsampling2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let images = case.tensor::<4>("x", device)?.permute([0, 3, 1, 2]);
    let [_, _, height, width] = images.dims();
    let size = case.count("size")?;
    let upsampling = Interpolate2dConfig::new()
        .with_output_size(Some([height * size, width * size]))
        .with_mode(InterpolateMode::Nearest)
        .init();
    let larger = upsampling.forward(images).permute([0, 2, 3, 1]);
    Ok([("y".to_string(), as_is(larger))].into())
}

fn ctc_loss(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let logits = case.tensor::<3>("logits", &device)?.require_grad();
    let loss = CTCLossConfig::new().with_blank(case.count("blank")?).init();
    let losses = loss.forward(
        activation::log_softmax(logits.clone(), 2),
        indices(case, "targets", &device)?,
        indices(case, "input_lengths", &device)?,
        indices(case, "target_lengths", &device)?,
    );
    let gradients = losses.clone().sum().backward();
    let gradient = logits.grad(&gradients).ok_or("no gradient")?;
    Ok([("losses".to_string(), as_is(losses.inner())), ("dlogits".to_string(), as_is(gradient))]
        .into())
}

fn ctc_collapse(case: &Case, _device: &Device) -> Result<Outputs, Problem> {
    let labels = collapse(&case.counts("path")?, case.count("blank")?);
    let labels = labels.into_iter().map(|label| label as f64).collect();
    Ok([("labels".to_string(), list(labels))].into())
}
