//! The recurrent networks, whatever they are made of, and the small models on top of them.
//!
//! The reference outputs come from the cells by hand of `fireside_sequence::steps`, on the weights that the suite's
//! formula gives.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::ConfigError;
use fireside_sequence::entity_tagger::{EntityTagger, EntityTaggerConfig};
use fireside_sequence::language_model::{LanguageModel, LanguageModelConfig};
use fireside_sequence::mean_classifier::{MeanClassifier, MeanClassifierConfig};
use fireside_sequence::music_model::{MusicModel, MusicModelConfig, most_likely};
use fireside_sequence::recurrent::{
    Cell, GateActivation, Recurrent, RecurrentConfig, RecurrentState, Reset, truncated,
};
use fireside_sequence::sentiment_classifier::{SentimentClassifier, SentimentClassifierConfig};
use fireside_sequence::steps::Layer;
use fireside_sequence::steps::gru::{GruGates, gru_forward};
use fireside_sequence::steps::lstm::{LstmGates, lstm_forward};
use fireside_sequence::steps::rnn::{RnnWeights, rnn_forward};
use fireside_suite::{Suite, formula_weight};
use fireside_training::gradients::named_gradients;

/// Rounding of 32-bit floats over a few steps.
const ROUNDING: f64 = 1e-6;

const FEATURES: usize = 3;
const HIDDEN: usize = 4;
const TIME: usize = 5;
const LENGTHS: [usize; 4] = [3, 5, 0, 1];

const BEFORE: Cell = Cell::Gru { reset: Reset::BeforeProduct };
/// Every kind of cell, with the parameters of a layer of `FEATURES` into `HIDDEN`.
const CELLS: [(Cell, usize); 6] = [
    (Cell::Rnn, 32),
    (Cell::GRU, 3 * 32 + 12),
    (BEFORE, 3 * 32),
    (Cell::LSTM, 4 * 32),
    (Cell::Lstm { peepholes: true, gates: GateActivation::Logistic }, 4 * 32 + 12),
    (Cell::Lstm { peepholes: false, gates: GateActivation::OLD_KERAS }, 4 * 32),
];

