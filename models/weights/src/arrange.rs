//! How the values of each library's arrays are ordered, and where in them Burn's lie.

use crate::Library;
use crate::gather::Gather;
use crate::parameter::{Gate, GateKind, Parameter, Role};

/// How an array of `shape` becomes the parameter; `None` when it has another shape than it should.
///
/// `channels` are those of the maps that a linear layer sees as one row.
pub fn arrange(
    parameter: &Parameter,
    library: Library,
    channels: Option<usize>,
    shape: &[usize],
) -> Option<Gather> {
    let wanted = parameter.shape.as_slice();
    match library {
        Library::Fireside => (shape == wanted).then(|| as_is(shape)),
        Library::PyTorch => pytorch(&parameter.role, shape, wanted),
        Library::OpenFace => {
            let theirs = match (&parameter.role, wanted) {
                (Role::LinearWeight, [inputs, outputs]) => vec![*outputs, *inputs],
                _ => wanted.to_vec(),
            };
            let is_all = count(shape) == count(&theirs);
            is_all.then(|| pytorch(&parameter.role, &theirs, wanted)).flatten()
        }
        Library::Keras => keras(&parameter.role, channels, shape, wanted),
    }
}

fn pytorch(role: &Role, shape: &[usize], wanted: &[usize]) -> Option<Gather> {
    match (role, wanted) {
        (Role::LinearWeight, [inputs, outputs]) => {
            // A convolution of single pixels is a linear layer too.
            let is_linear = shape.starts_with(&[*outputs, *inputs]) && are_ones(shape.get(2..)?);
            is_linear.then(|| Gather::permuted(&[*outputs, *inputs], &[1, 0]))
        }
        (Role::ConvolutionWeight, [outputs, inputs, window @ ..]) => {
            let is_linear = shape == [*outputs, *inputs] && are_ones(window);
            (shape == wanted || is_linear).then(|| as_is(shape))
        }
        (Role::Gate(gate), _) => pytorch_gate(gate, shape, wanted),
        (Role::Gates(_), _) => None, // it has two biases
        _ => (shape == wanted).then(|| as_is(shape)),
    }
}

/// Weights `[gates * hidden, in]`, biases `[gates * hidden]`.
fn pytorch_gate(gate: &Gate, shape: &[usize], wanted: &[usize]) -> Option<Gather> {
    let (index, gates) = match gate.kind {
        GateKind::LstmInput => (0, 4),
        GateKind::LstmForget => (1, 4),
        GateKind::LstmCell => (2, 4),
        GateKind::LstmOutput => (3, 4),
        GateKind::GruReset => (0, 3),
        GateKind::GruUpdate => (1, 3),
        GateKind::GruNew => (2, 3),
        GateKind::Rnn => (0, 1),
    };
    match (shape, wanted) {
        (&[rows, columns], &[inputs, hidden]) if rows == gates * hidden && columns == inputs => {
            let view = vec![gates, hidden, inputs];
            Some(Gather { view, fixed: vec![(0, index)], axes: vec![2, 1] })
        }
        (&[rows], &[hidden]) if rows == gates * hidden => {
            Some(Gather { view: vec![gates, hidden], fixed: vec![(0, index)], axes: vec![1] })
        }
        _ => None,
    }
}

