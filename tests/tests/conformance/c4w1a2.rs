//! The first networks in Keras: Happy House and SIGNS.

use burn::tensor::{Device, Tensor};
use fireside_layers::ops::{sigmoid, softmax};
use fireside_suite::parameters::{Values, set_parameters};
use fireside_tests::case::{Case, Outputs, Problem, as_is};
use fireside_tests::compare::{EXACT, FUNCTION};
use fireside_vision::Classifier as _;
use fireside_vision::happy_net::{HappyNet, HappyNetConfig};
use fireside_vision::signs_net::{SignsNet, SignsNetConfig};
use fireside_vision::summary::summary;

use crate::Handlers;
use crate::keras_table::KerasTable;

pub const HANDLERS: Handlers = &[
    ("model_summary", EXACT, model_summary),
    ("convolutional_model_forward", FUNCTION, convolutional_model_forward),
    ("happy_model_forward", FUNCTION, happy_model_forward),
];

/// The shape of the case's images, `[channels, height, width]`.
pub fn image_shape(case: &Case) -> Result<[usize; 3], Problem> {
    match case.counts("input_shape")?.as_slice() {
        &[height, width, channels] => Ok([channels, height, width]),
        other => Err(format!("input_shape is {other:?}, not that of an image")),
    }
}

/// Values for a convolution at `path` from `{name}_W`, `[height, width, inputs, outputs]`, and `{name}_b`, zeros
/// where the case leaves it out.
pub fn set_conv(
    values: &mut Values,
    path: &str,
    case: &Case,
    name: &str,
    device: &Device,
) -> Result<(), Problem> {
    let weight = case.tensor::<4>(&format!("{name}_W"), device)?.permute([3, 2, 0, 1]);
    let bias = case.optional::<1>(&format!("{name}_b"), device)?;
    let bias = bias.unwrap_or_else(|| Tensor::zeros([weight.dims()[0]], device));
    values.insert(format!("{path}.weight"), weight.into_data());
    values.insert(format!("{path}.bias"), bias.into_data());
    Ok(())
}

/// Values for a batch normalisation at `path` from `{name}_gamma`, `_beta`, `_mean` and `_var`.
pub fn set_norm(
    values: &mut Values,
    path: &str,
    case: &Case,
    name: &str,
    device: &Device,
) -> Result<(), Problem> {
    let names =
        [("gamma", "gamma"), ("beta", "beta"), ("running_mean", "mean"), ("running_var", "var")];
    for (ours, theirs) in names {
        let value = case.tensor::<1>(&format!("{name}_{theirs}"), device)?;
        values.insert(format!("{path}.{ours}"), value.into_data());
    }
    Ok(())
}

/// Values for the last layer, whose weights have a row for every row, column and channel of the maps, in this
/// order; ours have the channels first.
fn set_dense(
    values: &mut Values,
    case: &Case,
    [channels, height, width]: [usize; 3],
    device: &Device,
) -> Result<(), Problem> {
    let weight = case.tensor::<2>("dense_W", device)?;
    let [inputs, outputs] = weight.dims();
    if inputs != channels * height * width {
        return Err(format!("dense_W has {inputs} rows for {channels}x{height}x{width}"));
    }
    let weight = weight.reshape([height, width, channels, outputs]).permute([2, 0, 1, 3]);
    values.insert("head.weight".to_string(), weight.reshape([inputs, outputs]).into_data());
    values.insert("head.bias".to_string(), case.tensor::<1>("dense_b", device)?.into_data());
    Ok(())
}

fn model_summary(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let image @ [channels, height, width] = image_shape(case)?;
    let num_classes = case.count("classes")?;
    let problem = |error: fireside_vision::ConfigError| error.to_string();
    let table = match case.text("model")? {
        "happyModel" => {
            let net = HappyNetConfig::new()
                .with_num_classes(num_classes)
                .with_channels(channels)
                .with_filters(case.count_or("filters", 32)?)
                .with_image([height, width])
                .init(device)
                .map_err(problem)?;
            let table = summary(&net, HappyNet::forward, image, device);
            KerasTable::default().with(&table.rows, "ReLU")? // of the kind that lists no input
        }
        "convolutional_model" => {
            let net = SignsNetConfig::new()
                .with_num_classes(num_classes)
                .with_channels(channels)
                .with_image([height, width])
                .init(device)
                .map_err(problem)?;
            let table = summary(&net, SignsNet::forward, image, device);
            KerasTable::of_input(image).with(&table.rows, "ReLU")?
        }
        other => return Err(format!("there is no {other}")),
    };
    Ok(table.outputs())
}

fn convolutional_model_forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.channels_first("X", device)?;
    let [_, channels, height, width] = x.dims();
    let (_, biases) = case.array("dense_b")?;
    let net = SignsNetConfig::new()
        .with_num_classes(biases.len())
        .with_channels(channels)
        .with_image([height, width])
        .init(device)
        .map_err(|error| error.to_string())?;
    let [_, maps @ ..] = net.features(x.clone()).dims();
    let mut values = Values::new();
    set_conv(&mut values, "conv1", case, "conv1", device)?;
    set_conv(&mut values, "conv2", case, "conv2", device)?;
    set_dense(&mut values, case, maps, device)?;
    let net = set_parameters(net, values)?;
    Ok([("probs".to_string(), as_is(softmax(net.forward(x), 1)))].into())
}

fn happy_model_forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = match case.count_or("training", 0)? {
        0 => device.clone(),
        _ => device.clone().autodiff(), // where batch normalisation uses the batch's own statistics
    };
    let x = case.channels_first("X", &device)?;
    let [_, channels, height, width] = x.dims();
    let &[_, _, _, filters] = case.array("conv_W")?.0 else {
        return Err("conv_W has not four axes".to_string());
    };
    let net = HappyNetConfig::new()
        .with_num_classes(case.entries("dense_b")?.len())
        .with_channels(channels)
        .with_filters(filters)
        .with_image([height, width])
        .init(&device)
        .map_err(|error| error.to_string())?;
    let mut values = Values::new();
    set_conv(&mut values, "conv.conv", case, "conv", &device)?;
    set_norm(&mut values, "conv.norm", case, "bn", &device)?;
    set_dense(&mut values, case, [filters, height / 2, width / 2], &device)?;
    let net = set_parameters(net, values)?;
    Ok([("probs".to_string(), as_is(sigmoid(net.forward(x))))].into())
}
