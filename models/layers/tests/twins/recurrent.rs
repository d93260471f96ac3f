use burn::tensor::{DType, Device, Tensor, TensorData};
use fireside_layers::ops::{
    self, GateActivation, GruOptions, GruWeights, LstmOptions, LstmState, LstmWeights, Reset,
    RnnActivation, RnnOptions, RnnWeights, Scan,
};
use fireside_layers::plain;
use proptest::prelude::*;

use crate::compare::{self, Numbers, assert_close, assert_twins};

/// Batch, time, features, hidden.
type Sizes = [usize; 4];

const OLD_KERAS: GateActivation = GateActivation::HardSigmoid { slope: 0.2, offset: 0.5 };

/// A layer with its options.
#[derive(Debug, Clone)]
enum Kind {
    Rnn(RnnOptions),
    Gru(GruOptions),
    Lstm(LstmOptions, Peepholes),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Peepholes {
    With,
    Without,
}

impl Kind {
    fn gates(&self) -> usize {
        match self {
            Self::Rnn(_) => 1,
            Self::Gru(_) => 3,
            Self::Lstm(..) => 4,
        }
    }

    /// x, the two weights, two states, two biases and peepholes, whether the layer has them or not.
    fn inputs(&self, [batch, time, features, hidden]: Sizes, seed: u64) -> Vec<Vec<f64>> {
        let mut numbers = Numbers::new(seed);
        let columns = self.gates() * hidden;
        let mut scaled = |len: usize, scale: f64| -> Vec<f64> {
            numbers.vector(len).into_iter().map(|number| number * scale).collect()
        };
        let root = |units: usize| 1.0 / (units.max(1) as f64).sqrt();
        vec![
            scaled(batch * time * features, 1.0),
            scaled(features * columns, root(features)),
            scaled(hidden * columns, root(hidden)),
            scaled(batch * hidden, 0.5),
            scaled(batch * hidden, 0.5),
            scaled(columns, 0.5),
            scaled(columns, 0.5),
            scaled(3 * hidden, 0.5),
        ]
    }

    /// All outputs of the layer, or of its twin.
    fn run(
        &self,
        twin: bool,
        [batch, time, features, hidden]: Sizes,
        v: &[Tensor<1>],
        strided: bool,
    ) -> Vec<Tensor<1>> {
        let columns = self.gates() * hidden;
        let x = shaped(&v[0], [batch, time, features], strided);
        let input = shaped(&v[1], [features, columns], strided);
        let recurrent = shaped(&v[2], [hidden, columns], strided);
        let [state, cell] = [3, 4].map(|index| shaped(&v[index], [batch, hidden], strided));
        let [bias, recurrent_bias] = [5, 6].map(|index| Some(v[index].clone()));
        let (output, states) = match self {
            Self::Rnn(options) => {
                let run = if twin { plain::rnn } else { ops::rnn };
                let weights = RnnWeights { input, recurrent, bias };
                let (output, last) = run(x, weights, Some(state), options);
                (output, vec![last])
            }
            Self::Gru(options) => {
                let run = if twin { plain::gru } else { ops::gru };
                let weights = GruWeights { input, recurrent, bias, recurrent_bias };
                let (output, last) = run(x, weights, Some(state), options);
                (output, vec![last])
            }
            Self::Lstm(options, peepholes) => {
                let run = if twin { plain::lstm } else { ops::lstm };
                let with = *peepholes == Peepholes::With;
                let peepholes = with.then(|| shaped(&v[7], [3, hidden], strided));
                let weights = LstmWeights { input, recurrent, bias, peepholes };
                let (output, last) =
                    run(x, weights, Some(LstmState { hidden: state, cell }), options);
                (output, vec![last.hidden, last.cell])
            }
        };
        std::iter::once(flat(output)).chain(states.into_iter().map(flat)).collect()
    }

