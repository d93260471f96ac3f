//! What each library calls the parameters of a layer.

use crate::Library;
use crate::parameter::{Direction, Gate, GatesPart, Parameter, Role};

/// The names under which a library may have a parameter, the usual one first.
pub fn candidates(parameter: &Parameter, library: Library, layer: &str) -> Vec<String> {
    match library {
        Library::Fireside => vec![parameter.path.clone()],
        Library::PyTorch => pytorch(&parameter.role, layer),
        Library::OpenFace => {
            let letter = match parameter.role {
                Role::Bias | Role::Shift { .. } => "b",
                Role::RunningMean => "m",
                Role::RunningVariance => "v",
                _ => "w",
            };
            let mut names = vec![format!("{layer}_{letter}")];
            names.extend(pytorch(&parameter.role, layer));
            names
        }
        Library::Keras => keras(&parameter.role, layer),
    }
}

/// The part of a name that does not vary from file to file: of Keras's recurrent layers, the name without
/// that of the cell (`gru/gru_cell/kernel`) and of the layer in each direction (`forward_lstm_1`).
pub fn key(name: &str, library: Library) -> String {
    if library != Library::Keras {
        return name.to_string();
    }
    let mut parts: Vec<&str> = name.split('/').collect();
    if let [.., cell, _variable] = parts.as_slice() {
        let is_cell = ["lstm_cell", "gru_cell", "simple_rnn_cell"]
            .iter()
            .any(|kind| cell.strip_prefix(kind).is_some_and(is_numbering));
        if is_cell {
            parts.remove(parts.len() - 2);
        }
    }
    if let [_, .., direction, _variable] = parts.as_mut_slice() {
        for way in ["forward", "backward"] {
            let layer = direction.strip_prefix(way).and_then(|rest| rest.strip_prefix('_'));
            let is_recurrent = ["lstm", "gru", "simple_rnn"].iter().any(|kind| {
                layer.and_then(|rest| rest.strip_prefix(kind)).is_some_and(is_numbering)
            });
            if is_recurrent {
                *direction = way;
            }
        }
    }
    parts.join("/")
}

/// Whether an array is none of a model's parameters in any library: a count of batches, the state of a
/// generator of random numbers.
pub fn is_no_parameter(name: &str) -> bool {
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    matches!(last, "num_batches_tracked" | "seed_generator_state")
}

fn is_numbering(rest: &str) -> bool {
    let number = rest.strip_prefix('_').unwrap_or(rest);
    number.bytes().all(|byte| byte.is_ascii_digit())
}

fn pytorch(role: &Role, layer: &str) -> Vec<String> {
    let names: &[&str] = match role {
        Role::LinearWeight
        | Role::ConvolutionWeight
        | Role::TransposedWeight
        | Role::Embedding
        | Role::Slope => &["weight"],
        Role::Bias => &["bias"],
        Role::Scale { .. } => &["weight", "gamma"],
        Role::Shift { .. } => &["bias", "beta"],
        Role::RunningMean => &["running_mean"],
        Role::RunningVariance => &["running_var"],
        Role::Gate(gate) => return pytorch_gate(gate, layer),
        Role::Gates(gates) => match gates.part {
            GatesPart::Input => &["weight_ih_l0"],
            GatesPart::Hidden => &["weight_hh_l0"],
            GatesPart::Bias => &["bias_ih_l0"],
        },
        Role::Other(name) => &[name],
    };
    names.iter().map(|name| within(layer, ".", name)).collect()
}

/// Layer 2 of a stack `lstm` is `lstm.l2`, and its weights `lstm.weight_ih_l2`; without a number it is the
/// first.
fn pytorch_gate(gate: &Gate, layer: &str) -> Vec<String> {
    let kind = if gate.is_bias { "bias" } else { "weight" };
    let of = if gate.of_hidden { "hh" } else { "ih" };
    let reverse = if gate.direction == Direction::Backward { "_reverse" } else { "" };
    let (stack, number) = match layer.rsplit_once(".l") {
        Some((stack, number)) if number.parse::<usize>().is_ok() => (stack, number),
        _ => (layer, "0"),
    };
    let of_layer = within(stack, ".", &format!("{kind}_{of}_l{number}{reverse}"));
    vec![of_layer, within(layer, ".", &format!("{kind}_{of}"))]
}

fn keras(role: &Role, layer: &str) -> Vec<String> {
    let names: &[&str] = match role {
        Role::LinearWeight | Role::TransposedWeight => &["kernel"],
        Role::ConvolutionWeight => {
            // The two halves of a separable convolution have one name. Kernels are "filters" where TensorFlow's
            // functions are called without Keras.
            for half in ["depthwise", "pointwise"] {
                if let Some(whole) = layer.strip_suffix(half).and_then(|l| l.strip_suffix('.')) {
                    let names = [format!("{half}_kernel"), format!("{half}_filter")];
                    return names.iter().map(|name| within(whole, "/", name)).collect();
                }
            }
            &["kernel", "depthwise_kernel", "filters"]
        }
        Role::Bias => {
            let whole = layer.strip_suffix(".pointwise").unwrap_or(layer);
            return vec![within(whole, "/", "bias")];
        }
        Role::Scale { .. } => &["gamma"],
        Role::Shift { .. } => &["beta"],
        Role::RunningMean => &["moving_mean"],
        Role::RunningVariance => &["moving_variance"],
        Role::Embedding => &["embeddings"],
        Role::Slope => &["alpha"],
        Role::Gate(gate) => {
            let layer = match gate.direction {
                Direction::One => layer.to_string(),
                Direction::Forward => within(layer, "/", "forward"),
                Direction::Backward => within(layer, "/", "backward"),
            };
            let name = match (gate.is_bias, gate.of_hidden) {
                (true, _) => "bias",
                (false, false) => "kernel",
                (false, true) => "recurrent_kernel",
            };
            return vec![within(&layer, "/", name)];
        }
        Role::Gates(gates) => match gates.part {
            GatesPart::Input => &["kernel"],
            GatesPart::Hidden => &["recurrent_kernel"],
            GatesPart::Bias => &["bias"],
        },
        Role::Other(name) => &[name],
    };
    names.iter().map(|name| within(layer, "/", name)).collect()
}

fn within(layer: &str, separator: &str, name: &str) -> String {
    match layer {
        "" => name.to_string(),
        _ => format!("{layer}{separator}{name}"),
    }
}
