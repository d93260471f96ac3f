//! Convolutional networks step by step.

use burn::tensor::{Device, Tensor};
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is, channels_last};
use fireside_tests::compare::{EXACT, FUNCTION};
use fireside_vision::steps::convolution::{
    ConvSettings, conv_backward, conv_forward, conv_single_step, zero_pad,
};
use fireside_vision::steps::pooling::{
    PoolMode, PoolSettings, create_mask_from_window, distribute_value, pool_backward, pool_forward,
};

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("zero_pad", EXACT, padded),
    ("conv_single_step", FUNCTION, single_step),
    ("conv_forward", FUNCTION, forward),
    ("conv_backward", FUNCTION, backward),
    ("pool_forward", FUNCTION, pooled),
    ("create_mask_from_window", EXACT, mask),
    ("distribute_value", FUNCTION, distributed),
    ("pool_backward", FUNCTION, pooled_backward),
];

/// The course's `(f, f, n_C_prev, n_C)` as `[outputs, channels, f, f]`.
fn filters(case: &Case, device: &Device) -> Result<Tensor<4>, Problem> {
    Ok(case.tensor::<4>("W", device)?.permute([3, 2, 0, 1]))
}

fn bias(case: &Case, device: &Device) -> Result<Tensor<1>, Problem> {
    case.flat("b", device)
}

fn conv_settings(case: &Case) -> Result<ConvSettings, Problem> {
    Ok(ConvSettings { stride: case.count_or("stride", 1)?, pad: case.count_or("pad", 0)? })
}

fn pool_settings(case: &Case) -> Result<PoolSettings, Problem> {
    let mode = if case.has("mode") { case.text("mode")? } else { "max" };
    let mode = match mode {
        "max" => PoolMode::Max,
        "average" => PoolMode::Average,
        other => return Err(format!("mode is {other}")),
    };
    Ok(PoolSettings { f: case.count("f")?, stride: case.count("stride")?, mode })
}

fn padded(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let padded = zero_pad(&case.channels_first("X", device)?, case.count("pad")?);
    Ok([("X_pad".to_string(), channels_last(padded))].into())
}

/// One slice and one filter: a batch of one, and one output.
fn single_step(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let alone = |name| -> Result<Tensor<4>, Problem> {
        Ok(case.tensor::<3>(name, device)?.permute([2, 0, 1]).unsqueeze())
    };
    let z = conv_single_step(alone("a_slice_prev")?, &alone("W")?, &bias(case, device)?);
    Ok([("Z".to_string(), Value::Number(z.into_scalar()))].into())
}

fn forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (images, filters) = (case.channels_first("A_prev", device)?, filters(case, device)?);
    let z = conv_forward(&images, &filters, &bias(case, device)?, conv_settings(case)?);
    Ok([("Z".to_string(), channels_last(z))].into())
}

fn backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (images, filters) = (case.channels_first("A_prev", device)?, filters(case, device)?);
    let dz = case.channels_first("dZ", device)?;
    let found = conv_backward(&dz, &images, &filters, conv_settings(case)?);
    let outputs = found.db.dims()[0];
    let db = match case.has("b") {
        true => case.like("b", found.db)?,
        false => as_is(found.db.reshape([1, 1, 1, outputs])),
    };
    Ok([
        ("dA_prev".to_string(), channels_last(found.da_prev)),
        ("dW".to_string(), as_is(found.dw.permute([2, 3, 1, 0]))),
        ("db".to_string(), db),
    ]
    .into())
}

fn pooled(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let found = pool_forward(&case.channels_first("A_prev", device)?, pool_settings(case)?);
    Ok([("A".to_string(), channels_last(found))].into())
}

/// Of a window of any shape: where an entry stands does not matter to it.
fn mask(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let mask = create_mask_from_window(&case.flat("x", device)?.unsqueeze());
    Ok([("mask".to_string(), case.like("x", mask)?)].into())
}

fn distributed(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let dz = Tensor::<2>::from_data([[case.number("dz")?]], device);
    let spread = distribute_value(dz, [case.count("n_H")?, case.count("n_W")?]);
    Ok([("a".to_string(), as_is::<2>(spread.squeeze_dims(&[0, 1])))].into())
}

fn pooled_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (da, images) = (case.channels_first("dA", device)?, case.channels_first("A_prev", device)?);
    let found = pool_backward(&da, &images, pool_settings(case)?);
    Ok([("dA_prev".to_string(), channels_last(found))].into())
}
