//! Residual networks: the two blocks, and the network of 50 layers.

use burn::tensor::Device;
use fireside_suite::parameters::{Values, set_parameters};
use fireside_tests::case::{Case, Outputs, Problem, channels_last};
use fireside_tests::compare::{EXACT, FUNCTION};
use fireside_vision::resnet::block::BlockConfig;
use fireside_vision::resnet::{ResNet, ResNetConfig};
use fireside_vision::summary::summary;
use fireside_vision::{Classifier as _, Edition};

use crate::Handlers;
use crate::c4w1a2::{image_shape, set_conv, set_norm};
use crate::keras_table::KerasTable;

pub const HANDLERS: Handlers = &[
    ("identity_block", FUNCTION, identity_block),
    ("convolutional_block", FUNCTION, convolutional_block),
    ("model_summary", EXACT, model_summary),
];

fn identity_block(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    block(case, device, |config| config)
}

fn convolutional_block(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let stride = case.count_or("s", 2)?;
    block(case, device, |config| config.with_stride(stride).with_always_projects(true))
}

fn block(
    case: &Case,
    device: &Device,
    configure: impl Fn(BlockConfig) -> BlockConfig,
) -> Result<Outputs, Problem> {
    let device = match case.count_or("training", 1)? {
        0 => device.clone(),
        _ => device.clone().autodiff(), // where batch normalisation uses the batch's own statistics
    };
    let x = case.channels_first("X", &device)?;
    let filters = case.counts("filters")?;
    let &[first, second, third] = filters.as_slice() else {
        return Err("filters are not three".to_string());
    };
    let config = BlockConfig::bottleneck(x.dims()[1], [first, second, third], case.count("f")?)
        .with_bias(true)
        .with_epsilon(1e-3);
    let config = configure(config);
    let block = config.init(&device).map_err(|error| error.to_string())?;
    let mut values = Values::new();
    for index in 0..3 {
        let (path, number) = (format!("convs.{index}"), index + 1);
        set_conv(&mut values, &format!("{path}.conv"), case, &format!("conv{number}"), &device)?;
        set_norm(&mut values, &format!("{path}.norm"), case, &format!("bn{number}"), &device)?;
    }
    if config.always_projects {
        set_conv(&mut values, "projection.conv", case, "short_conv", &device)?;
        set_norm(&mut values, "projection.norm", case, "short_bn", &device)?;
    }
    let block = set_parameters(block, values)?;
    Ok([("A".to_string(), channels_last(block.forward(x)))].into())
}

fn model_summary(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let image @ [channels, height, width] = image_shape(case)?;
    let net = match case.text("model")? {
        "ResNet50" => ResNetConfig::resnet50(case.count("classes")?),
        other => return Err(format!("there is no {other}")),
    };
    let net = net
        .with_edition(Edition::Course)
        .with_channels(channels)
        .with_image([height, width])
        .init(device)
        .map_err(|error| error.to_string())?;
    let table = summary(&net, ResNet::forward, image, device);
    Ok(KerasTable::of_input(image).with(&table.rows, "Activation")?.outputs())
}