fn drawn<const D: usize>(shape: [usize; D], seed: u32) -> Tensor<D> {
    let values = NumpyRng::new(seed).randn_vec(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

fn entries<const D: usize>(tensor: &Tensor<D>) -> Vec<f64> {
    tensor.to_data().iter::<f64>().collect()
}

fn assert_close<const D: usize>(claim: &str, found: &Tensor<D>, expected: &Tensor<D>) {
    assert_eq!(found.dims(), expected.dims(), "{claim}");
    for (found, expected) in entries(found).into_iter().zip(entries(expected)) {
        assert!((found - expected).abs() <= ROUNDING, "{claim}: {found}, expected {expected}");
    }
}

fn assert_same_state(claim: &str, found: &RecurrentState, expected: &RecurrentState) {
    assert_eq!(found.hidden.len(), expected.hidden.len(), "{claim}");
    assert_eq!(found.cell.len(), expected.cell.len(), "{claim}");
    let found = found.hidden.iter().chain(&found.cell);
    for (found, expected) in found.zip(expected.hidden.iter().chain(&expected.cell)) {
        assert_close(claim, found, expected);
    }
}

fn network(cell: Cell, layers: usize, bidirectional: bool) -> Recurrent {
    let config = RecurrentConfig::new(cell, FEATURES, HIDDEN).with_layers(layers);
    config.with_bidirectional(bidirectional).init(&Device::flex()).unwrap()
}

/// Every cell, in one layer and in two, one way and both ways.
fn networks() -> impl Iterator<Item = (String, Recurrent, bool)> {
    let shapes = [(1, false), (2, false), (1, true), (2, true)];
    CELLS.into_iter().flat_map(move |(cell, _)| {
        shapes.into_iter().map(move |(layers, both)| {
            let claim = format!("{cell:?}, {layers} layers, both ways: {both}");
            (claim, network(cell, layers, both), both)
        })
    })
}

#[test]
fn parameter_count_is_that_of_the_table() {
    for (cell, count) in CELLS {
        assert_eq!(network(cell, 1, false).num_params(), count, "{cell:?}");
        assert_eq!(network(cell, 1, true).num_params(), 2 * count, "{cell:?}");
        let gates = match cell {
            Cell::Rnn => 1,
            Cell::Gru { .. } => 3,
            Cell::Lstm { .. } => 4,
        };
        // The second layer reads HIDDEN features, or twice as many, instead of FEATURES.
        let wider = |features: usize| count + gates * HIDDEN * (features - FEATURES);
        let stacked = network(cell, 2, false).num_params();
        assert_eq!(stacked, count + wider(HIDDEN), "{cell:?}");
        let stacked = network(cell, 2, true).num_params();
        assert_eq!(stacked, 2 * (count + wider(2 * HIDDEN)), "{cell:?}");
    }
}

#[test]
fn steps_one_by_one_are_the_sequence_at_once() {
    let x = drawn([2, TIME, FEATURES], 1);
    for (claim, network, _) in networks().filter(|(_, _, both)| !both) {
        let (output, last) = network.forward(x.clone(), None, None);
        let mut state = None;
        for t in 0..TIME {
            let (step, after) = network.step(x.clone().narrow(1, t, 1).squeeze_dim(1), state);
            assert_close(&claim, &step, &output.clone().narrow(1, t, 1).squeeze_dim(1));
            state = Some(after);
        }
        assert_same_state(&claim, &state.unwrap(), &last);
    }
}

/// The padding is not a number, so that nothing of it can have been looked at.
#[test]
fn padded_batch_is_its_sequences_one_by_one() {
    let x = drawn([LENGTHS.len(), TIME, FEATURES], 2);
    let mut padded = x.clone();
    for (row, length) in LENGTHS.into_iter().enumerate().filter(|(_, length)| *length < TIME) {
        let padding = Tensor::full([1, TIME - length, FEATURES], f64::NAN, &Device::flex());
        padded = padded.slice_assign([row..row + 1, length..TIME, 0..FEATURES], padding);
    }
    for (claim, network, _) in networks() {
        let (output, last) = network.forward(padded.clone(), Some(&LENGTHS), None);
        for (row, length) in LENGTHS.into_iter().enumerate() {
            let claim = format!("{claim}, sequence {row}");
            let of_row = |state: &RecurrentState| {
                let pick = |tensors: &[Tensor<2>]| {
                    tensors.iter().map(|tensor| tensor.clone().narrow(0, row, 1)).collect()
                };
                RecurrentState { hidden: pick(&state.hidden), cell: pick(&state.cell) }
            };
            let here = output.clone().narrow(0, row, 1);
            let after =
                entries(&here.clone().narrow(1, length.min(TIME - 1), TIME - length.min(TIME - 1)));
            if length < TIME {
                assert!(after.iter().all(|entry| *entry == 0.0), "{claim}: {after:?}");
            }
            if length == 0 {
                let state = of_row(&last);
                let zeros = |tensor: &Tensor<2>| entries(tensor).iter().all(|entry| *entry == 0.0);
                assert!(state.hidden.iter().chain(&state.cell).all(zeros), "{claim}");
                continue;
            }
            let alone = x.clone().narrow(0, row, 1).narrow(1, 0, length);
            let (expected, expected_last) = network.forward(alone, None, None);
            assert_close(&claim, &here.narrow(1, 0, length), &expected);
            assert_same_state(&claim, &of_row(&last), &expected_last);
        }
    }
}

#[test]
fn gradient_reaches_every_parameter() {
    let x = drawn([2, TIME, FEATURES], 3);
    for (claim, network, _) in networks() {
        let network = network.train();
        let (output, _) = network.forward(x.clone().autodiff(), None, None);
        let along = drawn(output.dims(), 4).autodiff();
        let gradients = (output * along).sum().backward();
        let gradients = named_gradients(&network, &gradients).unwrap();
        let reached: usize = gradients.iter().map(|(_, values)| values.len()).sum();
        assert_eq!(reached, network.num_params(), "{claim}");
        for (name, values) in gradients {
            assert!(values.iter().all(|value| value.is_finite()), "{claim}: {name}");
            assert!(values.iter().any(|value| *value != 0.0), "{claim}: {name}");
        }
    }
}

#[test]
fn windows_of_any_length_give_the_states_of_the_whole_sequence() {
    let x = drawn([2, TIME, FEATURES], 5);
    for (claim, network, _) in networks().filter(|(_, _, both)| !both) {
        let (expected, expected_last) = network.forward(x.clone(), None, None);
        for window in [1, 2, TIME, TIME + 3] {
            let mut outputs = Vec::new();
            let last = truncated(TIME, window, |steps, state| {
                let part = x.clone().narrow(1, steps.start, steps.len());
                let (output, after) = network.forward(part, None, state);
                outputs.push(output);
                Ok::<_, ConfigError>(after)
            });
            assert_close(&claim, &Tensor::cat(outputs, 1), &expected);
            assert_same_state(&claim, &last.unwrap().unwrap(), &expected_last);
        }
    }
    let none = truncated(0, 3, |_, _| -> Result<RecurrentState, ()> { Err(()) });
    assert!(none.unwrap().is_none());
}

#[test]
fn gradients_stop_between_windows() {
    let network = network(Cell::LSTM, 2, false).train();
    let leaf = || drawn([1, 2, FEATURES], 6).autodiff().require_grad();
    let windows = [leaf(), leaf()];
    let mut loss = None;
    truncated(4, 2, |steps, state| {
        let (output, after) = network.forward(windows[steps.start / 2].clone(), None, state);
        loss = Some(output.sum());
        Ok::<_, ConfigError>(after)
    })
    .unwrap();
    let gradients = loss.unwrap().backward();
    let reaches = windows.map(|window| window.grad(&gradients).is_some());
    assert_eq!(reaches, [false, true]);
}

#[test]
#[should_panic(expected = "reads both ways")]
fn network_that_reads_both_ways_has_no_single_steps() {
    network(Cell::Rnn, 1, true).step(drawn([1, FEATURES], 7), None);
}

#[test]
#[should_panic(expected = "1 hidden states and 0 cells, but 2 layers")]
fn state_of_another_network_is_refused() {
    let x = drawn([1, TIME, FEATURES], 8);
    let (_, state) = network(Cell::Rnn, 1, false).forward(x.clone(), None, None);
    network(Cell::Rnn, 2, false).forward(x, None, Some(state));
}

#[test]
fn dropout_changes_training_alone_and_nothing_below_one_layer() {
    let x = drawn([2, TIME, FEATURES], 9);
    for (layers, changes) in [(1, false), (2, true)] {
        let config = RecurrentConfig::new(Cell::LSTM, FEATURES, HIDDEN).with_layers(layers);
        let network = config.with_dropout(0.5).init(&Device::flex()).unwrap();
        let run = |network: &Recurrent, x: Tensor<3>| entries(&network.forward(x, None, None).0);
        let still = run(&network, x.clone());
        assert_eq!(run(&network, x.clone()), still);
        assert_eq!(run(&network.train(), x.clone().autodiff()) != still, changes);
    }
}

#[test]
fn settings_that_cannot_be_are_refused_by_name() {
    let device = Device::flex();
    let config = |features, hidden| RecurrentConfig::new(Cell::Rnn, features, hidden);
    let refused = |config: RecurrentConfig| config.init(&device).unwrap_err().to_string();
    assert_eq!(refused(config(0, 1)), "features is 0: at least 1 is needed");
    assert_eq!(refused(config(1, 0)), "hidden is 0: at least 1 is needed");
    assert_eq!(refused(config(1, 1).with_layers(0)), "layers is 0: at least 1 is needed");
    let error = "dropout is 1: at least 0 and less than 1 is needed";
    assert_eq!(refused(config(1, 1).with_dropout(1.0)), error);
    assert!(config(1, 1).with_dropout(f64::NAN).init(&device).is_err());
    let error = MusicModelConfig::new().with_num_values(0).init(&device).unwrap_err();
    assert_eq!(error, ConfigError::Zero { name: "num_values" });
    let model = LanguageModelConfig::new(Cell::LSTM, 3, 2).with_embedding(Some(0));
    assert_eq!(model.init(&device).unwrap_err(), ConfigError::Zero { name: "embedding" });
}

/// The formula's weights, tensor by tensor in the module's order.
struct Formula(usize);

impl Formula {
    fn next<const D: usize>(&mut self, shape: [usize; D]) -> Tensor<D> {
        let count = shape.iter().product::<usize>();
        let values: Vec<f64> = (self.0..self.0 + count).map(formula_weight).collect();
        self.0 += count;
        Tensor::from_data(TensorData::new(values, shape), &Device::flex())
    }

    /// Input weight, recurrent weight and bias of a layer, gate by gate: `[hidden + features, hidden]` as the
    /// cells by hand have it.
    fn gates<const N: usize>(&mut self, features: usize, hidden: usize) -> [Layer; N] {
        let input = self.next([features, N * hidden]);
        let recurrent = self.next([hidden, N * hidden]);
        let bias = self.next([1, N * hidden]);
        std::array::from_fn(|gate| {
            let columns = |all: &Tensor<2>| all.clone().narrow(1, gate * hidden, hidden);
            let weight = Tensor::cat(vec![columns(&recurrent), columns(&input)], 0);
            Layer { weight, bias: columns(&bias) }
        })
    }

    fn lstm(&mut self, features: usize, hidden: usize) -> LstmGates {
        let [update, forget, candidate, output] = self.gates(features, hidden);
        LstmGates { forget, update, candidate, output }
    }

    /// Here the update gate lets the new state in, in the layers it keeps the old one.
    fn gru(&mut self, features: usize, hidden: usize) -> GruGates {
        let [reset, update, candidate] = self.gates(features, hidden);
        let update = Layer { weight: -update.weight, bias: -update.bias };
        GruGates { update, reset, candidate }
    }

    fn rnn(&mut self, features: usize, hidden: usize) -> RnnWeights {
        let (wax, waa) = (self.next([features, hidden]), self.next([hidden, hidden]));
        RnnWeights { wax, waa, ba: self.next([1, hidden]) }
    }

    fn head(&mut self, hidden: usize, outputs: usize) -> Layer {
        Layer { weight: self.next([hidden, outputs]), bias: self.next([1, outputs]) }
    }
}

/// The head's logits of every step, row-major.
fn logits(states: Tensor<3>, head: Layer) -> Vec<f64> {
    let [batch, time, hidden] = states.dims();
    let rows = states.reshape([batch * time, hidden]);
    entries(&(rows.matmul(head.weight) + head.bias))
}

const TOKENS: [[f64; 3]; 2] = [[1.0, 0.0, 3.0], [2.0, 2.0, 0.0]];

/// A batch of tokens as the suite hands it over, in floats.
fn tokens() -> Tensor<2> {
    Tensor::from_data(TOKENS, &Device::flex())
}

/// The tokens' rows of a table of vectors.
fn vectors(table: &Tensor<2>) -> Tensor<3> {
    let numbers = tokens().int().reshape([6]);
    table.clone().select(0, numbers).reshape([2, 3, table.dims()[1] as i32])
}

fn zeros(hidden: usize) -> Tensor<2> {
    Tensor::zeros([2, hidden], &Device::flex())
}

/// One-hot vectors of 4 into 8 units: 4 * 8 * (4 + 8 + 1) of the LSTM, and 8 * 4 + 4.
#[test]
fn language_model_passes_the_suite() {
    let formula = &mut Formula(0);
    let (gates, head) = (formula.lstm(4, 8), formula.head(8, 4));
    let x = vectors(&Tensor::eye(4, &Device::flex()));
    let states = lstm_forward(&x, &zeros(8), &gates, &head).a;
    Suite {
        model: LanguageModelConfig::new(Cell::LSTM, 4, 8).init(&Device::flex()).unwrap(),
        forward: |model: &LanguageModel, tokens| model.forward(tokens.int(), None, None).0,
        input: tokens(),
        target: drawn([2, 3, 4], 11) * 0.5,
        num_params: 416 + 36,
        output_shape: [2, 3, 4],
        reference: logits(states, head),
        overfits: (0.5, 4000),
    }
    .check();
}

/// Vectors of 3 for 4 tokens, into 5 units: 12, 3 * 5 * (3 + 5 + 1) of the gated unit, and 5 * 2 + 2.
#[test]
fn sentiment_classifier_passes_the_suite() {
    let formula = &mut Formula(0);
    let table = formula.next([4, 3]);
    let (gates, head) = (formula.gru(3, 5), formula.head(5, 2));
    let states = gru_forward(&vectors(&table), &zeros(5), &gates).c;
    Suite {
        model: SentimentClassifierConfig::new(BEFORE, 4, 3, 5, 2).init(&Device::flex()).unwrap(),
        forward: |model: &SentimentClassifier, tokens| model.forward(tokens.int(), None),
        input: tokens(),
        target: Tensor::from_data([[1.0, -1.0], [-0.5, 0.5]], &Device::flex()),
        num_params: 12 + 135 + 12,
        output_shape: [2, 2],
        reference: logits(states.narrow(1, 2, 1), head),
        overfits: (0.3, 2000),
    }
    .check();
}

/// Vectors of 3 for 4 tokens, and 3 * 2 + 2.
#[test]
fn mean_classifier_passes_the_suite() {
    let formula = &mut Formula(0);
    let (table, head) = (formula.next([4, 3]), formula.head(3, 2));
    Suite {
        model: MeanClassifierConfig::new(4, 3, 2).init(&Device::flex()).unwrap(),
        forward: |model: &MeanClassifier, tokens| model.forward(tokens.int(), None),
        input: tokens(),
        target: Tensor::from_data([[1.0, -1.0], [-0.5, 0.5]], &Device::flex()),
        num_params: 12 + 8,
        output_shape: [2, 2],
        reference: logits(vectors(&table).mean_dim(1), head),
        overfits: (0.3, 2000),
    }
    .check();
}

/// Vectors of 3 for 4 tokens, into 4 units each way: 12, twice 4 * (3 + 4 + 1), and 8 * 2 + 2.
#[test]
fn entity_tagger_passes_the_suite() {
    let formula = &mut Formula(0);
    let table = formula.next([4, 3]);
    let (there, back, head) = (formula.rnn(3, 4), formula.rnn(3, 4), formula.head(8, 2));
    let nowhere = Layer {
        weight: Tensor::zeros([4, 1], &Device::flex()),
        bias: Tensor::zeros([1, 1], &Device::flex()),
    };
    let x = vectors(&table);
    let there = rnn_forward(&x, &zeros(4), &there, &nowhere).a;
    let back = rnn_forward(&x.flip([1]), &zeros(4), &back, &nowhere).a.flip([1]);
    Suite {
        model: EntityTaggerConfig::new(Cell::Rnn, 4, 3, 4, 2).init(&Device::flex()).unwrap(),
        forward: |model: &EntityTagger, tokens| model.forward(tokens.int(), None),
        input: tokens(),
        target: drawn([2, 3, 2], 12) * 0.5,
        num_params: 12 + 64 + 18,
        output_shape: [2, 3, 2],
        reference: logits(Tensor::cat(vec![there, back], 2), head),
        overfits: (0.2, 4000),
    }
    .check();
}

/// 4 * 8 * (4 + 8 + 1) of the LSTM, and 8 * 4 + 4.
#[test]
fn music_model_passes_the_suite() {
    let formula = &mut Formula(0);
    let (gates, head) = (formula.lstm(4, 8), formula.head(8, 4));
    let x = drawn([2, 3, 4], 13);
    let states = lstm_forward(&x, &zeros(8), &gates, &head).a;
    let config = MusicModelConfig::new().with_num_values(4).with_hidden(8);
    Suite {
        model: config.init(&Device::flex()).unwrap(),
        forward: |model: &MusicModel, x| model.forward(x, None).0,
        input: x,
        target: drawn([2, 3, 4], 14) * 0.5,
        num_params: 416 + 36,
        output_shape: [2, 3, 4],
        reference: logits(states, head),
        overfits: (0.5, 4000),
    }
    .check();
}

/// As the notebook's summary has it.
#[test]
fn music_model_has_the_notebook_s_parameters() {
    let model = MusicModelConfig::new().init(&Device::flex()).unwrap();
    assert_eq!(model.num_params(), 45_530);
}

#[test]
fn language_model_s_steps_are_its_sequence_with_and_without_vectors() {
    for (cell, _) in CELLS {
        for embedding in [None, Some(3)] {
            let config = LanguageModelConfig::new(cell, 4, 5).with_embedding(embedding);
            let model = config.with_layers(2).init(&Device::flex()).unwrap();
            let tokens = tokens().int();
            let (logits, _) = model.forward(tokens.clone(), None, None);
            let mut state = None;
            for t in 0..3 {
                let (step, after) =
                    model.step(tokens.clone().narrow(1, t, 1).squeeze_dim(1), state);
                let expected = logits.clone().narrow(1, t, 1).squeeze_dim(1);
                assert_close(&format!("{cell:?}"), &step, &expected);
                state = Some(after);
            }
        }
    }
}

#[test]
fn padded_sentences_are_judged_as_alone() {
    let device = Device::flex();
    let both_ways = SentimentClassifierConfig::new(Cell::GRU, 4, 3, 5, 2).with_bidirectional(true);
    let classifier = both_ways.with_layers(2).init(&device).unwrap();
    let tagger = EntityTaggerConfig::new(Cell::LSTM, 4, 3, 5, 2).init(&device).unwrap();
    let of_means = MeanClassifierConfig::new(4, 3, 2).init(&device).unwrap();
    let tokens: Tensor<2, Int> = tokens().int();
    let lengths = [2, 3];
    let classes = classifier.forward(tokens.clone(), Some(&lengths));
    let by_means = of_means.forward(tokens.clone(), Some(&lengths));
    let tags = tagger.forward(tokens.clone(), Some(&lengths));
    for (row, length) in lengths.into_iter().enumerate() {
        let alone = tokens.clone().narrow(0, row, 1).narrow(1, 0, length);
        let expected = classifier.forward(alone.clone(), None);
        assert_close("class", &classes.clone().narrow(0, row, 1), &expected);
        let expected = of_means.forward(alone.clone(), None);
        assert_close("class by the mean", &by_means.clone().narrow(0, row, 1), &expected);
        let here = tags.clone().narrow(0, row, 1).narrow(1, 0, length);
        assert_close("tags", &here, &tagger.forward(alone, None));
    }
}

/// The bias of the last layer is all that speaks.
#[test]
fn sentence_of_no_words_is_judged_by_the_first_state() {
    let device = Device::flex();
    let classifier = SentimentClassifierConfig::new(Cell::LSTM, 4, 3, 5, 2).init(&device).unwrap();
    let of_means = MeanClassifierConfig::new(4, 3, 2).init(&device).unwrap();
    let none = Some([0, 0].as_slice());
    for time in [1, 3] {
        let [one, other] = [0, 1].map(|token| Tensor::full([2, time], token, &device));
        let expected = classifier.forward(one.clone(), none);
        assert_close("LSTM", &classifier.forward(other.clone(), none), &expected);
        assert_close("mean", &of_means.forward(other, none), &of_means.forward(one, none));
    }
}

/// Given its own values to read, the model gives the logits it played by.
#[test]
fn generated_tune_is_fed_back() {
    let device = Device::flex();
    let model = MusicModelConfig::new().with_num_values(5).with_hidden(6).init(&device).unwrap();
    let start = drawn([2, 5], 15);
    let played = model.generate(start.clone(), None, 7, most_likely);
    assert_eq!(played.values.dims(), [2, 7]);
    let read = played.values.clone().narrow(1, 0, 6).one_hot::<3>(5).float();
    let x = Tensor::cat(vec![start.unsqueeze_dim(1), read], 1);
    let (logits, _) = model.forward(x, None);
    assert_close("logits", &played.logits, &logits);
    let chosen: Tensor<2, Int> = logits.argmax(2).squeeze_dim(2);
    assert_eq!(chosen.to_data(), played.values.to_data());

    let mut asked = 0;
    let third = model.generate(drawn([2, 5], 15), None, 4, |logits| {
        asked += 1;
        Tensor::full([logits.dims()[0]], 2, &logits.device())
    });
    assert_eq!(asked, 4);
    assert_eq!(third.values.to_data().iter::<i64>().collect::<Vec<_>>(), [2; 8]);
}

#[test]
fn what_has_but_one_token_or_value_is_read_and_played_too() {
    let device = Device::default();
    let model = LanguageModelConfig::new(Cell::Rnn, 1, 3).init(&device).unwrap();
    let (logits, _) = model.forward(Tensor::zeros([2, 5], &device), None, None);
    assert_eq!(logits.dims(), [2, 5, 1]);
    let model = MusicModelConfig::new().with_num_values(1).with_hidden(3).init(&device).unwrap();
    let played = model.generate(Tensor::zeros([1, 1], &device), None, 4, most_likely);
    assert_eq!(played.values.into_data().iter::<i64>().collect::<Vec<_>>(), [0; 4]);
}
