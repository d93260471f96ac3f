//! The parameters of a Burn module: their paths, and which part of which kind of layer they are.

use std::collections::HashMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

/// A parameter of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its path in the model, `stages.1.0.conv1.weight`.
    pub path: String,
    /// The path of its layer, as tables of names have it; of a recurrent layer, that of the whole.
    pub layer: String,
    pub shape: Vec<usize>,
    pub role: Role,
}

/// What a parameter is in its layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// `[in, out]`
    LinearWeight,
    /// `[out, in, window ..]`
    ConvolutionWeight,
    /// `[in, out, window ..]`
    TransposedWeight,
    /// The bias of any of these.
    Bias,
    /// The scale of a normalisation.
    Scale {
        has_statistics: bool,
    },
    /// The shift of a normalisation.
    Shift {
        has_statistics: bool,
    },
    RunningMean,
    RunningVariance,
    Embedding,
    /// The slope of a leaky rectifier.
    Slope,
    /// A part of a gate of a recurrent layer.
    Gate(Gate),
    /// A part of all gates, side by side, of one of Fireside's recurrent layers.
    Gates(Gates),
    /// A parameter of another module: its name.
    Other(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    pub kind: GateKind,
    /// Whether it sees the hidden state, not the input.
    pub of_hidden: bool,
    pub is_bias: bool,
    pub direction: Direction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateKind {
    LstmInput,
    LstmForget,
    LstmCell,
    LstmOutput,
    GruUpdate,
    GruReset,
    GruNew,
    Rnn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gates {
    pub part: GatesPart,
    /// Gates of the layer: 1, 3 or 4.
    pub count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatesPart {
    /// `[in, gates * hidden]`
    Input,
    /// `[hidden, gates * hidden]`
    Hidden,
    /// `[gates * hidden]`
    Bias,
}

/// Which way a recurrent layer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The only way.
    One,
    /// Forwards, beside a layer that reads backwards.
    Forward,
    /// Backwards.
    Backward,
}

/// The parameters of a model, in its order.
pub fn parameters<M: Module>(model: &M) -> Vec<Parameter> {
    let mut visitor = Visitor::default();
    model.visit(&mut visitor);
    let mut parameters = visitor.parameters;
    let counted: HashMap<String, usize> = parameters.iter().filter_map(gates_of_layer).collect();
    for parameter in &mut parameters {
        if let Role::Gates(gates) = &mut parameter.role {
            gates.count = counted.get(&parameter.layer).copied().unwrap_or_default();
        }
    }
    parameters
}

/// How many gates a layer has, by its square weights.
fn gates_of_layer(parameter: &Parameter) -> Option<(String, usize)> {
    match (&parameter.role, parameter.shape.as_slice()) {
        (Role::Gates(Gates { part: GatesPart::Hidden, .. }), [hidden, columns]) => {
            Some((parameter.layer.clone(), columns.checked_div(*hidden)?))
        }
        _ => None,
    }
}

/// The fields on the way to a parameter, each with the type of the module that it is a field of.
#[derive(Default)]
struct Visitor {
    fields: Vec<(String, String)>,
    parameters: Vec<Parameter>,
}

impl ModuleVisitor for Visitor {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.fields.push((name.to_string(), container_type.to_string()));
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.fields.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let (role, layer_fields) = role(&self.fields);
        self.parameters.push(Parameter {
            path: path(&self.fields),
            layer: path(&without_variants(self.fields.get(..layer_fields).unwrap_or_default())),
            shape: param.val().dims().to_vec(),
            role,
        });
    }
}

fn path(fields: &[(String, String)]) -> String {
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    names.join(".")
}

/// Without the variants of enums: which network of several it is, is in no other library's names.
fn without_variants(fields: &[(String, String)]) -> Vec<(String, String)> {
    fields.iter().filter(|(_, container)| !container.starts_with("Enum:")).cloned().collect()
}

/// The role of a parameter, and how many of its fields lead to its layer.
fn role(fields: &[(String, String)]) -> (Role, usize) {
    if let Some((gate, layer_fields)) = gate(fields) {
        return (Role::Gate(gate), layer_fields);
    }
    let Some((name, container)) = fields.last() else {
        return (Role::Other(String::new()), 0);
    };
    let module = container.strip_prefix("Struct:").unwrap_or(container);
    let has_statistics = matches!(module, "BatchNorm" | "ShiftNorm");
    let gates = |part| Role::Gates(Gates { part, count: 0 }); // counted once the layer's shapes are known
    let role = match (module, name.as_str()) {
        ("Linear", "weight") => Role::LinearWeight,
        ("Conv1d" | "Conv2d" | "Conv3d" | "DeformConv2d", "weight") => Role::ConvolutionWeight,
        ("ConvTranspose1d" | "ConvTranspose2d" | "ConvTranspose3d", "weight") => {
            Role::TransposedWeight
        }
        (
            "Linear" | "Conv1d" | "Conv2d" | "Conv3d" | "DeformConv2d" | "ConvTranspose1d"
            | "ConvTranspose2d" | "ConvTranspose3d",
            "bias",
        ) => Role::Bias,
        ("BatchNorm" | "LayerNorm" | "GroupNorm" | "InstanceNorm" | "RmsNorm", "gamma") => {
            Role::Scale { has_statistics }
        }
        ("BatchNorm" | "ShiftNorm" | "LayerNorm" | "GroupNorm" | "InstanceNorm", "beta") => {
            Role::Shift { has_statistics }
        }
        ("BatchNorm" | "ShiftNorm", "running_mean") => Role::RunningMean,
        ("BatchNorm" | "ShiftNorm", "running_var") => Role::RunningVariance,
        ("Embedding", "weight") => Role::Embedding,
        ("PRelu", "alpha") => Role::Slope,
        ("RecurrentLayer", "input") => gates(GatesPart::Input),
        ("RecurrentLayer", "recurrent") => gates(GatesPart::Hidden),
        ("RecurrentLayer", "bias") => gates(GatesPart::Bias),
        _ => Role::Other(name.clone()),
    };
    (role, fields.len() - 1)
}

/// `.. [forward] . input_gate . input_transform . weight`
fn gate(fields: &[(String, String)]) -> Option<(Gate, usize)> {
    let [outer @ .., (gate, cell), (transform, controller), (part, linear)] = fields else {
        return None;
    };
    if (controller.as_str(), linear.as_str()) != ("Struct:GateController", "Struct:Linear") {
        return None;
    }
    let kind = match (cell.as_str(), gate.as_str()) {
        ("Struct:Lstm", "input_gate") => GateKind::LstmInput,
        ("Struct:Lstm", "forget_gate") => GateKind::LstmForget,
        ("Struct:Lstm", "cell_gate") => GateKind::LstmCell,
        ("Struct:Lstm", "output_gate") => GateKind::LstmOutput,
        ("Struct:Gru", "update_gate") => GateKind::GruUpdate,
        ("Struct:Gru", "reset_gate") => GateKind::GruReset,
        ("Struct:Gru", "new_gate") => GateKind::GruNew,
        ("Struct:Rnn", "gate") => GateKind::Rnn,
        _ => return None,
    };
    let both = ["Struct:BiLstm", "Struct:BiGru", "Struct:BiRnn"];
    let (direction, layer_fields) = match outer {
        [layer @ .., (way, container)] if both.contains(&container.as_str()) => {
            let is_forward = way == "forward";
            (if is_forward { Direction::Forward } else { Direction::Backward }, layer.len())
        }
        _ => (Direction::One, outer.len()),
    };
    let of_hidden = transform == "hidden_transform";
    Some((Gate { kind, of_hidden, is_bias: part == "bias", direction }, layer_fields))
}
