//! Transfer learning with MobileNetV2.

use burn::tensor::{Device, Tensor};
use fireside_tests::case::{Case, Outputs, Problem, Value};
use fireside_tests::compare::{EXACT, FUNCTION};
use fireside_vision::mobilenet_v2::{MobileNetV2, MobileNetV2Config, preprocess};
use fireside_vision::summary::{Summary, summary};
use fireside_vision::{Classifier as _, Edition};

use crate::Handlers;
use crate::c4w1a2::image_shape;
use crate::keras_table::{KerasRow, KerasTable};

pub const HANDLERS: Handlers = &[
    ("model_summary", EXACT, model_summary),
    ("base_model_summary", EXACT, base_model_summary),
    ("preprocess_input", FUNCTION, preprocess_input),
    ("fine_tune_trainable_params", EXACT, fine_tune_trainable_params),
];

fn network(config: MobileNetV2Config, device: &Device) -> Result<MobileNetV2, Problem> {
    config.init(device).map_err(|error| error.to_string())
}

fn named(case: &Case, name: &str) -> Result<(), Problem> {
    match case.text(name)? {
        "MobileNetV2" => Ok(()),
        other => Err(format!("there is no {other}")),
    }
}

fn base_model_summary(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    named(case, "model")?;
    let image @ [channels, ..] = image_shape(case)?;
    let has_top = case.count_or("include_top", 1)? == 1;
    let config = MobileNetV2Config::new(case.count_or("classes", 1000)?.max(1))
        .with_edition(Edition::Keras)
        .with_dropout(0.0)
        .with_channels(channels)
        .with_alpha(case.number_or("alpha", 1.0)?);
    let net = network(config, device)?;
    let forward = if has_top {
        |net: &MobileNetV2, x| net.forward(x).dims().to_vec()
    } else {
        |net: &MobileNetV2, x| net.features(x).dims().to_vec()
    };
    let table = summary(&net, forward, image, device);
    Ok(KerasTable::of_input(image).with(&table.rows, "ReLU")?.outputs())
}

/// The base of the assignment's model and, apart, its head: dropout and one logit.
fn base_and_head(case: &Case, device: &Device) -> Result<(Summary, Summary), Problem> {
    named(case, "base")?;
    let image @ [channels, height, width] = image_shape(case)?;
    let alpha = case.number_or("alpha", 1.0)?;
    let config = MobileNetV2Config::new(1)
        .with_edition(Edition::Keras)
        .with_channels(channels)
        .with_alpha(alpha)
        .with_dropout(0.2);
    let net = network(config, device)?;
    let base = summary(&net, MobileNetV2::features, image, device);
    let features = net.features(Tensor::zeros([1, channels, height, width], device));
    let head = summary(&net, |net, _| net.logits(features), image, device);
    Ok((base, head))
}

/// Augmentation is a layer to Keras, and so is each of the two operations of the preprocessing.
fn model_summary(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let image = image_shape(case)?;
    let (base, head) = base_and_head(case, device)?;
    let table = KerasTable::of_input(image)
        .with_row(KerasRow::new("Sequential", &image))
        .with_row(KerasRow::new("TFOpLambda", &image))
        .with_row(KerasRow::new("TFOpLambda", &image))
        .with_row(KerasRow::frozen("Functional", &base))
        .with(&head.rows, "ReLU")?;
    Ok(table.outputs())
}

/// Of any number of pictures, with colours or without: pixel by pixel.
fn preprocess_input(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let pixels = preprocess(case.flat("X", device)?.unsqueeze());
    Ok([("X_out".to_string(), case.like("X", pixels)?)].into())
}

/// Layers are counted from the input.
fn fine_tune_trainable_params(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (base, head) = base_and_head(case, device)?;
    let base = KerasTable::of_input(base.input).with(&base.rows, "ReLU")?;
    let tuned = base.rows.iter().skip(case.count("fine_tune_at")?).map(|row| row.trained);
    let trained = tuned.sum::<usize>() + head.num_parameters();
    Ok([
        ("trainable_params".to_string(), Value::Number(trained as f64)),
        ("num_base_layers".to_string(), Value::Number(base.rows.len() as f64)),
    ]
    .into())
}