    fn assert_agrees(&self, sizes: Sizes, strided: bool) {
        assert_twins(
            &format!("{self:?} of {sizes:?}, strided: {strided}"),
            &self.inputs(sizes, 11),
            |v| self.run(false, sizes, v, strided),
            |v| self.run(true, sizes, v, strided),
        );
    }
}

/// [`compare::shaped`], also of nothing: Burn's `reshape` takes a 0 for "as before".
fn shaped<const D: usize>(flat: &Tensor<1>, shape: [usize; D], strided: bool) -> Tensor<D> {
    match flat.dims() {
        [0] => Tensor::zeros(shape, (&flat.device(), flat.dtype())),
        _ => compare::shaped(flat, shape, strided),
    }
}

fn flat<const D: usize>(tensor: Tensor<D>) -> Tensor<1> {
    match tensor.shape().num_elements() {
        0 => Tensor::zeros([0], (&tensor.device(), tensor.dtype())),
        _ => compare::flat(tensor),
    }
}

/// Every layer with every option.
fn kinds(scan: &Scan) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for activation in [RnnActivation::Tanh, RnnActivation::Relu] {
        kinds.push(Kind::Rnn(RnnOptions { activation, scan: scan.clone() }));
    }
    for gates in [GateActivation::Logistic, OLD_KERAS] {
        for reset in [Reset::AfterProduct, Reset::BeforeProduct] {
            kinds.push(Kind::Gru(GruOptions { reset, gates, scan: scan.clone() }));
        }
        for peepholes in [Peepholes::With, Peepholes::Without] {
            kinds.push(Kind::Lstm(LstmOptions { gates, scan: scan.clone() }, peepholes));
        }
    }
    kinds
}

#[test]
fn recurrent_layers_agree_with_their_twins_on_odd_sizes_and_strided_inputs() {
    for sizes in [[1, 1, 1, 1], [1, 6, 3, 5], [3, 5, 2, 7], [5, 2, 1, 33]] {
        for strided in [false, true] {
            for reverse in [false, true] {
                for kind in kinds(&Scan { reverse, lengths: None }) {
                    kind.assert_agrees(sizes, strided);
                }
            }
        }
    }
}

/// Large enough for several threads and several groups of steps.
#[test]
fn large_recurrent_layers_agree_with_their_twins() {
    for reverse in [false, true] {
        for lengths in [None, Some((0..37).map(|index| index * 5 % 12).collect())] {
            for kind in kinds(&Scan { reverse, lengths }) {
                kind.assert_agrees([37, 11, 20, 24], false);
            }
        }
    }
}

#[test]
fn recurrent_layers_over_no_steps_hand_the_states_on() {
    for lengths in [None, Some(vec![0; 3])] {
        for kind in kinds(&Scan { reverse: false, lengths }) {
            kind.assert_agrees([3, 0, 2, 4], false);
        }
    }
    for kind in kinds(&Scan { reverse: true, lengths: Some(vec![0, 0]) }) {
        kind.assert_agrees([2, 3, 2, 4], false);
    }
}

fn run_alone(kind: &Kind, twin: bool, sizes: Sizes, inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let tensors = inputs.iter().map(|values| {
        let data = TensorData::new(values.clone(), [values.len()]);
        Tensor::<1>::from_data(data, (&Device::flex(), DType::F64))
    });
    let tensors: Vec<_> = tensors.collect();
    let outputs = kind.run(twin, sizes, &tensors, false);
    outputs.into_iter().map(|output| output.into_data().iter::<f64>().collect()).collect()
}

#[test]
fn nan_and_infinities_spread_as_in_the_twins() {
    let sizes = [3, 4, 2, 5];
    for kind in kinds(&Scan::default()) {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut inputs = kind.inputs(sizes, 5);
            inputs[0][9] = odd; // of the second sequence
            let found = run_alone(&kind, false, sizes, &inputs);
            let expected = run_alone(&kind, true, sizes, &inputs);
            for (found, expected) in found.iter().zip(&expected) {
                assert_close(&format!("{kind:?} of {odd}"), found, expected, 1e-10);
            }
        }
    }
}

#[test]
fn nan_in_padding_is_never_seen() {
    let sizes = [2, 3, 2, 4];
    for reverse in [false, true] {
        for kind in kinds(&Scan { reverse, lengths: Some(vec![2, 3]) }) {
            let mut inputs = kind.inputs(sizes, 5);
            inputs[0][4..6].fill(f64::NAN);
            assert_twins(
                &format!("{kind:?}"),
                &inputs,
                |v| kind.run(false, sizes, v, false),
                |v| kind.run(true, sizes, v, false),
            );
            for output in run_alone(&kind, false, sizes, &inputs) {
                assert!(output.iter().all(|value| value.is_finite()), "{kind:?}: {output:?}");
            }
        }
    }
}