fn keras(
    role: &Role,
    channels: Option<usize>,
    shape: &[usize],
    wanted: &[usize],
) -> Option<Gather> {
    match (role, wanted) {
        (Role::LinearWeight, &[inputs, outputs]) => {
            // Also a convolution of single pixels `[1, 1, in, out]`, and the kernels of attention
            // `[in, heads, of each]` and `[heads, of each, out]`.
            let is_cut_there = |axis| count(shape.get(..axis).unwrap_or_default()) == Some(inputs);
            let fits =
                (1..=shape.len()).any(is_cut_there) && count(shape) == inputs.checked_mul(outputs);
            match channels {
                _ if !fits => None,
                None => Some(as_is(shape)),
                Some(channels) => {
                    let places = inputs.checked_div(channels)?;
                    let view = [places, channels, outputs];
                    (places * channels == inputs).then(|| Gather::permuted(&view, &[1, 0, 2]))
                }
            }
        }
        (Role::ConvolutionWeight, _) => {
            keras_kernel(shape, wanted).or_else(|| depthwise_kernel(shape, wanted)).or_else(|| {
                let [outputs, inputs, window @ ..] = wanted else { return None };
                let is_linear = shape == [*inputs, *outputs] && are_ones(window);
                is_linear.then(|| Gather::permuted(shape, &[1, 0]))
            })
        }
        (Role::TransposedWeight, _) => keras_kernel(shape, wanted),
        // `[heads, of each]`, and slopes `[1, 1, channels]`.
        (Role::Bias | Role::Slope, _) => (count(shape) == count(wanted)).then(|| as_is(shape)),
        (Role::Gate(gate), _) => keras_gate(gate, shape, wanted),
        (Role::Gates(gates), _) if gates.count == 3 => None, // it has its update gate first
        (Role::Other(_), [1]) if shape.is_empty() => Some(as_is(shape)), // one number
        _ => (shape == wanted).then(|| as_is(shape)),
    }
}

/// `[window .., in, out]` of a convolution, `[window .., out, in]` of a transposed one.
fn keras_kernel(shape: &[usize], wanted: &[usize]) -> Option<Gather> {
    let rank = shape.len();
    let axes: Vec<usize> =
        [rank.checked_sub(1)?, rank.checked_sub(2)?].into_iter().chain(0..rank - 2).collect();
    let permuted: Vec<usize> = axes.iter().map(|&axis| shape[axis]).collect();
    (permuted == wanted).then(|| Gather::permuted(shape, &axes))
}

/// `[window .., in, multiplier]`: every channel has `multiplier` outputs of its own, one after the other.
fn depthwise_kernel(shape: &[usize], wanted: &[usize]) -> Option<Gather> {
    let [window @ .., inputs, multiplier] = shape else { return None };
    let [outputs, 1, wanted_window @ ..] = wanted else { return None };
    let fits = inputs.checked_mul(*multiplier) == Some(*outputs) && window == wanted_window;
    let rank = shape.len();
    let axes: Vec<usize> = [rank - 2, rank - 1].into_iter().chain(0..rank - 2).collect();
    fits.then(|| Gather::permuted(shape, &axes))
}

/// Kernels `[in, gates * hidden]`; biases `[gates * hidden]` of the input alone, or `[2, gates * hidden]` of
/// the input and the hidden state.
fn keras_gate(gate: &Gate, shape: &[usize], wanted: &[usize]) -> Option<Gather> {
    let (index, gates) = match gate.kind {
        GateKind::LstmInput => (0, 4),
        GateKind::LstmForget => (1, 4),
        GateKind::LstmCell => (2, 4),
        GateKind::LstmOutput => (3, 4),
        GateKind::GruUpdate => (0, 3),
        GateKind::GruReset => (1, 3),
        GateKind::GruNew => (2, 3),
        GateKind::Rnn => (0, 1),
    };
    match (shape, wanted) {
        (&[rows, columns], &[inputs, hidden]) if rows == inputs && columns == gates * hidden => {
            let view = vec![inputs, gates, hidden];
            Some(Gather { view, fixed: vec![(1, index)], axes: vec![0, 2] })
        }
        (&[length], &[hidden]) if length == gates * hidden => {
            Some(Gather { view: vec![gates, hidden], fixed: vec![(0, index)], axes: vec![1] })
        }
        (&[2, length], &[hidden]) if length == gates * hidden => {
            let fixed = vec![(0, usize::from(gate.of_hidden)), (1, index)];
            Some(Gather { view: vec![2, gates, hidden], fixed, axes: vec![2] })
        }
        _ => None,
    }
}

fn as_is(shape: &[usize]) -> Gather {
    Gather::as_is(shape.iter().product())
}

fn are_ones(extents: &[usize]) -> bool {
    extents.iter().all(|&extent| extent == 1)
}

fn count(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1_usize, |count, &extent| count.checked_mul(extent))
}
