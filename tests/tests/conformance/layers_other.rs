//! Embedding, upsampling, and connectionist temporal classification.

use burn::module::Param;
use burn::nn::EmbeddingConfig;
use burn::nn::interpolate::{Interpolate2dConfig, InterpolateMode};
use burn::nn::loss::CTCLossConfig;
use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use fireside_sequence::ctc::collapse;
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is, list};
use fireside_tests::compare::{EXACT, FUNCTION};

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("keras_embedding", FUNCTION, keras_embedding),
    ("keras_upsampling2d", FUNCTION, keras_upsampling2d),
    ("ctc_loss", FUNCTION, ctc_loss),
    ("ctc_collapse", EXACT, ctc_collapse),
];

fn integers(counts: &[usize], device: &Device) -> Tensor<1, Int> {
    let entries: Vec<i64> = counts.iter().map(|&entry| entry as i64).collect();
    Tensor::from_data(entries.as_slice(), device)
}

/// The targets as `[batch, longest]`: they come in rows with any padding behind them, or one after the other.
fn ctc_targets(case: &Case, lengths: &[usize], device: &Device) -> Result<Tensor<2, Int>, Problem> {
    let (shape, data) = case.array("targets")?;
    let longest = lengths.iter().copied().max().unwrap_or(0).max(1);
    let mut rows = Vec::with_capacity(lengths.len() * longest);
    let mut start = 0;
    for &length in lengths {
        let row = data.get(start..start + length).ok_or("targets are too few")?;
        rows.extend(row.iter().map(|&class| class as i64));
        rows.extend(std::iter::repeat_n(0, longest - length));
        start += if let [_, width] = *shape { width } else { length };
    }
    Ok(Tensor::from_data(TensorData::new(rows, [lengths.len(), longest]), device))
}

/// Of indices of any rank.
fn keras_embedding(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let table = case.tensor::<2>("embeddings", device)?;
    let [words, size] = table.dims();
    let mut embedding = EmbeddingConfig::new(words, size).init(device);
    embedding.weight = Param::from_tensor(table);
    let (shape, data) = case.array("indices")?;
    let entries: Vec<i64> = case.counts("indices")?.into_iter().map(|entry| entry as i64).collect();
    let indices = Tensor::from_data(TensorData::new(entries, [1, data.len()]), device);
    let rows = embedding.forward(indices);
    let data = rows.into_data().iter::<f64>().collect();
    let y = Value::Array { shape: [shape, &[size]].concat(), data };
    Ok([("y".to_string(), y)].into())
}

fn keras_upsampling2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let images = case.tensor::<4>("x", device)?.permute([0, 3, 1, 2]);
    let [_, _, height, width] = images.dims();
    let [rows, columns] = case.pair_or("size", [2, 2])?;
    let upsampling = Interpolate2dConfig::new()
        .with_output_size(Some([height * rows, width * columns]))
        .with_mode(InterpolateMode::Nearest)
        .init();
    let larger = upsampling.forward(images).permute([0, 2, 3, 1]);
    Ok([("y".to_string(), as_is(larger))].into())
}

fn ctc_loss(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let logits = case.tensor::<3>("logits", &device)?.require_grad();
    let loss = CTCLossConfig::new().with_blank(case.count_or("blank", 0)?).init();
    let lengths = ["input_lengths", "target_lengths"].map(|name| case.counts(name));
    let [input_lengths, target_lengths] = lengths;
    let target_lengths = target_lengths?;
    let losses = loss.forward(
        activation::log_softmax(logits.clone(), 2),
        ctc_targets(case, &target_lengths, &device)?,
        integers(&input_lengths?, &device),
        integers(&target_lengths, &device),
    );
    let gradients = losses.clone().sum().backward();
    let gradient = logits.grad(&gradients).ok_or("no gradient")?;
    Ok([("losses".to_string(), as_is(losses.inner())), ("dlogits".to_string(), as_is(gradient))]
        .into())
}

fn ctc_collapse(case: &Case, _device: &Device) -> Result<Outputs, Problem> {
    let labels = collapse(&case.counts("path")?, case.count_or("blank", 0)?);
    let labels = labels.into_iter().map(|label| label as f64).collect();
    Ok([("labels".to_string(), list(labels))].into())
}