#[test]
fn a_padded_batch_gives_what_its_sequences_give_one_by_one() {
    let (batch, time, features, hidden) = (5, 7, 3, 4);
    let lengths = vec![3, 7, 0, 5, 1];
    for reverse in [false, true] {
        let padded = kinds(&Scan { reverse, lengths: Some(lengths.clone()) });
        for (padded, alone) in padded.iter().zip(kinds(&Scan { reverse, lengths: None })) {
            let inputs = padded.inputs([batch, time, features, hidden], 3);
            let together = run_alone(padded, false, [batch, time, features, hidden], &inputs);
            for (index, &length) in lengths.iter().enumerate() {
                let mut inputs = inputs.clone();
                let first = index * time * features;
                inputs[0] = inputs[0][first..first + length * features].to_vec();
                for state in [3, 4] {
                    inputs[state] = inputs[state][index * hidden..][..hidden].to_vec();
                }
                let found = run_alone(&alone, false, [1, length, features, hidden], &inputs);
                let output = &together[0][index * time * hidden..][..time * hidden];
                let (valid, padding) = output.split_at(length * hidden);
                assert_close(&format!("{padded:?}, sequence {index}"), valid, &found[0], 1e-12);
                assert!(padding.iter().all(|&value| value == 0.0), "{padded:?}: {padding:?}");
                for (together, found) in together[1..].iter().zip(&found[1..]) {
                    let last = &together[index * hidden..][..hidden];
                    assert_close(&format!("{padded:?}, last {index}"), last, found, 1e-12);
                }
            }
        }
    }
}

/// Whatever part of the outputs the loss is made of, the gradients are right.
#[test]
fn gradients_agree_when_only_some_outputs_are_used() {
    let sizes = [3, 4, 2, 5];
    for kind in kinds(&Scan { reverse: false, lengths: Some(vec![4, 2, 3]) }) {
        let outputs = if matches!(kind, Kind::Lstm(..)) { 3 } else { 2 };
        for used in 1..1 << outputs {
            let pick = |outputs: Vec<Tensor<1>>| -> Vec<Tensor<1>> {
                let used = |(index, _): &(usize, _)| used & (1 << index) != 0;
                outputs.into_iter().enumerate().filter(used).map(|(_, output)| output).collect()
            };
            assert_twins(
                &format!("{kind:?}, outputs {used:b}"),
                &kind.inputs(sizes, 8),
                |v| pick(kind.run(false, sizes, v, false)),
                |v| pick(kind.run(true, sizes, v, false)),
            );
        }
    }
}

#[test]
fn missing_biases_and_states_are_zeros() {
    let device = Device::flex();
    let tensor = |rows: usize, columns: usize| {
        let data = TensorData::new(Numbers::new(2).vector(rows * columns), [rows, columns]);
        Tensor::<2>::from_data(data, &device)
    };
    let x = tensor(6, 3).reshape([2, 3, 3]);
    let weights =
        LstmWeights { input: tensor(3, 8), recurrent: tensor(2, 8), bias: None, peepholes: None };
    let (found, last) = ops::lstm(x.clone(), weights.clone(), None, &LstmOptions::default());
    let (expected, last_expected) = plain::lstm(x, weights, None, &LstmOptions::default());
    found
        .into_data()
        .assert_approx_eq::<f32>(&expected.into_data(), burn::tensor::Tolerance::absolute(1e-6));
    last.cell.into_data().assert_approx_eq::<f32>(
        &last_expected.cell.into_data(),
        burn::tensor::Tolerance::absolute(1e-6),
    );
}

#[test]
#[should_panic(expected = "gru: the recurrent weight is [4, 11], but [hidden, 3 * hidden]")]
fn a_recurrent_weight_of_another_shape_is_named() {
    let device = Device::flex();
    let weights = GruWeights {
        input: Tensor::zeros([2, 12], &device),
        recurrent: Tensor::zeros([4, 11], &device),
        bias: None,
        recurrent_bias: None,
    };
    let _ = ops::gru(Tensor::zeros([1, 1, 2], &device), weights, None, &GruOptions::default());
}

#[test]
#[should_panic(expected = "rnn: x is [1, 2, 2] and the lengths are [3]")]
fn a_length_beyond_the_time_is_named() {
    let device = Device::flex();
    let weights = RnnWeights {
        input: Tensor::zeros([2, 4], &device),
        recurrent: Tensor::zeros([4, 4], &device),
        bias: None,
    };
    let scan = Scan { reverse: false, lengths: Some(vec![3]) };
    let options = RnnOptions { scan, ..RnnOptions::default() };
    let _ = ops::rnn(Tensor::zeros([1, 2, 2], &device), weights, None, &options);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn recurrent_layers_agree_with_their_twins_everywhere(
        (batch, time, features, hidden) in (1usize..6, 0usize..7, 1usize..9, 1usize..20),
        reverse: bool,
        strided: bool,
        padded: bool,
        kind in 0usize..10,
        seed: u64,
    ) {
        let mut numbers = Numbers::new(seed);
        let mut length = |_| (numbers.number().abs() / 2.0 * (time + 1) as f64) as usize;
        let lengths = padded.then(|| (0..batch).map(&mut length).collect());
        let kind = &kinds(&Scan { reverse, lengths })[kind];
        kind.assert_agrees([batch, time, features, hidden], strided);
    }
}
